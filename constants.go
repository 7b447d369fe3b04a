package imap

import "github.com/seed-090b04e4/imap/response"

// System flags (RFC 9051 §2.3.2), and keywords that mail programs share.
const (
	FlagSeen      = response.FlagSeen      // has been read
	FlagAnswered  = response.FlagAnswered  // has been answered
	FlagFlagged   = response.FlagFlagged   // needs attention: the star of mail programs
	FlagDeleted   = response.FlagDeleted   // is removed by EXPUNGE
	FlagDraft     = response.FlagDraft     // is not finished
	FlagRecent    = response.FlagRecent    // has come since the mailbox was last selected; IMAP4rev1 only
	FlagWildcard  = response.FlagWildcard  // in PERMANENTFLAGS: new keywords can be created
	FlagForwarded = response.FlagForwarded // has been forwarded
	FlagMDNSent   = response.FlagMDNSent   // a disposition notification has been sent
	FlagJunk      = response.FlagJunk      // the user marked it as junk
	FlagNotJunk   = response.FlagNotJunk   // the user marked it as not junk
	FlagPhishing  = response.FlagPhishing  // is likely to be fraud
)

// Attributes (RFC 9051 §7.3.1) and special uses (RFC 6154 §2) of mailboxes.
const (
	AttrNoInferiors   = response.AttrNoInferiors   // no mailboxes can be below it
	AttrNoSelect      = response.AttrNoSelect      // cannot be selected: a level of the hierarchy
	AttrNonExistent   = response.AttrNonExistent   // does not exist, but is subscribed; implies AttrNoSelect
	AttrHasChildren   = response.AttrHasChildren   // there are mailboxes below it
	AttrHasNoChildren = response.AttrHasNoChildren // there are no mailboxes below it
	AttrSubscribed    = response.AttrSubscribed    // is subscribed
	AttrAll           = response.AttrAll           // all messages
	AttrArchive       = response.AttrArchive       // the archive
	AttrDrafts        = response.AttrDrafts        // drafts
	AttrFlagged       = response.AttrFlagged       // all flagged messages
	AttrImportant     = response.AttrImportant     // all important messages
	AttrJunk          = response.AttrJunk          // junk
	AttrSent          = response.AttrSent          // sent messages
	AttrTrash         = response.AttrTrash         // deleted messages
)

// Capabilities that programs ask about. Package response has the others.
const (
	CapIMAP4rev1       = response.CapIMAP4rev1       // RFC 3501
	CapIMAP4rev2       = response.CapIMAP4rev2       // RFC 9051
	CapStartTLS        = response.CapStartTLS        // RFC 9051 §6.2.1
	CapLoginDisabled   = response.CapLoginDisabled   // RFC 9051 §6.2.3
	CapCompressDeflate = response.CapCompressDeflate // RFC 4978
	CapCondStore       = response.CapCondStore       // RFC 7162
	CapQResync         = response.CapQResync         // RFC 7162
	CapIdle            = response.CapIdle            // RFC 2177
	CapMove            = response.CapMove            // RFC 6851
	CapNotify          = response.CapNotify          // RFC 5465
	CapSort            = response.CapSort            // RFC 5256
	CapSpecialUse      = response.CapSpecialUse      // RFC 6154
	CapUIDPlus         = response.CapUIDPlus         // RFC 4315
	CapUTF8Accept      = response.CapUTF8Accept      // RFC 9755
	CapGmailExt1       = response.CapGmailExt1       // Gmail's extensions
)

// Response codes (RFC 5530 §3, RFC 9051 §7.1). Package response has the others.
const (
	CodeAlert                = response.CodeAlert                // the text must be shown to the user
	CodeAlreadyExists        = response.CodeAlreadyExists        // the name is in use
	CodeAuthenticationFailed = response.CodeAuthenticationFailed // wrong user or password, or the server does not say more
	CodeAuthorizationFailed  = response.CodeAuthorizationFailed  // the credentials are right, but not for acting as that user
	CodeCannot               = response.CodeCannot               // can never succeed
	CodeExpired              = response.CodeExpired              // the password is no longer valid
	CodeHasChildren          = response.CodeHasChildren          // the mailbox has others below it
	CodeInUse                = response.CodeInUse                // what the command needs is in use: try again later
	CodeLimit                = response.CodeLimit                // a limit of the server is reached
	CodeNonExistent          = response.CodeNonExistent          // there is no such mailbox
	CodeNoPerm               = response.CodeNoPerm               // the user is not permitted to do that
	CodeOverQuota            = response.CodeOverQuota            // the quota is used up
	CodePrivacyRequired      = response.CodePrivacyRequired      // only over TLS
	CodeTooBig               = response.CodeTooBig               // the message is too large for the mailbox (RFC 4469 §4.2)
	CodeTryCreate            = response.CodeTryCreate            // there is no such mailbox, and CREATE may help
	CodeUnavailable          = response.CodeUnavailable          // a part of the server is down: try again later
)

// What STATUS returns (RFC 9051 §6.3.11), with the capability that it needs.
const (
	StatusMessages       = response.StatusMessages       // MESSAGES
	StatusUIDNext        = response.StatusUIDNext        // UIDNEXT
	StatusUIDValidity    = response.StatusUIDValidity    // UIDVALIDITY
	StatusUnseen         = response.StatusUnseen         // UNSEEN
	StatusDeleted        = response.StatusDeleted        // DELETED: IMAP4rev2 or QUOTA=RES-MESSAGE
	StatusSize           = response.StatusSize           // SIZE: STATUS=SIZE or IMAP4rev2
	StatusRecent         = response.StatusRecent         // RECENT: IMAP4rev1
	StatusHighestModSeq  = response.StatusHighestModSeq  // HIGHESTMODSEQ: CONDSTORE
	StatusAppendLimit    = response.StatusAppendLimit    // APPENDLIMIT: APPENDLIMIT
	StatusDeletedStorage = response.StatusDeletedStorage // DELETED-STORAGE: QUOTA=RES-STORAGE
	StatusMailboxID      = response.StatusMailboxID      // MAILBOXID: OBJECTID
)

// The conditions of a [StatusResponse] (RFC 9051 §7.1).
const (
	OK      = response.OK      // success, or information
	NO      = response.NO      // failure
	BAD     = response.BAD     // the server did not understand the command
	PREAUTH = response.PREAUTH // in a greeting: already logged in
	BYE     = response.BYE     // the connection is about to end
)

// Which representation [BodyStructure].Text prefers.
const (
	PreferPlain = response.PreferPlain // text/plain
	PreferHTML  = response.PreferHTML  // text/html
)
