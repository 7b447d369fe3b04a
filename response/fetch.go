package response

import (
	"bytes"
	"time"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/maildate"
)

// fetchState is where a FETCH response stands when it was left at a literal.
type fetchState struct {
	msg   *Message
	depth int         // parentheses that are open
	lost  *ParseError // the first item that was lost
}

// msgAtt reads "(" item *(SP item) ")" (RFC 9051 §9 "msg-att") into f.msg, from
// the start or, if parentheses are open, from after a literal. It returns
// true at the end of the response and at a literal that is not in p.b.
func (p *parser) msgAtt(f *fetchState) (atLiteral, ok bool) {
	if f.depth == 0 {
		if !p.expect('(') {
			return false, false
		}
		f.depth = 1
	}
	for {
		p.check()
		p.spaces()
		switch p.peek() {
		case '(': // Domino puts the items between one more pair
			p.i++
			f.depth++
			continue
		case ')':
			p.i++
			if f.depth--; f.depth > 0 {
				continue
			}
			if p.spaces(); !p.end() {
				return false, p.fail("the end of the response")
			}
			return false, true
		}
		name := p.itemName()
		if len(name) == 0 {
			if p.end() {
				p.swallowed(f.msg)
			}
			return false, p.fail("msg-att")
		}
		atLiteral, ok = p.item(f, name)
		if atLiteral || !ok {
			return atLiteral, ok
		}
	}
}

// swallowed deals with a response that ends before its parenthesis. If the last
// section ends in that, its literal was announced with a line end that it does not
// have, and is lost.
func (p *parser) swallowed(m *Message) {
	n := len(m.Sections)
	if n == 0 || !bytes.HasSuffix(bytes.TrimSuffix(m.Sections[n-1].Data, []byte("\r")), []byte(")")) {
		return
	}
	s := m.Sections[n-1]
	m.Sections = m.Sections[:n-1]
	if n == 1 {
		m.Items &^= ItemSections
	}
	p.fail("a literal of the announced length")
	p.err.Item = "BODY[" + s.Section.String() + "]"
}

// itemName reads the name of an item.
func (p *parser) itemName() []byte {
	b, i := p.b, p.i
	for i < len(b) && ascii.Is(b[i], ascii.ItemChar) {
		i++
	}
	name := b[p.i:i]
	p.i = i
	return name
}

// item reads the value of one item. An item whose value breaks the grammar is
// skipped if its end can be found.
func (p *parser) item(f *fetchState, name []byte) (atLiteral, ok bool) {
	at, depth, charged := p.i, p.depth, p.mem.charged
	atLiteral, ok = p.itemValue(f.msg, name)
	if ok && (atLiteral || p.separated()) && !p.exceeded(charged) {
		if p.guessed && f.lost == nil {
			f.lost = &ParseError{Item: upperName(name), Offset: at, Guess: true, Msg: "the value is a guess"}
		}
		p.guessed = false
		return atLiteral, true
	}
	p.guessed = false
	p.fail("value") // unless it is known better
	lost := p.err
	p.err, p.depth, p.i = nil, depth, at
	p.mem.charged = charged
	if !p.skipItem() {
		p.err = lost
		return false, false
	}
	p.err = nil
	if f.lost == nil {
		f.lost = lost
		f.lost.Item = ascii.ToUpper(string(name))
	}
	return false, true
}

// separated reports whether the value that was read ends here.
func (p *parser) separated() bool {
	if p.i < len(p.b) {
		if c := p.b[p.i]; c != ' ' && c != ')' {
			return p.fail("SP")
		}
	}
	return true
}

// skipItem consumes the section and the value after an item's name.
func (p *parser) skipItem() bool {
	if p.peek() == '[' && !p.skipSection() {
		return false
	}
	p.spaces()
	if p.peek() == ')' {
		return true // Yandex: BODY[2] ) without a value
	}
	if !p.skipValue() {
		return false
	}
	c := p.peek()
	return p.end() || c == ' ' || c == ')'
}

// skipSection consumes [...] and <...>, in which spaces, lists and quoted
// strings may stand.
func (p *parser) skipSection() bool {
	for p.i < len(p.b) && p.b[p.i] != ']' {
		if p.b[p.i] == '"' {
			if _, ok := p.quoted(); !ok {
				return false
			}
			continue
		}
		p.i++
	}
	if !p.special(']') {
		return p.fail("]")
	}
	for p.peek() == '<' || p.i < len(p.b) && p.b[p.i] != ' ' && p.b[p.i] != ')' {
		p.i++
	}
	return true
}

// itemValue reads the value of the item of that name. The names of the items
// that come by the million stand first.
func (p *parser) itemValue(m *Message, name []byte) (atLiteral, ok bool) {
	switch string(name) {
	case "UID":
		return false, p.itemUID(m)
	case "FLAGS":
		return false, p.itemFlags(m)
	case "INTERNALDATE":
		return false, p.itemInternalDate(m)
	case "RFC822.SIZE":
		return false, p.itemSize(m)
	case "MODSEQ":
		return false, p.itemModSeq(m)
	case "ENVELOPE":
		return false, p.itemEnvelope(m)
	case "BODYSTRUCTURE":
		return false, p.itemBodyStructure(m)
	case "BODY":
		switch p.peek() {
		case '[':
			return p.itemSection(m, false)
		case ' ', '(':
			return false, p.itemBodyStructure(m)
		}
		return false, p.fail("[ or SP")
	case "BODY.PEEK": // as the client asked for it
		if p.peek() == '[' {
			return p.itemSection(m, false)
		}
		return false, p.fail("[")
	case "BINARY", "BINARY.PEEK":
		return p.itemSection(m, true)
	case "RFC822":
		if p.peek() == '[' { // RFC822[] is sent for BODY[]
			return p.itemSection(m, false)
		}
		return p.itemRFC822(m, SpecifierNone)
	case "RFC822.PEEK":
		return p.itemRFC822(m, SpecifierNone)
	case "RFC822.HEADER":
		return p.itemRFC822(m, SpecifierHeader)
	case "RFC822.TEXT":
		return p.itemRFC822(m, SpecifierText)
	}
	if up := upperName(name); up != string(name) {
		return p.itemValue(m, []byte(up))
	}
	return false, p.extensionItem(m, name)
}

func upperName(name []byte) string { return ascii.ToUpper(string(name)) }

func (p *parser) itemUID(m *Message) bool {
	if !p.sp() {
		return false
	}
	at := p.i
	n, ok := p.numberItem(max32, "nz-number")
	if !ok {
		return false
	}
	v := uint32(n)
	if v == 0 {
		p.i = at
		return p.fail("nz-number")
	}
	if m.UID != 0 && m.UID != UID(v) && !m.Has(ItemSections) {
		p.i = at
		return p.fail("one UID")
	}
	m.UID = UID(v)
	m.Items |= ItemUID
	return true
}

func (p *parser) itemFlags(m *Message) bool {
	if !p.sp() {
		return false
	}
	var flags []Flag
	ok := false
	if p.peek() == '\\' {
		flags, ok = p.bareFlags()
	} else {
		flags, ok = p.cachedFlagList()
	}
	if ok {
		m.Flags = flags
		m.Items |= ItemFlags
	}
	return ok
}

func (p *parser) itemInternalDate(m *Message) bool {
	if !p.sp() {
		return false
	}
	s, ok := p.nstring()
	if !ok {
		return false
	}
	m.Items |= ItemInternalDate
	m.InternalDate = p.internalDate(s)
	return true
}

// internalDate returns the time of a date-time, or of a date in another form;
// the zero time if it can't be read.
func (p *parser) internalDate(s span) time.Time {
	t, ok := maildate.ParseInternal(p.bytes(s))
	if !ok {
		t, _ = maildate.Parse(p.bytes(s))
	}
	return t
}

func (p *parser) itemSize(m *Message) bool {
	if !p.sp() {
		return false
	}
	n, ok := p.numberItem(max63, "number64")
	if ok {
		m.Size = int64(n)
		m.Items |= ItemSize
	}
	return ok
}

// numberItem reads the number that is the value of an item. Some servers make a string
// of it.
func (p *parser) numberItem(most uint64, rule string) (uint64, bool) {
	if c := p.peek(); c != '"' && c != '{' {
		return p.scan(most, rule)
	}
	at := p.i
	s, ok := p.str()
	if !ok {
		return 0, false
	}
	b := p.bytes(s)
	n, end, ok := scanNumber(b, 0, most)
	if !ok || end < len(b) {
		p.i = at
		return 0, p.fail(rule)
	}
	return n, true
}

func (p *parser) itemModSeq(m *Message) bool {
	if !p.sp() || !p.enter() {
		return false
	}
	if p.peek() == '-' { // Zoho: MODSEQ (-1)
		p.i++
		if _, ok := p.modSeqValue(); !ok {
			return false
		}
		m.Items |= ItemModSeq
		return p.leave() || p.fail(")")
	}
	n, ok := p.numberItem(max64, "mod-sequence-value")
	if !ok || !p.leave() {
		return p.fail("mod-sequence-value")
	}
	m.ModSeq = n
	m.Items |= ItemModSeq
	return true
}

func (p *parser) itemEnvelope(m *Message) bool {
	if p.peek() != '(' && !p.sp() {
		return false
	}
	if p.isNIL() {
		m.Items |= ItemEnvelope
		return true
	}
	p.mem.messages.limit = heavyRow
	at := p.i
	e, ok := p.envelope()
	if !ok || !p.separated() {
		ok = p.readAgain(at, func(p *parser) (ok bool) {
			e, ok = p.envelope()
			return ok
		})
	}
	if ok {
		p.charge(p.i - at) // for strings
		m.Envelope = e
		m.Items |= ItemEnvelope
	}
	return ok
}

func (p *parser) itemBodyStructure(m *Message) bool {
	if p.peek() != '(' && !p.sp() {
		return false
	}
	if p.isNIL() {
		m.Items |= ItemBodyStructure
		return true
	}
	p.mem.fresh(len(p.b) - p.i)
	p.mem.messages.limit = heavyRow
	at := p.i
	b, ok := p.body()
	for ok && p.peek() == '(' { // mail.ru: more structures after the first
		ok = p.skipValue()
	}
	if !ok || !p.separated() {
		ok = p.readAgain(at, func(p *parser) (ok bool) {
			b, ok = p.body()
			return ok
		})
	}
	if ok {
		p.charge(p.i - at)
		m.BodyStructure = b
		m.Items |= ItemBodyStructure
	}
	return ok
}
