package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// Flag is a message flag: a system flag, which begins with a backslash, or a
// keyword (RFC 9051 §2.3.2). Flags compare without regard to case; the
// constants of this package are how the library spells the known ones.
type Flag string

// System flags (RFC 9051 §2.3.2) and the registered keywords that mail programs
// share (RFC 5788, RFC 9051 §2.3.2, the IANA registry).
const (
	FlagSeen     Flag = `\Seen`     // has been read
	FlagAnswered Flag = `\Answered` // has been answered
	FlagFlagged  Flag = `\Flagged`  // needs attention: the star of mail programs
	FlagDeleted  Flag = `\Deleted`  // is removed by EXPUNGE
	FlagDraft    Flag = `\Draft`    // is not finished
	FlagRecent   Flag = `\Recent`   // has come since the mailbox was last selected; IMAP4rev1 only, set by the server alone
	FlagWildcard Flag = `\*`        // in PERMANENTFLAGS: new keywords can be created

	FlagForwarded     Flag = "$Forwarded"     // has been forwarded
	FlagMDNSent       Flag = "$MDNSent"       // a notice of receipt has been sent
	FlagJunk          Flag = "$Junk"          // the user says that it is junk
	FlagNotJunk       Flag = "$NotJunk"       // the user says that it is no junk
	FlagPhishing      Flag = "$Phishing"      // is likely to be fraud
	FlagImportant     Flag = "$Important"     // is likely to be important (RFC 8457)
	FlagSubmitted     Flag = "$Submitted"     // has been handed to the submission server (RFC 5550 §5.10)
	FlagSubmitPending Flag = "$SubmitPending" // is to be submitted (RFC 5550 §5.10)
	FlagHasAttachment Flag = "$HasAttachment" // has an attachment, as the server sees it
)

// Equal reports whether both name the same flag.
func (f Flag) Equal(g Flag) bool { return f == g || ascii.EqualFold(f, g) }

// ContainsFlag reports whether flags has f, without regard to case.
func ContainsFlag(flags []Flag, f Flag) bool {
	for _, g := range flags {
		if f.Equal(g) {
			return true
		}
	}
	return false
}

// knownFlag returns the constant for a flag that is spelt as b.
func knownFlag(b []byte) (Flag, bool) {
	if len(b) < 2 {
		return "", false
	}
	var f Flag
	switch ascii.Upper(b[1]) {
	case 'S':
		f = FlagSeen
		if b[0] == '$' {
			f = FlagSubmitted
		}
	case 'A':
		f = FlagAnswered
	case 'F':
		f = FlagFlagged
		if b[0] == '$' {
			f = FlagForwarded
		}
	case 'D':
		f = FlagDeleted
		if len(b) == len(FlagDraft) {
			f = FlagDraft
		}
	case 'R':
		f = FlagRecent
	case '*':
		f = FlagWildcard
	case 'M':
		f = FlagMDNSent
	case 'J':
		f = FlagJunk
	case 'N':
		f = FlagNotJunk
	case 'P':
		f = FlagPhishing
	case 'I':
		f = FlagImportant
	default:
		return "", false
	}
	return f, ascii.EqualFold(f, b)
}

// MailboxAttr is an attribute of a mailbox as LIST tells it. Attributes compare
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
