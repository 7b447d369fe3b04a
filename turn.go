package imap

import "sync/atomic"

// The turn to read. Whoever holds it reads the server's responses, for
// everybody: normally the keeper, and while a FETCH loop is all there is, the
// loop itself, as handing over a million rows from goroutine to goroutine costs
// more than parsing them.
//
//	keeper ──lends──▶ loop ──row in hand──▶ away ──next row──▶ loop …
//	   ▲                │                     │
//	   └──end, failure──┘◀────somebody waits──┘
//
// A loop that is away, in the code of its user, can't be waited for: the turn
// may be taken from it at any time. It is lent with a piece of the window in
// use only while the user writes that piece somewhere.
type turn struct {
	holder     atomic.Int32
	wake       chan struct{} // tells the keeper to look
	discarding atomic.Int32  // commands in flight that nobody waits for
}

const (
	keeperHolds  = iota // the keeper reads
	loopHolds           // a FETCH loop reads
	nobodyHolds         // a FETCH loop is away; whoever needs it takes it
	windowIsLent        // as nobodyHolds, and a piece of the window is in use
)

// call wakes the keeper if nobody reads.
func (t *turn) call() {
	if h := t.holder.Load(); h == nobodyHolds || h == windowIsLent {
		t.nudge()
	}
}

// nudge makes the keeper look.
func (t *turn) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// giveBack returns the turn to the keeper.
func (t *turn) giveBack() {
	t.holder.Store(keeperHolds)
	t.nudge()
}

// takeTurnForLoop takes the turn for a loop, if nobody holds it.
func (c *Client) takeTurnForLoop() bool {
	h := &c.turn.holder
	if h.CompareAndSwap(nobodyHolds, loopHolds) {
		return true
	}
	if h.CompareAndSwap(windowIsLent, loopHolds) {
		c.rd.Detach()
		return true
	}
	return false
}

// leaveTurn lets go of the turn while a loop is away in the code of its user.
func (c *Client) leaveTurn(as int32) {
	c.turn.holder.Store(as)
	if c.needed.Load() > 0 {
		c.turn.nudge()
	}
}

// takeTurn waits until the keeper may read: until it holds the turn and
// somebody needs what the server says. It returns false at the connection's end.
func (c *Client) takeTurn() bool {
	for {
		c.mu.Lock()
		if c.err != nil {
			c.mu.Unlock()
			return false
		}
		if c.keeperMayReadLocked() {
			c.mu.Unlock()
			return true
		}
		if s := c.waitingStreamLocked(); s != nil {
			c.turn.holder.Store(loopHolds)
			s.lendLocked()
		} else {
			c.turn.holder.Store(nobodyHolds)
		}
		c.mu.Unlock()
		if !c.awaitTurn() {
			return false
		}
	}
}

// keeperMayReadLocked reports whether the keeper should read rather than leave
// it to a loop: where there is no loop, or where others wait.
func (c *Client) keeperMayReadLocked() bool {
	if c.streams == 0 || c.rd.Ready() {
		return true
	}
	waiting := c.needed.Load()
	if s := c.waitingStreamLocked(); s != nil && !c.in.bound {
		waiting-- // it can be lent the turn
	}
	if waiting > 0 {
		return true
	}
	return c.in.bound && c.roomLocked()
}

// waitingStreamLocked returns a loop that waits for a row.
func (c *Client) waitingStreamLocked() *stream {
	for _, w := range c.flight {
		if w.stream != nil && w.stream.waiting {
			return w.stream
		}
	}
	return nil
}

// roomLocked reports whether all loops have few rows to take, so that the
// keeper may read ahead for them.
func (c *Client) roomLocked() bool {
	for _, w := range c.flight {
		if s := w.stream; s != nil && !w.gone && s.kept > softReadAhead {
			return false
		}
	}
	return true
}

// softReadAhead is how much the keeper reads ahead for a loop when nobody else
// waits: enough to keep both busy.
const softReadAhead = 256 << 10

// awaitTurn waits until the keeper holds the turn again.
func (c *Client) awaitTurn() bool {
	for {
		select {
		case <-c.turn.wake:
		case <-c.done:
			return false
		}
		h := &c.turn.holder
		switch {
		case h.Load() == keeperHolds, h.CompareAndSwap(nobodyHolds, keeperHolds):
			return true
		case h.CompareAndSwap(windowIsLent, keeperHolds):
			c.rd.Detach()
			return true
		}
	}
}
