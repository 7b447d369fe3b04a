package response

// aclData reads ACL behind its name (RFC 4314 §3.6).
func (p *parser) aclData() (*ACLData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list)%2 == 0 {
		return nil, p.fail("rights")
	}
	d := &ACLData{Mailbox: list[0]}
	for i := 1; i < len(list); i += 2 {
		p.charge(3 * sizeString)
		d.Entries = append(d.Entries, ACLEntry{list[i], Rights(list[i+1])})
	}
	return d, true
}

// listRightsData reads LISTRIGHTS behind its name (RFC 4314 §3.7).
func (p *parser) listRightsData() (*ListRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) < 3 {
		return nil, p.fail("rights")
	}
	d := &ListRightsData{Mailbox: list[0], Identifier: list[1], Required: Rights(list[2])}
	for _, tied := range list[3:] {
		p.charge(sizeString + sizeString/2)
		d.Optional = append(d.Optional, Rights(tied))
	}
	return d, true
}

// myRightsData reads MYRIGHTS behind its name (RFC 4314 §3.8).
func (p *parser) myRightsData() (*MyRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) != 2 {
		return nil, p.fail("rights")
	}
	return &MyRightsData{list[0], Rights(list[1])}, true
}
