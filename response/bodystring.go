package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// bodyNString reads a string field. Some servers send atoms.
func (p *parser) bodyNString() (span, bool) {
	p.spaces()
	if s, ok := p.plainString(); ok {
		return s, true
	}
	if hasAt(p.b, p.i, "NIL ") || hasAt(p.b, p.i, "NIL)") {
		p.i += len("NIL")
		return span{null: true}, true
	}
	if c := p.peek(); c == '"' || c == '{' || c == 'N' || c == 'n' {
		if s, ok := p.nstring(); ok {
			if c == '"' && !p.stringEnded() {
				return span{}, false
			}
			return s, true
		}
		if c == '"' || c == '{' {
			return span{}, false
		}
		p.err = nil
	}
	lo := p.i
	p.odd()
	if len(p.run()) == 0 {
		if p.loose && p.peek() == '(' {
			p.guessed = true
			return span{null: true}, p.skipValue()
		}
		return span{}, p.fail("nstring")
	}
	return span{lo: lo, hi: p.i}, true
}

// stringEnded reports whether something stands after a quoted string that can
// stand there, so that the quote before it is the last one.
func (p *parser) stringEnded() bool {
	c := p.peek()
	return c == ' ' || c == ')' || c == '(' || p.loose || p.fail("SP")
}

// bodyToken reads a string field that holds no quotes, into dst. Quotes are left
// out: Exchange has sent "HTML"" in escaped form and without.
func (p *parser) bodyToken(dst *string) bool {
	s, ok := p.bodyTokenSpan()
	if ok {
		*dst = p.token(s)
	}
	return ok
}

func (p *parser) bodyTokenSpan() (s span, ok bool) {
	if s, ok = p.bodyNString(); !ok {
		return s, false
	}
	for s.lo < s.hi && (p.b[s.lo] == '"' || p.b[s.lo] == '\\') {
		s.lo++
	}
	for s.lo < s.hi && (p.b[s.hi-1] == '"' || p.b[s.hi-1] == '\\') {
		s.hi--
	}
	return s, true
}

// rareString reads a string field that few parts have.
func (p *parser) rareString(b *BodyStructure, field func(*BodyRare) *string) bool {
	s, ok := p.bodyNString()
	if ok && s.lo < s.hi {
		*field(p.rare(b)) = p.text(s)
	}
	return ok
}

func (r *BodyRare) id() *string       { return &r.ID }
func (r *BodyRare) md5() *string      { return &r.MD5 }
func (r *BodyRare) location() *string { return &r.Location }

// rare returns b.Rare, which it makes if there is none.
func (p *parser) rare(b *BodyStructure) *BodyRare {
	if b.Rare == nil {
		b.Rare = p.mem.rares.one()
		p.charge(sizeBodyRare)
	}
	return b.Rare
}

// bodyNumber reads a count. Exchange sends -1, mail.ru 9.3736e+06, and others
// NIL: all but plain digits is -1.
func (p *parser) bodyNumber() (int64, bool) {
	p.spaces()
	if n, end := p.plainCount(p.i); end > 0 {
		p.i = end
		return n, true
	}
	if p.peek() == '"' {
		s, ok := p.quoted()
		if !ok {
			return 0, false
		}
		n, end, ok := scanNumber(p.b, s.lo, max63)
		if !ok || end != s.hi {
			p.guessed = true
			return -1, true
		}
		return int64(n), true
	}
	b := p.run()
	if len(b) == 0 {
		return 0, p.fail("number")
	}
	n, end, ok := scanNumber(b, 0, max63)
	switch {
	case len(b) == 3 && ascii.EqualFold(b, "NIL"):
		return 0, true
	case !ok || end != len(b):
		p.guessed = p.guessed || ascii.Is(b[0], ascii.Letter)
		return -1, true
	}
	return int64(n), true
}

// plainCount reads the digits at p.b[i:] and returns the offset after them, or zero if
// they are none, or too many, or if no space or parenthesis follows.
func (p *parser) plainCount(i int) (n int64, end int) {
	const surely = 18 // digits that fit 63 bits
	v, end := scanDigits(p.b, i)
	if end == i || end-i > surely || end >= len(p.b) || p.b[end] != ' ' && p.b[end] != ')' {
		return 0, 0
	}
	return int64(v), end
}
