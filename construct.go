package imap

import (
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Constructors of sets and of body sections.

// UIDs returns the set of the UIDs given. Zero is no UID and is left out, so that
// a UID which was never set does not mean the last message.
func UIDs(uids ...UID) UIDSet { return response.UIDs(uids...) }

// UIDRange returns the set of the UIDs from start to stop, both included. [Star]
// stands for "*", the last one: UIDRange(1, Star) is all of them, and
// UIDRange(Star, Star) the last message alone.
func UIDRange(start, stop UID) UIDSet { return response.UIDRange(start, stop) }

// Saved returns the set "$": the messages that the last search with Save has found
// (RFC 5182), for commands that take UIDs. It needs SEARCHRES or IMAP4rev2, and has no
// numbers here: see [Set.IsSaved]. Selecting a mailbox empties it.
func Saved() UIDSet { return response.Saved[UID]() }

// ParseUIDSet parses a set of UIDs as it stands on the wire, like "1:5,7".
func ParseUIDSet(text string) (UIDSet, error) { return response.ParseUIDSet(text) }

// Seqs returns the set of the message sequence numbers given. Zero is none and is
// left out.
func Seqs(nums ...SeqNum) SeqSet { return response.Seqs(nums...) }

// SeqRange returns the set of the message sequence numbers from start to stop,
// both included, where [Star] stands for "*", the last one.
func SeqRange(start, stop SeqNum) SeqSet { return response.SeqRange(start, stop) }

// ParseSeqSet parses a set of message sequence numbers as it stands on the wire.
func ParseSeqSet(text string) (SeqSet, error) { return response.ParseSeqSet(text) }

// WholeMessage returns the section that is the whole message, BODY[]. Fetching it
// does not set FlagSeen, nor do the other sections, unless MarkSeen is set.
func WholeMessage() FetchSection { return commands.WholeMessage() }

// Header returns the section that is the header of the message, BODY[HEADER].
func Header() FetchSection { return commands.Header() }

// HeaderFields returns the section that has the named fields of the message's
// header, BODY[HEADER.FIELDS (…)].
func HeaderFields(names ...string) FetchSection { return commands.HeaderFields(names...) }

// PartSection returns the section that is the content of one part, as it was
// transferred: PartSection(1, 2) is BODY[1.2]. [Client.OpenPart] decodes it too.
func PartSection(part ...int) FetchSection { return commands.PartSection(part...) }
