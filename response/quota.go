package response

import "github.com/seed-090b04e4/imap/internal/ascii"

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

// QuotaResource is usage and limit of one resource (RFC 9208 §5): STORAGE and
// ANNOTATION-STORAGE in units of 1024 octets, MESSAGE and MAILBOX in numbers.
type QuotaResource struct {
	Name  string // like "STORAGE"
	Usage int64  // may be above Limit
	Limit int64  // what is permitted
}

// QuotaRootData is an untagged QUOTAROOT (RFC 9208 §4.2.2).
type QuotaRootData struct {
	Mailbox string   // decoded; as it came where it does not decode
	Roots   []string // names of the quota roots that it is in
}

// Resource returns usage and limit of a resource, like [QuotaStorage], without
// regard to the case of its name. It returns false where the root has no limit for
// it.
func (d *QuotaData) Resource(name string) (QuotaResource, bool) {
	for _, r := range d.Resources {
		if ascii.EqualFold(r.Name, name) {
			return r, true
		}
	}
	return QuotaResource{}, false
}
