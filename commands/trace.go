package commands

import "strconv"

// markKind is how traces show a piece of an encoded command.
type markKind uint8

const (
	markSecret  markKind = iota // as ***
	markLiteral                 // as a quoted string, shortened
	markStream                  // not at all: the literal's header has the size
)

// mark is a piece of the buffer that traces show differently. That of a literal
// begins with the CRLF of its header.
type mark struct {
	start, end int
	kind       markKind
}

// Secret encodes what f appends as a secret: traces show neither it nor its length,
// and errors do not show its value.
func (e *Encoder) Secret(f func()) {
	i, start := len(e.marks), len(e.buf)
	outer := e.secret
	e.secret = true
	f()
	e.secret = outer
	clear(e.marks[i:])
	e.marks = append(e.marks[:i], mark{start: start, end: len(e.buf), kind: markSecret})
}

// maxTracedLiteral is how much of a literal's content traces show.
const maxTracedLiteral = 64

// AppendTrace appends the command as traces show it, on one line and without its
// tag: *** stands for secrets, literals are quoted and cut after 64 octets, and of
// streamed ones only the header is shown.
func (e *Encoder) AppendTrace(dst []byte) []byte {
	at, end := 0, len(e.buf)
	if n := len(e.parts); n > 0 && e.run == end { // ended by Command
		end -= len("\r\n")
	}
	for _, m := range e.marks {
		dst = append(dst, e.buf[at:m.start]...)
		at = m.end
		switch m.kind {
		case markSecret:
			dst = append(dst, "***"...)
		case markLiteral:
			content := e.buf[m.start+len("\r\n") : m.end]
			dst = append(dst, ' ')
			dst = strconv.AppendQuote(dst, string(content[:min(len(content), maxTracedLiteral)]))
			if len(content) > maxTracedLiteral {
				dst = append(dst, "…"...)
			}
		}
	}
	return append(dst, e.buf[at:max(at, end)]...)
}
