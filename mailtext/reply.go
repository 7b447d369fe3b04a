package mailtext

import (
	"strings"
	"unicode"

	"github.com/seed-090b04e4/imap/response"
)

// SegmentKind is what a piece of a message's text is.
type SegmentKind int

// The kinds of segments.
const (
	SegmentOwn         SegmentKind = iota // what the sender wrote
	SegmentQuote                          // of an earlier message, with ">" before its lines or marked by the HTML
	SegmentAttribution                    // "On Monday Ann wrote:", before a quote
	SegmentSignature                      // after a line "-- "
	SegmentForwarded                      // a message that was forwarded as text
)

var segmentNames = [...]string{"own", "quote", "attribution", "signature", "forwarded"}

// String returns "own", "quote" and so on.
func (k SegmentKind) String() string {
	if k < 0 || int(k) >= len(segmentNames) {
		return "unknown"
	}
	return segmentNames[k]
}

// Segment is a piece of the text of a part: some whole lines of it.
type Segment struct {
	Kind SegmentKind
	Part response.Part
	Text string
}

const (
	maxSegmentLines = 10_000 // of a part; more are not searched for quotes
	maxAttribution  = 6      // lines
	maxSignature    = 30     // lines
)

// line is one of a text, with its end.
type line struct {
	text string
	kind SegmentKind
}

// segments splits the text of a part. Together they are the text.
func segments(text string, part response.Part, regions []region) []Segment {
	lines := classifyLines(text, regions)
	var list []Segment
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].kind == lines[from].kind {
			to++
		}
		var b strings.Builder
		for _, l := range lines[from:to] {
			b.WriteString(l.text)
		}
		list = append(list, Segment{lines[from].kind, part, b.String()})
		from = to
	}
	return list
}

func classifyLines(text string, regions []region) []line {
	lines := make([]line, 0, min(strings.Count(text, "\n")+1, maxSegmentLines))
	offset, next := 0, 0
	for l := range strings.Lines(text) {
		kind := SegmentOwn
		for next < len(regions) && regions[next].to >= 0 && regions[next].to <= offset {
			next++
		}
		end := offset + len(l)
		for _, r := range regions[next:min(len(regions), next+8)] {
			if r.from < end-1 && (r.to < 0 || offset < r.to) && (r.from <= offset || strings.TrimSpace(text[offset:r.from]) == "") {
				kind = r.kind
			}
		}
		if strings.HasPrefix(l, ">") {
			kind = SegmentQuote
		}
		lines = append(lines, line{l, kind})
		offset = end
	}
	if len(lines) > maxSegmentLines {
		return []line{{text, SegmentOwn}}
	}
	markForwarded(lines)
	markOriginal(lines)
	markSignature(lines)
	markAttributions(lines)
	fillBlanks(lines)
	return lines
}

// mark gives lines a kind, from one on.
func mark(lines []line, kind SegmentKind) {
	for i := range lines {
		lines[i].kind = kind
	}
}

// markForwarded finds a message that was forwarded as text.
func markForwarded(lines []line) {
	for i, l := range lines {
		text := strings.TrimSpace(strings.TrimLeft(l.text, "> "))
		if !startsWithAny(strings.ToLower(strings.Trim(text, "-_* ")), forwardWords) {
			continue
		}
		ruled := strings.HasPrefix(text, "--") || strings.HasPrefix(text, "__") || strings.HasSuffix(text, ":")
		if ruled && headerLines(lines[i+1:]) >= 2 {
			mark(lines[i:], SegmentForwarded)
			return
		}
	}
}

// markOriginal finds what Outlook quotes: everything after a rule or a line
// "Original Message", and a header.
func markOriginal(lines []line) {
	for i, l := range lines {
		if l.kind != SegmentOwn {
			continue
		}
		text := strings.TrimSpace(l.text)
		lower := strings.ToLower(strings.Trim(text, "-_ "))
		sign := strings.HasPrefix(text, "--") && startsWithAny(lower, originalWords) || len(text) >= 5 && strings.Trim(text, "_") == "" || text == "---"
		switch n := headerLines(lines[i+1:]); {
		case sign && n >= 2:
			mark(lines[i:], SegmentQuote)
			return
		case i > 0 && strings.TrimSpace(lines[i-1].text) == "" && headerLines(lines[i:]) >= 3:
			mark(lines[i:], SegmentQuote)
			return
		}
	}
}

// headerLines returns how many of the next lines are fields of a header, all in
// one language, the first of them after at most two empty lines.
func headerLines(lines []line) int {
	i := 0
	for i < len(lines) && i < 2 && isBlank(lines[i].text) {
		i++
	}
	best := 0
	for _, names := range headerNames {
		n, seen := 0, 0
		for _, l := range lines[i:min(len(lines), i+10)] {
			text := strings.ToLower(strings.Trim(strings.TrimLeft(l.text, "> "), " *\n"))
			name, _, ok := strings.Cut(strings.ReplaceAll(text, "：", ":"), ":")
			at := indexOf(names, strings.Trim(name, " *"))
			if !ok || at < 0 {
				if n == 0 || isBlank(l.text) {
					break
				}
				continue // a long list of recipients
			}
			if seen&(1<<at) == 0 {
				seen |= 1 << at
				n++
			}
		}
		best = max(best, n)
	}
	return best
}

func indexOf(list []string, s string) int {
	for i, e := range list {
		if e == s {
			return i
		}
	}
	return -1
}

// markSignature finds the signature: what follows the last "-- " of the sender's
// own, up to a quote.
func markSignature(lines []line) {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].kind != SegmentOwn || strings.TrimSuffix(lines[i].text, "\n") != "-- " {
			continue
		}
		end := i + 1
		for end < len(lines) && lines[end].kind == SegmentOwn {
			end++
		}
		if end-i <= maxSignature+1 {
			mark(lines[i:end], SegmentSignature)
		}
		return
	}
}

// markAttributions finds the lines before quotes that say whom they are of.
func markAttributions(lines []line) {
	for i := 1; i < len(lines); i++ {
		if lines[i].kind != SegmentQuote || lines[i-1].kind == SegmentQuote {
			continue
		}
		last := i - 1
		for last >= 0 && i-last <= 2 && isBlank(lines[last].text) {
			last--
		}
		if last < 0 || lines[last].kind != SegmentOwn || !endsAttribution(lines[last].text) {
			continue
		}
		first := last
		for first > 0 && last-first < maxAttribution-1 && lines[first-1].kind == SegmentOwn && !isBlank(lines[first-1].text) {
			first--
		}
		if first > 0 && lines[first-1].kind == SegmentOwn && !isBlank(lines[first-1].text) {
			first = last // it is the end of a paragraph of text
		}
		for first < last && !startsAttribution(lines[first].text) {
			first++
		}
		var b strings.Builder
		for _, l := range lines[first : last+1] {
			b.WriteString(l.text)
		}
		if isAttribution(b.String()) {
			mark(lines[first:i], SegmentAttribution)
		}
	}
}

func endsAttribution(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasSuffix(s, ":") || strings.HasSuffix(s, "：")
}

// startsAttribution reports whether a line can be the first of an attribution that
// takes several.
func startsAttribution(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return startsWithAny(s, attributionStarts) || s != "" && s[0] >= '0' && s[0] <= '9'
}

// isAttribution reports whether text names a sender or a time, or says that
// someone wrote.
func isAttribution(s string) bool {
	lower := strings.ToLower(s)
	if len(s) > 600 {
		return false
	}
	for _, w := range wroteWords {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return strings.Contains(s, "@") && strings.IndexFunc(s, unicode.IsDigit) >= 0
}

// fillBlanks gives empty lines the kind of what is around them.
func fillBlanks(lines []line) {
	for i := 1; i < len(lines); i++ {
		if lines[i].kind == SegmentOwn && isBlank(lines[i].text) && lines[i-1].kind != SegmentOwn {
			j := i
			for j < len(lines) && lines[j].kind == SegmentOwn && isBlank(lines[j].text) {
				j++
			}
			if j == len(lines) || lines[j].kind == lines[i-1].kind {
				mark(lines[i:j], lines[i-1].kind)
			}
			i = j - 1
		}
	}
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

func startsWithAny(s string, list []string) bool {
	for _, p := range list {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// Reply returns what the sender wrote, without quotes and the signature. It is all
// of the text if it is not safe to cut: if the sender's words come between or
// around quotes, which they answer, if the message is a forward, or if nothing
// would remain.
func (r *Result) Reply() string {
	var own []string
	answered, forwarded, before := false, false, false
	quotes := 0
	for _, s := range r.Segments {
		switch s.Kind {
		case SegmentOwn:
			if isBlank(s.Text) {
				continue
			}
			answered = answered || quotes > 0 && before || quotes > 1
			before = true
			own = append(own, strings.Trim(s.Text, "\n"))
		case SegmentQuote:
			quotes++
		case SegmentForwarded:
			forwarded = true
		}
	}
	if answered || forwarded || len(own) == 0 {
		return r.Text
	}
	return strings.Join(own, "\n\n") + "\n"
}
