package response

import "iter"

// Code is a response code (RFC 9051 §7.1, RFC 5530 and extensions): a
// [CodeName] if the code has no arguments, one of the types that end in
// Code if it has, or an [OtherCode] if the library does not know it or
// its arguments were malformed.
type Code interface {
	// Name returns the name of the code.
	Name() CodeName
}

// CodeName is the name of a response code, in upper case. It is itself the
// [Code] of those that have no arguments, and an error that errors.Is finds in
// a *StatusError with that code.
type CodeName string

// Response codes of RFC 9051 §7.1, RFC 3501 §7.1, RFC 5530 §3 and of extensions.
const (
	CodeAlert                CodeName = "ALERT"                // the text must be shown to the user (RFC 9051 §7.1)
	CodeAlreadyExists        CodeName = "ALREADYEXISTS"        // what is to be created or named so is there already (RFC 5530 §3)
	CodeAppendUID            CodeName = "APPENDUID"            // where APPEND put the messages: [AppendUIDCode]
	CodeAuthenticationFailed CodeName = "AUTHENTICATIONFAILED" // wrong name or password, or the server does not say more (RFC 5530 §3)
	CodeAuthorizationFailed  CodeName = "AUTHORIZATIONFAILED"  // the credentials are right, but not for acting as that user (RFC 5530 §3)
	CodeBadCharset           CodeName = "BADCHARSET"           // the server does not know the charset of SEARCH: [BadCharsetCode]
	CodeBadComparator        CodeName = "BADCOMPARATOR"        // the server does not know the comparator (RFC 5255 §4.9)
	CodeBadEvent             CodeName = "BADEVENT"             // NOTIFY does not know the event: [BadEventCode]
	CodeBadURL               CodeName = "BADURL"               // a URL of CATENATE is no good: [BadURLCode]
	CodeCannot               CodeName = "CANNOT"               // can never succeed (RFC 5530 §3)
	CodeCapability           CodeName = "CAPABILITY"           // the capabilities: [CapabilityCode]
	CodeClientBug            CodeName = "CLIENTBUG"            // the server sees a bug of the client (RFC 5530 §3)
	CodeClosed               CodeName = "CLOSED"               // the mailbox that was selected before is closed; what follows is of the new one (RFC 9051 §7.1)
	CodeCompressionActive    CodeName = "COMPRESSIONACTIVE"    // the connection is compressed already (RFC 4978 §3)
	CodeContactAdmin         CodeName = "CONTACTADMIN"         // the user should contact the administrator (RFC 5530 §3)
	CodeCopyUID              CodeName = "COPYUID"              // where COPY or MOVE put the messages: [CopyUIDCode]
	CodeCorruption           CodeName = "CORRUPTION"           // the server found its data damaged (RFC 5530 §3)
	CodeDowngraded           CodeName = "DOWNGRADED"           // messages were changed for a client without UTF-8: [DowngradedCode]
	CodeExpired              CodeName = "EXPIRED"              // the password is no longer valid (RFC 5530 §3)
	CodeExpungeIssued        CodeName = "EXPUNGEISSUED"        // messages that the command names are gone (RFC 5530 §3)
	CodeHasChildren          CodeName = "HASCHILDREN"          // the mailbox has others below it (RFC 9051 §7.1)
	CodeHighestModSeq        CodeName = "HIGHESTMODSEQ"        // the mailbox's highest mod-sequence: [HighestModSeqCode]
	CodeInProgress           CodeName = "INPROGRESS"           // how far the command is: [InProgressCode]
	CodeInUse                CodeName = "INUSE"                // another session uses what the command needs: try again later (RFC 5530 §3)
	CodeLimit                CodeName = "LIMIT"                // a limit of the server stands in the way (RFC 5530 §3)
	CodeMailboxID            CodeName = "MAILBOXID"            // the mailbox's identifier: [MailboxIDCode]
	CodeMaxConvertMessages   CodeName = "MAXCONVERTMESSAGES"   // too many messages for CONVERT (RFC 5259 §9)
	CodeMaxConvertParts      CodeName = "MAXCONVERTPARTS"      // too many parts for CONVERT (RFC 5259 §9)
	CodeMessageLimit         CodeName = "MESSAGELIMIT"         // the command stopped before its end: [MessageLimitCode]
	CodeMetadata             CodeName = "METADATA"             // an entry was refused: [MetadataCode]
	CodeModified             CodeName = "MODIFIED"             // what a conditional STORE left alone: [ModifiedCode]
	CodeNoModSeq             CodeName = "NOMODSEQ"             // the mailbox keeps no mod-sequences (RFC 7162 §3.1.2.2)
	CodeNonExistent          CodeName = "NONEXISTENT"          // there is no such mailbox (RFC 5530 §3)
	CodeNoPerm               CodeName = "NOPERM"               // the user may not do that (RFC 5530 §3)
	CodeNotificationOverflow CodeName = "NOTIFICATIONOVERFLOW" // NOTIFY is off from now on, as there was too much to report (RFC 5465 §5.8)
	CodeNotSaved             CodeName = "NOTSAVED"             // the result of SEARCH could not be saved (RFC 5182 §2.5)
	CodeNoUpdate             CodeName = "NOUPDATE"             // the search will not be updated: [NoUpdateCode]
	CodeOverQuota            CodeName = "OVERQUOTA"            // no room is left in the quota (RFC 5530 §3)
	CodeParse                CodeName = "PARSE"                // the server could not parse a message (RFC 9051 §7.1)
	CodePermanentFlags       CodeName = "PERMANENTFLAGS"       // the flags that can be changed for good: [PermanentFlagsCode]
	CodePrivacyRequired      CodeName = "PRIVACYREQUIRED"      // only with TLS (RFC 5530 §3)
	CodeReadOnly             CodeName = "READ-ONLY"            // the mailbox is open for reading alone (RFC 9051 §7.1)
	CodeReadWrite            CodeName = "READ-WRITE"           // the mailbox is open for changes too (RFC 9051 §7.1)
	CodeReferral             CodeName = "REFERRAL"             // another server is to be asked: [ReferralCode]
	CodeServerBug            CodeName = "SERVERBUG"            // the server sees a bug of its own (RFC 5530 §3)
	CodeThrottled            CodeName = "THROTTLED"            // the account has done too much lately, as Gmail has it: wait before the next command
	CodeTooBig               CodeName = "TOOBIG"               // the message is too large for the mailbox (RFC 4469 §4.2)
	CodeTooFew               CodeName = "TOOFEW"               // the batches of UIDBATCHES are too small (RFC 10022)
	CodeTooMany              CodeName = "TOOMANY"              // more batches of UIDBATCHES than the server returns at once (RFC 10022)
	CodeTryCreate            CodeName = "TRYCREATE"            // there is no such mailbox, and CREATE may help (RFC 9051 §7.1)
	CodeUIDNext              CodeName = "UIDNEXT"              // what the next message's UID is predicted to be: [UIDNextCode]
	CodeUIDNotSticky         CodeName = "UIDNOTSTICKY"         // UIDs do not last beyond the session (RFC 9051 §7.1)
	CodeUIDRequired          CodeName = "UIDREQUIRED"          // with UIDONLY enabled, message sequence numbers are out (RFC 9586 §3)
	CodeUIDValidity          CodeName = "UIDVALIDITY"          // the validity of the mailbox's UIDs: [UIDValidityCode]
	CodeUnavailable          CodeName = "UNAVAILABLE"          // a part of the server is down: try again later (RFC 5530 §3)
	CodeUndefinedFilter      CodeName = "UNDEFINED-FILTER"     // there is no filter of that name: [UndefinedFilterCode]
	CodeUnknownCTE           CodeName = "UNKNOWN-CTE"          // the server cannot undo the transfer encoding of BINARY (RFC 3516 §4.3)
	CodeUnseen               CodeName = "UNSEEN"               // the first unseen message: [UnseenCode]
	CodeURLMech              CodeName = "URLMECH"              // the mechanisms of URLAUTH: [URLMechCode]
	CodeUseAttr              CodeName = "USEATTR"              // the special use cannot be given (RFC 6154 §3)
	CodeWebAlert             CodeName = "WEBALERT"             // a page that the user must visit, as Gmail has it; the URL is in Args of [OtherCode]
)

// Name returns n.
func (n CodeName) Name() CodeName { return n }

// Error returns the code between brackets, so that a code can be the target of
// errors.Is.
func (n CodeName) Error() string { return "[" + string(n) + "]" }

// OtherCode is a code that the library has no type for, or whose arguments do
// not follow its grammar.
type OtherCode struct {
	CodeName CodeName // its name
	Args     string   // as the server sent them
}

// AppendUIDCode says where APPEND put the messages (RFC 9051 §7.1).
type AppendUIDCode struct {
	UIDValidity uint32 // of the mailbox
	UIDs        UIDSet // of the messages: more than one after MULTIAPPEND
}

// CopyUIDCode says where COPY or MOVE put the messages (RFC 9051 §7.1); see
// [CopyUIDCode.Pairs]. Both sets are empty if the server sent a code without
// them.
type CopyUIDCode struct {
	UIDValidity uint32 // of the destination
	Source      UIDSet // UIDs in the selected mailbox
	Dest        UIDSet // UIDs in the destination

	// SourceOrder and DestOrder hold the ranges of Source and Dest as the server
	// sent them, if that is not ascending; else they are nil.
	SourceOrder, DestOrder []Range[UID]
}

// Pairs iterates over the messages in the server's order: the UID that one had,
// and that of its copy. It ends when either of the sets does.
func (c CopyUIDCode) Pairs() iter.Seq2[UID, UID] {
	return func(yield func(UID, UID) bool) {
		next, stop := iter.Pull(inOrder(c.Dest, c.DestOrder))
		defer stop()
		for source := range inOrder(c.Source, c.SourceOrder) {
			dest, ok := next()
			if !ok || !yield(source, dest) {
				return
			}
		}
	}
}

// inOrder iterates over a set in the order in which it was sent.
func inOrder(set UIDSet, order []Range[UID]) iter.Seq[UID] {
	if order == nil {
		return set.All()
	}
	return func(yield func(UID) bool) {
		for _, r := range order {
			for uid := range UIDRange(r.Start, r.Stop).All() { // RFC 4315 §4: 2:4 and 4:2 are the same
				if !yield(uid) {
					return
				}
			}
		}
	}
}

// BadCharsetCode lists the charsets that the server knows (RFC 9051 §7.1).
type BadCharsetCode struct {
	Charsets []string // empty if the server does not say
}

// CapabilityCode lists the server's capabilities (RFC 9051 §7.1).
type CapabilityCode struct {
	Caps Capabilities // as of now
}

// PermanentFlagsCode lists the flags that can be changed for good;
// [FlagWildcard] says that new keywords can be created (RFC 9051 §7.1).
type PermanentFlagsCode struct {
	Flags []Flag // empty: none can be changed for good
}

// UIDNextCode is the UID that the next message is predicted to get (RFC 9051
// §7.1).
type UIDNextCode struct {
	UID UID // not below it, to be exact
}

// UIDValidityCode is the validity of the mailbox's UIDs (RFC 9051 §7.1).
type UIDValidityCode struct {
	UIDValidity uint32 // another one than before: all UIDs are new
}

// UnseenCode is the number of the first unseen message (RFC 3501 §7.1).
type UnseenCode struct {
	SeqNum SeqNum // its position
}

// HighestModSeqCode is the highest mod-sequence of the mailbox (RFC 7162 §3.1.2.1).
type HighestModSeqCode struct {
	ModSeq uint64 // below 1<<63
}

// ModifiedCode holds the messages that a conditional STORE left alone
// (RFC 7162 §3.1.3): UIDs after UID STORE, else message sequence numbers.
type ModifiedCode struct {
	Nums UIDSet // see [AsSeqSet]
}

// MailboxIDCode is the identifier of the mailbox (RFC 8474 §4).
type MailboxIDCode struct {
	ID string // stays the same when the mailbox is renamed
}

// ReferralCode holds the URLs that the server refers to (RFC 2193, RFC 2221).
type ReferralCode struct {
	URLs []string // of the form imap://… (RFC 5092)
}

// NoUpdateCode names the SEARCH that will not be updated (RFC 5267 §4.3.1).
type NoUpdateCode struct {
	Tag string // of the command
}

// BadURLCode is the URL that could not be resolved (RFC 4469 §4.1).
type BadURLCode struct {
	URL string // as the client sent it
}

// UndefinedFilterCode is the name of a filter that does not exist (RFC 5466 §3.1).
type UndefinedFilterCode struct {
	Filter string // its name
}

// BadEventCode lists the events that NOTIFY supports (RFC 5465 §3.1).
type BadEventCode struct {
	Events []string // their names, like "FlagChange"
}

// InProgressCode says how far the server is with a command (RFC 9585 §4).
type InProgressCode struct {
	Tag     string // of the command; empty for NIL
	Current int64  // items that are done; -1 if the server did not say
	Goal    int64  // items in all; -1 if the server did not say
}

// MessageLimitCode says that a command stopped after Limit messages; LowestUID
// is the lowest UID that it dealt with (RFC 9738 §3.1).
type MessageLimitCode struct {
	Limit     uint32 // how many messages it dealt with at most
	LowestUID UID    // zero if the server did not say
}

// MetadataCode says why an entry was refused (RFC 5464 §4.2.1, §4.3): Reason
// is LONGENTRIES or MAXSIZE with Size, TOOMANY, or NOPRIVATE.
type MetadataCode struct {
	Reason string // in upper case
	Size   int64  // octets: of the longest entry, or what is permitted
}

// DowngradedCode lists the messages that were changed for a client without
// UTF-8 (RFC 6858).
type DowngradedCode struct {
	Nums UIDSet // UIDs after UID FETCH, else message sequence numbers
}

// Name returns the name that the server sent.
func (c OtherCode) Name() CodeName { return c.CodeName }

// Name returns [CodeAppendUID].
func (c AppendUIDCode) Name() CodeName { return CodeAppendUID }

// Name returns [CodeCopyUID].
func (c CopyUIDCode) Name() CodeName { return CodeCopyUID }

// Name returns [CodeBadCharset].
func (c BadCharsetCode) Name() CodeName { return CodeBadCharset }

// Name returns [CodeCapability].
func (c CapabilityCode) Name() CodeName { return CodeCapability }

// Name returns [CodePermanentFlags].
func (c PermanentFlagsCode) Name() CodeName { return CodePermanentFlags }

// Name returns [CodeUIDNext].
func (c UIDNextCode) Name() CodeName { return CodeUIDNext }

// Name returns [CodeUIDValidity].
func (c UIDValidityCode) Name() CodeName { return CodeUIDValidity }

// Name returns [CodeUnseen].
func (c UnseenCode) Name() CodeName { return CodeUnseen }

// Name returns [CodeHighestModSeq].
func (c HighestModSeqCode) Name() CodeName { return CodeHighestModSeq }

// Name returns [CodeModified].
func (c ModifiedCode) Name() CodeName { return CodeModified }

// Name returns [CodeMailboxID].
func (c MailboxIDCode) Name() CodeName { return CodeMailboxID }

// Name returns [CodeReferral].
func (c ReferralCode) Name() CodeName { return CodeReferral }

// Name returns [CodeNoUpdate].
func (c NoUpdateCode) Name() CodeName { return CodeNoUpdate }

// Name returns [CodeBadURL].
func (c BadURLCode) Name() CodeName { return CodeBadURL }

// Name returns [CodeUndefinedFilter].
func (c UndefinedFilterCode) Name() CodeName { return CodeUndefinedFilter }

// Name returns [CodeBadEvent].
func (c BadEventCode) Name() CodeName { return CodeBadEvent }

// Name returns [CodeInProgress].
func (c InProgressCode) Name() CodeName { return CodeInProgress }

// Name returns [CodeMessageLimit].
func (c MessageLimitCode) Name() CodeName { return CodeMessageLimit }

// Name returns [CodeMetadata].
func (c MetadataCode) Name() CodeName { return CodeMetadata }

// Name returns [CodeDowngraded].
func (c DowngradedCode) Name() CodeName { return CodeDowngraded }
