package mailtext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDepth is the most levels of quotes and lists that are shown.
const maxDepth = 32

// maxLead is the most blanks at the start of a line that are kept.
const maxLead = 200

// writer lays text out: words, lines, paragraphs, quotes and lists. Blanks and
// line breaks wait until something visible comes after them, so that no line ends
// in a blank and no more than one line is empty.
type writer struct {
	out  []byte
	max  int
	full bool // out has max octets; the rest is left out

	breaks   int  // line breaks that wait: 2 for an empty line
	space    bool // a blank waits
	newline  bool // which was a line break in HTML
	nbsp     bool // a no-break space stands where a line may start
	last     rune // the last one that was written in this line; 0 at its start
	lineFrom int  // where the text of the line starts, after its prefix

	quote     int // levels of quotes
	lastQuote int // of the line that was written last
	indent    int // levels of lists
	marker    string

	lead   []byte // blanks at the start of a line of text whose white space has a meaning
	target bool   // the target of a link was written last
	watch  *int   // where the text begins that is written next, if it is negative
}

// textBreak asks for n line breaks before what comes next.
func (w *writer) textBreak(n int) {
	if w.marker != "" { // the item has just begun
		return
	}
	w.keepSeparator()
	if w.nbsp && w.breaks > 0 {
		n = 2
	}
	w.breaks = max(w.breaks, n)
	w.space, w.nbsp, w.lead = false, false, w.lead[:0]
}

// lineBreak ends the line, or makes an empty one.
func (w *writer) lineBreak() {
	if w.marker != "" {
		return
	}
	w.keepSeparator()
	w.breaks = min(w.breaks+1, 2)
	w.space, w.nbsp = false, false
}

// keepSeparator keeps the blank of a signature separator.
func (w *writer) keepSeparator() {
	if w.breaks == 0 && w.space && string(w.out[w.lineFrom:]) == "--" {
		w.out = append(w.out, ' ')
	}
}

// item begins an item of a list.
func (w *writer) item(marker string) {
	w.marker = ""
	w.textBreak(1)
	w.marker = marker
}

// endItem ends an item, which shows nothing if it has no text.
func (w *writer) endItem() {
	w.marker = ""
	w.textBreak(1)
}

// write writes text whose white space has no meaning.
func (w *writer) write(s string) {
	for _, r := range s {
		switch r {
		case ' ', '\t', '\n', '\r', '\f':
			w.newline = w.space && w.newline || r == '\n' || r == '\r'
			w.space = true
			continue
		case '\u00a0', '\u2007', '\u202f':
			w.space, w.newline = true, false
			w.nbsp = w.nbsp || w.last == 0 || w.breaks > 0
			continue
		}
		if w.start(r); w.full {
			return
		}
		w.rune(r)
	}
}

func (w *writer) rune(r rune) {
	if len(w.out)+utf8.UTFMax > w.max {
		w.full = true
		return
	}
	w.out = utf8.AppendRune(w.out, r)
	w.last = r
}

// start writes what waits before the visible character r.
func (w *writer) start(r rune) {
	if len(w.out)+8*maxDepth+maxLead+64 > w.max {
		w.full = true
		return
	}
	switch {
	case len(w.out) == 0:
		w.prefix()
	case w.breaks > 0:
		w.endLine()
		if w.breaks > 1 {
			w.out = append(w.out, emptyLine(min(w.quote, w.lastQuote))...)
			w.out = append(w.out, '\n')
		}
		w.prefix()
	case w.space && w.last != 0:
		if !w.newline || !isWide(w.last) || !isWide(r) {
			w.out = append(w.out, ' ')
		}
	case w.target && (unicode.IsLetter(r) || unicode.IsDigit(r)):
		w.out = append(w.out, ' ')
	}
	w.breaks, w.space, w.nbsp, w.target = 0, false, false, false
	if w.watch != nil && *w.watch < 0 {
		*w.watch = len(w.out)
	}
}

// endLine ends the line that was written, without blanks at its end.
func (w *writer) endLine() {
	if string(w.out[w.lineFrom:]) != "-- " {
		text := bytes.TrimRight(w.out[w.lineFrom:], " \t")
		w.out = w.out[:w.lineFrom+len(text)]
	}
	w.out = append(w.out, '\n')
}

// prefix begins a line.
func (w *writer) prefix() {
	quote := min(w.quote, maxDepth)
	w.out = append(w.out, strings.Repeat("> ", quote)...)
	w.lastQuote = w.quote
	indent := min(w.indent, maxDepth)
	if w.marker != "" {
		w.out = append(w.out, strings.Repeat("  ", max(indent-1, 0))...)
		w.out = append(w.out, w.marker...)
		w.marker = ""
	} else {
		w.out = append(w.out, strings.Repeat("  ", indent)...)
	}
	w.last, w.lineFrom = 0, len(w.out)
}

// emptyLine returns what an empty line within quotes is.
func emptyLine(quote int) string {
	return strings.TrimSuffix(strings.Repeat("> ", min(quote, maxDepth)), " ")
}

// verbatim writes text whose white space has a meaning.
func (w *writer) verbatim(s string) {
	for _, r := range s {
		switch {
		case r == '\r':
		case r == '\n':
			w.lead = w.lead[:0]
			w.lineBreak()
		case (r == ' ' || r == '\t') && (w.breaks > 0 || w.last == 0):
			if len(w.lead) < maxLead { // seen only if something comes after it
				w.lead = append(w.lead, byte(r))
			}
		default:
			if r == '\u00a0' {
				r = ' '
			}
			if w.start(r); w.full {
				return
			}
			w.out = append(w.out, w.lead...)
			w.lead = w.lead[:0]
			w.rune(r)
		}
		if w.full {
			return
		}
	}
}

// text returns all that was written, with a line break at its end.
func (w *writer) text() string {
	w.keepSeparator()
	if len(w.out) == 0 {
		return ""
	}
	w.endLine()
	return string(w.out)
}

// isWide reports whether r belongs to a script that is written without blanks
// between words.
func isWide(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}
