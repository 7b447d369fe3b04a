package imap

import (
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Constructors of sets and of body sections.

// UIDs returns the set of these UIDs. Zero, a UID never set, is left out.
func UIDs(uids ...UID) UIDSet { return response.UIDs(uids...) }

// UIDRange returns the set of the UIDs from start to stop, both included; [Star] is
// the last: UIDRange(1, Star) is all of them, UIDRange(Star, Star) the last one.
func UIDRange(start, stop UID) UIDSet { return response.UIDRange(start, stop) }

// Saved returns the set "$": the messages that the last search with Save has found
// (RFC 5182), for commands that take UIDs. It needs SEARCHRES or IMAP4rev2, and has no
// numbers here: see [response.Set.IsSaved]. Selecting a mailbox empties it.
func Saved() UIDSet { return response.Saved[UID]() }

// ParseUIDSet parses a set of UIDs as it stands on the wire, like "1:5,7".
func ParseUIDSet(text string) (UIDSet, error) { return response.ParseUIDSet(text) }

// Seqs returns the set of these message sequence numbers. Zero is left out.
func Seqs(nums ...SeqNum) SeqSet { return response.Seqs(nums...) }

// SeqRange returns the set of the message sequence numbers from start to stop, both
// included. [Star] is the last one.
func SeqRange(start, stop SeqNum) SeqSet { return response.SeqRange(start, stop) }

// ParseSeqSet parses a set of message sequence numbers, like "1:5,*".
func ParseSeqSet(text string) (SeqSet, error) { return response.ParseSeqSet(text) }

// WholeMessage returns the whole message, BODY[]. It does not set FlagSeen, nor do
// the other sections, unless MarkSeen is set.
func WholeMessage() FetchSection { return commands.WholeMessage() }

// Header returns the section that is the header of the message, BODY[HEADER].
func Header() FetchSection { return commands.Header() }

// HeaderFields returns these fields of the header, BODY[HEADER.FIELDS (…)].
func HeaderFields(names ...string) FetchSection { return commands.HeaderFields(names...) }

// PartSection returns the content of one part, as it was transferred:
// PartSection(1, 2) is BODY[1.2]. [Client.OpenPart] decodes it too.
func PartSection(part ...int) FetchSection { return commands.PartSection(part...) }
