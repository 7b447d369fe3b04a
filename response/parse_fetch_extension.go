package response

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/utf7"
)

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
	p.charge(3 * sizeString)
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
		p.charge(2*sizeUnknown + len(name))
		x.Unknown = append(x.Unknown, UnknownItem{name, v})
	}
	return ok
}
