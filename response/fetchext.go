package response

import (
	"time"
	"unsafe"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/utf7"
)

// MessageExt holds the items of extensions.
type MessageExt struct {
	SaveDate    time.Time    // RFC 8514; zero for NIL
	Preview     string       // RFC 8970: the first words of the text
	PreviewNil  bool         // Preview was NIL: there is none yet
	EmailID     string       // RFC 8474: the same for the same content
	ThreadID    string       // RFC 8474; empty for NIL
	BinarySizes []BinarySize // BINARY.SIZE (RFC 3516)

	GmailMsgID    uint64   // X-GM-MSGID
	GmailThreadID uint64   // X-GM-THRID
	GmailLabels   []string // X-GM-LABELS, decoded

	Unknown []UnknownItem // items that the library has no field for
}

// BinarySize is the size of a part without its transfer encoding (RFC 3516
// §4.3).
type BinarySize struct {
	Part []int // its number, as in [Section]
	Size int64 // octets
}

// UnknownItem is an item of FETCH, STATUS or ESEARCH that the library has no
// field for.
type UnknownItem struct {
	Name  string // in upper case
	Value Value  // as it came
}

func (x *MessageExt) cost() int {
	n := sizeExt + len(x.Preview) + len(x.EmailID) + len(x.ThreadID) + stringsCost(x.GmailLabels) + unknownCost(x.Unknown)
	n += cap(x.BinarySizes) * int(unsafe.Sizeof(BinarySize{}))
	for i := range x.BinarySizes {
		n += cap(x.BinarySizes[i].Part) * sizePointer
	}
	return n
}

// Other returns the value of an item that the library has no field for, as one of
// FetchItems.Other asks for it, whatever the case of its name; false if it did not come.
func (m *Message) Other(name string) (Value, bool) {
	if m.Ext == nil {
		return Value{}, false
	}
	for _, item := range m.Ext.Unknown {
		if ascii.EqualFold(item.Name, name) {
			return item.Value, true
		}
	}
	return Value{}, false
}

func unknownCost(list []UnknownItem) int {
	n := cap(list) * sizeUnknown
	for i := range list {
		n += len(list[i].Name) + list[i].Value.cost()
	}
	return n
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
	n, ok := p.scan(max64, "number64")
	*dst = n
	return ok
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
