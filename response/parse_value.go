package response

// skipValue consumes one value of any kind, however deeply nested, without
// recursion.
func (p *parser) skipValue() bool {
	for depth := 0; ; {
		p.check()
		switch c := p.peek(); {
		case p.end():
			return p.fail("value")
		case c == '(':
			p.i++
			depth++
			p.spaces()
			continue
		case c == ')':
			if depth == 0 {
				return p.fail("value")
			}
			p.i++
			depth--
		case c == '"':
			if _, ok := p.quoted(); !ok {
				return false
			}
		case c == '{' || c == '~' && p.i+1 < len(p.b) && p.b[p.i+1] == '{':
			if _, ok := p.literal(); !ok {
				return false
			}
		default:
			if len(p.run()) == 0 {
				p.i++ // a control character: part of something unreadable
			}
		}
		if depth == 0 {
			return true
		}
		p.spaces()
	}
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
