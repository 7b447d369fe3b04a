package response

import (
	"bytes"
	"strings"
)

// UnknownData is an untagged response that the library has no type for.
type UnknownData struct {
	Num    uint32 // the number before the name, if HasNum
	HasNum bool   // there is one
	Name   string // in upper case
	Raw    []byte // what stood after the name, literals included, without the last CRLF
}

func (*UnknownData) untagged() {}

func (d *UnknownData) cost() int { return sizeOther + len(d.Name) + cap(d.Raw) }

// Values reads Raw as IMAP values separated by spaces. It returns false if Raw is
// something else, like human text, or if the values would take more than 64 MiB
// of memory.
func (d *UnknownData) Values() ([]Value, bool) {
	p := parser{b: d.Raw, mem: &memory{vocabulary: new(vocabulary)}}
	p.mem.most = 4 * defaultLine
	list, ok := p.values()
	if !ok || p.exceeded(0) {
		return nil, false
	}
	return list, true
}

// unknown keeps a response that the library has no type for.
func (p *parser) unknown(resp *Response, name []byte) {
	p.special(' ')
	resp.Data = &UnknownData{Name: upperName(name), Raw: bytes.Clone(p.b[p.i:])}
	p.i = len(p.b)
	p.err = nil
}

// ValueKind says what a [Value] is.
type ValueKind uint8

// The kinds of values that IMAP's grammar is made of (RFC 9051 §4).
const (
	ValueNil    ValueKind = iota // NIL
	ValueAtom                    // an atom, a number, or anything else without quotes
	ValueString                  // a quoted string or a literal
	ValueList                    // values between parentheses
)

// Value is a piece of a response that the library has no type for.
type Value struct {
	Kind ValueKind // which of Text and List counts
	Text string    // of an atom or a string
	List []Value   // of a list
}

// String returns the value as it would stand on the wire, strings between
// quotes.
func (v Value) String() string {
	switch v.Kind {
	case ValueNil:
		return "NIL"
	case ValueAtom:
		return v.Text
	case ValueString:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v.Text) + `"`
	}
	parts := make([]string, len(v.List))
	for i, e := range v.List {
		parts[i] = e.String()
	}
	return "(" + strings.Join(parts, " ") + ")"
}

// value reads one value of any kind.
func (p *parser) value() (Value, bool) {
	switch c := p.peek(); {
	case c == '(':
		if !p.enter() {
			return Value{}, false
		}
		v := Value{Kind: ValueList}
		for !p.leave() {
			e, ok := p.value()
			if !ok {
				return Value{}, false
			}
			p.charge(sizeValue + sizeValue/2)
			v.List = append(v.List, e)
			p.spaces()
		}
		return v, true
	case c == '"' || c == '{' || c == '~' && p.i+1 < len(p.b) && p.b[p.i+1] == '{':
		s, ok := p.str()
		return Value{Kind: ValueString, Text: p.string(s)}, ok
	case p.isNIL():
		return Value{}, true
	}
	b, ok := p.atom()
	p.charge(len(b))
	return Value{Kind: ValueAtom, Text: string(b)}, ok
}

// values reads values separated by spaces up to the end.
func (p *parser) values() ([]Value, bool) {
	var list []Value
	for p.spaces(); !p.end(); p.spaces() {
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		p.check()
		p.charge(sizeValue + sizeValue/2)
		list = append(list, v)
	}
	return list, true
}

// cost returns what v takes beside the struct itself.
func (v *Value) cost() int {
	n := len(v.Text) + cap(v.List)*sizeValue
	for i := range v.List {
		n += v.List[i].cost()
	}
	return n
}
