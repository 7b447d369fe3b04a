package imap

import (
	"context"
	"math"

	"github.com/seed-090b04e4/imap/commands"
)

// A command about messages must not act on another mailbox than the one that its
// caller selected. Three things see to that.
//
//   - Each command about messages remembers, when it is issued, the mailbox that it
//     is meant for, and is refused with a *StateError when it would be sent and
//     another one is selected (session.check).
//   - SELECT, EXAMINE, CLOSE and UNSELECT take the selection lock for themselves.
//   - An operation of several commands, and WithMailbox, share the selection lock
//     (hold): while they run, the selection does not change.
//
// A reader that may be away for long, like a part that is read piece by piece, does
// not hold: it remembers its mailbox (pin), and fails if that has changed.

// boxID says which mailbox is meant.
type boxID struct {
	name        string
	uidValidity uint32 // zero: the server does not say
}

// same reports whether a UID means the same message in both.
func (b boxID) same(other boxID) bool {
	return b.name == other.name && (b.uidValidity == other.uidValidity || b.uidValidity == 0 || other.uidValidity == 0)
}

// selection is one selection of a mailbox. The zero value is none.
type selection struct {
	box    boxID
	opened uint64 // which SELECT opened it: message sequence numbers mean this one
	view   bool   // opened read-only, by EXAMINE
}

// meant reports whether a command with these effects, issued for the selection s,
// means what is selected now. Numbers, and a saved search result, are of one selection.
func (s selection) meant(now selection, effects commands.Effects) bool {
	return s.opened != 0 && s.box.same(now.box) && (effects&(commands.SeqNums|commands.UsesSaved) == 0 || s.opened == now.opened)
}

// selectionLock is held by one SELECT, or shared by any number of operations of
// several commands. First come, first served. Guarded by Client.mu.
type selectionLock struct {
	shared    int
	exclusive bool
	queue     []*selectionWaiter
}

type selectionWaiter struct {
	exclusive bool
	granted   chan struct{}
}

// grant gives the lock to those that have waited longest.
func (l *selectionLock) grant() {
	for len(l.queue) > 0 {
		w := l.queue[0]
		if l.exclusive || w.exclusive && l.shared > 0 {
			return
		}
		l.queue = l.queue[1:]
		if w.exclusive {
			l.exclusive = true
		} else {
			l.shared++
		}
		close(w.granted)
	}
}

// withdraw takes back the wish of w. It returns false if w has the lock.
func (l *selectionLock) withdraw(w *selectionWaiter) bool {
	for i, x := range l.queue {
		if x == w {
			l.queue = append(l.queue[:i:i], l.queue[i+1:]...)
			l.grant()
			return true
		}
	}
	return false
}

// lockSelection waits for the selection lock.
func (c *Client) lockSelection(ctx context.Context, exclusive bool) error {
	w := &selectionWaiter{exclusive: exclusive, granted: make(chan struct{})}
	c.mu.Lock()
	c.selection.queue = append(c.selection.queue, w)
	c.selection.grant()
	c.mu.Unlock()
	err := error(nil)
	select {
	case <-w.granted:
		return nil
	default:
	}
	select {
	case <-w.granted:
		return nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-c.life.done:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.selection.withdraw(w) {
		c.unlockSelectionLocked(exclusive)
	}
	if err == nil {
		err = c.endError(nil)
	}
	return err
}

func (c *Client) unlockSelection(exclusive bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unlockSelectionLocked(exclusive)
}

func (c *Client) unlockSelectionLocked(exclusive bool) {
	if exclusive {
		c.selection.exclusive = false
	} else {
		c.selection.shared--
	}
	c.selection.grant()
}

// share turns the exclusive lock into a shared one.
func (l *selectionLock) share() {
	l.exclusive = false
	l.shared++
	l.grant()
}

// pinned is what a context says of the selection: the commands issued with it are
// meant for that one.
type pinned struct {
	c    *Client
	want selection
	held *bool // the selection lock is shared until this is false; nil: it is not
}

type pinnedKey struct{}

// pinnedBy returns what ctx says of c's selection, or nil.
func (c *Client) pinnedBy(ctx context.Context) *pinned {
	if p, ok := ctx.Value(pinnedKey{}).(*pinned); ok && p.c == c {
		return p
	}
	return nil
}

// heldBy reports whether ctx is that of an operation that holds the selection now.
func (c *Client) heldBy(ctx context.Context) bool {
	p := c.pinnedBy(ctx)
	if p == nil || p.held == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return *p.held
}

// wanted returns the selection that a command issued with ctx is meant for: that
// of the operation or of WithMailbox it belongs to, or else what Select selected.
func (c *Client) wanted(ctx context.Context) selection {
	p := c.pinnedBy(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if p == nil {
		return c.session.plain
	}
	if p.held != nil && !*p.held {
		return selection{opened: math.MaxUint64} // WithMailbox has returned: it is none that will be
	}
	return p.want
}

// pin returns a context for commands that are meant for the mailbox that is
// selected now: they fail with a *StateError, before anything is sent, once
// another one is. It does not keep others from selecting one. command is what a
// *StateError names.
func (c *Client) pin(ctx context.Context, command string) (context.Context, error) {
	if c.pinnedBy(ctx) != nil {
		return ctx, c.checkSelection(ctx, command)
	}
	want := c.wanted(ctx)
	ctx = context.WithValue(ctx, pinnedKey{}, &pinned{c: c, want: want})
	return ctx, c.checkSelection(ctx, command)
}

// checkSelection returns a *StateError if what ctx means is not selected.
func (c *Client) checkSelection(ctx context.Context, command string) error {
	want := c.wanted(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.life.err != nil {
		return c.endError(nil)
	}
	return c.session.check(command, want, commands.Selected)
}

// hold keeps the selected mailbox selected until release is called: SELECT,
// EXAMINE, CLOSE and UNSELECT of others wait. The commands of the operation must be
// issued with the context that it returns. It may be nested: with the context of an
// operation that holds already, it returns at once, and release does nothing.
//
// No code of the user may run while the operation holds, as that might select
// another mailbox: use pin for loops and readers. Errors: ctx.Err(), a *ConnError,
// and a *StateError, naming command, if no mailbox is selected, or not the one
// that ctx means.
func (c *Client) hold(ctx context.Context, command string) (held context.Context, release func(), err error) {
	if c.heldBy(ctx) {
		return ctx, func() {}, c.checkSelection(ctx, command)
	}
	if err := c.checkSelection(ctx, command); err != nil {
		return nil, nil, err
	}
	want := c.wanted(ctx)
	if err := c.lockSelection(ctx, false); err != nil {
		return nil, nil, err
	}
	held, release = c.heldContext(ctx, want)
	if err := c.checkSelection(held, command); err != nil {
		release()
		return nil, nil, err
	}
	return held, release, nil
}

// heldContext returns a context for an operation that has the selection lock with
// others, and what gives the lock back.
func (c *Client) heldContext(ctx context.Context, want selection) (held context.Context, release func()) {
	on := true
	held = context.WithValue(ctx, pinnedKey{}, &pinned{c: c, want: want, held: &on})
	return held, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if on {
			on = false
			c.unlockSelectionLocked(false)
		}
	}
}

// WithMailbox selects the mailbox, unless it is selected, and calls f while it
// stays so: calls that would select another one wait until f returns. Any number of
// calls for one mailbox run side by side. A mailbox that was opened read-only is
// opened again if opts does not say ReadOnly, and the reverse.
//
// In f, use its ctx for commands that mean this mailbox. Those with another context
// mean what [Client.Select] selected last: if that is another mailbox, they are a
// *[StateError]. See docs/concurrency.md.
func (c *Client) WithMailbox(ctx context.Context, mailbox string, opts *SelectOptions, f func(ctx context.Context, mbox *Mailbox) error) error {
	if c.heldBy(ctx) {
		if m := c.Mailbox(); m == nil || !sameMailbox(m.Name, mailbox) {
			return &StateError{Command: "SELECT", State: c.State(), Reason: "the call is made within WithMailbox of another mailbox"}
		}
		if err := c.checkSelection(ctx, "SELECT"); err != nil {
			return err
		}
		return f(ctx, c.Mailbox())
	}
	mbox, want, err := c.enter(ctx, mailbox, opts)
	if err != nil {
		return err
	}
	held, release := c.heldContext(ctx, want)
	defer release()
	return f(held, mbox)
}

// enter has the mailbox selected, and the selection lock shared.
func (c *Client) enter(ctx context.Context, mailbox string, opts *SelectOptions) (*Mailbox, selection, error) {
	var o SelectOptions
	if opts != nil {
		o = *opts
	}
	o.ReadOnly = o.ReadOnly || c.opts.ReadOnly
	if !o.CondStore && o.QResync == nil {
		if err := c.lockSelection(ctx, false); err != nil {
			return nil, selection{}, err
		}
		if m, now, ok := c.isSelected(mailbox, o.ReadOnly); ok {
			return m, now, nil
		}
		c.unlockSelection(false)
	}
	if err := c.lockSelection(ctx, true); err != nil {
		return nil, selection{}, err
	}
	if m, now, ok := c.isSelected(mailbox, o.ReadOnly); ok && !o.CondStore && o.QResync == nil {
		c.mu.Lock() // another call was faster
		c.selection.share()
		c.mu.Unlock()
		return m, now, nil
	}
	m, err := c.selectMailbox(ctx, mailbox, &o, true)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.unlockSelectionLocked(true)
		return nil, selection{}, err
	}
	c.selection.share()
	return m, c.session.current, nil
}

// isSelected returns the mailbox if it is the selected one.
func (c *Client) isSelected(mailbox string, readOnly bool) (*Mailbox, selection, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.session.mailbox
	if m == nil || !sameMailbox(m.Name, mailbox) || c.session.current.view != readOnly {
		return nil, selection{}, false
	}
	return m, c.session.current, true
}
