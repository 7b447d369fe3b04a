package imap

import (
	"errors"
	"net"
	"sync/atomic"
	"time"
)

// errInterrupted is returned by a read that somebody broke off. Nothing is
// lost; the read can be repeated.
var errInterrupted = errors.New("imap: read interrupted")

// input is the connection as the reader sees it: with the time limit for
// answers, and interruptible.
type input struct {
	c           *Client
	conn        net.Conn
	inflate     *inflater // after COMPRESS
	interrupted atomic.Bool
	expecting   atomic.Bool  // an answer is due: the time limit runs
	bound       bool         // a read must not be interrupted: DEFLATE could not go on
	armed       atomic.Int64 // the deadline in force, UnixNano; zero: none

	discardedBytes int64     // read since the oldest command was abandoned
	discardUntil   time.Time // when that must have come to an end
}

func newInput(c *Client, conn net.Conn) *input { return &input{c: c, conn: conn} }

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// Read reads what the server says, inflated if need be.
func (in *input) Read(b []byte) (int, error) {
	if in.inflate == nil {
		return in.readConn(b)
	}
	return in.inflate.Read(b)
}

// readConn reads from the connection. A timeout of the connection is an answer
// that does not come, unless none is due or somebody interrupted.
func (in *input) readConn(b []byte) (int, error) {
	now := time.Now()
	for {
		in.arm(now, false)
		if in.interrupted.Load() && in.interrupted.Swap(false) {
			in.arm(now, true)
			return 0, errInterrupted
		}
		n, err := in.conn.Read(b)
		switch {
		case n > 0:
			return n, in.countDiscard(n)
		case err == nil, in.interrupted.Load():
			continue
		case !isTimeout(err):
			return 0, err
		case in.expecting.Load() && in.overdue():
			return 0, ErrTimeout
		}
		now = time.Now()
		in.arm(now, true)
	}
}

// overdue reports whether the deadline in force has passed: the timeout may be
// one that was set for an answer which has come since.
func (in *input) overdue() bool {
	armed := in.armed.Load()
	return armed != 0 && time.Now().UnixNano() >= armed
}

// arm sets the deadline for answers that are due, or takes it away. To save
// calls it is moved only when a quarter of the limit has passed.
func (in *input) arm(now time.Time, force bool) {
	limit := in.c.opts.ReadTimeout
	armed := in.armed.Load()
	if limit <= 0 || !in.expecting.Load() {
		if armed != 0 || force {
			in.armed.Store(0)
			in.conn.SetReadDeadline(time.Time{})
		}
		return
	}
	until := now.Add(limit)
	if force || until.UnixNano()-armed > int64(limit/4) {
		in.armed.Store(until.UnixNano())
		in.conn.SetReadDeadline(until)
	}
}

// expect says whether an answer is due. It may be called while a read waits.
func (in *input) expect(on bool) {
	if in.expecting.Swap(on) == on {
		return
	}
	if on && in.c.opts.ReadTimeout > 0 {
		until := time.Now().Add(in.c.opts.ReadTimeout)
		in.armed.Store(until.UnixNano())
		in.conn.SetReadDeadline(until)
	}
}

// interrupt breaks off the read that waits, or the next one.
func (in *input) interrupt() {
	in.interrupted.Store(true)
	in.conn.SetReadDeadline(aLongTimeAgo)
}

// countDiscard watches over how much is read for commands that nobody waits for.
func (in *input) countDiscard(n int) error {
	if in.c.turn.discarding.Load() == 0 {
		in.discardedBytes, in.discardUntil = 0, time.Time{}
		return nil
	}
	now := time.Now()
	if in.discardUntil.IsZero() {
		in.discardUntil = now.Add(in.c.opts.DiscardTime)
	}
	in.discardedBytes += int64(n)
	if in.discardedBytes > in.c.opts.MaxDiscard {
		return &LimitError{What: "the answer to an abandoned command", Limit: in.c.opts.MaxDiscard}
	}
	if now.After(in.discardUntil) {
		return &LimitError{What: "the time to discard the answer to an abandoned command in seconds", Limit: int64(in.c.opts.DiscardTime.Seconds())}
	}
	return nil
}
