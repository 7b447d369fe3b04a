package wire

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Input is a connection as the reader of responses sees it. Read, Total, Inflate
// and Release are used by one goroutine at a time, the other methods by any.
type Input struct {
	limits Limits
	within func() bool // whether a message of the peer's has arrived in part

	// used by the reader
	src        io.Reader // conn, or what inflates it
	compressed *compressed
	total      int64
	dropped    int64     // octets read since discarding began
	dropUntil  time.Time // when that must have come to an end

	discarding atomic.Bool

	mu          sync.Mutex // guards what follows, and the read deadline of conn
	conn        net.Conn
	interrupted bool      // the read that waits, or else the next one, is broken off
	expecting   bool      // an answer is due: the time limit runs
	answered    time.Time // when the answer that is due has made progress
	progress    time.Time // or there was other activity
	since       time.Time // when the time limit of the present read began to run
	armed       time.Time // the deadline in force; zero: none
}

// NewInput returns an Input of conn. within reports, when it is called by a read,
// whether a message of the peer's has arrived in part: then each octet of the rest
// is progress. Otherwise only [Input.Progress] and [Input.Active] are, so that a peer that keeps talking
// without answering meets the time limit, too.
func NewInput(conn net.Conn, limits Limits, within func() bool) *Input {
	return &Input{conn: conn, src: conn, limits: limits, within: within}
}

// Total returns how many octets have been read, after inflation.
func (in *Input) Total() int64 { return in.total }

// Read reads what the peer says. Its errors are those of the connection,
// ErrInterrupted, ErrTimeout if an answer is due, and a *BudgetError.
func (in *Input) Read(b []byte) (int, error) {
	if err := in.overBudget(); err != nil {
		return 0, err
	}
	for {
		if err := in.begin(); err != nil {
			return 0, err
		}
		n, err := in.src.Read(b)
		for n == 0 && isTimeout(err) && in.goOn() {
			n, err = in.src.Read(b)
		}
		switch {
		case n > 0:
			in.total += int64(n)
			in.countDropped(n)
			return n, nil
		case err == nil:
		case !isTimeout(err):
			return 0, err
		case !in.isInterrupted():
			return 0, ErrTimeout
		}
	}
}

// aLongTimeAgo is a deadline that has passed.
var aLongTimeAgo = time.Unix(1, 0)

// begin starts the time limit for a read, unless it is interrupted. To save calls,
// the deadline is moved only when a quarter of the limit has passed; goOn makes up
// for it.
func (in *Input) begin() error {
	within := in.within()
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	if in.since = in.progress; within {
		in.since = now
	}
	if in.interrupted {
		in.interrupted = false
		in.armLocked()
		return ErrInterrupted
	}
	limit := in.limits.Timeout
	if !in.expecting || limit <= 0 {
		return nil
	}
	if now.Sub(in.since) >= limit {
		return ErrTimeout
	}
	if d := in.since.Add(limit).Sub(in.armed); d < 0 || d > limit/4 {
		in.armLocked()
	}
	return nil
}

// goOn reports whether a read that has met the connection's deadline is to be
// repeated: no answer is due, or the time limit has not passed in full.
func (in *Input) goOn() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.interrupted {
		return false
	}
	if limit := in.limits.Timeout; in.expecting && limit > 0 && time.Since(in.since) >= limit {
		return false
	}
	in.armLocked()
	return true
}

func (in *Input) isInterrupted() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.interrupted
}

// armLocked sets the deadline for an answer that is due, or takes it away.
func (in *Input) armLocked() {
	in.armed = time.Time{}
	if limit := in.limits.Timeout; in.expecting && limit > 0 {
		in.armed = in.since.Add(limit)
	}
	_ = in.conn.SetReadDeadline(in.armed) // fails if the connection has ended, which the read reports
}

// Expect says whether an answer is due. It may be called while a read waits.
func (in *Input) Expect(on bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.expecting == on {
		return
	}
	in.expecting = on
	if !on || in.limits.Timeout <= 0 {
		return
	}
	in.answered = time.Now()
	in.progress, in.since = in.answered, in.answered
	if !in.interrupted { // the deadline that breaks off a read stays
		in.armLocked()
	}
}

// Expecting reports whether an answer is due.
func (in *Input) Expecting() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.expecting
}

// Progress says that the answer that is due has made progress, or that the time
// until now does not count: the time limit begins again.
func (in *Input) Progress() {
	now := time.Now()
	in.mu.Lock()
	in.answered, in.progress, in.since = now, now, now
	in.mu.Unlock()
}

// maxActivity is how many time limits long a peer may be active without making
// progress with the answer that is due.
const maxActivity = 32

// Active says that the peer does something, though not for the answer that is due:
// the time limit begins again, but not for ever.
func (in *Input) Active() {
	now := time.Now()
	in.mu.Lock()
	if now.Sub(in.answered) < maxActivity*in.limits.Timeout {
		in.progress, in.since = now, now
	}
	in.mu.Unlock()
}

// Interrupt breaks off the read that waits, or the next one.
func (in *Input) Interrupt() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.interrupted = true
	_ = in.conn.SetReadDeadline(aLongTimeAgo) // as in armLocked
}

// Use has the Input go on with another connection, as after STARTTLS.
func (in *Input) Use(conn net.Conn) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.conn, in.src = conn, conn
	in.armed = time.Time{}
}

// Discard says whether what is read is only dropped, and counts against the budget
// for that.
func (in *Input) Discard(on bool) { in.discarding.Store(on) }

func (in *Input) countDropped(n int) {
	if !in.discarding.Load() {
		in.dropped, in.dropUntil = 0, time.Time{}
		return
	}
	if in.dropUntil.IsZero() {
		in.dropUntil = time.Now().Add(in.limits.DiscardTime)
	}
	in.dropped += int64(n)
}

func (in *Input) overBudget() error {
	if err := in.compressed.check(); err != nil {
		return err
	}
	switch {
	case in.dropped == 0 || !in.discarding.Load():
		return nil
	case in.dropped > in.limits.Discard:
		return &BudgetError{"octets of the answer to an abandoned command", in.limits.Discard}
	case time.Now().After(in.dropUntil):
		return &BudgetError{"seconds for the answer to an abandoned command", int64(in.limits.DiscardTime.Seconds())}
	}
	return nil
}
