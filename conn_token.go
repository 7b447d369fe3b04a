package imap

import "sync/atomic"

// readToken decides who reads the server's responses, for all: normally the read
// loop, and while a FETCH loop is all there is, the FETCH loop itself, as handing
// over a million rows from goroutine to goroutine costs more than parsing them. The
// reader can only be had by taking the token.
//
//	read loop ──lends──▶ FETCH loop ──row in hand──▶ away ──next row──▶ FETCH loop …
//	   ▲                      │                        │
//	   └─────end, failure─────┘◀──another caller waits─┘
//
// A FETCH loop that is away, in the code of its user, can't be waited for: the token
// may be taken from it at any time. It is lent with a piece of the window in use
// only while the user writes that piece somewhere.
type readToken struct {
	holder atomic.Int32
	needed atomic.Int32  // how many wait for what the server says, but for a loop that reads itself
	wake   chan struct{} // has the read loop look

	// used by the holder
	reader reader
	loans  int32 // how often the window was lent
}

// The holders of the token.
const (
	readLoopHolds = iota // the read loop reads
	loopHolds            // a FETCH loop reads
	noneHolds            // a FETCH loop is away: the token is free
	windowIsLent         // and above: as noneHolds, and a piece of the window is in use
)

// call wakes the read loop if the token is free.
func (t *readToken) call() {
	if t.holder.Load() >= noneHolds {
		t.nudge()
	}
}

// nudge makes the read loop look.
func (t *readToken) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// giveBack returns the token to the read loop.
func (t *readToken) giveBack() {
	t.holder.Store(readLoopHolds)
	t.nudge()
}

// takeForLoop takes the token for a FETCH loop, if it is free.
func (t *readToken) takeForLoop() (*reader, bool) {
	for {
		h := t.holder.Load()
		if h < noneHolds {
			return nil, false
		}
		if t.takeFrom(h, loopHolds) {
			return &t.reader, true
		}
	}
}

// takeFrom takes the token that is free, whose holder is h. The time until now does
// not count as a silence of the server, as nothing was read.
func (t *readToken) takeFrom(h, as int32) bool {
	if !t.holder.CompareAndSwap(h, as) {
		return false
	}
	if h >= windowIsLent {
		t.reader.rd.Detach()
	}
	t.reader.in.Progress()
	return true
}

// lendWindow sets the token free while a FETCH loop uses a piece of the window. The
// loan ends with returnWindow, or when the token is taken.
func (t *readToken) lendWindow() (loan int32) {
	t.loans = (t.loans + 1) & 0xffff
	loan = windowIsLent + t.loans
	t.leave(loan)
	return loan
}

func (t *readToken) returnWindow(loan int32) { t.holder.CompareAndSwap(loan, noneHolds) }

// leave sets the token free while a FETCH loop is away in the code of its user.
func (t *readToken) leave(as int32) {
	t.holder.Store(as)
	if t.needed.Load() > 0 {
		t.nudge()
	}
}

// takeToken waits until the read loop may read: until it has the token and a caller
// needs what the server says. It returns false at the connection's end.
func (c *Client) takeToken() (*reader, bool) {
	t := &c.token
	for {
		c.mu.Lock()
		if c.life.err != nil {
			c.mu.Unlock()
			return nil, false
		}
		if c.readLoopMayReadLocked() {
			c.mu.Unlock()
			return &t.reader, true
		}
		if s := c.queue.waitingStream(); s != nil {
			t.holder.Store(loopHolds)
			s.lendLocked()
		} else {
			t.holder.Store(noneHolds)
		}
		c.mu.Unlock()
		if !c.awaitToken() {
			return nil, false
		}
	}
}

// readLoopMayReadLocked reports whether the read loop should read rather than leave
// it to a FETCH loop: if there is none, or if others wait.
func (c *Client) readLoopMayReadLocked() bool {
	if c.queue.streams == 0 || c.token.reader.rd.Ready() {
		return true
	}
	waiting := c.token.needed.Load()
	if s := c.queue.waitingStream(); s != nil {
		waiting-- // it can be lent the token
	}
	return waiting > 0
}

// waitingStream returns a loop that waits for a row.
func (q *queue) waitingStream() *stream {
	for _, w := range q.flight {
		if w.stream != nil && w.stream.waiting {
			return w.stream
		}
	}
	return nil
}

// awaitToken waits until the read loop has the token again.
func (c *Client) awaitToken() bool {
	t := &c.token
	for {
		select {
		case <-t.wake:
		case <-c.life.done:
			return false
		}
		h := t.holder.Load()
		if h == readLoopHolds || h >= noneHolds && t.takeFrom(h, readLoopHolds) {
			return true
		}
		if h >= noneHolds {
			t.nudge() // it has just changed
		}
	}
}
