package response

// Code is a response code (RFC 9051 §7.1, RFC 5530 and extensions): a
// [CodeName] where the code has no arguments, one of the types that end in
// Code where it has, or an [OtherCode] where the library does not know it or
// its arguments were malformed.
type Code interface {
	Name() CodeName
}

// CodeName is the name of a response code, in upper case. It is itself the
// [Code] of those that have no arguments, and an error that errors.Is finds in
// a *StatusError with that code.
type CodeName string

// Response codes of RFC 9051 §7.1, RFC 3501 §7.1, RFC 5530 §3 and of extensions.
const (
	CodeAlert                CodeName = "ALERT"
	CodeAlreadyExists        CodeName = "ALREADYEXISTS"
	CodeAppendUID            CodeName = "APPENDUID"
	CodeAuthenticationFailed CodeName = "AUTHENTICATIONFAILED"
	CodeAuthorizationFailed  CodeName = "AUTHORIZATIONFAILED"
	CodeBadCharset           CodeName = "BADCHARSET"
	CodeBadComparator        CodeName = "BADCOMPARATOR" // RFC 5255
	CodeBadEvent             CodeName = "BADEVENT"      // RFC 5465
	CodeBadURL               CodeName = "BADURL"        // RFC 4469
	CodeCannot               CodeName = "CANNOT"
	CodeCapability           CodeName = "CAPABILITY"
	CodeClientBug            CodeName = "CLIENTBUG"
	CodeClosed               CodeName = "CLOSED"
	CodeCompressionActive    CodeName = "COMPRESSIONACTIVE" // RFC 4978
	CodeContactAdmin         CodeName = "CONTACTADMIN"
	CodeCopyUID              CodeName = "COPYUID"
	CodeCorruption           CodeName = "CORRUPTION"
	CodeDowngraded           CodeName = "DOWNGRADED" // RFC 6855 appendix
	CodeExpired              CodeName = "EXPIRED"
	CodeExpungeIssued        CodeName = "EXPUNGEISSUED"
	CodeHasChildren          CodeName = "HASCHILDREN"
	CodeHighestModSeq        CodeName = "HIGHESTMODSEQ" // RFC 7162
	CodeInProgress           CodeName = "INPROGRESS"    // RFC 9585
	CodeInUse                CodeName = "INUSE"
	CodeLimit                CodeName = "LIMIT"
	CodeMailboxID            CodeName = "MAILBOXID"          // RFC 8474
	CodeMaxConvertMessages   CodeName = "MAXCONVERTMESSAGES" // RFC 5259
	CodeMaxConvertParts      CodeName = "MAXCONVERTPARTS"    // RFC 5259
	CodeMessageLimit         CodeName = "MESSAGELIMIT"       // RFC 9738
	CodeMetadata             CodeName = "METADATA"           // RFC 5464
	CodeModified             CodeName = "MODIFIED"           // RFC 7162
	CodeNoModSeq             CodeName = "NOMODSEQ"           // RFC 7162
	CodeNonExistent          CodeName = "NONEXISTENT"
	CodeNoPerm               CodeName = "NOPERM"
	CodeNotificationOverflow CodeName = "NOTIFICATIONOVERFLOW" // RFC 5465
	CodeNotSaved             CodeName = "NOTSAVED"
	CodeNoUpdate             CodeName = "NOUPDATE" // RFC 5267
	CodeOverQuota            CodeName = "OVERQUOTA"
	CodeParse                CodeName = "PARSE"
	CodePermanentFlags       CodeName = "PERMANENTFLAGS"
	CodePrivacyRequired      CodeName = "PRIVACYREQUIRED"
	CodeReadOnly             CodeName = "READ-ONLY"
	CodeReadWrite            CodeName = "READ-WRITE"
	CodeReferral             CodeName = "REFERRAL" // RFC 2193, RFC 2221
	CodeServerBug            CodeName = "SERVERBUG"
	CodeTooBig               CodeName = "TOOBIG" // RFC 4469
	CodeTryCreate            CodeName = "TRYCREATE"
	CodeUIDNext              CodeName = "UIDNEXT"
	CodeUIDNotSticky         CodeName = "UIDNOTSTICKY"
	CodeUIDRequired          CodeName = "UIDREQUIRED" // RFC 9586
	CodeUIDValidity          CodeName = "UIDVALIDITY"
	CodeUnavailable          CodeName = "UNAVAILABLE"
	CodeUndefinedFilter      CodeName = "UNDEFINED-FILTER" // RFC 5466
	CodeUnknownCTE           CodeName = "UNKNOWN-CTE"
	CodeUnseen               CodeName = "UNSEEN"   // RFC 3501
	CodeUseAttr              CodeName = "USEATTR"  // RFC 6154
	CodeWebAlert             CodeName = "WEBALERT" // Gmail
)

// Name returns n.
func (n CodeName) Name() CodeName { return n }

// Error returns the code between brackets, so that a code can be the target of
// errors.Is.
func (n CodeName) Error() string { return "[" + string(n) + "]" }

// OtherCode is a code that the library has no type for, or whose arguments do
// not follow its grammar.
type OtherCode struct {
	CodeName CodeName
	Args     string // as the server sent them
}

// AppendUIDCode tells where APPEND put the messages (RFC 9051 §7.1).
type AppendUIDCode struct {
	UIDValidity uint32
	UIDs        UIDSet // more than one after MULTIAPPEND
}

// CopyUIDCode tells where COPY or MOVE put the messages: the n-th UID of
// Source became the n-th of Dest (RFC 9051 §7.1). Both are empty where the
// server sent a code without them.
type CopyUIDCode struct {
	UIDValidity  uint32
	Source, Dest UIDSet
}

// BadCharsetCode lists the charsets that the server knows; it may be empty.
type BadCharsetCode struct{ Charsets []string }

// CapabilityCode lists the server's capabilities.
type CapabilityCode struct{ Caps Capabilities }

// PermanentFlagsCode lists the flags that can be changed for good;
// [FlagWildcard] says that new keywords can be created.
type PermanentFlagsCode struct{ Flags []Flag }

// UIDNextCode is the UID that the next message is predicted to get.
type UIDNextCode struct{ UID UID }

// UIDValidityCode is the validity of the mailbox's UIDs.
type UIDValidityCode struct{ UIDValidity uint32 }

// UnseenCode is the number of the first unseen message (RFC 3501 §7.1).
type UnseenCode struct{ SeqNum SeqNum }

// HighestModSeqCode is the highest mod-sequence of the mailbox (RFC 7162 §3.1.2.1).
type HighestModSeqCode struct{ ModSeq uint64 }

// ModifiedCode holds the messages that a conditional STORE left alone
// (RFC 7162 §3.1.3): UIDs after UID STORE, else message sequence numbers.
type ModifiedCode struct{ Nums UIDSet }

// MailboxIDCode is the identifier of the mailbox (RFC 8474 §4).
type MailboxIDCode struct{ ID string }

// ReferralCode holds the URLs that the server refers to (RFC 2193, RFC 2221).
type ReferralCode struct{ URLs []string }

// NoUpdateCode names the SEARCH that will not be updated (RFC 5267 §4.3.1).
type NoUpdateCode struct{ Tag string }

// BadURLCode is the URL that could not be resolved (RFC 4469 §4.1).
type BadURLCode struct{ URL string }

// UndefinedFilterCode is the name of a filter that does not exist (RFC 5466 §3.1).
type UndefinedFilterCode struct{ Filter string }

// BadEventCode lists the events that NOTIFY supports (RFC 5465 §5).
type BadEventCode struct{ Events []string }

// InProgressCode tells how far the server is with a command (RFC 9585 §3).
type InProgressCode struct {
	Tag           string // of the command; empty for NIL
	Current, Goal int64  // -1 where the server did not say
}

// MessageLimitCode says that a command stopped after Limit messages; LowestUID
// is the lowest UID that it dealt with (RFC 9738 §3.1).
type MessageLimitCode struct {
	Limit     uint32
	LowestUID UID
}

// MetadataCode tells why an entry was refused (RFC 5464 §4.2.1, §4.3): Reason
// is LONGENTRIES or MAXSIZE with Size, TOOMANY, or NOPRIVATE.
type MetadataCode struct {
	Reason string
	Size   int64
}

// DowngradedCode lists the messages that were changed for a client without
// UTF-8.
type DowngradedCode struct{ Nums UIDSet }

func (c OtherCode) Name() CodeName           { return c.CodeName }
func (c AppendUIDCode) Name() CodeName       { return CodeAppendUID }
func (c CopyUIDCode) Name() CodeName         { return CodeCopyUID }
func (c BadCharsetCode) Name() CodeName      { return CodeBadCharset }
func (c CapabilityCode) Name() CodeName      { return CodeCapability }
func (c PermanentFlagsCode) Name() CodeName  { return CodePermanentFlags }
func (c UIDNextCode) Name() CodeName         { return CodeUIDNext }
func (c UIDValidityCode) Name() CodeName     { return CodeUIDValidity }
func (c UnseenCode) Name() CodeName          { return CodeUnseen }
func (c HighestModSeqCode) Name() CodeName   { return CodeHighestModSeq }
func (c ModifiedCode) Name() CodeName        { return CodeModified }
func (c MailboxIDCode) Name() CodeName       { return CodeMailboxID }
func (c ReferralCode) Name() CodeName        { return CodeReferral }
func (c NoUpdateCode) Name() CodeName        { return CodeNoUpdate }
func (c BadURLCode) Name() CodeName          { return CodeBadURL }
func (c UndefinedFilterCode) Name() CodeName { return CodeUndefinedFilter }
func (c BadEventCode) Name() CodeName        { return CodeBadEvent }
func (c InProgressCode) Name() CodeName      { return CodeInProgress }
func (c MessageLimitCode) Name() CodeName    { return CodeMessageLimit }
func (c MetadataCode) Name() CodeName        { return CodeMetadata }
func (c DowngradedCode) Name() CodeName      { return CodeDowngraded }
