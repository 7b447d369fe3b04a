package imap

import (
	"context"
	"errors"

	"github.com/seed-090b04e4/imap/internal/wire"
	"github.com/seed-090b04e4/imap/response"
)

// stream is the way of rows to a FETCH or LIST loop: parsed by the holder of the read
// token, taken by the loop. While no other caller needs the server's answers, the
// loop reads itself; otherwise the read loop reads for it, and rows are kept up to
// Options.ReadAhead.
type stream struct {
	fetchMode // of a FETCH; vanished is called by the loop with the UIDs of VANISHED (EARLIER); nil: they are events

	c       *Client
	ctx     context.Context // of the loop
	call    *call
	fetch   *fetchCollector // of a FETCH
	bounded bool            // by ReadAhead alone: what the loop has taken does not count

	// used by the loop alone
	batch []row // taken and not yet yielded
	next  int
	body  *bodyReader // of the row in hand
	last  *Message    // of the row in hand, if it expires

	// guarded by Client.mu
	kept    kept
	ahead   int64 // octets of literals that were read ahead
	waiting bool  // the loop waits for a row
	lent    bool  // and was given the read token
	ended   bool
	err     error
	ready   chan struct{} // rows, token or end: capacity 1
}

// row is one step of the loop: a message, a section of one, or a mailbox.
type row struct {
	msg  *Message
	list *MailboxInfo
	more *rowMore // nil in nearly all rows, which are copied by the million
}

// rowMore is what only some rows have.
type rowMore struct {
	err      error
	vanished *UIDSet                  // instead of a message: those that are gone
	progress *response.InProgressCode // instead of a message
	section  int                      // with literals: which of the message's sections; or moreOfMessage
	now      *Message                 // what msg is to be when the loop gets here, if it is to change
}

// moreOfMessage says that a row only has what came after the sections.
const moreOfMessage = -1

func (r row) err() error {
	if r.more == nil {
		return nil
	}
	return r.more.err
}

// section returns which of the message's sections the row is about.
func (r row) section() int {
	if r.more == nil {
		return 0
	}
	return r.more.section
}

func newStream(ctx context.Context, c *Client) *stream {
	return &stream{c: c, ctx: ctx, ready: make(chan struct{}, 1)}
}

// pushLocked hands a row to the loop. gathered is what it costs to keep what came of
// it in earlier responses.
func (s *stream) pushLocked(r row, gathered int64) {
	if s.call.interest != wanted {
		return
	}
	limit := s.c.opts.ReadAhead
	s.kept.add(r, s.c.queue.arriving, gathered, limit)
	if n := len(s.kept.rows); n > 1 && s.keptLocked() > limit {
		s.kept.rows = s.kept.rows[:n-1]
		s.overflowLocked()
		return
	}
	if s.waiting {
		s.signal()
	}
}

// keptLocked returns how much is kept for the loop.
func (s *stream) keptLocked() int64 { return s.kept.cost + s.ahead }

// overflowLocked gives up on a loop that is too slow, but not on what follows, for
// which others wait.
func (s *stream) overflowLocked() { s.giveUpLocked(ErrReadAhead, overrun) }

// giveUpLocked gives up on the loop: what is kept can still be taken, the rest
// is dropped.
func (s *stream) giveUpLocked(err error, why interest) {
	s.err = err
	s.ended = true
	s.signal()
	s.call.abandonLocked(why)
}

func (s *stream) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// lendLocked gives the read token to the loop, which waits.
func (s *stream) lendLocked() {
	s.lent = true
	s.stopWaitingLocked()
	s.signal()
}

func (s *stream) stopWaitingLocked() {
	if s.waiting {
		s.waiting = false
		s.c.token.needed.Add(-1)
	}
}

// endLocked says that no more rows come.
func (s *stream) endLocked(err error) {
	s.stopWaitingLocked()
	if !s.ended {
		s.ended = true
		s.err = err
	}
	s.signal()
}

// dropLocked forgets what is kept for a loop that has been left.
func (s *stream) dropLocked() {
	s.stopWaitingLocked()
	if !s.ended {
		s.kept = kept{}
	}
}

// loop sends a command and calls yield for each row of its answer, and once for
// the error that ended it.
func (s *stream) loop(r request, yield func(row, error) bool) {
	if err := s.start(r); err != nil {
		yield(row{}, err)
		return
	}
	s.run(yield)
}

// start sends the command. The loop must run then, or leave.
func (s *stream) start(r request) error {
	r.stream = s
	_, err := s.c.send(s.ctx, r)
	return err
}

// run calls yield for each row, and once for the error that ended the command. It
// returns false if yield has done so, or if there was an error.
func (s *stream) run(yield func(row, error) bool) (goOn bool) {
	defer s.leave()
	if s.ctx.Done() != nil {
		defer s.watch()()
	}
	for {
		r, ok, err := s.take()
		if !ok {
			s.call.reportStatus()
			if err != nil {
				yield(row{}, endOfLoop(err))
			}
			return err == nil
		}
		if r.more != nil && r.more.vanished != nil {
			s.vanished(*r.more.vanished)
			continue
		}
		if r.more != nil && r.more.progress != nil {
			s.call.watch.progress(*r.more.progress)
			continue
		}
		err = r.err()
		if s.literals && err == nil && r.msg != nil {
			s.body, _ = r.msg.Sections[r.section()].Reader.(*bodyReader)
		}
		if s.arena != nil && s.arena.Poison {
			r.msg = s.poisoned(r.msg)
		}
		if !yield(r, err) {
			return false
		}
	}
}

// take returns the next row. At the end, ok is false, and the error, if there
// is one, is that of the command.
func (s *stream) take() (r row, ok bool, err error) {
	if s.body != nil { // the loop goes on: what it left of the literal is dropped
		s.body.drop()
		s.body = nil
	}
	for {
		for s.next == len(s.batch) {
			if ok, err := s.refill(); !ok {
				return row{}, false, err
			}
		}
		r = s.batch[s.next]
		s.batch[s.next] = row{} // the loop may be the last that holds it
		s.next++
		if r.more == nil {
			return r, true, nil
		}
		if r.more.now != nil {
			*r.msg = *r.more.now
		}
		if r.more.section != moreOfMessage || r.more.err != nil {
			return r, true, nil
		}
	}
}

// poisoned returns the message that the loop gets for m in a program that looks for
// rows that are kept too long. That of the step before expires, unless this step is
// about another section of it.
func (s *stream) poisoned(m *Message) *Message {
	if m != nil && m == s.last {
		return m
	}
	s.arena.Expire(s.last)
	s.last = s.arena.Adopt(m)
	return s.last
}

// refill gets rows into the batch; it may have to be called again. It returns
// false at the end of the command, with its error.
func (s *stream) refill() (bool, error) {
	taken, ended, err := s.takeRows()
	switch {
	case taken:
		return true, nil
	case ended:
		return false, err
	case s.ctx.Err() != nil:
		s.leave()
		return false, s.ctx.Err()
	}
	r, ok := s.c.token.takeForLoop()
	if !ok {
		r, ok = s.await(true)
	}
	if ok {
		s.read(r)
	}
	return true, nil
}

// await waits until something has changed: rows, octets of a literal or the end, the
// token being free, or the end of the loop's context. It returns the reader if the loop
// was given the read token.
func (s *stream) await(forRows bool) (*reader, bool) {
	c := s.c
	c.mu.Lock()
	if forRows && len(s.kept.rows) > 0 {
		c.mu.Unlock()
		return nil, false
	}
	if !s.ended && s.call.interest == wanted {
		s.waiting = true
		c.token.needed.Add(1)
	}
	c.mu.Unlock()
	c.token.call()
	select {
	case <-s.ready:
	case <-s.ctx.Done():
	case <-c.life.done:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.stopWaitingLocked()
	lent := s.lent
	s.lent = false
	if !lent {
		return nil, false
	}
	return &c.token.reader, true
}

// hasRows reports whether rows are kept for the loop.
func (s *stream) hasRows() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return len(s.kept.rows) > 0
}

// takeRows moves the rows that are kept to the loop's batch.
func (s *stream) takeRows() (taken, ended bool, err error) {
	s.c.mu.Lock()
	if taken = len(s.kept.rows) > 0; taken {
		s.batch, s.next = s.kept.take(s.batch[:0]), 0
	}
	ended, err = s.ended, s.err
	s.c.mu.Unlock()
	return taken, ended, err
}

// read reads responses until there is a row, and more as long as they have arrived.
// The loop holds the token, and lets go of it in the end.
func (s *stream) read(r *reader) {
	c := s.c
	if s.ctx.Err() != nil { // ended before watch could know who reads
		c.token.giveBack()
		return
	}
	if s.hasRows() { // read by the read loop, before it lent the token: the next may take long
		c.token.leave(noneHolds)
		return
	}
	r.borrow(s)
	ended := s.readRows(r)
	r.borrow(nil)
	if ended {
		c.token.giveBack()
	} else {
		c.token.leave(noneHolds)
	}
}

// readRows reads until there is a row. It returns true if the loop has ended, or is to.
func (s *stream) readRows(r *reader) (ended bool) {
	c := s.c
	for {
		err := r.step()
		interrupted := errors.Is(err, wire.ErrInterrupted)
		if interrupted && s.ctx.Err() == nil {
			continue // meant for another loop
		}
		if err != nil && !interrupted {
			c.fail(asLimit(err))
		}
		c.mu.Lock()
		rows, ended := len(s.kept.rows), s.ended
		c.mu.Unlock()
		if err != nil || ended {
			return true
		}
		if rows >= batchRows || rows > 0 && (r.body != nil || !r.rd.Ready()) {
			return false
		}
	}
}

// watch makes the end of the loop's context break off a read of the loop. The
// function that it returns stops that.
func (s *stream) watch() func() bool {
	return context.AfterFunc(s.ctx, func() {
		if s.c.token.holder.Load() == loopHolds {
			s.c.in.Interrupt()
		}
	})
}

// leave abandons the command, unless it has ended, and sees to it that the read loop
// reads. It is called by the loop.
func (s *stream) leave() {
	if s.last != nil {
		s.poisoned(nil)
	}
	if s.body != nil {
		s.body.drop()
	}
	s.call.abandon()
	if _, ok := s.c.token.takeForLoop(); ok {
		s.c.token.giveBack()
	}
}
