package response

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
)

func (p *parser) itemRFC822(m *Message, spec Specifier) (atLiteral, ok bool) {
	return p.sectionValue(m, BodySection{RFC822: true, Section: Section{Specifier: spec}})
}

// itemSection reads BODY[...]<n> or BINARY[...]<n> and its value.
func (p *parser) itemSection(m *Message, binary bool) (atLiteral, ok bool) {
	b := BodySection{Binary: binary}
	if b.Section, ok = p.section(); !ok {
		return false, false
	}
	return p.sectionValue(m, b)
}

// origin reads "<" number ">" if it is next.
func (p *parser) origin(b *BodySection) (ok bool) {
	if !p.special('<') {
		return true
	}
	b.Partial = true
	if b.Origin, ok = p.number64(); !ok {
		return false
	}
	if p.special('.') { // some servers echo the length that was asked for
		if _, ok = p.number64(); !ok {
			return false
		}
	}
	return p.expect('>')
}

// sectionValue reads the text of a section, and its origin in front of it.
func (p *parser) sectionValue(m *Message, b BodySection) (atLiteral, ok bool) {
	if !p.origin(&b) {
		return false, false
	}
	if c := p.peek(); c != '{' && c != '"' && !p.sp() { // GreenMail: BODY[]{5}
		return false, false
	}
	if p.peek() == ')' { // Yandex: BODY[2] ) without a value
		b.Nil = true
		return false, p.addSection(m, b)
	}
	if p.open && (p.peek() == '{' || p.peek() == '~') {
		at := p.i
		if n, ok := p.literalHeader(); ok && p.end() {
			b.Size = n
			ok = p.addSection(m, b)
			return ok, ok
		}
		p.i = at
	}
	s, ok := p.nstring()
	if !ok {
		return false, false
	}
	b.Nil = s.null
	if !s.null {
		b.Data = append(make([]byte, 0, s.hi-s.lo), p.bytes(s)...)
		b.Size = int64(len(b.Data))
	}
	return false, p.addSection(m, b)
}

func (p *parser) addSection(m *Message, b BodySection) bool {
	charged := p.mem.charged
	p.charge(sizeSection + len(b.Data))
	if p.exceeded(charged) {
		return false
	}
	m.Items |= ItemSections
	if m.Sections == nil {
		m.Sections = p.mem.sections.take(1)
		m.Sections[0] = b
		return true
	}
	m.Sections = append(m.Sections, b)
	return true
}

// section reads "[" [section-spec] "]" (RFC 9051 §9 "section").
func (p *parser) section() (Section, bool) {
	var s Section
	if !p.expect('[') {
		return s, false
	}
	p.spaces()
	for p.i < len(p.b) && ascii.Is(p.b[p.i], ascii.Digit) {
		n, ok := p.nzNumber()
		if !ok || len(s.Part) >= maxPartDepth {
			return s, p.fail("section-part")
		}
		p.charge(2 * sizePointer)
		s.Part = append(s.Part, int(n))
		if !p.special('.') {
			break
		}
	}
	start := p.i
	for p.i < len(p.b) && ascii.Is(p.b[p.i], ascii.ItemChar) && p.b[p.i] != ']' {
		p.i++
	}
	s.Specifier = p.specifier(p.b[start:p.i])
	p.spaces()
	if p.peek() == '(' {
		fields, ok := p.stringList()
		if !ok {
			return s, p.fail("header-list")
		}
		s.Fields = fields
		p.spaces()
	}
	return s, p.expect(']')
}

func (p *parser) specifier(b []byte) Specifier {
	for _, s := range [...]Specifier{SpecifierNone, SpecifierText, SpecifierHeader, SpecifierMIME, SpecifierHeaderFields, SpecifierHeaderFieldsNot} {
		if ascii.EqualFold(s, b) {
			return s
		}
	}
	return Specifier(ascii.ToUpper(p.mem.word(b)))
}
