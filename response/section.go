package response

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Specifier says which piece of a message or of a part a [Section] means
// (RFC 9051 §6.4.5.1).
type Specifier string

// The part specifiers of RFC 9051 §6.4.5.1.
const (
	SpecifierNone            Specifier = ""                  // all of it
	SpecifierHeader          Specifier = "HEADER"            // the header of a message
	SpecifierHeaderFields    Specifier = "HEADER.FIELDS"     // the named header fields
	SpecifierHeaderFieldsNot Specifier = "HEADER.FIELDS.NOT" // all header fields but the named
	SpecifierText            Specifier = "TEXT"              // the message without its header
	SpecifierMIME            Specifier = "MIME"              // the MIME header of a part
)

// Section names a piece of a message: what stands between the brackets of
// BODY[...] and BINARY[...] (RFC 9051 §6.4.5.1). The zero value is the whole
// message.
type Section struct {
	Part      []int     // part numbers, {1, 2} for 1.2; empty: the message itself
	Specifier Specifier // which piece of it
	Fields    []string  // field names, for the two HEADER.FIELDS specifiers
}

// Equal reports whether both name the same piece: specifiers and field names
// compare without regard to case, the order of fields matters not.
func (s Section) Equal(t Section) bool {
	if !slices.Equal(s.Part, t.Part) || !ascii.EqualFold(s.Specifier, t.Specifier) || len(s.Fields) != len(t.Fields) {
		return false
	}
	for _, f := range s.Fields {
		if !slices.ContainsFunc(t.Fields, func(g string) bool { return strings.EqualFold(f, g) }) {
			return false
		}
	}
	return true
}

// String returns the section as it stands between the brackets, field names
// included as they are.
func (s Section) String() string {
	b := s.AppendPrefix(nil)
	if len(s.Fields) > 0 {
		b = append(b, " ("...)
		b = append(b, strings.Join(s.Fields, " ")...)
		b = append(b, ')')
	}
	return string(b)
}

// AppendPrefix appends the part numbers and the specifier: the section up to
// its list of field names.
func (s Section) AppendPrefix(dst []byte) []byte {
	for i, n := range s.Part {
		if i > 0 {
			dst = append(dst, '.')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	if s.Specifier != "" {
		if len(s.Part) > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, s.Specifier...)
	}
	return dst
}

// ParsePart parses the number of a part, like "1.2.3", as [BodyStructure.Walk]
// and mail programs write it.
func ParsePart(text string) ([]int, bool) {
	if text == "" {
		return nil, true
	}
	var part []int
	for n := range strings.SplitSeq(text, ".") {
		v, width, ok := ascii.Number64(n)
		if !ok || width != len(n) || v < 1 || v > 1<<31 || len(part) >= maxPartDepth {
			return nil, false
		}
		part = append(part, int(v))
	}
	return part, true
}

// maxPartDepth is more levels than any part number has in a message that
// parsers accept: nesting beyond the limit of BODYSTRUCTURE can't be named.
const maxPartDepth = 128

// BodySection is one section of a message: BODY[...], BINARY[...], or one of the
// RFC822 items, which stand for BODY[], BODY[HEADER] and BODY[TEXT].
type BodySection struct {
	Section Section // which section
	Binary  bool    // BINARY[...]: without transfer encoding (RFC 3516 §4.2)
	RFC822  bool    // the answer was one of the RFC822 items
	Partial bool    // the server sent an origin: it is a part of the section
	Origin  int64   // offset of the first octet, if Partial
	Nil     bool    // NIL: the server has no such section, as opposed to an empty one
	Size    int64   // octets of the section, or of the part that came

	Data   []byte    // the octets; nil while streaming
	Reader io.Reader // the octets in a streaming FETCH, valid until the next iteration
}

func (s *Section) cost() int {
	n := cap(s.Part)*sizePointer + stringsCost(s.Fields)
	if len(s.Specifier) > len(SpecifierHeaderFieldsNot) {
		n += len(s.Specifier) // no constant
	}
	return n
}

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

// sectionValue reads the value of a section, and its origin in front of it.
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
		b.Data = p.mem.bytes(p.bytes(s), s.hi-s.lo)
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
	return Specifier(ascii.ToUpper(p.newWord(b)))
}
