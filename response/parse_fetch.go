package response

import (
	"strconv"
	"time"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/maildate"
	"github.com/seed-090b04e4/imap/internal/utf7"
)

// fetchState is where a FETCH response stands when it was left at a literal.
type fetchState struct {
	msg   *Message
	depth int         // parentheses that are open
	lost  *ParseError // the first item that was lost
}

// msgAtt reads "(" item *(SP item) ")" (RFC 9051 §9 "msg-att") into f.msg, from
// the start or, where parentheses are open, from behind a literal. It returns
// true at the end of the response and at a literal that is not in p.b.
func (p *parser) msgAtt(f *fetchState) (atLiteral, ok bool) {
	if f.depth == 0 {
		if !p.expect('(') {
			return false, false
		}
		f.depth = 1
	}
	for {
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
			return false, p.fail("msg-att")
		}
		atLiteral, ok = p.item(f, name)
		if atLiteral || !ok {
			return atLiteral, ok
		}
	}
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
// skipped where its end can be found.
func (p *parser) item(f *fetchState, name []byte) (atLiteral, ok bool) {
	at, depth := p.i, p.depth
	atLiteral, ok = p.itemValue(f.msg, name)
	if ok && (atLiteral || p.separated()) {
		return atLiteral, true
	}
	p.fail("value") // unless it is known better
	lost := p.err
	p.err, p.depth, p.i = nil, depth, at
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

// skipItem consumes the section and the value behind an item's name.
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
	case "BINARY":
		return p.itemSection(m, true)
	case "RFC822":
		if p.peek() == '[' { // RFC822[] is sent for BODY[]
			return p.itemSection(m, false)
		}
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
	v, ok := p.nzNumber()
	if !ok {
		return false
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
	flags, ok := p.cachedFlagList()
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
// the zero time where it can't be read.
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
	n, ok := p.number64()
	if !ok && p.special('"') {
		p.err = nil
		n, ok = p.number64()
		ok = ok && p.expect('"')
	}
	if ok {
		m.Size = n
		m.Items |= ItemSize
	}
	return ok
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
	n, ok := p.modSeqValue()
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
	p.mayReread()
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
	p.mayReread()
	p.mem.fresh()
	p.mem.messages.limit = heavyRow
	at := p.i
	b, ok := p.body()
	for ok && p.peek() == '(' { // mail.ru: more structures behind the first
		ok = p.skipValue()
	}
	if !ok || !p.separated() {
		ok = p.readAgain(at, func(p *parser) (ok bool) {
			b, ok = p.body()
			return ok
		})
	}
	if ok {
		m.BodyStructure = b
		m.Items |= ItemBodyStructure
	}
	return ok
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
		p.addSection(m, b)
		return false, true
	}
	if p.open && (p.peek() == '{' || p.peek() == '~') {
		at := p.i
		if n, ok := p.literalHeader(); ok && p.end() {
			b.Size = n
			p.addSection(m, b)
			return true, true
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
	p.addSection(m, b)
	return false, true
}

func (p *parser) addSection(m *Message, b BodySection) {
	m.Items |= ItemSections
	if m.Sections == nil {
		m.Sections = p.mem.sections.take(1)
		m.Sections[0] = b
		return
	}
	m.Sections = append(m.Sections, b)
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

// extensionItem reads an item of an extension, or an unknown one.
func (p *parser) extensionItem(m *Message, name []byte) bool {
	if m.Ext == nil {
		m.Ext = new(MessageExt)
	}
	x := m.Ext
	var bit Items
	var ok bool
	switch string(name) {
	case "BINARY.SIZE":
		bit, ok = ItemBinarySize, p.itemBinarySize(x)
	case "SAVEDATE":
		bit, ok = ItemSaveDate, p.itemSaveDate(x)
	case "PREVIEW":
		bit, ok = ItemPreview, p.itemPreview(x)
	case "EMAILID":
		bit, ok = ItemEmailID, p.itemObjectID(&x.EmailID)
	case "THREADID":
		bit, ok = ItemThreadID, p.itemObjectID(&x.ThreadID)
	case "X-GM-MSGID":
		bit, ok = ItemGmailMsgID, p.itemNumber(&x.GmailMsgID)
	case "X-GM-THRID":
		bit, ok = ItemGmailThreadID, p.itemNumber(&x.GmailThreadID)
	case "X-GM-LABELS":
		bit, ok = ItemGmailLabels, p.itemLabels(x)
	default:
		bit, ok = ItemUnknown, p.itemUnknown(x, string(name))
	}
	if ok {
		m.Items |= bit
	}
	return ok
}

func (p *parser) itemBinarySize(x *MessageExt) bool {
	s, ok := p.section()
	if !ok || !p.sp() {
		return false
	}
	if p.isNIL() { // there is no such part
		return true
	}
	n, ok := p.number64()
	x.BinarySizes = append(x.BinarySizes, BinarySize{s.Part, n})
	return ok
}

func (p *parser) itemSaveDate(x *MessageExt) bool {
	if !p.sp() {
		return false
	}
	s, ok := p.nstring()
	if ok && !s.null {
		x.SaveDate = p.internalDate(s)
	}
	return ok
}

func (p *parser) itemPreview(x *MessageExt) bool {
	if !p.sp() {
		return false
	}
	if p.peek() == '(' { // ("FUZZY" "text"), of the drafts of RFC 8970
		p.enter()
		if _, ok := p.astring(); !ok || !p.sp() {
			return false
		}
		s, ok := p.nstring()
		x.Preview, x.PreviewNil = p.string(s), s.null
		return ok && (p.leave() || p.fail(")"))
	}
	s, ok := p.nstring()
	x.Preview, x.PreviewNil = p.string(s), s.null
	return ok
}

func (p *parser) itemObjectID(dst *string) bool {
	if !p.sp() {
		return false
	}
	if p.isNIL() {
		return true
	}
	id, ok := p.objectID()
	*dst = id
	return ok
}

func (p *parser) itemNumber(dst *uint64) bool {
	if !p.sp() {
		return false
	}
	b := p.run()
	n, err := strconv.ParseUint(string(b), 10, 64)
	*dst = n
	return err == nil || p.fail("number64")
}

// itemLabels reads Gmail's labels: astrings in modified UTF-7.
func (p *parser) itemLabels(x *MessageExt) bool {
	if !p.sp() {
		return false
	}
	if p.isNIL() {
		return true
	}
	list, ok := p.stringList()
	if !ok {
		return false
	}
	for i, l := range list {
		if b, err := utf7.AppendDecode(nil, []byte(l)); err == nil {
			list[i] = string(b)
		}
	}
	x.GmailLabels = list
	return true
}

// itemUnknown keeps an item that the library has no field for, with its section.
func (p *parser) itemUnknown(x *MessageExt, name string) bool {
	if p.peek() == '[' {
		start := p.i
		if !p.skipSection() {
			return false
		}
		name += string(p.b[start:p.i])
	}
	if !p.sp() {
		return false
	}
	v, ok := p.value()
	if ok {
		x.Unknown = append(x.Unknown, UnknownItem{name, v})
	}
	return ok
}
