package account

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
)

// Kind says what a [Change] is.
type Kind uint8

// The kinds of changes.
const (
	// Added: Message is new to the known set, with UID, flags and the items that
	// SyncOptions asked for.
	Added Kind = iota + 1
	// Flagged: the flags of a known message are others now. Message has UID and all
	// flags, Before the flags before.
	Flagged
	// Removed: the messages with the UIDs are gone.
	Removed
	// Reset: the UIDs are void, because the mailbox has got a new UIDVALIDITY or
	// another one has taken its name; Reason says which. Added follows for each
	// message that is there now. UIDs of before must not be used again.
	Reset
	// Renamed: the mailbox is called To now. The State goes on under that name.
	Renamed
	// Deleted: the mailbox is gone.
	Deleted
	// Missing: the messages with the UIDs exist, but could not be read. They are
	// asked for again at each pass, and are Added then.
	Missing
	// Gap: since Since there is no connection, because of Err. The next attempt is
	// at Until. Only Watch yields it. What happens meanwhile is reported later.
	Gap
	// Synced: all changes up to here were yielded; the State is in step with the
	// mailbox as it was when the pass began.
	Synced
)

var kindNames = [...]string{"", "added", "flagged", "removed", "reset", "renamed", "deleted", "missing", "gap", "synced"}

// String returns the name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// Change is a difference between a State and a mailbox, or news of the connection.
// It belongs to the caller.
type Change struct {
	Kind    Kind
	Mailbox string        // whose change it is
	Message *imap.Message // with Added and Flagged
	Before  []imap.Flag   // with Flagged: the flags before
	UIDs    imap.UIDSet   // with Removed, Missing and Reset
	To      string        // with Renamed
	Reason  string        // with Reset
	Since   time.Time     // with Gap
	Until   time.Time     // with Gap
	Err     error         // with Gap, and with Missing if a message could not be parsed

	w *work
}

// State returns the State to go on from after this change, to be stored together
// with what the program makes of the change. It has to be called before the loop
// goes on; the State that it returns does not change any more.
//
// It costs time in proportion to the ranges of UIDs in the State. A program that
// stores many changes in one transaction calls it for the last of them.
func (c *Change) State() *State {
	if c.w == nil {
		return &State{Mailbox: c.Mailbox}
	}
	return c.w.state()
}

// String describes the change in one line.
func (c *Change) String() string {
	var b strings.Builder
	b.WriteString(c.Mailbox + ": " + c.Kind.String())
	switch c.Kind {
	case Added, Flagged:
		fmt.Fprintf(&b, " %d %v", c.Message.UID, c.Message.Flags)
		if c.Message.Envelope != nil {
			fmt.Fprintf(&b, " %q", c.Message.Envelope.Subject)
		}
	case Removed, Missing:
		b.WriteString(" " + c.UIDs.String())
	case Reset:
		b.WriteString(" (" + c.Reason + ")")
	case Renamed:
		b.WriteString(" to " + c.To)
	case Gap:
		fmt.Fprintf(&b, " since %s: %v", c.Since.Format(time.TimeOnly), c.Err)
	}
	return b.String()
}
