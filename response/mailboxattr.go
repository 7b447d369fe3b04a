package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// MailboxAttr is an attribute of a mailbox as LIST has it. Attributes compare
// without regard to case; the constants are how the library spells them.
type MailboxAttr string

// Attributes of RFC 9051 §7.3.1, and the special uses: what a mailbox is for.
const (
	AttrNoInferiors   MailboxAttr = `\Noinferiors`   // no mailboxes can be below it
	AttrNoSelect      MailboxAttr = `\Noselect`      // cannot be selected: a level of the hierarchy
	AttrNonExistent   MailboxAttr = `\NonExistent`   // does not exist, like what is subscribed still; implies AttrNoSelect
	AttrHasChildren   MailboxAttr = `\HasChildren`   // there are mailboxes below it
	AttrHasNoChildren MailboxAttr = `\HasNoChildren` // there are none below it
	AttrMarked        MailboxAttr = `\Marked`        // may have new messages
	AttrUnmarked      MailboxAttr = `\Unmarked`      // has no new messages
	AttrSubscribed    MailboxAttr = `\Subscribed`    // is subscribed
	AttrRemote        MailboxAttr = `\Remote`        // is on another server

	AttrAll       MailboxAttr = `\All`       // all messages (RFC 6154 §2)
	AttrArchive   MailboxAttr = `\Archive`   // the archive (RFC 6154 §2)
	AttrDrafts    MailboxAttr = `\Drafts`    // drafts (RFC 6154 §2)
	AttrFlagged   MailboxAttr = `\Flagged`   // all flagged messages (RFC 6154 §2)
	AttrJunk      MailboxAttr = `\Junk`      // junk (RFC 6154 §2)
	AttrSent      MailboxAttr = `\Sent`      // messages that were sent (RFC 6154 §2)
	AttrTrash     MailboxAttr = `\Trash`     // messages that were thrown away (RFC 6154 §2)
	AttrImportant MailboxAttr = `\Important` // all important messages (RFC 8457 §3)
	AttrMemos     MailboxAttr = `\Memos`     // notes (the IANA registry)
	AttrScheduled MailboxAttr = `\Scheduled` // messages to be sent later (the IANA registry)
	AttrSnoozed   MailboxAttr = `\Snoozed`   // messages to be shown again later (the IANA registry)
)

// Equal reports whether both name the same attribute.
func (a MailboxAttr) Equal(b MailboxAttr) bool { return a == b || ascii.EqualFold(a, b) }

var knownAttrs = []MailboxAttr{
	AttrHasNoChildren, AttrHasChildren, AttrNoSelect, AttrNoInferiors, AttrNonExistent,
	AttrMarked, AttrUnmarked, AttrSubscribed, AttrRemote,
	AttrAll, AttrArchive, AttrDrafts, AttrFlagged, AttrJunk, AttrSent, AttrTrash, AttrImportant,
	AttrMemos, AttrScheduled, AttrSnoozed,
}

// knownAttr returns the constant for an attribute that is spelt as b.
func knownAttr(b []byte) (MailboxAttr, bool) {
	switch string(b) { // as nearly all servers spell the common ones
	case `\HasNoChildren`:
		return AttrHasNoChildren, true
	case `\HasChildren`:
		return AttrHasChildren, true
	case `\Noselect`:
		return AttrNoSelect, true
	case `\Subscribed`:
		return AttrSubscribed, true
	}
	for _, a := range knownAttrs {
		if len(a) == len(b) && ascii.EqualFold(a, b) {
			return a, true
		}
	}
	return "", false
}
