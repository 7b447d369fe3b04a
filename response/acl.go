package response

import "unsafe"

// ACLData is an untagged ACL (RFC 4314 §3.6).
type ACLData struct {
	Mailbox string     // decoded; as it came if it does not decode
	Entries []ACLEntry // who may do what
}

func (*ACLData) untagged() {}

func (d *ACLData) cost() int {
	n := sizeOther + len(d.Mailbox) + cap(d.Entries)*int(unsafe.Sizeof(ACLEntry{}))
	for _, e := range d.Entries {
		n += len(e.Identifier) + len(e.Rights)
	}
	return n
}

// ACLEntry is what one identifier may do. An identifier that begins with "-"
// takes rights away.
type ACLEntry struct {
	Identifier string // a user, a group or "anyone"
	Rights     Rights // may be empty
}

// ListRightsData is an untagged LISTRIGHTS (RFC 4314 §3.7).
type ListRightsData struct {
	Mailbox    string   // decoded; as it came if it does not decode
	Identifier string   // of whom
	Required   Rights   // rights that it always has
	Optional   []Rights // rights that can be granted, tied ones together
}

func (*ListRightsData) untagged() {}

func (d *ListRightsData) cost() int {
	return 2*sizeOther + len(d.Mailbox) + len(d.Identifier) + len(d.Required) + stringsCost(d.Optional)
}

// MyRightsData is an untagged MYRIGHTS (RFC 4314 §3.8).
type MyRightsData struct {
	Mailbox string // decoded; as it came if it does not decode
	Rights  Rights // may be empty
}

func (*MyRightsData) untagged() {}

func (d *MyRightsData) cost() int { return sizeOther + len(d.Mailbox) + len(d.Rights) }

// aclData reads ACL after its name (RFC 4314 §3.6).
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

// listRightsData reads LISTRIGHTS after its name (RFC 4314 §3.7).
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

// myRightsData reads MYRIGHTS after its name (RFC 4314 §3.8).
func (p *parser) myRightsData() (*MyRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) != 2 {
		return nil, p.fail("rights")
	}
	return &MyRightsData{list[0], Rights(list[1])}, true
}
