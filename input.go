package imap

import (
	"errors"
	"net"
	"sync"
	"time"
)

// errInterrupted is returned by a read that somebody broke off. Nothing is
// lost; the read can be repeated.
var errInterrupted = errors.New("imap: read interrupted")

// input is the connection as the reader sees it: with the time limit for
// answers, and interruptible.
type input struct {
	c        *Client
	conn     net.Conn
	inflated *inflated // conn, after COMPRESS
	total    int64     // octets that were read, inflated

	mu          sync.Mutex // guards what follows, and the deadline of the connection
	interrupted bool       // the read that waits, or else the next one, is broken off
	expecting   bool       // an answer is due: the time limit runs
	armed       time.Time  // the deadline in force; zero: none
	since       time.Time  // when the time limit began to run

	discardedBytes int64     // read since the oldest command was abandoned
	discardUntil   time.Time // when that must have come to an end
}

func newInput(c *Client, conn net.Conn) *input { return &input{c: c, conn: conn} }

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// Read reads what the server says. A timeout of the connection is an answer that
// does not come, unless none is due or somebody interrupted.
func (in *input) Read(b []byte) (int, error) {
	if err := in.overBudget(); err != nil {
		return 0, err
	}
	for {
		if in.begin() {
			return 0, errInterrupted
		}
		n, err := in.conn.Read(b)
		for n == 0 && isTimeout(err) && in.goOn() {
			n, err = in.conn.Read(b)
		}
		switch {
		case n > 0:
			in.total += int64(n)
			in.countDiscard(n)
			return n, nil
		case err == nil:
		case !isTimeout(err):
			return 0, err
		case !in.isInterrupted():
			return 0, ErrTimeout
		}
	}
}

// begin starts the time limit for a read, unless somebody interrupts it. To
// save calls the deadline is moved only when a quarter of the limit has passed;
// goOn makes up for it.
func (in *input) begin() (interrupted bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.since = time.Now()
	if in.interrupted {
		in.interrupted = false
		in.armLocked()
		return true
	}
	limit := in.c.opts.ReadTimeout
	if in.expecting && limit > 0 && in.since.Add(limit).Sub(in.armed) > limit/4 {
		in.armLocked()
	}
	return false
}

// goOn reports whether a read that has met the connection's deadline is to be
// repeated: where no answer is due, or the time limit has not passed in full.
func (in *input) goOn() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.interrupted {
		return false
	}
	limit := in.c.opts.ReadTimeout
	if in.expecting && limit > 0 && time.Since(in.since) >= limit {
		return false
	}
	in.armLocked()
	return true
}

func (in *input) isInterrupted() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.interrupted
}

// armLocked sets the deadline for answers that are due, or takes it away.
func (in *input) armLocked() {
	in.armed = time.Time{}
	if limit := in.c.opts.ReadTimeout; in.expecting && limit > 0 {
		in.armed = in.since.Add(limit)
	}
	in.conn.SetReadDeadline(in.armed)
}

// expect says whether an answer is due. It may be called while a read waits.
func (in *input) expect(on bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.expecting == on {
		return
	}
	in.expecting = on
	if on && !in.interrupted && in.c.opts.ReadTimeout > 0 {
		in.since = time.Now()
		in.armLocked()
	}
}

// isExpecting reports whether an answer is due.
func (in *input) isExpecting() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.expecting
}

// spoke says that the client has sent something: the time limit for the answer
// begins anew.
func (in *input) spoke() {
	in.mu.Lock()
	in.since = time.Now()
	in.mu.Unlock()
}

// interrupt breaks off the read that waits, or the next one.
func (in *input) interrupt() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.interrupted = true
	in.conn.SetReadDeadline(aLongTimeAgo)
}

// countDiscard watches over how much is read for commands that nobody waits for.
func (in *input) countDiscard(n int) {
	if !in.c.turn.discarding.Load() {
		in.discardedBytes, in.discardUntil = 0, time.Time{}
		return
	}
	if in.discardUntil.IsZero() {
		in.discardUntil = time.Now().Add(in.c.opts.DiscardTimeout)
	}
	in.discardedBytes += int64(n)
}

// overBudget returns an error where that has been enough.
func (in *input) overBudget() error {
	if in.discardedBytes == 0 || !in.c.turn.discarding.Load() {
		return nil
	}
	if in.discardedBytes > in.c.opts.MaxDiscard {
		return &LimitError{What: "the answer to an abandoned command", Limit: in.c.opts.MaxDiscard}
	}
	if time.Now().After(in.discardUntil) {
		return &LimitError{What: "the time in seconds to discard the answer to an abandoned command", Limit: int64(in.c.opts.DiscardTimeout.Seconds())}
	}
	return nil
}
