package imap

import "github.com/seed-090b04e4/imap/response"

// System flags (RFC 9051 §2.3.2), and keywords that mail programs share.
const (
	FlagSeen          = response.FlagSeen          // has been read
	FlagAnswered      = response.FlagAnswered      // has been answered
	FlagFlagged       = response.FlagFlagged       // needs attention: the star of mail programs
	FlagDeleted       = response.FlagDeleted       // is removed by EXPUNGE
	FlagDraft         = response.FlagDraft         // is not finished
	FlagRecent        = response.FlagRecent        // has come since the mailbox was last selected; IMAP4rev1 only, set by the server alone
	FlagWildcard      = response.FlagWildcard      // in PERMANENTFLAGS: new keywords can be created
	FlagForwarded     = response.FlagForwarded     // has been forwarded
	FlagMDNSent       = response.FlagMDNSent       // a notice of receipt has been sent
	FlagJunk          = response.FlagJunk          // the user says that it is junk
	FlagNotJunk       = response.FlagNotJunk       // the user says that it is no junk
	FlagPhishing      = response.FlagPhishing      // is likely to be fraud
	FlagImportant     = response.FlagImportant     // is likely to be important (RFC 8457)
	FlagSubmitted     = response.FlagSubmitted     // has been handed to the submission server (RFC 5550 §5.10)
	FlagSubmitPending = response.FlagSubmitPending // is to be submitted (RFC 5550 §5.10)
	FlagHasAttachment = response.FlagHasAttachment // has an attachment, as the server sees it
)

// Attributes of mailboxes (RFC 9051 §7.3.1), and what they are for.
const (
	AttrNoInferiors   = response.AttrNoInferiors   // no mailboxes can be below it
	AttrNoSelect      = response.AttrNoSelect      // cannot be selected: a level of the hierarchy
	AttrNonExistent   = response.AttrNonExistent   // does not exist, like what is subscribed still; implies AttrNoSelect
	AttrHasChildren   = response.AttrHasChildren   // there are mailboxes below it
	AttrHasNoChildren = response.AttrHasNoChildren // there are none below it
	AttrMarked        = response.AttrMarked        // may have new messages
	AttrUnmarked      = response.AttrUnmarked      // has no new messages
	AttrSubscribed    = response.AttrSubscribed    // is subscribed
	AttrRemote        = response.AttrRemote        // is on another server
	AttrAll           = response.AttrAll           // all messages (RFC 6154 §2)
	AttrArchive       = response.AttrArchive       // the archive (RFC 6154 §2)
	AttrDrafts        = response.AttrDrafts        // drafts (RFC 6154 §2)
	AttrFlagged       = response.AttrFlagged       // all flagged messages (RFC 6154 §2)
	AttrJunk          = response.AttrJunk          // junk (RFC 6154 §2)
	AttrSent          = response.AttrSent          // messages that were sent (RFC 6154 §2)
	AttrTrash         = response.AttrTrash         // messages that were thrown away (RFC 6154 §2)
	AttrImportant     = response.AttrImportant     // all important messages (RFC 8457 §3)
	AttrMemos         = response.AttrMemos         // notes (the IANA registry)
	AttrScheduled     = response.AttrScheduled     // messages to be sent later (the IANA registry)
	AttrSnoozed       = response.AttrSnoozed       // messages to be shown again later (the IANA registry)
)

// Capabilities, with the document that defines each.
const (
	CapIMAP4rev1        = response.CapIMAP4rev1        // RFC 3501
	CapIMAP4rev2        = response.CapIMAP4rev2        // RFC 9051
	CapStartTLS         = response.CapStartTLS         // RFC 9051
	CapLoginDisabled    = response.CapLoginDisabled    // RFC 9051
	CapACL              = response.CapACL              // RFC 4314
	CapAppendLimit      = response.CapAppendLimit      // RFC 7889
	CapBinary           = response.CapBinary           // RFC 3516
	CapCatenate         = response.CapCatenate         // RFC 4469
	CapChildren         = response.CapChildren         // RFC 3348
	CapCompressDeflate  = response.CapCompressDeflate  // RFC 4978
	CapCondStore        = response.CapCondStore        // RFC 7162
	CapContextSearch    = response.CapContextSearch    // RFC 5267
	CapContextSort      = response.CapContextSort      // RFC 5267
	CapCreateSpecialUse = response.CapCreateSpecialUse // RFC 6154
	CapEnable           = response.CapEnable           // RFC 5161
	CapESearch          = response.CapESearch          // RFC 4731
	CapESort            = response.CapESort            // RFC 5267
	CapFilters          = response.CapFilters          // RFC 5466
	CapID               = response.CapID               // RFC 2971
	CapIdle             = response.CapIdle             // RFC 2177
	CapInProgress       = response.CapInProgress       // RFC 9585
	CapJMAPAccess       = response.CapJMAPAccess       // RFC 9698
	CapLanguage         = response.CapLanguage         // RFC 5255
	CapListExtended     = response.CapListExtended     // RFC 5258
	CapListMetadata     = response.CapListMetadata     // RFC 9590
	CapListMyRights     = response.CapListMyRights     // RFC 8440
	CapListStatus       = response.CapListStatus       // RFC 5819
	CapLiteralMinus     = response.CapLiteralMinus     // RFC 7888
	CapLiteralPlus      = response.CapLiteralPlus      // RFC 7888
	CapLoginReferrals   = response.CapLoginReferrals   // RFC 2221
	CapMetadata         = response.CapMetadata         // RFC 5464
	CapMetadataServer   = response.CapMetadataServer   // RFC 5464
	CapMove             = response.CapMove             // RFC 6851
	CapMultiAppend      = response.CapMultiAppend      // RFC 3502
	CapMultiSearch      = response.CapMultiSearch      // RFC 7377
	CapNamespace        = response.CapNamespace        // RFC 2342
	CapNotify           = response.CapNotify           // RFC 5465
	CapObjectID         = response.CapObjectID         // RFC 8474
	CapPartial          = response.CapPartial          // RFC 9394
	CapPreview          = response.CapPreview          // RFC 8970
	CapQResync          = response.CapQResync          // RFC 7162
	CapQuota            = response.CapQuota            // RFC 9208
	CapQuotaSet         = response.CapQuotaSet         // RFC 9208
	CapReplace          = response.CapReplace          // RFC 8508
	CapSASLIR           = response.CapSASLIR           // RFC 4959
	CapSaveDate         = response.CapSaveDate         // RFC 8514
	CapSearchFuzzy      = response.CapSearchFuzzy      // RFC 6203
	CapSearchRes        = response.CapSearchRes        // RFC 5182
	CapSort             = response.CapSort             // RFC 5256
	CapSortDisplay      = response.CapSortDisplay      // RFC 5957
	CapSpecialUse       = response.CapSpecialUse       // RFC 6154
	CapStatusSize       = response.CapStatusSize       // RFC 8438
	CapThreadOrdered    = response.CapThreadOrdered    // RFC 5256
	CapThreadReferences = response.CapThreadReferences // RFC 5256
	CapUIDOnly          = response.CapUIDOnly          // RFC 9586
	CapUIDPlus          = response.CapUIDPlus          // RFC 4315
	CapUnauthenticate   = response.CapUnauthenticate   // RFC 8437
	CapUnselect         = response.CapUnselect         // RFC 3691
	CapURLAuth          = response.CapURLAuth          // RFC 4467
	CapUTF8Accept       = response.CapUTF8Accept       // RFC 6855
	CapUTF8Only         = response.CapUTF8Only         // RFC 6855
	CapWithin           = response.CapWithin           // RFC 5032
	CapGmailExt1        = response.CapGmailExt1        // Gmail's extensions
)

// Names of response codes, which servers need not send (RFC 9051 §7.1).
const (
	CodeAlert                = response.CodeAlert                // the text must be shown to the user (RFC 9051 §7.1)
	CodeAlreadyExists        = response.CodeAlreadyExists        // what is to be created or named so is there already (RFC 5530 §3)
	CodeAppendUID            = response.CodeAppendUID            // where APPEND put the messages: [AppendUIDCode]
	CodeAuthenticationFailed = response.CodeAuthenticationFailed // wrong name or password, or the server does not say more (RFC 5530 §3)
	CodeAuthorizationFailed  = response.CodeAuthorizationFailed  // the credentials are right, but not for acting as that user (RFC 5530 §3)
	CodeBadCharset           = response.CodeBadCharset           // the server does not know the charset of SEARCH: [BadCharsetCode]
	CodeBadComparator        = response.CodeBadComparator        // the server does not know the comparator (RFC 5255 §4.9)
	CodeBadEvent             = response.CodeBadEvent             // NOTIFY does not know the event: [BadEventCode]
	CodeBadURL               = response.CodeBadURL               // a URL of CATENATE is no good: [BadURLCode]
	CodeCannot               = response.CodeCannot               // can never succeed (RFC 5530 §3)
	CodeCapability           = response.CodeCapability           // the capabilities: [CapabilityCode]
	CodeClientBug            = response.CodeClientBug            // the server sees a bug of the client (RFC 5530 §3)
	CodeClosed               = response.CodeClosed               // the mailbox that was selected before is closed; what follows is of the new one (RFC 9051 §7.1)
	CodeCompressionActive    = response.CodeCompressionActive    // the connection is compressed already (RFC 4978 §3)
	CodeContactAdmin         = response.CodeContactAdmin         // the user should contact the administrator (RFC 5530 §3)
	CodeCopyUID              = response.CodeCopyUID              // where COPY or MOVE put the messages: [CopyUIDCode]
	CodeCorruption           = response.CodeCorruption           // the server found its data damaged (RFC 5530 §3)
	CodeDowngraded           = response.CodeDowngraded           // messages were changed for want of UTF-8: [DowngradedCode]
	CodeExpired              = response.CodeExpired              // the password is no longer valid (RFC 5530 §3)
	CodeExpungeIssued        = response.CodeExpungeIssued        // messages that the command names are gone (RFC 5530 §3)
	CodeHasChildren          = response.CodeHasChildren          // the mailbox has others below it (RFC 9051 §7.1)
	CodeHighestModSeq        = response.CodeHighestModSeq        // the mailbox's highest mod-sequence: [HighestModSeqCode]
	CodeInProgress           = response.CodeInProgress           // how far the command is: [InProgressCode]
	CodeInUse                = response.CodeInUse                // somebody else uses what the command needs: try again later (RFC 5530 §3)
	CodeLimit                = response.CodeLimit                // a limit of the server stands in the way (RFC 5530 §3)
	CodeMailboxID            = response.CodeMailboxID            // the mailbox's identifier: [MailboxIDCode]
	CodeMaxConvertMessages   = response.CodeMaxConvertMessages   // too many messages for CONVERT (RFC 5259 §9)
	CodeMaxConvertParts      = response.CodeMaxConvertParts      // too many parts for CONVERT (RFC 5259 §9)
	CodeMessageLimit         = response.CodeMessageLimit         // the command stopped before its end: [MessageLimitCode]
	CodeMetadata             = response.CodeMetadata             // an entry was refused: [MetadataCode]
	CodeModified             = response.CodeModified             // what a conditional STORE left alone: [ModifiedCode]
	CodeNoModSeq             = response.CodeNoModSeq             // the mailbox keeps no mod-sequences (RFC 7162 §3.1.2.2)
	CodeNonExistent          = response.CodeNonExistent          // there is no such mailbox (RFC 5530 §3)
	CodeNoPerm               = response.CodeNoPerm               // the user may not do that (RFC 5530 §3)
	CodeNotificationOverflow = response.CodeNotificationOverflow // NOTIFY is off from now on, as there was too much to tell (RFC 5465 §5.8)
	CodeNotSaved             = response.CodeNotSaved             // the result of SEARCH could not be saved (RFC 5182 §2.5)
	CodeNoUpdate             = response.CodeNoUpdate             // the search will not be updated: [NoUpdateCode]
	CodeOverQuota            = response.CodeOverQuota            // no room is left in the quota (RFC 5530 §3)
	CodeParse                = response.CodeParse                // the server could not parse a message (RFC 9051 §7.1)
	CodePermanentFlags       = response.CodePermanentFlags       // the flags that can be changed for good: [PermanentFlagsCode]
	CodePrivacyRequired      = response.CodePrivacyRequired      // only with TLS (RFC 5530 §3)
	CodeReadOnly             = response.CodeReadOnly             // the mailbox is open for reading alone (RFC 9051 §7.1)
	CodeReadWrite            = response.CodeReadWrite            // the mailbox is open for changes too (RFC 9051 §7.1)
	CodeReferral             = response.CodeReferral             // another server is to be asked: [ReferralCode]
	CodeServerBug            = response.CodeServerBug            // the server sees a bug of its own (RFC 5530 §3)
	CodeTooBig               = response.CodeTooBig               // the message is too large for the mailbox (RFC 4469 §4.2)
	CodeTryCreate            = response.CodeTryCreate            // there is no such mailbox, and CREATE may help (RFC 9051 §7.1)
	CodeUIDNext              = response.CodeUIDNext              // what the next message's UID is predicted to be: [UIDNextCode]
	CodeUIDNotSticky         = response.CodeUIDNotSticky         // UIDs do not last beyond the session (RFC 9051 §7.1)
	CodeUIDRequired          = response.CodeUIDRequired          // with UIDONLY enabled, message sequence numbers are out (RFC 9586 §3)
	CodeUIDValidity          = response.CodeUIDValidity          // the validity of the mailbox's UIDs: [UIDValidityCode]
	CodeUnavailable          = response.CodeUnavailable          // a part of the server is down: try again later (RFC 5530 §3)
	CodeUndefinedFilter      = response.CodeUndefinedFilter      // there is no filter of that name: [UndefinedFilterCode]
	CodeUnknownCTE           = response.CodeUnknownCTE           // the server cannot undo the transfer encoding of BINARY (RFC 3516 §4.3)
	CodeUnseen               = response.CodeUnseen               // the first unseen message: [UnseenCode]
	CodeUseAttr              = response.CodeUseAttr              // the special use cannot be given (RFC 6154 §3)
	CodeWebAlert             = response.CodeWebAlert             // a page that the user must visit, as Gmail has it; the URL is in Args of [OtherCode]
)

// Resources that quotas limit (RFC 9208 §5).
const (
	QuotaStorage           = response.QuotaStorage           // estimate of the space that mailboxes take, in units of 1024 octets
	QuotaMessage           = response.QuotaMessage           // number of messages
	QuotaMailbox           = response.QuotaMailbox           // number of mailboxes
	QuotaAnnotationStorage = response.QuotaAnnotationStorage // size of all annotations, in units of 1024 octets
)

// Specifiers of sections (RFC 9051 §6.4.5.1).
const (
	SpecifierNone            = response.SpecifierNone            // all of it
	SpecifierHeader          = response.SpecifierHeader          // the header of a message
	SpecifierHeaderFields    = response.SpecifierHeaderFields    // the named header fields
	SpecifierHeaderFieldsNot = response.SpecifierHeaderFieldsNot // all header fields but the named
	SpecifierText            = response.SpecifierText            // the message without its header
	SpecifierMIME            = response.SpecifierMIME            // the MIME header of a part
)

// Items of FETCH that a message came with (RFC 9051 §7.5.2).
const (
	ItemFlags         = response.ItemFlags         // FLAGS
	ItemUID           = response.ItemUID           // UID
	ItemInternalDate  = response.ItemInternalDate  // INTERNALDATE
	ItemSize          = response.ItemSize          // RFC822.SIZE
	ItemEnvelope      = response.ItemEnvelope      // ENVELOPE
	ItemBodyStructure = response.ItemBodyStructure // BODYSTRUCTURE, and BODY without a section
	ItemSections      = response.ItemSections      // BODY[...], BINARY[...], RFC822, RFC822.HEADER, RFC822.TEXT
	ItemBinarySize    = response.ItemBinarySize    // BINARY.SIZE[...]
	ItemModSeq        = response.ItemModSeq        // RFC 7162
	ItemSaveDate      = response.ItemSaveDate      // RFC 8514
	ItemPreview       = response.ItemPreview       // RFC 8970
	ItemEmailID       = response.ItemEmailID       // RFC 8474
	ItemThreadID      = response.ItemThreadID      // RFC 8474
	ItemGmailMsgID    = response.ItemGmailMsgID    // X-GM-MSGID
	ItemGmailThreadID = response.ItemGmailThreadID // X-GM-THRID
	ItemGmailLabels   = response.ItemGmailLabels   // X-GM-LABELS
	ItemUnknown       = response.ItemUnknown       // an item that the library has no field for
)

// Figures of STATUS (RFC 9051 §6.3.11).
const (
	StatusMessages       = response.StatusMessages       // MESSAGES
	StatusUIDNext        = response.StatusUIDNext        // UIDNEXT
	StatusUIDValidity    = response.StatusUIDValidity    // UIDVALIDITY
	StatusUnseen         = response.StatusUnseen         // UNSEEN
	StatusDeleted        = response.StatusDeleted        // DELETED: needs IMAP4rev2 or QUOTA=RES-MESSAGE
	StatusSize           = response.StatusSize           // SIZE: needs STATUS=SIZE or IMAP4rev2
	StatusRecent         = response.StatusRecent         // RECENT: needs IMAP4rev1
	StatusHighestModSeq  = response.StatusHighestModSeq  // HIGHESTMODSEQ: needs CONDSTORE
	StatusAppendLimit    = response.StatusAppendLimit    // APPENDLIMIT: needs APPENDLIMIT
	StatusDeletedStorage = response.StatusDeletedStorage // DELETED-STORAGE: needs QUOTA=RES-STORAGE
	StatusMailboxID      = response.StatusMailboxID      // MAILBOXID: needs OBJECTID
)

// Rights to a mailbox (RFC 4314 §2.1), and the two of old that newer servers show
// beside those that replace them (RFC 4314 §2.1.1).
const (
	RightLookup         = response.RightLookup         // l: see the mailbox in LIST, subscribe to it
	RightRead           = response.RightRead           // r: select it, ask for its STATUS
	RightSeen           = response.RightSeen           // s: set and clear \Seen for good
	RightWrite          = response.RightWrite          // w: set and clear flags other than \Seen and \Deleted
	RightInsert         = response.RightInsert         // i: APPEND and COPY into it
	RightPost           = response.RightPost           // p: send mail to its address; IMAP does not see to it
	RightCreateMailbox  = response.RightCreateMailbox  // k: create mailboxes below it
	RightDeleteMailbox  = response.RightDeleteMailbox  // x: delete or rename it
	RightDeleteMessages = response.RightDeleteMessages // t: set and clear \Deleted
	RightExpunge        = response.RightExpunge        // e: EXPUNGE
	RightAdminister     = response.RightAdminister     // a: change and see the rights of others
	RightCreate         = response.RightCreate         // c: RFC 2086 in place of k, or of k and x
	RightDelete         = response.RightDelete         // d: RFC 2086 in place of t and e, or of t, e and x
)

// Conditions that a status response tells (RFC 9051 §7.1).
const (
	OK      = response.OK      // it has succeeded, or a piece of information
	NO      = response.NO      // it has failed
	BAD     = response.BAD     // the server did not understand it
	PREAUTH = response.PREAUTH // in a greeting: logged in already
	BYE     = response.BYE     // the connection is about to end
)

// Kinds of a [Value].
const (
	ValueNil    = response.ValueNil    // NIL
	ValueAtom   = response.ValueAtom   // an atom, a number, or anything else without quotes
	ValueString = response.ValueString // a quoted string or a literal
	ValueList   = response.ValueList   // values between parentheses
)

// What a leaf of a message is to its reader: see [BodyStructure].Leaves.
const (
	ClassAttachment  = response.ClassAttachment  // worth saving
	ClassText        = response.ClassText        // shown as the message
	ClassAlternative = response.ClassAlternative // a representation that was not chosen
	ClassInline      = response.ClassInline      // a picture that the HTML can refer to
	ClassMachinery   = response.ClassMachinery   // a signature or a report
)

// Which representation of its text a message is read by: see [BodyStructure].Text.
const (
	PreferPlain = response.PreferPlain // text/plain
	PreferHTML  = response.PreferHTML  // text/html
)

// How [BodyStructure].Walk goes on after a visit.
const (
	WalkOn       = response.WalkOn       // to the children of the node, and the next one
	SkipChildren = response.SkipChildren // to the next one
	StopWalk     = response.StopWalk     // not at all
)
