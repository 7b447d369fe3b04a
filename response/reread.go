package response

import "bytes"

// Rows are first read by the grammar. An ENVELOPE or BODYSTRUCTURE that breaks it
// is read again, in ways that would take good ones for something else: with the
// quotes of its strings escaped as they should have been, and then with the
// fields left out that can't be read.
//
// If there is but one way to read it that fits the grammar, that is what the
// server meant. Else the value is a guess: it is in the message, and the response
// has a ParseError for the item.

// maxReread bounds how many items of one row are read again.
const maxReread = 4

// readAgain reads the list at offset at once more. The item must end after it.
func (p *parser) readAgain(at int, read func(*parser) bool) bool {
	if p.reread++; p.reread > maxReread || at >= len(p.b) || p.b[at] != '(' {
		return false
	}
	for _, mode := range [...]quoting{quotesInside, backslashLast} {
		text, width := p.requoted(p.b[at:], mode)
		p.charge(len(text))
		if width == len(text) { // never closed, or nothing to be escaped
			continue
		}
		if len(text) > largeRow {
			p.mem.isolate() // what has been read in vain would be kept
		}
		q := parser{b: text, mem: p.mem, utf8: p.utf8, exact: true}
		if read(&q) && q.end() {
			p.guessed = q.guessed
			p.i, p.err, p.depth = at+width, nil, 0
			return p.separated()
		}
	}
	if len(p.b) > largeRow {
		p.mem.isolate()
	}
	q := parser{b: p.b, i: at, mem: p.mem, utf8: p.utf8, loose: true}
	ok := read(&q) && q.separated()
	if ok {
		p.guessed = q.guessed
		p.i, p.err, p.depth = q.i, nil, 0
	}
	return ok
}

// leaveTo consumes all up to the end of the list that was entered at depth.
func (p *parser) leaveTo(depth int) bool {
	if p.depth > maxDepth {
		return false
	}
	for p.depth > depth {
		if p.leave() {
			continue
		}
		p.guessed = true
		if !p.skipValue() {
			return false
		}
	}
	p.err = nil
	return true
}

// quoting is a way in which servers get quoted strings wrong.
type quoting int

const (
	quotesInside  quoting = iota // quotes within are not escaped: Coremail (163.com), Exchange, GreenMail
	backslashLast                // nor is a backslash at the end: QQ
)

// requoted returns the list that b begins with, its quoted strings escaped by
// the grammar, and its length in b. A quote ends a string if something stands
// after it that can stand after a string.
func (p *parser) requoted(b []byte, mode quoting) (out []byte, width int) {
	out = make([]byte, 0, min(len(b)+16, 4<<10))
	depth, next := 0, checkStep
	for i := 0; i < len(b); {
		if i >= next {
			next = i + checkStep
			if p.mem.exceeded() != nil {
				return nil, 0
			}
		}
		lo := i
		switch c := b[i]; {
		case c == '"':
			var ok bool
			if out, i, ok = p.appendRequoted(out, b, i, depth, mode); !ok {
				return nil, 0
			}
			continue
		case c == '{' || c == '~':
			p := parser{b: b, i: i}
			if _, ok := p.literal(); ok {
				i = p.i
			} else {
				i++
			}
		case c == '(':
			depth++
			i++
		case c == ')':
			depth--
			i++
		default:
			i++
		}
		out = append(out, b[lo:i]...)
		if depth == 0 {
			return out, i
		}
	}
	return nil, 0
}

// appendRequoted appends the quoted string that begins at b[i], depth lists deep,
// and returns the offset of what stands after it.
func (p *parser) appendRequoted(out, b []byte, i, depth int, mode quoting) ([]byte, int, bool) {
	out = append(out, '"')
	start := len(out)
	escaped := false // a quote of the content has been
	next := i + checkStep
	for i++; i < len(b); i++ {
		if i >= next {
			next = i + checkStep
			if p.mem.exceeded() != nil {
				return out, i, false
			}
		}
		switch c := b[i]; {
		case c == '\\' && i+1 < len(b) && b[i+1] == '"':
			if mode == backslashLast && stringEnds(b[i+2:], depth) {
				return append(out, `\\"`...), i + 2, true
			}
			out = append(out, `\"`...)
			escaped = true
			i++
		case c == '\\' && i+1 < len(b) && b[i+1] == '\\':
			out = append(out, `\\`...)
			i++
		case c == '"' && (stringEnds(b[i+1:], depth) || !escaped && anotherString(out[start:], b[i+1:], depth)):
			return append(out, '"'), i + 1, true
		case c == '"':
			out = append(out, `\"`...)
			escaped = true
		default:
			out = append(out, c)
		}
	}
	return out, i, false
}

// stringEnds reports whether b can stand after a quoted string, depth lists
// deep: the end of lists, or another value.
func stringEnds(b []byte, depth int) bool {
	i := 0
	for i < len(b) && b[i] == ')' && depth > 0 {
		depth--
		i++
	}
	if depth == 0 {
		return i == len(b) || b[i] == ' ' || b[i] == ')'
	}
	rest := bytes.TrimLeft(b[i:], " ")
	if len(rest) == 0 || i == 0 && len(rest) == len(b) && b[0] != '(' {
		return false
	}
	switch c := rest[0]; {
	case c == '"' || c == '{' || c == ')':
		return true
	case c == '(':
		rest = bytes.TrimLeft(rest, "( ")
		return len(rest) > 0 && (rest[0] == '"' || rest[0] == ')' || rest[0] == '{' || startsNIL(rest))
	case '0' <= c && c <= '9' || c == '-':
		rest = bytes.TrimLeft(rest, "-0123456789")
		return len(rest) > 0 && (rest[0] == ' ' || rest[0] == ')')
	}
	return startsNIL(rest)
}

// anotherString reports whether b, which stands after a quote that may be the
// end of a string with that content, is a string without a space in front.
func anotherString(content, b []byte, depth int) bool {
	if len(content) == 0 || len(b) < 3 || b[0] != '"' {
		return false
	}
	n := bytes.IndexByte(b[1:], '"')
	return n > 0 && stringEnds(b[1+n+1:], depth)
}

// startsNIL reports whether b begins with NIL.
func startsNIL(b []byte) bool {
	p := parser{b: b}
	return p.isNIL()
}
