package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// CapabilityData is an untagged CAPABILITY (RFC 9051 §7.2.2).
type CapabilityData struct{ Caps Capabilities }

// EnabledData is an untagged ENABLED (RFC 9051 §7.2.1): what was switched on.
type EnabledData struct{ Caps Capabilities }

// FlagsData is an untagged FLAGS (RFC 9051 §7.3.5): the flags that the mailbox
// knows.
type FlagsData struct{ Flags []Flag }

// ExistsData is an untagged EXISTS (RFC 9051 §7.4.1): how many messages the
// mailbox has.
type ExistsData struct{ Messages uint32 }

// RecentData is an untagged RECENT (RFC 3501 §7.3.2).
type RecentData struct{ Messages uint32 }

// ExpungeData is an untagged EXPUNGE (RFC 9051 §7.5.1): the message is gone,
// and all higher numbers are one less from now on.
type ExpungeData struct{ SeqNum SeqNum }

// VanishedData is an untagged VANISHED (RFC 7162 §3.2.10): the messages are
// gone, or with Earlier, were gone before this session looked.
type VanishedData struct {
	Earlier bool
	UIDs    UIDSet
}

// ListData is an untagged LIST, LSUB or XLIST (RFC 9051 §7.3.1).
type ListData struct {
	Mailbox string // decoded; as it came where it does not decode
	Raw     string // as it came
	Delim   rune   // hierarchy delimiter; zero where there is none
	LSub    bool   // the response was LSUB
	Attrs   []MailboxAttr

	Status *StatusData // with LIST-STATUS, where the server sent one (RFC 5819)
	Ext    *ListExt    // items of extensions; nil where there are none
}

// ListExt are the items of a LIST response that only extensions send.
type ListExt struct {
	OldName   string         // with LIST-EXTENDED: the name that this one replaces (RFC 9051 §6.3.9.7)
	ChildInfo []string       // criteria that children match: "SUBSCRIBED" (RFC 5258 §4)
	MyRights  string         // with LIST-MYRIGHTS (RFC 8440)
	Metadata  []MetadataItem // with LIST-METADATA (RFC 9590)
	Unknown   []ExtendedItem // further items of LIST-EXTENDED
}

// ext returns Ext, which it makes where there is none.
func (d *ListData) ext() *ListExt {
	if d.Ext == nil {
		d.Ext = new(ListExt)
	}
	return d.Ext
}

// HasAttr reports whether the mailbox bears the attribute, without regard to
// case.
func (d *ListData) HasAttr(a MailboxAttr) bool {
	for _, b := range d.Attrs {
		if b.Equal(a) {
			return true
		}
	}
	return false
}

// ExtendedItem is an extended data item of LIST that the library has no field
// for (RFC 5258 §6).
type ExtendedItem struct {
	Name  string
	Value Value
}

// StatusData is an untagged STATUS (RFC 9051 §7.3.4). Has tells which items
// came.
type StatusData struct {
	Mailbox string // decoded; as it came where it does not decode
	Raw     string // as it came
	Has     StatusItems

	Messages       uint32
	Recent         uint32
	UIDNext        UID
	UIDValidity    uint32
	Unseen         uint32
	Deleted        uint32
	Size           int64  // octets of all messages
	HighestModSeq  uint64 // RFC 7162
	AppendLimit    int64  // octets; -1 for NIL, no limit (RFC 7889)
	DeletedStorage int64  // octets (RFC 9208)
	MailboxID      string // RFC 8474
	Unknown        []UnknownItem
}

// StatusItems is a set of STATUS data items.
type StatusItems uint16

// The items of RFC 9051 §6.3.11, RFC 3501 §6.3.10 and of extensions.
const (
	StatusMessages       StatusItems = 1 << iota
	StatusUIDNext                    //
	StatusUIDValidity                //
	StatusUnseen                     //
	StatusDeleted                    // IMAP4rev2
	StatusSize                       // STATUS=SIZE
	StatusRecent                     // IMAP4rev1
	StatusHighestModSeq              // CONDSTORE
	StatusAppendLimit                // APPENDLIMIT
	StatusDeletedStorage             // QUOTA=RES-STORAGE
	StatusMailboxID                  // OBJECTID
)

// statusItemNames holds the items' names on the wire, in the order of the bits.
var statusItemNames = [...]string{
	"MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "DELETED", "SIZE", "RECENT",
	"HIGHESTMODSEQ", "APPENDLIMIT", "DELETED-STORAGE", "MAILBOXID",
}

// Names returns the names of the items as they stand on the wire, always in
// the same order.
func (s StatusItems) Names() []string {
	var names []string
	for i, name := range statusItemNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// NamespaceData is an untagged NAMESPACE (RFC 9051 §7.3.3). A nil list is NIL:
// there are no such namespaces.
type NamespaceData struct {
	Personal, Other, Shared []Namespace
}

// Namespace is one namespace: mailboxes whose names begin with Prefix.
type Namespace struct {
	Prefix     string
	Delim      rune // zero where there is none
	Extensions []NamespaceExtension
}

// NamespaceExtension is an extension of a namespace (RFC 9051 §9
// "Namespace-Response-Extensions").
type NamespaceExtension struct {
	Name   string
	Values []string
}

// SearchData is an untagged SEARCH (RFC 3501 §7.2.5), or the numbers and
// mod-sequence of one that was too long to be read at once.
type SearchData struct {
	Nums   UIDSet // UIDs after UID SEARCH, else message sequence numbers
	ModSeq uint64 // RFC 7162 §3.1.5; zero where there is none
}

// ESearchData is an untagged ESEARCH (RFC 9051 §7.3.4). The numbers are UIDs
// where UID is set, else message sequence numbers.
type ESearchData struct {
	Tag string // of the command; empty where there is none
	UID bool
	Has ESearchItems
	Min uint32
	Max uint32
	All UIDSet

	// Order holds the ranges of All, or of Partial, as the server sent them,
	// where they were not ascending: the order of an ESORT (RFC 5267 §3).
	Order []Range[UID]

	Count        uint32
	ModSeq       uint64
	Partial      UIDSet
	PartialRange string // the range that was asked for, like "1:100" or "-1:-100" (RFC 9394 §3.1)
	AddTo        []ContextUpdate
	RemoveFrom   []ContextUpdate
	Relevancy    []uint32 // RFC 6203 §4
	Mailbox      string   // with MULTISEARCH (RFC 7377 §2.1)
	UIDValidity  uint32   // with MULTISEARCH
	Unknown      []UnknownItem
}

// ESearchItems is a set of the result options that an ESEARCH response has.
type ESearchItems uint16

// The items of RFC 9051 §7.3.4 and of extensions.
const (
	ESearchMin ESearchItems = 1 << iota
	ESearchMax
	ESearchAll
	ESearchCount
	ESearchModSeq
	ESearchPartial
	ESearchAddTo
	ESearchRemoveFrom
	ESearchRelevancy
	ESearchMailbox
)

// ContextUpdate is a change of a search result: at Position (1 is the first, 0
// unordered), Nums were added or removed (RFC 5267 §4.3).
type ContextUpdate struct {
	Position uint32
	Nums     UIDSet
}

// SortData is an untagged SORT (RFC 5256 §4): numbers in the order of the sort.
type SortData struct {
	Nums   []uint32
	ModSeq uint64
}

// ThreadData is an untagged THREAD (RFC 5256 §4).
type ThreadData struct{ Threads []Thread }

// Thread is a node of a thread: a message, or zero for one that the server
// knows of but has not, and the answers to it.
type Thread struct {
	Num      uint32
	Children []Thread
}

// IDData is an untagged ID (RFC 2971 §3.2). Nil Params is NIL.
type IDData struct{ Params []IDParam }

// IDParam is one field of an [IDData].
type IDParam struct {
	Name, Value string
	Nil         bool // the value is NIL
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

// QuotaData is an untagged QUOTA (RFC 9208 §5.1).
type QuotaData struct {
	Root      string
	Resources []QuotaResource
}

// QuotaResource is usage and limit of one resource: STORAGE in units of 1024
// octets, MESSAGE, MAILBOX, ANNOTATION-STORAGE.
type QuotaResource struct {
	Name         string
	Usage, Limit int64
}

// QuotaRootData is an untagged QUOTAROOT (RFC 9208 §5.2).
type QuotaRootData struct {
	Mailbox string
	Roots   []string
}

// ACLData is an untagged ACL (RFC 4314 §3.6).
type ACLData struct {
	Mailbox string
	Entries []ACLEntry
}

// ACLEntry is what one identifier may do. An identifier that begins with "-"
// takes rights away.
type ACLEntry struct{ Identifier, Rights string }

// ListRightsData is an untagged LISTRIGHTS (RFC 4314 §3.7).
type ListRightsData struct {
	Mailbox, Identifier string
	Required            string
	Optional            []string // rights that can be granted together
}

// MyRightsData is an untagged MYRIGHTS (RFC 4314 §3.8).
type MyRightsData struct{ Mailbox, Rights string }

// MetadataData is an untagged METADATA (RFC 5464 §4.4): entries with values, or
// in an unsolicited one only the names of those that changed. Mailbox is empty
// for the server's own entries.
type MetadataData struct {
	Mailbox string
	Items   []MetadataItem
	Changed []string
}

// MetadataItem is one entry. A nil Value is NIL: there is no such entry.
type MetadataItem struct {
	Name  string
	Value []byte
}

// LanguageData is an untagged LANGUAGE (RFC 5255 §3.3).
type LanguageData struct{ Tags []string }

// UnknownData is an untagged response that the library has no type for.
type UnknownData struct {
	Num    uint32 // the number before the name, where HasNum
	HasNum bool
	Name   string // in upper case
	Raw    []byte // what stood behind the name, literals included, without the last CRLF
}

// Values reads Raw as IMAP values separated by spaces; false where it is
// something else, like human text.
func (d *UnknownData) Values() ([]Value, bool) {
	p := parser{b: d.Raw}
	return p.values()
}

func (*CapabilityData) untagged() {}
func (*EnabledData) untagged()    {}
func (*FlagsData) untagged()      {}
func (*ExistsData) untagged()     {}
func (*RecentData) untagged()     {}
func (*ExpungeData) untagged()    {}
func (*VanishedData) untagged()   {}
func (*ListData) untagged()       {}
func (*StatusData) untagged()     {}
func (*NamespaceData) untagged()  {}
func (*SearchData) untagged()     {}
func (*ESearchData) untagged()    {}
func (*SortData) untagged()       {}
func (*ThreadData) untagged()     {}
func (*IDData) untagged()         {}
func (*QuotaData) untagged()      {}
func (*QuotaRootData) untagged()  {}
func (*ACLData) untagged()        {}
func (*ListRightsData) untagged() {}
func (*MyRightsData) untagged()   {}
func (*MetadataData) untagged()   {}
func (*LanguageData) untagged()   {}
func (*UnknownData) untagged()    {}
func (*Message) untagged()        {}
