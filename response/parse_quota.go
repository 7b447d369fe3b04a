package response

// quotaData reads QUOTA behind its name (RFC 9208 §4.2.1).
func (p *parser) quotaData() (*QuotaData, bool) {
	if !p.sp() {
		return nil, false
	}
	root, ok := p.astring()
	if !ok {
		return nil, false
	}
	d := &QuotaData{Root: p.string(root)}
	if p.end() { // Courier, where nothing is limited: QUOTA "ROOT"
		return d, true
	}
	if !p.sp() || !p.enter() {
		return nil, false
	}
	for !p.leave() {
		r := QuotaResource{}
		name, ok := p.astring()
		r.Name = p.string(name)
		for _, dst := range [...]*int64{&r.Usage, &r.Limit} {
			if !ok || !p.sp() {
				return nil, false
			}
			*dst, ok = p.number64()
		}
		if !ok {
			return nil, false
		}
		p.charge(3 * sizeString)
		d.Resources = append(d.Resources, r)
	}
	return d, true
}

// quotaRootData reads QUOTAROOT behind its name (RFC 9208 §4.2.2).
func (p *parser) quotaRootData() (*QuotaRootData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok {
		return nil, false
	}
	return &QuotaRootData{list[0], list[1:]}, true
}
