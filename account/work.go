package account

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/seed-090b04e4/imap"
)

// Known is the program's own index of a mailbox, for programs that have one. With
// it, States have no sets and stay small. Its methods are called at the beginning of
// a pass and in the course of it, by the goroutine of the loop.
type Known interface {
	// UIDs returns the messages that the program has.
	UIDs(ctx context.Context, mailbox string, validity uint32) (imap.UIDSet, error)
	// Flags yields the flags of those of them that are in a set. Messages that it
	// does not yield have none.
	Flags(ctx context.Context, mailbox string, validity uint32, in imap.UIDSet) iter.Seq2[imap.UID, []imap.Flag]
}

// work is a State that is being brought in step, and what is needed for it. Each
// change is applied to it before it is yielded.
type work struct {
	a     *Account
	st    State
	opts  SyncOptions
	yield func(*Change) bool

	loaded imap.UIDSet // with Known: messages whose flags are in st.Flags
	begun  bool        // with Known: st.UIDs is loaded
	unsure bool        // a response could not be matched to a message
	level  Level       // of the last pass
	found  int64       // changes of known messages that were yielded
	synced bool        // Synced was the last change
	lease  lease
}

var (
	errStop  = errors.New("account: the loop was left") // the consumer wants no more
	errTaken = errors.New("account: the connection was taken")
	errAgain = errors.New("account: the pass must begin again") // at another level, or under another name
)

func newWork(a *Account, from *State, opts *SyncOptions, yield func(*Change) bool) *work {
	w := &work{a: a, yield: yield}
	if opts != nil {
		w.opts = *opts
	}
	w.st = *from.clone()
	return w
}

// state returns a copy of the State, without sets if the program has its own.
func (w *work) state() *State {
	if w.opts.Known == nil {
		return w.st.clone()
	}
	st := w.st
	st.UIDs, st.Flags = imap.UIDSet{}, nil
	return st.clone()
}

// emit yields a change.
func (w *work) emit(c *Change) error {
	if c.Mailbox == "" {
		c.Mailbox = w.st.Mailbox
	}
	c.w = w
	if c.Kind == Flagged || c.Kind == Removed {
		w.found++
	}
	w.synced = c.Kind == Synced
	w.lease.yielding(true)
	more := w.yield(c)
	switch taken := w.lease.yielding(false); {
	case !more:
		return errStop
	case taken:
		return errTaken
	}
	return nil
}

// load gets the known set from the program.
func (w *work) load(ctx context.Context) error {
	if w.opts.Known == nil || w.begun || w.st.UIDValidity == 0 {
		return nil
	}
	uids, err := w.opts.Known.UIDs(ctx, w.st.Mailbox, w.st.UIDValidity)
	if err != nil {
		return err
	}
	w.st.UIDs, w.st.Flags = uids.Clone(), nil
	w.loaded = imap.UIDSet{}
	w.begun = true
	return nil
}

// needFlags makes sure that the flags of the known messages in set are in st.Flags.
func (w *work) needFlags(ctx context.Context, set imap.UIDSet) {
	if w.opts.Known == nil {
		return
	}
	set = set.Intersection(w.st.UIDs).Difference(w.loaded)
	if set.Empty() {
		return
	}
	for uid, flags := range w.opts.Known.Flags(ctx, w.st.Mailbox, w.st.UIDValidity, set) {
		w.setFlags(uid, canonicalFlags(flags))
	}
	w.loaded.AddSet(set)
}

// needFlagsOf is needFlags for one message.
func (w *work) needFlagsOf(ctx context.Context, uid imap.UID) {
	if w.opts.Known != nil && !w.loaded.Contains(uid) {
		w.needFlags(ctx, imap.UIDs(uid))
	}
}

// setFlags makes these the flags of a message.
func (w *work) setFlags(uid imap.UID, flags []imap.Flag) {
	for f, set := range w.st.Flags {
		if set.Contains(uid) && !slices.Contains(flags, f) {
			set.Remove(imap.UIDs(uid))
			w.st.Flags[f] = set
		}
	}
	for _, f := range flags {
		set := w.st.Flags[f]
		if set.Contains(uid) {
			continue
		}
		if w.st.Flags == nil {
			w.st.Flags = map[imap.Flag]imap.UIDSet{}
		}
		set.AddNum(uid)
		w.st.Flags[f] = set
	}
}

// flagged applies the flags of a known message. Those that are known already are
// no change.
func (w *work) flagged(ctx context.Context, m *imap.Message) error {
	w.needFlagsOf(ctx, m.UID)
	flags := canonicalFlags(m.Flags)
	before := w.st.FlagsOf(m.UID)
	if slices.Equal(before, flags) {
		return nil
	}
	w.setFlags(m.UID, flags)
	m.Flags = flags
	return w.emit(&Change{Kind: Flagged, Message: m, Before: before})
}

// added applies a message that is not known.
func (w *work) added(m *imap.Message) error {
	m.Flags = canonicalFlags(m.Flags)
	w.st.UIDs.AddNum(m.UID)
	w.loaded.AddNum(m.UID)
	if w.st.Missing.Contains(m.UID) {
		w.st.Missing.Remove(imap.UIDs(m.UID))
	}
	w.setFlags(m.UID, m.Flags)
	return w.emit(&Change{Kind: Added, Message: m})
}

// removed applies the removal of messages. Those that are not known are no change.
func (w *work) removed(uids imap.UIDSet) error {
	if !w.st.Missing.Empty() {
		w.st.Missing.Remove(uids)
	}
	gone := uids.Intersection(w.st.UIDs)
	if gone.Empty() {
		return nil
	}
	w.st.UIDs.Remove(gone)
	for f, set := range w.st.Flags {
		set.Remove(gone)
		w.st.Flags[f] = set
	}
	return w.emit(&Change{Kind: Removed, UIDs: gone})
}

// missing takes note of messages that exist and could not be read.
func (w *work) missing(uids imap.UIDSet, err error) error {
	uids = uids.Difference(w.st.UIDs).Difference(w.st.Missing)
	if uids.Empty() {
		return nil
	}
	w.st.Missing.AddSet(uids)
	return w.emit(&Change{Kind: Missing, UIDs: uids, Err: err})
}

// reset drops all that is known of the mailbox, because its UIDs are void.
func (w *work) reset(mbox *imap.Mailbox, reason string) error {
	void := w.st.UIDs
	w.st = State{Mailbox: w.st.Mailbox, ID: mbox.ID, UIDValidity: mbox.UIDValidity, Avoid: w.st.Avoid, Until: w.st.Until}
	w.loaded, w.begun = imap.UIDSet{}, true
	return w.emit(&Change{Kind: Reset, UIDs: void, Reason: reason})
}
