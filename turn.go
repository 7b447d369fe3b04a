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
	loans      int32         // how often the window was lent; used with the turn
	wake       chan struct{} // tells the keeper to look
	discarding atomic.Bool   // nobody waits for the oldest command in flight
}

const (
	keeperHolds  = iota // the keeper reads
	loopHolds           // a FETCH loop reads
	nobodyHolds         // a FETCH loop is away; whoever needs it takes it
	windowIsLent        // and above: as nobodyHolds, and a piece of the window is in use
)

// call wakes the keeper if nobody reads.
func (t *turn) call() {
	if t.holder.Load() >= nobodyHolds {
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
	for {
		h := c.turn.holder.Load()
		if h < nobodyHolds {
			return false
		}
		if c.takeTurnFrom(h, loopHolds) {
			return true
		}
	}
}

// takeTurnFrom takes the turn that nobody holds, whose holder is h.
func (c *Client) takeTurnFrom(h, as int32) bool {
	if !c.turn.holder.CompareAndSwap(h, as) {
		return false
	}
	if h >= windowIsLent {
		c.rd.Detach()
	}
	return true
}

// lendWindow lets go of the turn while a loop uses a piece of the window. The
// loan ends with returnWindow, or when somebody takes the turn.
func (c *Client) lendWindow() (loan int32) {
	c.turn.loans = (c.turn.loans + 1) & 0xffff
	loan = windowIsLent + c.turn.loans
	c.leaveTurn(loan)
	return loan
}

func (c *Client) returnWindow(loan int32) { c.turn.holder.CompareAndSwap(loan, nobodyHolds) }

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
	if s := c.waitingStreamLocked(); s != nil {
		waiting-- // it can be lent the turn
	}
	return waiting > 0
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

// awaitTurn waits until the keeper holds the turn again.
func (c *Client) awaitTurn() bool {
	for {
		select {
		case <-c.turn.wake:
		case <-c.done:
			return false
		}
		h := c.turn.holder.Load()
		if h == keeperHolds || h >= nobodyHolds && c.takeTurnFrom(h, keeperHolds) {
			return true
		}
		if h >= nobodyHolds {
			c.turn.nudge() // it has just changed
		}
	}
}
