package response

import (
	"unsafe"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// The resources that quotas limit (RFC 9208 §5). A server that speaks RFC 9208
// has a capability for each that it knows, like QUOTA=RES-STORAGE.
const (
	QuotaStorage           = "STORAGE"            // estimate of the space that mailboxes take, in units of 1024 octets
	QuotaMessage           = "MESSAGE"            // number of messages
	QuotaMailbox           = "MAILBOX"            // number of mailboxes
	QuotaAnnotationStorage = "ANNOTATION-STORAGE" // size of all annotations, in units of 1024 octets
)

// QuotaData is an untagged QUOTA (RFC 9208 §4.2.1). What Resources does not have
// is not limited in the root.
type QuotaData struct {
	Root      string          // name of the quota root, often empty
	Resources []QuotaResource // what is limited in it
}

func (*QuotaData) untagged() {}

func (d *QuotaData) cost() int {
	n := sizeOther + len(d.Root) + cap(d.Resources)*int(unsafe.Sizeof(QuotaResource{}))
	for _, r := range d.Resources {
		n += len(r.Name)
	}
	return n
}

// QuotaResource is usage and limit of one resource (RFC 9208 §5): STORAGE and
// ANNOTATION-STORAGE in units of 1024 octets, MESSAGE and MAILBOX in numbers.
type QuotaResource struct {
	Name  string // like "STORAGE"
	Usage int64  // may be above Limit
	Limit int64  // what is permitted
}

// Resource returns usage and limit of a resource, like [QuotaStorage], without
// regard to the case of its name. It returns false if the root has no limit for
// it.
func (d *QuotaData) Resource(name string) (QuotaResource, bool) {
	for _, r := range d.Resources {
		if ascii.EqualFold(r.Name, name) {
			return r, true
		}
	}
	return QuotaResource{}, false
}

// QuotaRootData is an untagged QUOTAROOT (RFC 9208 §4.2.2).
type QuotaRootData struct {
	Mailbox string   // decoded; as it came if it does not decode
	Roots   []string // names of the quota roots that it is in
}

func (*QuotaRootData) untagged() {}

func (d *QuotaRootData) cost() int { return sizeOther + len(d.Mailbox) + stringsCost(d.Roots) }

// QuotaRoots says whose limits a mailbox is under (RFC 9208 §4.1.2). It belongs to
// the caller.
//
// Several roots may limit the same resource, each in its own way: what is left in one
// is not to be compared with what is left in another (RFC 9208 §3.1.2).
type QuotaRoots struct {
	Mailbox string       // in UTF-8, as the server spells it
	Roots   []string     // names of the quota roots, in the server's order; none: nothing is limited
	Quotas  []*QuotaData // usage and limits of each root that the server reported, in the same order
}

// quotaData reads QUOTA after its name (RFC 9208 §4.2.1).
func (p *parser) quotaData() (*QuotaData, bool) {
	if !p.sp() {
		return nil, false
	}
	root, ok := p.astring()
	if !ok {
		return nil, false
	}
	d := &QuotaData{Root: p.string(root)}
	if p.end() { // Courier, if nothing is limited: QUOTA "ROOT"
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

// quotaRootData reads QUOTAROOT after its name (RFC 9208 §4.2.2).
func (p *parser) quotaRootData() (*QuotaRootData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok {
		return nil, false
	}
	return &QuotaRootData{list[0], list[1:]}, true
}
