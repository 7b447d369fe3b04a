package mailtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Preview returns the first n characters of text on one line, as a list of
// messages shows them beside the subject: of what the sender wrote, without
// quotes, rules, the targets of links, and characters that are not seen. It ends
// in "…" if there is more.
//
// A server with PREVIEW (RFC 8970) does this by itself. Without it, a text that was
// read with 64 KiB as Options.MaxInput is enough.
func Preview(text string, n int) string {
	if n <= 0 {
		return ""
	}
	lines := classifyLines(text, nil)
	preview := previewOf(lines, SegmentOwn, n)
	if preview == "" { // a quote or a forward alone
		preview = previewOf(lines, -1, n)
	}
	return preview
}

// previewOf joins the words of the lines of a kind, or of all if it is -1.
func previewOf(lines []line, kind SegmentKind, n int) string {
	var b strings.Builder
	count := 0
	for _, l := range lines {
		if kind >= 0 && l.kind != kind {
			continue
		}
		text, _ := dropInvisible(strings.TrimLeft(l.text, "> "))
		if isRule(text) {
			continue
		}
		for word := range strings.FieldsSeq(dropTargets(text)) {
			if b.Len() > 0 {
				b.WriteByte(' ')
				count++
			}
			b.WriteString(word)
			if count += utf8.RuneCountInString(word); count > n {
				return cutRunes(b.String(), n)
			}
		}
	}
	return b.String()
}

// isRule reports whether a line is one that was drawn.
func isRule(s string) bool {
	return strings.Trim(s, "-_=*#~+. \t\n") == "" && len(strings.TrimSpace(s)) > 1
}

// dropTargets removes "<https://…>" after words.
func dropTargets(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "<")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		target, _, closed := strings.Cut(rest[:min(len(rest), maxURL+8)], ">")
		if !closed || !strings.Contains(target, "://") || strings.ContainsAny(target, " <") {
			b.WriteByte('<')
			s = rest
			continue
		}
		s = rest[len(target)+1:]
	}
}

// cutRunes returns the first n characters of s; the last one is "…" if there are
// more.
func cutRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	at := 0
	for range n - 1 {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return strings.TrimRight(cutOctets(s, at), " ") + "…"
}

// cutOctets returns at most n octets of s, without cutting what is one character
// to a reader.
func cutOctets(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for at := n; at > 0 && at > n-64; at-- {
		if !utf8.RuneStart(s[at]) {
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[at:])
		last, _ := utf8.DecodeLastRuneInString(s[:at])
		if !unicode.Is(unicode.M, next) && next != zwj && next != zwnj && last != zwj {
			return s[:at]
		}
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
