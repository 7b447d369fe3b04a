package response

// metadataData reads METADATA behind its name (RFC 5464 §4.4).
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
