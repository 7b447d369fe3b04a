package imap

import (
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Names of the protocol's vocabulary. It lives in the packages response, for what
// a server says, and commands, for what a client says, where the types are
// described in full; what most programs need is named here too, so that they
// import this package alone.
type (
	UID    = response.UID    // unique identifier of a message in its mailbox
	SeqNum = response.SeqNum // position of a message in its mailbox, which changes when others go
	UIDSet = response.UIDSet // set of UIDs, kept as ranges however large it is; see [UIDs] and [UIDRange]
	SeqSet = response.SeqSet // set of message sequence numbers, a type of its own; see [Seqs] and [SeqRange]

	Flag         = response.Flag         // flag of a message, like FlagSeen, or a keyword
	MailboxAttr  = response.MailboxAttr  // attribute of a mailbox in LIST, like AttrSent
	Cap          = response.Cap          // capability of a server, like CapMove
	Capabilities = response.Capabilities // all capabilities that a server named

	Message       = response.Message       // what FETCH tells of one message; it belongs to the caller
	MessageExt    = response.MessageExt    // what extensions tell of it
	Items         = response.Items         // set of the items that a message came with
	Envelope      = response.Envelope      // parsed header of a message, decoded and raw
	Address       = response.Address       // mailbox in an Envelope
	BodyStructure = response.BodyStructure // MIME structure of a message
	Part          = response.Part          // node of a BodyStructure with its number
	Class         = response.Class         // what a part is to the reader: text, attachment and so on
	Prefer        = response.Prefer        // which representation of the text to choose
	WalkAction    = response.WalkAction    // how BodyStructure.Walk goes on
	Names         = response.Names         // file names that differ within one folder
	Param         = response.Param         // parameter of a media type or disposition
	BodySection   = response.BodySection   // text of a message that came
	Section       = response.Section       // name of a text of a message, as between the brackets of BODY[…]
	Specifier     = response.Specifier     // which text of a message or part a Section means
	BinarySize    = response.BinarySize    // size of a part without its transfer encoding

	ListData           = response.ListData           // mailbox in the answer to LIST
	ListExt            = response.ListExt            // what extensions tell of it
	ExtendedItem       = response.ExtendedItem       // item of LIST that the library has no field for
	StatusData         = response.StatusData         // figures of a mailbox in the answer to STATUS
	StatusItems        = response.StatusItems        // set of figures
	NamespaceData      = response.NamespaceData      // answer to NAMESPACE
	Namespace          = response.Namespace          // one namespace in it
	NamespaceExtension = response.NamespaceExtension // extension of a namespace
	IDData             = response.IDData             // answer to ID
	IDParam            = response.IDParam            // field of it, or of what the client tells of itself

	Status     = response.Status     // what a server answered: OK, NO, BAD, PREAUTH or BYE, with a code and a text
	StatusType = response.StatusType // one of these conditions

	// Code is a response code: a CodeName where it has no arguments, else one of
	// the types below, or OtherCode where the library does not know it.
	Code                = response.Code
	CodeName            = response.CodeName            // name of a code, which errors.Is finds in a *[StatusError]
	OtherCode           = response.OtherCode           // code that the library does not know, as it came
	AppendUIDCode       = response.AppendUIDCode       // APPENDUID: where APPEND put the messages
	CopyUIDCode         = response.CopyUIDCode         // COPYUID: where COPY or MOVE put them
	BadCharsetCode      = response.BadCharsetCode      // BADCHARSET: the charsets that the server knows
	CapabilityCode      = response.CapabilityCode      // CAPABILITY: the capabilities
	PermanentFlagsCode  = response.PermanentFlagsCode  // PERMANENTFLAGS: the flags that last
	UIDNextCode         = response.UIDNextCode         // UIDNEXT: the next message's UID
	UIDValidityCode     = response.UIDValidityCode     // UIDVALIDITY: the validity of UIDs
	UnseenCode          = response.UnseenCode          // UNSEEN: the first unseen message
	HighestModSeqCode   = response.HighestModSeqCode   // HIGHESTMODSEQ: the mailbox's mod-sequence
	ModifiedCode        = response.ModifiedCode        // MODIFIED: what a conditional STORE left alone
	MailboxIDCode       = response.MailboxIDCode       // MAILBOXID: the mailbox's identifier
	ReferralCode        = response.ReferralCode        // REFERRAL: other servers to ask
	InProgressCode      = response.InProgressCode      // INPROGRESS: how far a command is
	MessageLimitCode    = response.MessageLimitCode    // MESSAGELIMIT: how far a command got
	MetadataCode        = response.MetadataCode        // METADATA: why an entry was refused
	BadURLCode          = response.BadURLCode          // BADURL: the URL that was no good
	BadEventCode        = response.BadEventCode        // BADEVENT: the events that NOTIFY supports
	NoUpdateCode        = response.NoUpdateCode        // NOUPDATE: the SEARCH that is not updated
	UndefinedFilterCode = response.UndefinedFilterCode // UNDEFINED-FILTER: the filter that there is not
	DowngradedCode      = response.DowngradedCode      // DOWNGRADED: the messages that were changed for want of UTF-8

	// Data is an untagged response, as events and [Client.Do] deliver it: a
	// pointer to one of the types whose names end in Data, a *Message, a *Status
	// or a *UnknownData.
	Data           = response.Data
	CapabilityData = response.CapabilityData // CAPABILITY
	EnabledData    = response.EnabledData    // ENABLED: what was switched on
	ExistsData     = response.ExistsData     // EXISTS: how many messages there are
	RecentData     = response.RecentData     // RECENT: how many are recent
	ExpungeData    = response.ExpungeData    // EXPUNGE: a message is gone
	VanishedData   = response.VanishedData   // VANISHED: messages are gone, by UID
	FlagsData      = response.FlagsData      // FLAGS: the flags of the mailbox
	SearchData     = response.SearchData     // SEARCH: numbers
	ESearchData    = response.ESearchData    // ESEARCH: numbers, or figures of them
	ContextUpdate  = response.ContextUpdate  // change of a search result in an ESearchData
	SortData       = response.SortData       // SORT: numbers in order
	ThreadData     = response.ThreadData     // THREAD: numbers in trees
	QuotaData      = response.QuotaData      // QUOTA: limits and usage
	QuotaResource  = response.QuotaResource  // one resource of a QuotaData
	QuotaRootData  = response.QuotaRootData  // QUOTAROOT: whose limits a mailbox is under
	ACLData        = response.ACLData        // ACL: who may do what in a mailbox
	ACLEntry       = response.ACLEntry       // one identifier of an ACLData
	Rights         = response.Rights         // set of rights, like RightLookup + RightRead
	ListRightsData = response.ListRightsData // LISTRIGHTS: what somebody can be permitted
	MyRightsData   = response.MyRightsData   // MYRIGHTS: what the user may do
	MetadataData   = response.MetadataData   // METADATA: entries of a mailbox
	MetadataItem   = response.MetadataItem   // one entry of a MetadataData
	LanguageData   = response.LanguageData   // LANGUAGE: the languages of the server
	UnknownData    = response.UnknownData    // anything else, as it came
	UnknownItem    = response.UnknownItem    // item of FETCH or STATUS that the library has no field for
	Value          = response.Value          // piece of what the library has no type for
	ValueKind      = response.ValueKind      // what a Value is: NIL, atom, string or list

	FetchItems   = commands.FetchItems   // what FETCH is to tell of each message
	FetchSection = commands.FetchSection // one text of it
	Partial      = commands.Partial      // range of octets of that text
	StoreOp      = commands.StoreOp      // what STORE does with flags
	RightsOp     = commands.RightsOp     // what SETACL does with rights
	SearchKey    = commands.SearchKey    // condition on messages; package search makes them

	SortKey         = commands.SortKey         // criterion of SORT
	SortField       = commands.SortField       // what a SortKey looks at
	ThreadAlgorithm = commands.ThreadAlgorithm // how THREAD finds out what belongs together

	SearchSource  = commands.SearchSource  // which mailboxes ESEARCH searches
	NotifyGroup   = commands.NotifyGroup   // which events NOTIFY is to tell of which mailboxes
	MailboxFilter = commands.MailboxFilter // which mailboxes
	NotifyEvent   = commands.NotifyEvent   // which events
	MetadataDepth = commands.MetadataDepth // how far below an entry GETMETADATA looks

	QuotaLimit = commands.QuotaLimit // limit of one resource, for [Client.SetQuota]

	Command    = commands.Command // what [Client.Do] sends
	RawCommand = commands.Raw     // command that the library does not know
	Arg        = commands.Arg     // argument of a RawCommand; see [ArgString] and its kind

	// ArgumentError says that an argument has no form on the wire, or makes no
	// sense there. Nothing was sent.
	ArgumentError = commands.ArgumentError
)

// Star is the "*" of a set: the largest number in use.
const Star = response.Star

// What STORE does with the flags (RFC 9051 §6.4.6).
const (
	StoreSet    = commands.StoreSet    // these flags and no others
	StoreAdd    = commands.StoreAdd    // these flags too
	StoreRemove = commands.StoreRemove // not these flags
)

// What SETACL does with the rights (RFC 4314 §3.1).
const (
	RightsSet    = commands.RightsSet    // these rights and no others
	RightsAdd    = commands.RightsAdd    // these rights too
	RightsRemove = commands.RightsRemove // not these rights
)

// What SORT looks at (RFC 5256 §3). SortDisplayFrom and SortDisplayTo need the
// capability SORT=DISPLAY (RFC 5957 §3).
const (
	SortArrival     = commands.SortArrival     // internal date
	SortCc          = commands.SortCc          // first address of Cc
	SortDate        = commands.SortDate        // Date field
	SortFrom        = commands.SortFrom        // first address of From
	SortSize        = commands.SortSize        // octets
	SortSubject     = commands.SortSubject     // without Re: and the like
	SortTo          = commands.SortTo          // first address of To
	SortDisplayFrom = commands.SortDisplayFrom // name, or else address, of the first of From
	SortDisplayTo   = commands.SortDisplayTo   // name, or else address, of the first of To
)

// How THREAD finds out what belongs together (RFC 5256 §3). Each needs a
// capability, like THREAD=REFERENCES; there are servers with others.
const (
	ThreadOrderedSubject = commands.ThreadOrderedSubject // by subject, then date
	ThreadReferences     = commands.ThreadReferences     // by References and In-Reply-To, then subject
)

// How far below an entry GETMETADATA looks (RFC 5464 §4.2.2).
const (
	Depth0        = commands.Depth0        // the entry itself
	Depth1        = commands.Depth1        // and those right below it
	DepthInfinity = commands.DepthInfinity // and all below it
)

// Which mailboxes NOTIFY and ESEARCH are about (RFC 5465 §6, RFC 7377 §2.2).
const (
	FilterSelected        = commands.FilterSelected        // the selected one; with NOTIFY, removals may be told at any time
	FilterSelectedDelayed = commands.FilterSelectedDelayed // the selected one, whose removals wait for a command that permits them; NOTIFY alone
	FilterInboxes         = commands.FilterInboxes         // all that mail may be delivered to
	FilterPersonal        = commands.FilterPersonal        // all of the user's own
	FilterSubscribed      = commands.FilterSubscribed      // those that are subscribed
	FilterSubtree         = commands.FilterSubtree         // those named and all below them
	FilterSubtreeOne      = commands.FilterSubtreeOne      // those named and the next level below them; ESEARCH alone
	FilterMailboxes       = commands.FilterMailboxes       // those named
)

// What a server can tell (RFC 5465 §5). NotifyMessageNew and NotifyMessageExpunge go
// together, and NotifyFlagChange with both.
const (
	NotifyMessageNew            = commands.NotifyMessageNew            // a message has come
	NotifyMessageExpunge        = commands.NotifyMessageExpunge        // a message is gone
	NotifyFlagChange            = commands.NotifyFlagChange            // flags of a message have changed
	NotifyAnnotationChange      = commands.NotifyAnnotationChange      // an annotation of a message has changed (RFC 5257)
	NotifyMailboxName           = commands.NotifyMailboxName           // a mailbox was created, deleted or renamed
	NotifySubscriptionChange    = commands.NotifySubscriptionChange    // a mailbox was subscribed, or is no longer
	NotifyMailboxMetadataChange = commands.NotifyMailboxMetadataChange // metadata of a mailbox have changed
	NotifyServerMetadataChange  = commands.NotifyServerMetadataChange  // metadata of the server have changed
)
