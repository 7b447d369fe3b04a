package imap

import (
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// The names that most programs write down. The types live in package response,
// which holds what a server says, and in package commands, which holds what a
// client says; what only a parser, an encoder or an extension needs is reached
// there.

// UID is the unique identifier of a message in its mailbox, as long as the mailbox
// has the same UIDVALIDITY (RFC 9051 §2.3.1.1). Zero is not a UID.
type UID = response.UID

// SeqNum is the position of a message in its mailbox, from 1. It changes whenever a
// message before it is removed (RFC 9051 §2.3.1.2).
type SeqNum = response.SeqNum

// UIDSet is a set of UIDs, kept as ranges however many UIDs they hold. [UIDs],
// [UIDRange] and [ParseUIDSet] make sets; AddNum, AddRange, AddSet and Remove
// change one; All, Ranges, Len, Contains, Empty, Min, Max and String read it. The
// zero value is the empty set. See [response.Set].
type UIDSet = response.UIDSet

// SeqSet is a set of message sequence numbers, with the methods of [UIDSet]. It is
// a type of its own, so that a UID cannot pass for a sequence number.
type SeqSet = response.SeqSet

// Star is the "*" of a set: the largest number in use.
const Star = response.Star

// Message is what FETCH returns for one message (RFC 9051 §7.5.2): UID, SeqNum,
// Flags, InternalDate, Size, ModSeq, Envelope, BodyStructure, Sections, and Ext for
// extensions. HasFlag tests a flag, Body returns the first body section, Section a
// given one, and Has reports which items came.
type Message = response.Message

// Envelope is the parsed header of a message (RFC 9051 §2.3.5): Date, Subject,
// From, Sender, ReplyTo, To, Cc, Bcc, InReplyTo and MessageID. Text is decoded (RFC
// 2047); SubjectRaw and DateRaw are not.
type Envelope = response.Envelope

// Address is a mailbox in an [Envelope] (RFC 9051 §7.5.2): Name, Mailbox and Host.
// Addr returns "user@host", Display the name or else the address, String both;
// IsGroupStart and IsGroupEnd mark a group.
type Address = response.Address

// BodyStructure is the MIME structure of a message (RFC 9051 §7.5.2). Text,
// Attachments, Inline, Leaves and Walk find parts; MediaType and Filename describe.
type BodyStructure = response.BodyStructure

// Part is a *BodyStructure with its Number, as [Client.OpenPart] takes it.
type Part = response.Part

// Names makes file names that differ, of SafeName of each [Part].
type Names = response.Names

// Section names a body section, as between the brackets of BODY[…]: Part, Specifier
// and Fields (RFC 9051 §6.4.5.1). [Message].Section takes it.
type Section = response.Section

// FetchItems is what FETCH asks for of each message (RFC 9051 §6.4.5): mostly UID,
// Flags, InternalDate, Size, Envelope, BodyStructure and Sections. Items of
// extensions have fields too, and Other takes any other.
type FetchItems = commands.FetchItems

// FetchSection is a body section to fetch: Section, Partial for a range of its
// octets, Binary for its content without transfer encoding, MarkSeen to set \Seen.
// [WholeMessage], [Header], [HeaderFields] and [PartSection] make some.
type FetchSection = commands.FetchSection

// Flag is a flag of a message, like [FlagSeen], or a keyword of any other name.
// Equal compares without regard to case.
type Flag = response.Flag

// MailboxInfo is a mailbox in the answer to LIST (RFC 9051 §7.3.1): Mailbox, its
// name in UTF-8, Delim, Attrs, and Status if asked for. HasAttr tests an attribute.
type MailboxInfo = response.MailboxInfo

// MailboxAttr is an attribute of a mailbox in LIST, like [AttrSent]. Equal compares
// without regard to case.
type MailboxAttr = response.MailboxAttr

// MailboxStatus is the answer to STATUS (RFC 9051 §7.3.4): Messages, UIDNext,
// UIDValidity, Unseen, Size and others. Has reports which of them came.
type MailboxStatus = response.MailboxStatus

// StatusItems is a set of what STATUS returns, like StatusMessages|StatusUnseen.
type StatusItems = response.StatusItems

// Cap is a capability of a server, like [CapMove].
type Cap = response.Cap

// Capabilities is what a server announced. Has reports whether a capability is
// there, by itself or as a part of IMAP4rev2; Lists whether it was named; Values
// returns the values of one like AUTH= or QUOTA=.
type Capabilities = response.Capabilities

// StatusResponse is a status response (RFC 9051 §7.1): Type, which is [OK], [NO],
// [BAD], [PREAUTH] or [BYE], Code and Text.
type StatusResponse = response.StatusResponse

// Code is a response code (RFC 9051 §7.1): a [CodeName] if it has no arguments,
// else a type of package response whose name ends in Code.
type Code = response.Code

// CodeName is the name of a response code. It is an error too, so that
// errors.Is(err, imap.CodeOverQuota) finds it in a *[StatusError].
type CodeName = response.CodeName

// ExistsData is the event EXISTS: how many Messages there are (RFC 9051 §7.4.1).
type ExistsData = response.ExistsData

// ExpungeData is the event EXPUNGE: the message SeqNum is gone, and those after it
// move up by one (RFC 9051 §7.5.1).
type ExpungeData = response.ExpungeData

// VanishedData is the event VANISHED: UIDs are gone (RFC 7162 §3.2.10).
type VanishedData = response.VanishedData

// ArgumentError is an argument that has no form on the wire. Nothing was sent.
type ArgumentError = commands.ArgumentError

// StoreOp is what STORE does: [StoreAdd], [StoreRemove] or [StoreSet].
type StoreOp = commands.StoreOp

// AppendResult says where APPEND put the messages, as far as the server does:
// UIDValidity and UIDs (RFC 4315 §3). UID returns the first one.
type AppendResult = response.AppendResult

// CopyResult says where COPY or MOVE put the messages, as far as the server does:
// UIDValidity, Source and Dest (RFC 4315 §3). Pairs iterates over both.
type CopyResult = response.CopyResult

// ExpungeResult says which messages are gone, also those that others have removed:
// SeqNums, or UIDs with QRESYNC.
type ExpungeResult = response.ExpungeResult

// StoreResult is what STORE has done: Messages with their new flags, and Modified,
// which were left alone.
type StoreResult[N UID | SeqNum] = response.StoreResult[N]

// SearchResult is what SEARCH found, UIDs or message sequence numbers: All, or Min,
// Max, Count and Partial if these were asked for, and ModSeq.
type SearchResult[N UID | SeqNum] = response.SearchResult[N]

// SearchKey is a condition on messages: package search makes and combines them.
type SearchKey = commands.SearchKey

// IDParam is a field of ID and of its answer (RFC 2971 §3.3): Name and Value.
type IDParam = response.IDParam

// What STORE does with the flags given (RFC 9051 §6.4.6).
const (
	StoreSet    = commands.StoreSet    // replaces the flags
	StoreAdd    = commands.StoreAdd    // adds to the flags
	StoreRemove = commands.StoreRemove // removes from the flags
)
