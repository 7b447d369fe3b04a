package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// Flag is a message flag: a system flag, which begins with a backslash, or a
// keyword (RFC 9051 §2.3.2). Flags compare without regard to case; the
// constants of this package are how the library spells the known ones.
type Flag string

// System flags (RFC 9051 §2.3.2) and the registered keywords that mail programs
// share (RFC 5788, RFC 9051 §2.3.2, the IANA registry).
const (
	FlagSeen     Flag = `\Seen`
	FlagAnswered Flag = `\Answered`
	FlagFlagged  Flag = `\Flagged`
	FlagDeleted  Flag = `\Deleted`
	FlagDraft    Flag = `\Draft`
	FlagRecent   Flag = `\Recent` // IMAP4rev1 only; set by the server alone
	FlagWildcard Flag = `\*`      // in PERMANENTFLAGS: new keywords can be created

	FlagForwarded     Flag = "$Forwarded"
	FlagMDNSent       Flag = "$MDNSent"
	FlagJunk          Flag = "$Junk"
	FlagNotJunk       Flag = "$NotJunk"
	FlagPhishing      Flag = "$Phishing"
	FlagImportant     Flag = "$Important" // RFC 8457
	FlagSubmitted     Flag = "$Submitted"
	FlagSubmitPending Flag = "$SubmitPending"
	FlagHasAttachment Flag = "$HasAttachment"
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

// Attributes of RFC 9051 §7.3.1 and the special uses of RFC 6154 and RFC 8457.
const (
	AttrNoInferiors   MailboxAttr = `\Noinferiors`
	AttrNoSelect      MailboxAttr = `\Noselect`
	AttrNonExistent   MailboxAttr = `\NonExistent` // implies \Noselect
	AttrHasChildren   MailboxAttr = `\HasChildren`
	AttrHasNoChildren MailboxAttr = `\HasNoChildren`
	AttrMarked        MailboxAttr = `\Marked`
	AttrUnmarked      MailboxAttr = `\Unmarked`
	AttrSubscribed    MailboxAttr = `\Subscribed`
	AttrRemote        MailboxAttr = `\Remote`

	AttrAll       MailboxAttr = `\All`
	AttrArchive   MailboxAttr = `\Archive`
	AttrDrafts    MailboxAttr = `\Drafts`
	AttrFlagged   MailboxAttr = `\Flagged`
	AttrJunk      MailboxAttr = `\Junk`
	AttrSent      MailboxAttr = `\Sent`
	AttrTrash     MailboxAttr = `\Trash`
	AttrImportant MailboxAttr = `\Important` // RFC 8457
	AttrMemos     MailboxAttr = `\Memos`
	AttrScheduled MailboxAttr = `\Scheduled`
	AttrSnoozed   MailboxAttr = `\Snoozed`
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
