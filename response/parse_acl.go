package response

// aclData reads ACL behind its name (RFC 4314 §3.6).
func (p *parser) aclData() (*ACLData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list)%2 == 0 {
		return nil, p.fail("rights")
	}
	d := &ACLData{Mailbox: list[0]}
	for i := 1; i < len(list); i += 2 {
		d.Entries = append(d.Entries, ACLEntry{list[i], list[i+1]})
	}
	return d, true
}

// listRightsData reads LISTRIGHTS behind its name (RFC 4314 §3.7).
func (p *parser) listRightsData() (*ListRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) < 3 {
		return nil, p.fail("rights")
	}
	return &ListRightsData{list[0], list[1], list[2], list[3:]}, true
}

// myRightsData reads MYRIGHTS behind its name (RFC 4314 §3.8).
func (p *parser) myRightsData() (*MyRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) != 2 {
		return nil, p.fail("rights")
	}
	return &MyRightsData{list[0], list[1]}, true
}
