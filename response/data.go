package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// CapabilityData is an untagged CAPABILITY (RFC 9051 §7.2.2).
type CapabilityData struct {
	Caps Capabilities // as of now
}

// EnabledData is an untagged ENABLED (RFC 9051 §7.2.1): what was switched on.
type EnabledData struct {
	Caps Capabilities // by this ENABLE
}

// FlagsData is an untagged FLAGS (RFC 9051 §7.3.5): the flags that the mailbox
// knows.
type FlagsData struct {
	Flags []Flag // in the order of the server
}

// ExistsData is an untagged EXISTS (RFC 9051 §7.4.1): how many messages the
// mailbox has.
type ExistsData struct {
	Messages uint32 // in all, not only the new ones
}

// RecentData is an untagged RECENT (RFC 3501 §7.3.2): how many messages have
// [FlagRecent].
type RecentData struct {
	Messages uint32 // in all
}

// ExpungeData is an untagged EXPUNGE (RFC 9051 §7.5.1): the message is gone,
// and all higher numbers are one less from now on.
type ExpungeData struct {
	SeqNum SeqNum // the position that the message had
}

// VanishedData is an untagged VANISHED (RFC 7162 §3.2.10): the messages are
// gone, or with Earlier, were gone before this session looked.
type VanishedData struct {
	Earlier bool   // the answer to QRESYNC, and no news
	UIDs    UIDSet // of the messages
}

// MailboxInfo is an untagged LIST, LSUB or XLIST (RFC 9051 §7.3.1).
type MailboxInfo struct {
	Mailbox string        // decoded; as it came where it does not decode
	Raw     string        // as it came
	Delim   string        // hierarchy delimiter, one character; empty if there is none
	LSub    bool          // the response was LSUB
	Attrs   []MailboxAttr // in the order of the server

	Status *MailboxStatus // with LIST-STATUS, where the server sent one (RFC 5819)
	Ext    *ListExt       // items of extensions; nil where there are none
}

// ListExt are the items of a LIST response that only extensions send.
type ListExt struct {
	OldName   string         // with LIST-EXTENDED: the name that this one replaces (RFC 9051 §6.3.9.7)
	ChildInfo []string       // criteria that children match: "SUBSCRIBED" (RFC 5258 §3.5)
	MyRights  Rights         // with LIST-MYRIGHTS (RFC 8440)
	Metadata  []MetadataItem // with LIST-METADATA (RFC 9590)
	Unknown   []ExtendedItem // further items of LIST-EXTENDED
}

// ext returns Ext, which it makes where there is none.
func (d *MailboxInfo) ext() *ListExt {
	if d.Ext == nil {
		d.Ext = new(ListExt)
	}
	return d.Ext
}

// HasAttr reports whether the mailbox bears the attribute, without regard to
// case.
func (d *MailboxInfo) HasAttr(a MailboxAttr) bool {
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
	Name  string // as the server sent it
	Value Value  // as it came
}

// MailboxStatus is an untagged STATUS (RFC 9051 §7.3.3). Has tells which items
// came.
type MailboxStatus struct {
	Mailbox string      // decoded; as it came where it does not decode
	Raw     string      // as it came
	Items   StatusItems // which of the fields below came

	Messages       uint32        // how many there are
	Recent         uint32        // how many have [FlagRecent] (RFC 3501)
	UIDNext        UID           // what the next message's UID is predicted to be
	UIDValidity    uint32        // if it differs from the last time, all UIDs are new
	Unseen         uint32        // how many lack [FlagSeen]
	Deleted        uint32        // how many have [FlagDeleted]
	Size           int64         // octets of all messages (RFC 8438)
	HighestModSeq  uint64        // RFC 7162
	AppendLimit    int64         // octets; -1 for NIL, no limit (RFC 7889)
	DeletedStorage int64         // octets of the messages with [FlagDeleted] (RFC 9208)
	MailboxID      string        // RFC 8474
	Unknown        []UnknownItem // figures that the library has no field for
}

// Has reports whether the server sent all of the items.
func (s *MailboxStatus) Has(items StatusItems) bool { return s.Items&items == items }

// StatusItems is a set of STATUS data items.
type StatusItems uint16

// The items of RFC 9051 §6.3.11, RFC 3501 §6.3.10 and of extensions.
const (
	StatusMessages       StatusItems = 1 << iota // MESSAGES
	StatusUIDNext                                // UIDNEXT
	StatusUIDValidity                            // UIDVALIDITY
	StatusUnseen                                 // UNSEEN
	StatusDeleted                                // DELETED: needs IMAP4rev2 or QUOTA=RES-MESSAGE
	StatusSize                                   // SIZE: needs STATUS=SIZE or IMAP4rev2
	StatusRecent                                 // RECENT: needs IMAP4rev1
	StatusHighestModSeq                          // HIGHESTMODSEQ: needs CONDSTORE
	StatusAppendLimit                            // APPENDLIMIT: needs APPENDLIMIT
	StatusDeletedStorage                         // DELETED-STORAGE: needs QUOTA=RES-STORAGE
	StatusMailboxID                              // MAILBOXID: needs OBJECTID
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

// NamespaceData is an untagged NAMESPACE (RFC 9051 §7.3.2). A nil list is NIL:
// there are no such namespaces.
type NamespaceData struct {
	Personal []Namespace // the user's own
	Other    []Namespace // those of other users
	Shared   []Namespace // those of nobody
}

// Namespace is one namespace: mailboxes whose names begin with Prefix.
type Namespace struct {
	Prefix     string               // mostly empty, or ends in Delim
	Delim      string               // hierarchy delimiter, one character; empty if there is none
	Extensions []NamespaceExtension // mostly none
}

// NamespaceExtension is an extension of a namespace (RFC 9051 §9
// "Namespace-Response-Extensions").
type NamespaceExtension struct {
	Name   string   // as the server sent it
	Values []string // at least one
}

// SearchData is an untagged SEARCH (RFC 3501 §7.2.5), or the numbers and
// mod-sequence of one that was too long to be read at once.
type SearchData struct {
	Nums   UIDSet // UIDs after UID SEARCH, else message sequence numbers
	ModSeq uint64 // RFC 7162 §3.1.5; zero where there is none

	// Order holds the ranges of Nums as the server sent them, where they were not
	// ascending. It means nothing, unless the server says so.
	Order []Range[UID]
}

// ESearchData is an untagged ESEARCH (RFC 9051 §7.3.4). The numbers are UIDs
// where UID is set, else message sequence numbers.
type ESearchData struct {
	Tag   string       // of the command; empty where there is none
	UID   bool         // the numbers are UIDs
	Items ESearchItems // which of the fields below came
	Min   uint32       // the smallest number
	Max   uint32       // the largest number
	All   UIDSet       // all numbers; see [AsSeqSet]

	// Order holds the ranges of All, or of Partial, as the server sent them,
	// where they were not ascending: the order of an ESORT (RFC 5267 §3).
	Order []Range[UID]

	Count        uint32          // how many match
	ModSeq       uint64          // the highest mod-sequence among them (RFC 7162 §3.1.10)
	Partial      UIDSet          // the numbers of PartialRange
	PartialRange string          // the range that was asked for, like "1:100" or "-1:-100" (RFC 9394 §3.1)
	AddTo        []ContextUpdate // RFC 5267 §4.3.3
	RemoveFrom   []ContextUpdate // RFC 5267 §4.3.4
	Relevancy    []uint32        // scores from 1 to 100 (RFC 6203 §4)
	Mailbox      string          // with MULTISEARCH (RFC 7377 §2.1)
	UIDValidity  uint32          // with MULTISEARCH
	Unknown      []UnknownItem   // options that the library has no field for
}

// Has reports whether the response has all of the result options.
func (d *ESearchData) Has(items ESearchItems) bool { return d.Items&items == items }

// ESearchItems is a set of the result options that an ESEARCH response has.
type ESearchItems uint16

// The items of RFC 9051 §7.3.4 and of extensions.
const (
	ESearchMin        ESearchItems = 1 << iota // MIN
	ESearchMax                                 // MAX
	ESearchAll                                 // ALL
	ESearchCount                               // COUNT
	ESearchModSeq                              // MODSEQ (RFC 7162)
	ESearchPartial                             // PARTIAL (RFC 9394, RFC 5267)
	ESearchAddTo                               // ADDTO (RFC 5267)
	ESearchRemoveFrom                          // REMOVEFROM (RFC 5267)
	ESearchRelevancy                           // RELEVANCY (RFC 6203)
	ESearchMailbox                             // MAILBOX (RFC 7377)
)

// ContextUpdate is a change of a search result: at Position (1 is the first, 0
// unordered), Nums were added or removed (RFC 5267 §4.3).
type ContextUpdate struct {
	Position uint32 // where
	Nums     UIDSet // which numbers
}

// SortData is an untagged SORT (RFC 5256 §4): numbers in the order of the sort.
type SortData struct {
	Nums   []UID  // UIDs after UID SORT, else message sequence numbers
	ModSeq uint64 // RFC 7162; zero where there is none
}

// ThreadData is an untagged THREAD (RFC 5256 §4).
type ThreadData struct {
	Threads []Thread[UID] // UIDs after UID THREAD, else message sequence numbers; see [AsSeqThreads]
}

// IDData is an untagged ID (RFC 2971 §3.2). Nil Params is NIL.
type IDData struct {
	Params []IDParam // in the order of the server
}

// IDParam is one field of an [IDData].
type IDParam struct {
	Name  string // like "name", "version", "vendor"
	Value string // empty for NIL
	Nil   bool   // the value is NIL
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

// ACLData is an untagged ACL (RFC 4314 §3.6).
type ACLData struct {
	Mailbox string     // decoded; as it came where it does not decode
	Entries []ACLEntry // who may do what
}

// ACLEntry is what one identifier may do. An identifier that begins with "-"
// takes rights away.
type ACLEntry struct {
	Identifier string // a user, a group or "anyone"
	Rights     Rights // may be empty
}

// ListRightsData is an untagged LISTRIGHTS (RFC 4314 §3.7).
type ListRightsData struct {
	Mailbox    string   // decoded; as it came where it does not decode
	Identifier string   // of whom
	Required   Rights   // rights that it always has
	Optional   []Rights // rights that can be granted, tied ones together
}

// MyRightsData is an untagged MYRIGHTS (RFC 4314 §3.8).
type MyRightsData struct {
	Mailbox string // decoded; as it came where it does not decode
	Rights  Rights // may be empty
}

// MetadataData is an untagged METADATA (RFC 5464 §4.4): entries with values, or
// in an unsolicited one only the names of those that changed. Mailbox is empty
// for the server's own entries.
type MetadataData struct {
	Mailbox string         // decoded; as it came where it does not decode
	Items   []MetadataItem // entries with values
	Changed []string       // names of entries that have changed
}

// MetadataItem is one entry. A nil Value is NIL: there is no such entry.
type MetadataItem struct {
	Name  string // like "/private/comment"
	Value []byte // nil for NIL
}

// LanguageData is an untagged LANGUAGE (RFC 5255 §3.3).
type LanguageData struct {
	Tags []string // of the languages that the server knows, or of the one in use
}

// UnknownData is an untagged response that the library has no type for.
type UnknownData struct {
	Num    uint32 // the number before the name, where HasNum
	HasNum bool   // there is one
	Name   string // in upper case
	Raw    []byte // what stood behind the name, literals included, without the last CRLF
}

// Values reads Raw as IMAP values separated by spaces. It returns false if Raw is
// something else, like human text, or if the values would take more than 64 MiB
// of memory.
func (d *UnknownData) Values() ([]Value, bool) {
	p := parser{b: d.Raw, mem: new(memory)}
	p.mem.most = 4 * defaultLine
	list, ok := p.values()
	if !ok || p.exceeded(0) {
		return nil, false
	}
	return list, true
}

func (*CapabilityData) untagged() {}
func (*EnabledData) untagged()    {}
func (*FlagsData) untagged()      {}
func (*ExistsData) untagged()     {}
func (*RecentData) untagged()     {}
func (*ExpungeData) untagged()    {}
func (*VanishedData) untagged()   {}
func (*MailboxInfo) untagged()    {}
func (*MailboxStatus) untagged()  {}
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
