package imap

import (
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// The vocabulary of the protocol lives in the packages response, for what a
// server says, and commands, for what a client says. What most programs need is
// named here too, so that they import this package alone.
type (
	// UID is a unique identifier of a message in its mailbox; SeqNum is its
	// position there, which changes when messages go.
	UID    = response.UID
	SeqNum = response.SeqNum

	// UIDSet and SeqSet are sets of them. They are different types: UIDFetch
	// takes the one, Fetch the other. Make them with UIDs, UIDRange, Seqs and
	// SeqRange; they stay ranges however large they are.
	UIDSet = response.UIDSet
	SeqSet = response.SeqSet

	// Flag is a message flag, like FlagSeen or a keyword.
	Flag = response.Flag
	// MailboxAttr is an attribute of a mailbox in LIST, like AttrSent.
	MailboxAttr = response.MailboxAttr
	// Cap is a capability of the server, Capabilities all that it named.
	Cap          = response.Cap
	Capabilities = response.Capabilities

	// Message is what FETCH tells of one message. It belongs to the caller.
	Message       = response.Message
	MessageExt    = response.MessageExt
	Items         = response.Items
	Envelope      = response.Envelope
	Address       = response.Address
	BodyStructure = response.BodyStructure
	Part          = response.Part
	Param         = response.Param
	BodySection   = response.BodySection
	Section       = response.Section
	Specifier     = response.Specifier

	// ListData, StatusData and NamespaceData are what LIST, STATUS and NAMESPACE
	// tell.
	ListData      = response.ListData
	ListExt       = response.ListExt
	StatusData    = response.StatusData
	StatusItems   = response.StatusItems
	NamespaceData = response.NamespaceData
	Namespace     = response.Namespace
	IDData        = response.IDData
	IDParam       = response.IDParam

	// Status is a status response of the server: OK, NO, BAD, PREAUTH or BYE
	// with an optional code and a text.
	Status     = response.Status
	StatusType = response.StatusType

	// Code is a response code, CodeName its name. Codes with arguments have
	// types of their own.
	Code                = response.Code
	CodeName            = response.CodeName
	OtherCode           = response.OtherCode
	AppendUIDCode       = response.AppendUIDCode
	CopyUIDCode         = response.CopyUIDCode
	BadCharsetCode      = response.BadCharsetCode
	CapabilityCode      = response.CapabilityCode
	PermanentFlagsCode  = response.PermanentFlagsCode
	UIDNextCode         = response.UIDNextCode
	UIDValidityCode     = response.UIDValidityCode
	UnseenCode          = response.UnseenCode
	HighestModSeqCode   = response.HighestModSeqCode
	ModifiedCode        = response.ModifiedCode
	MailboxIDCode       = response.MailboxIDCode
	ReferralCode        = response.ReferralCode
	InProgressCode      = response.InProgressCode
	MessageLimitCode    = response.MessageLimitCode
	MetadataCode        = response.MetadataCode
	BadURLCode          = response.BadURLCode
	BadEventCode        = response.BadEventCode
	NoUpdateCode        = response.NoUpdateCode
	UndefinedFilterCode = response.UndefinedFilterCode

	// The further types that events and [Client.Do] deliver.
	Data           = response.Data
	CapabilityData = response.CapabilityData
	EnabledData    = response.EnabledData
	ExistsData     = response.ExistsData
	RecentData     = response.RecentData
	ExpungeData    = response.ExpungeData
	VanishedData   = response.VanishedData
	FlagsData      = response.FlagsData
	SearchData     = response.SearchData
	ESearchData    = response.ESearchData
	SortData       = response.SortData
	ThreadData     = response.ThreadData
	QuotaData      = response.QuotaData
	QuotaRootData  = response.QuotaRootData
	ACLData        = response.ACLData
	ListRightsData = response.ListRightsData
	MyRightsData   = response.MyRightsData
	MetadataData   = response.MetadataData
	LanguageData   = response.LanguageData
	UnknownData    = response.UnknownData
	UnknownItem    = response.UnknownItem
	Value          = response.Value

	// FetchItems is what FETCH is to tell of each message, FetchSection one
	// text of it, Partial a range of octets of that text.
	FetchItems   = commands.FetchItems
	FetchSection = commands.FetchSection
	Partial      = commands.Partial

	// StoreOp says what STORE does with flags.
	StoreOp = commands.StoreOp

	// SearchKey is a condition on messages; package search makes them.
	SearchKey = commands.SearchKey

	// Command is a command for [Client.Do]; RawCommand is one that the library
	// does not know, Arg one of its arguments.
	Command    = commands.Command
	RawCommand = commands.Raw
	Arg        = commands.Arg

	// ArgumentError says that an argument has no form on the wire, or makes no
	// sense there. Nothing was sent.
	ArgumentError = commands.ArgumentError
)

// Constructors of sets and sections.
var (
	UIDs     = response.UIDs
	UIDRange = response.UIDRange
	Seqs     = response.Seqs
	SeqRange = response.SeqRange

	ParseUIDSet = response.ParseUIDSet
	ParseSeqSet = response.ParseSeqSet

	WholeMessage = commands.WholeMessage
	Header       = commands.Header
	HeaderFields = commands.HeaderFields
	PartSection  = commands.PartSection
)

// Constructors of the arguments of a [RawCommand].
var (
	ArgAtom     = commands.ArgAtom
	ArgNil      = commands.ArgNil
	ArgNumber   = commands.ArgNumber
	ArgString   = commands.ArgString
	ArgAString  = commands.ArgAString
	ArgMailbox  = commands.ArgMailbox
	ArgFlag     = commands.ArgFlag
	ArgUIDs     = commands.ArgUIDs
	ArgSeqs     = commands.ArgSeqs
	ArgDate     = commands.ArgDate
	ArgDateTime = commands.ArgDateTime
	ArgLiteral  = commands.ArgLiteral
	ArgKey      = commands.ArgKey
	ArgList     = commands.ArgList
	ArgSecret   = commands.ArgSecret
)

// Star is the "*" of a set: the largest number in use.
const Star = response.Star

// What STORE does with the flags.
const (
	StoreSet    = commands.StoreSet    // these flags and no others
	StoreAdd    = commands.StoreAdd    // these flags too
	StoreRemove = commands.StoreRemove // not these flags
)
