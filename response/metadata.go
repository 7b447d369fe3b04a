package response

import (
	"unsafe"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// MetadataData is an untagged METADATA (RFC 5464 §4.4): entries with values, or
// in an unsolicited one only the names of those that changed. Mailbox is empty
// for the server's own entries.
type MetadataData struct {
	Mailbox string         // decoded; as it came if it does not decode
	Items   []MetadataItem // entries with values
	Changed []string       // names of entries that have changed
}

func (*MetadataData) untagged() {}

func (d *MetadataData) cost() int {
	return sizeOther + len(d.Mailbox) + stringsCost(d.Changed) + metadataCost(d.Items)
}

// MetadataItem is one entry. A nil Value is NIL: there is no such entry.
type MetadataItem struct {
	Name  string // like "/private/comment"
	Value []byte // nil for NIL
}

func metadataCost(items []MetadataItem) int {
	n := cap(items) * int(unsafe.Sizeof(MetadataItem{}))
	for _, item := range items {
		n += len(item.Name) + cap(item.Value)
	}
	return n
}

// MetadataResult is what GETMETADATA found (RFC 5464 §4.2). It belongs to the
// caller.
type MetadataResult struct {
	// Items are the entries in the order of the server. A nil Value says that there is
	// no such entry; servers may say so, or leave the entry out.
	Items []MetadataItem
	// LongEntry is how many octets the longest of the values has that
	// MetadataOptions.MaxSize has left out. Zero: none was left out.
	LongEntry int64
}

// Value returns the value of an entry, without regard to the case of its name
// (RFC 5464 §3.2). It is nil if there is none, and empty but not nil if it has no
// octets.
func (r *MetadataResult) Value(name string) []byte {
	for _, item := range r.Items {
		if ascii.EqualFold(item.Name, name) {
			return item.Value
		}
	}
	return nil
}

// metadataData reads METADATA after its name (RFC 5464 §4.4).
func (p *parser) metadataData() (*MetadataData, bool) {
	if !p.sp() {
		return nil, false
	}
	name, ok := p.mailboxString()
	if !ok || !p.sp() {
		return nil, false
	}
	d := &MetadataData{Mailbox: name}
	if p.peek() != '(' {
		for p.spaces(); !p.end(); p.spaces() {
			s, ok := p.astring()
			if !ok {
				return nil, false
			}
			p.check()
			p.charge(2 * sizeString)
			d.Changed = append(d.Changed, p.string(s))
		}
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	for !p.leave() {
		item, ok := p.metadataItem()
		if !ok {
			return nil, false
		}
		p.charge(5 * sizeString)
		d.Items = append(d.Items, item)
	}
	return d, true
}

func (p *parser) metadataItem() (item MetadataItem, ok bool) {
	name, ok := p.astring()
	if !ok || !p.sp() {
		return item, false
	}
	item.Name = p.string(name)
	value, ok := p.nstring()
	if ok && !value.null {
		p.charge(value.hi - value.lo)
		item.Value = append([]byte{}, p.bytes(value)...)
	}
	return item, ok
}
