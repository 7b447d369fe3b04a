package response

import (
	"unsafe"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// IDData is an untagged ID (RFC 2971 §3.2). Nil Params is NIL.
type IDData struct {
	Params []IDParam // in the order of the server
}

func (*IDData) untagged() {}

func (d *IDData) cost() int {
	n := sizeOther + cap(d.Params)*int(unsafe.Sizeof(IDParam{}))
	for _, p := range d.Params {
		n += len(p.Name) + len(p.Value)
	}
	return n
}

// IDParam is one field of an [IDData].
type IDParam struct {
	Name  string // like "name", "version", "vendor"
	Value string // empty for NIL
	Nil   bool   // the value is NIL
}

// Get returns the value of a field, without regard to the case of its name.
func (d *IDData) Get(name string) string {
	for _, p := range d.Params {
		if ascii.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// idData reads ID after its name (RFC 2971 §3.2).
func (p *parser) idData() (*IDData, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(IDData)
	if p.isNIL() {
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	d.Params = []IDParam{}
	for !p.leave() {
		name, ok := p.astring()
		if !ok || !p.sp() {
			return nil, false
		}
		value, ok := p.idValue()
		if !ok {
			return nil, false
		}
		p.charge(4 * sizeString)
		d.Params = append(d.Params, IDParam{p.string(name), p.string(value), value.null})
	}
	p.special('+') // datamail.in
	return d, true
}

// idValue reads nstring. Proton Mail Bridge has sent atoms.
func (p *parser) idValue() (span, bool) {
	switch p.peek() {
	case '"', '{', '~':
		return p.str()
	}
	if p.isNIL() {
		return span{null: true}, true
	}
	lo := p.i
	_, ok := p.atom()
	return span{lo: lo, hi: p.i}, ok
}
