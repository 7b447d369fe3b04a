package imap

import "github.com/seed-090b04e4/imap/response"

// Flags; see package response for what defines each.
const (
	FlagSeen          = response.FlagSeen
	FlagAnswered      = response.FlagAnswered
	FlagFlagged       = response.FlagFlagged
	FlagDeleted       = response.FlagDeleted
	FlagDraft         = response.FlagDraft
	FlagRecent        = response.FlagRecent
	FlagWildcard      = response.FlagWildcard
	FlagForwarded     = response.FlagForwarded
	FlagMDNSent       = response.FlagMDNSent
	FlagJunk          = response.FlagJunk
	FlagNotJunk       = response.FlagNotJunk
	FlagPhishing      = response.FlagPhishing
	FlagImportant     = response.FlagImportant
	FlagSubmitted     = response.FlagSubmitted
	FlagSubmitPending = response.FlagSubmitPending
	FlagHasAttachment = response.FlagHasAttachment
)

// Attributes of mailboxes.
const (
	AttrNoInferiors   = response.AttrNoInferiors
	AttrNoSelect      = response.AttrNoSelect
	AttrNonExistent   = response.AttrNonExistent
	AttrHasChildren   = response.AttrHasChildren
	AttrHasNoChildren = response.AttrHasNoChildren
	AttrMarked        = response.AttrMarked
	AttrUnmarked      = response.AttrUnmarked
	AttrSubscribed    = response.AttrSubscribed
	AttrRemote        = response.AttrRemote
	AttrAll           = response.AttrAll
	AttrArchive       = response.AttrArchive
	AttrDrafts        = response.AttrDrafts
	AttrFlagged       = response.AttrFlagged
	AttrJunk          = response.AttrJunk
	AttrSent          = response.AttrSent
	AttrTrash         = response.AttrTrash
	AttrImportant     = response.AttrImportant
	AttrMemos         = response.AttrMemos
	AttrScheduled     = response.AttrScheduled
	AttrSnoozed       = response.AttrSnoozed
)

// Capabilities; see package response for the document that defines each.
const (
	CapIMAP4rev1        = response.CapIMAP4rev1
	CapIMAP4rev2        = response.CapIMAP4rev2
	CapStartTLS         = response.CapStartTLS
	CapLoginDisabled    = response.CapLoginDisabled
	CapACL              = response.CapACL
	CapAppendLimit      = response.CapAppendLimit
	CapBinary           = response.CapBinary
	CapCatenate         = response.CapCatenate
	CapChildren         = response.CapChildren
	CapCompressDeflate  = response.CapCompressDeflate
	CapCondStore        = response.CapCondStore
	CapContextSearch    = response.CapContextSearch
	CapContextSort      = response.CapContextSort
	CapCreateSpecialUse = response.CapCreateSpecialUse
	CapEnable           = response.CapEnable
	CapESearch          = response.CapESearch
	CapESort            = response.CapESort
	CapFilters          = response.CapFilters
	CapID               = response.CapID
	CapIdle             = response.CapIdle
	CapInProgress       = response.CapInProgress
	CapJMAPAccess       = response.CapJMAPAccess
	CapLanguage         = response.CapLanguage
	CapListExtended     = response.CapListExtended
	CapListMetadata     = response.CapListMetadata
	CapListMyRights     = response.CapListMyRights
	CapListStatus       = response.CapListStatus
	CapLiteralMinus     = response.CapLiteralMinus
	CapLiteralPlus      = response.CapLiteralPlus
	CapLoginReferrals   = response.CapLoginReferrals
	CapMetadata         = response.CapMetadata
	CapMetadataServer   = response.CapMetadataServer
	CapMove             = response.CapMove
	CapMultiAppend      = response.CapMultiAppend
	CapMultiSearch      = response.CapMultiSearch
	CapNamespace        = response.CapNamespace
	CapNotify           = response.CapNotify
	CapObjectID         = response.CapObjectID
	CapPartial          = response.CapPartial
	CapPreview          = response.CapPreview
	CapQResync          = response.CapQResync
	CapQuota            = response.CapQuota
	CapQuotaSet         = response.CapQuotaSet
	CapReplace          = response.CapReplace
	CapSASLIR           = response.CapSASLIR
	CapSaveDate         = response.CapSaveDate
	CapSearchFuzzy      = response.CapSearchFuzzy
	CapSearchRes        = response.CapSearchRes
	CapSort             = response.CapSort
	CapSortDisplay      = response.CapSortDisplay
	CapSpecialUse       = response.CapSpecialUse
	CapStatusSize       = response.CapStatusSize
	CapThreadOrdered    = response.CapThreadOrdered
	CapThreadReferences = response.CapThreadReferences
	CapUIDOnly          = response.CapUIDOnly
	CapUIDPlus          = response.CapUIDPlus
	CapUnauthenticate   = response.CapUnauthenticate
	CapUnselect         = response.CapUnselect
	CapURLAuth          = response.CapURLAuth
	CapUTF8Accept       = response.CapUTF8Accept
	CapUTF8Only         = response.CapUTF8Only
	CapWithin           = response.CapWithin
	CapGmailExt1        = response.CapGmailExt1
)

// Names of response codes.
const (
	CodeAlert                = response.CodeAlert
	CodeAlreadyExists        = response.CodeAlreadyExists
	CodeAppendUID            = response.CodeAppendUID
	CodeAuthenticationFailed = response.CodeAuthenticationFailed
	CodeAuthorizationFailed  = response.CodeAuthorizationFailed
	CodeBadCharset           = response.CodeBadCharset
	CodeBadComparator        = response.CodeBadComparator
	CodeBadEvent             = response.CodeBadEvent
	CodeBadURL               = response.CodeBadURL
	CodeCannot               = response.CodeCannot
	CodeCapability           = response.CodeCapability
	CodeClientBug            = response.CodeClientBug
	CodeClosed               = response.CodeClosed
	CodeCompressionActive    = response.CodeCompressionActive
	CodeContactAdmin         = response.CodeContactAdmin
	CodeCopyUID              = response.CodeCopyUID
	CodeCorruption           = response.CodeCorruption
	CodeDowngraded           = response.CodeDowngraded
	CodeExpired              = response.CodeExpired
	CodeExpungeIssued        = response.CodeExpungeIssued
	CodeHasChildren          = response.CodeHasChildren
	CodeHighestModSeq        = response.CodeHighestModSeq
	CodeInProgress           = response.CodeInProgress
	CodeInUse                = response.CodeInUse
	CodeLimit                = response.CodeLimit
	CodeMailboxID            = response.CodeMailboxID
	CodeMaxConvertMessages   = response.CodeMaxConvertMessages
	CodeMaxConvertParts      = response.CodeMaxConvertParts
	CodeMessageLimit         = response.CodeMessageLimit
	CodeMetadata             = response.CodeMetadata
	CodeModified             = response.CodeModified
	CodeNoModSeq             = response.CodeNoModSeq
	CodeNonExistent          = response.CodeNonExistent
	CodeNoPerm               = response.CodeNoPerm
	CodeNotificationOverflow = response.CodeNotificationOverflow
	CodeNotSaved             = response.CodeNotSaved
	CodeNoUpdate             = response.CodeNoUpdate
	CodeOverQuota            = response.CodeOverQuota
	CodeParse                = response.CodeParse
	CodePermanentFlags       = response.CodePermanentFlags
	CodePrivacyRequired      = response.CodePrivacyRequired
	CodeReadOnly             = response.CodeReadOnly
	CodeReadWrite            = response.CodeReadWrite
	CodeReferral             = response.CodeReferral
	CodeServerBug            = response.CodeServerBug
	CodeTooBig               = response.CodeTooBig
	CodeTryCreate            = response.CodeTryCreate
	CodeUIDNext              = response.CodeUIDNext
	CodeUIDNotSticky         = response.CodeUIDNotSticky
	CodeUIDRequired          = response.CodeUIDRequired
	CodeUIDValidity          = response.CodeUIDValidity
	CodeUnavailable          = response.CodeUnavailable
	CodeUndefinedFilter      = response.CodeUndefinedFilter
	CodeUnknownCTE           = response.CodeUnknownCTE
	CodeUnseen               = response.CodeUnseen
	CodeUseAttr              = response.CodeUseAttr
	CodeWebAlert             = response.CodeWebAlert
)

// Specifiers of sections.
const (
	SpecifierNone            = response.SpecifierNone
	SpecifierHeader          = response.SpecifierHeader
	SpecifierHeaderFields    = response.SpecifierHeaderFields
	SpecifierHeaderFieldsNot = response.SpecifierHeaderFieldsNot
	SpecifierText            = response.SpecifierText
	SpecifierMIME            = response.SpecifierMIME
)

// Items of FETCH that a message came with.
const (
	ItemFlags         = response.ItemFlags
	ItemUID           = response.ItemUID
	ItemInternalDate  = response.ItemInternalDate
	ItemSize          = response.ItemSize
	ItemEnvelope      = response.ItemEnvelope
	ItemBodyStructure = response.ItemBodyStructure
	ItemSections      = response.ItemSections
	ItemBinarySize    = response.ItemBinarySize
	ItemModSeq        = response.ItemModSeq
	ItemSaveDate      = response.ItemSaveDate
	ItemPreview       = response.ItemPreview
	ItemEmailID       = response.ItemEmailID
	ItemThreadID      = response.ItemThreadID
	ItemGmailMsgID    = response.ItemGmailMsgID
	ItemGmailThreadID = response.ItemGmailThreadID
	ItemGmailLabels   = response.ItemGmailLabels
	ItemUnknown       = response.ItemUnknown
)

// Items of STATUS.
const (
	StatusMessages       = response.StatusMessages
	StatusUIDNext        = response.StatusUIDNext
	StatusUIDValidity    = response.StatusUIDValidity
	StatusUnseen         = response.StatusUnseen
	StatusDeleted        = response.StatusDeleted
	StatusSize           = response.StatusSize
	StatusRecent         = response.StatusRecent
	StatusHighestModSeq  = response.StatusHighestModSeq
	StatusAppendLimit    = response.StatusAppendLimit
	StatusDeletedStorage = response.StatusDeletedStorage
	StatusMailboxID      = response.StatusMailboxID
)

// Conditions that a status response tells.
const (
	OK      = response.OK
	NO      = response.NO
	BAD     = response.BAD
	PREAUTH = response.PREAUTH
	BYE     = response.BYE
)
