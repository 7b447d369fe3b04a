package response

import "math/bits"

// quoted reads a quoted string whose first quote is next.
func (p *parser) quoted() (span, bool) {
	p.i++
	s := span{lo: p.i}
	if i := stringEnd(p.b, p.i); i < len(p.b) && p.b[i] == '"' {
		s.hi, p.i = i, i+1
		return s, true
	}
	for i := p.i; i < len(p.b); i++ { // octet by octet, so that backslashes cost no more
		switch p.b[i] {
		case '\\':
			s.esc = true
			i++
		case '"':
			s.hi, p.i = i, i+1
			return s, true
		}
	}
	p.i = len(p.b)
	return span{}, p.fail("the quote that ends the string")
}

// stringEnd returns where the first quote or backslash in b[i:] is, and len(b) if there
// is neither. It looks at eight octets at once: most strings are too short for a call of
// bytes.IndexByte, of which it would take two.
func stringEnd(b []byte, i int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(b)-i >= 8; i += 8 {
		quote, slash := octets(b[i:])^'"'*ones, octets(b[i:])^'\\'*ones
		// The lowest high bit that is set is that of the first octet that is zero.
		if found := ((quote-ones)&^quote | (slash-ones)&^slash) & highs; found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for i < len(b) && b[i] != '"' && b[i] != '\\' {
		i++
	}
	return i
}

// textEnd is stringEnd, and reports whether what stands before that needs no decoding, as
// it is printable ASCII without an equals sign.
func textEnd(b []byte, i int) (end int, plain bool) {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	others := uint64(0)
	for ; len(b)-i >= 8; i += 8 {
		v := octets(b[i:])
		quote, slash, equals := v^'"'*ones, v^'\\'*ones, v^'='*ones
		found := ((quote-ones)&^quote | (slash-ones)&^slash) & highs
		// The high bit of an octet gets set if it is set already, by a borrow below a space,
		// or by a carry from DEL; and by one from the octet below it if that has its own set.
		other := v | (v - ' '*ones) | (v + ones) | (equals-ones)&^equals
		if found != 0 {
			others |= other & (found&-found - 1)
			return i + bits.TrailingZeros64(found)/8, others&highs == 0
		}
		others |= other
	}
	plain = others&highs == 0
	for ; i < len(b) && b[i] != '"' && b[i] != '\\'; i++ {
		plain = plain && b[i]-' ' < 0x7f-' ' && b[i] != '='
	}
	return i, plain
}

// plainString reads a quoted string without backslashes, if that is next and something
// that can follow a string follows. It consumes nothing else.
func (p *parser) plainString() (span, bool) {
	if p.i >= len(p.b) || p.b[p.i] != '"' {
		return span{}, false
	}
	i := stringEnd(p.b, p.i+1)
	if len(p.b)-i < 2 || p.b[i] != '"' || p.b[i+1] != ' ' && p.b[i+1] != ')' {
		return span{}, false
	}
	s := span{lo: p.i + 1, hi: i}
	p.i = i + 1
	return s, true
}

// literal reads a literal whose announcement is next.
func (p *parser) literal() (span, bool) {
	at := p.i
	n, ok := p.literalHeader()
	if !ok {
		p.i = at
		return span{}, p.fail("literal")
	}
	if n > int64(len(p.b)-p.i) {
		p.i = at
		return span{}, p.fail("the literal's content")
	}
	s := span{lo: p.i, hi: p.i + int(n)}
	p.i = s.hi
	return s, true
}

// literalHeader reads the announcement of a literal with its CRLF.
func (p *parser) literalHeader() (int64, bool) {
	p.special('~')
	if !p.special('{') {
		return 0, false
	}
	n, end, ok := scanNumber(p.b, p.i, max63)
	if !ok {
		return 0, false
	}
	p.i = end
	if !p.special('+') {
		p.special('-')
	}
	if !p.special('}') {
		return 0, false
	}
	p.special('\r')
	return int64(n), p.special('\n')
}

// str reads a string: quoted or a literal.
func (p *parser) str() (span, bool) {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{', '~':
		return p.literal()
	}
	return span{}, p.fail("string")
}

// nstring reads a string or NIL.
func (p *parser) nstring() (span, bool) {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{', '~':
		return p.literal()
	}
	if p.isNIL() {
		return span{null: true}, true
	}
	return span{}, p.fail("nstring")
}

// astring reads an atom or a string.
func (p *parser) astring() (span, bool) {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{':
		return p.literal()
	case '~':
		if p.i+1 < len(p.b) && p.b[p.i+1] == '{' {
			return p.literal()
		}
	}
	lo := p.i
	if _, ok := p.atom(); !ok {
		return span{}, p.fail("astring")
	}
	return span{lo: lo, hi: p.i}, true
}

// bytes returns the content of s, valid until the parser's next use of it.
func (p *parser) bytes(s span) []byte {
	b := p.b[s.lo:s.hi]
	if s.esc {
		p.mem.unescaped = appendUnescaped(p.mem.unescaped[:0], b)
		return p.mem.unescaped
	}
	return b
}

// appendUnescaped appends b without the backslashes before quotes and
// backslashes. Others are not allowed, and mean themselves if servers send
// them.
func appendUnescaped(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\') {
			i++
		}
		dst = append(dst, b[i])
	}
	return dst
}

// string returns the content of s as a string of its own.
func (p *parser) string(s span) string {
	p.charge(s.hi - s.lo)
	return string(p.bytes(s))
}

// text returns the content of s as a string that shares memory with others of its
// row, and of the rows beside it. Items are charged for their strings at once.
func (p *parser) text(s span) string {
	if s.lo == s.hi {
		return ""
	}
	return p.mem.text(p.bytes(s))
}

// maxScratch is the scratch memory that a parser keeps between responses.
const maxScratch = 64 << 10
