package imap

import (
	"context"
	"errors"
)

// stream is the way of rows to a FETCH or LIST loop: parsed by whoever reads, taken by
// the loop. While nobody else needs the server's answers the loop reads itself;
// else the keeper reads for it, and rows are kept up to Options.ReadAhead.
type stream struct {
	c     *Client
	ctx   context.Context // of the loop
	call  *call
	texts bool // texts are handed out as they arrive

	// used by the loop alone
	batch []row // taken and not yet yielded
	next  int
	text  *bodyReader // of the row in hand

	// guarded by Client.mu
	rows    []row
	kept    int64 // octets in rows
	ahead   int64 // octets of texts that were read ahead
	waiting bool  // the loop waits for a row
	lent    bool  // and was given the turn to read
	ended   bool
	err     error
	ready   chan struct{} // rows, turn or end: capacity 1
}

// row is one step of the loop: a message, a text of one, or a mailbox.
type row struct {
	msg  *Message
	list *MailboxInfo
	more *rowMore // nil in nearly all rows, which are copied by the million
}

// rowMore is what only some rows have.
type rowMore struct {
	err  error
	text int      // with texts: which of the message's sections; or moreOfMessage
	now  *Message // what msg is to be when the loop gets here, if it is to change
}

// moreOfMessage says that a row only tells what came behind the texts.
const moreOfMessage = -1

func (r row) err() error {
	if r.more == nil {
		return nil
	}
	return r.more.err
}

// text returns which of the message's sections the row is about.
func (r row) text() int {
	if r.more == nil {
		return 0
	}
	return r.more.text
}

func newStream(ctx context.Context, c *Client) *stream {
	return &stream{c: c, ctx: ctx, ready: make(chan struct{}, 1)}
}

// pushLocked hands a row to the loop.
func (s *stream) pushLocked(r row) {
	if s.call.gone {
		return
	}
	s.kept += r.size()
	if s.keptLocked() > s.c.opts.ReadAhead && len(s.rows) > 0 {
		s.overflowLocked()
		return
	}
	s.rows = append(s.rows, r)
	if s.waiting {
		s.signal()
	}
}

// keptLocked returns how much is kept for the loop.
func (s *stream) keptLocked() int64 { return s.kept + s.ahead }

// overflowLocked gives up on a loop that is too slow, but not on what comes
// behind, for which others wait.
func (s *stream) overflowLocked() {
	s.call.overrun = true
	s.giveUpLocked(ErrReadAhead)
}

// giveUpLocked gives up on the loop: what is kept can still be taken, the rest
// is dropped.
func (s *stream) giveUpLocked(err error) {
	s.err = err
	s.ended = true
	s.signal()
	s.call.abandonLocked()
}

func (s *stream) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// lendLocked gives the turn to read to the loop, which waits.
func (s *stream) lendLocked() {
	s.lent = true
	s.stopWaitingLocked()
	s.signal()
}

func (s *stream) stopWaitingLocked() {
	if s.waiting {
		s.waiting = false
		s.c.needed.Add(-1)
	}
}

// endLocked tells the loop that no more rows come.
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
		s.rows, s.kept = nil, 0
	}
}

// loop sends a command and calls yield for each row of its answer, and once for
// the error that ended it.
func (s *stream) loop(r request, yield func(row, error) bool) {
	r.stream = s
	if _, err := s.c.send(s.ctx, r); err != nil {
		yield(row{}, err)
		return
	}
	defer s.leave()
	if s.ctx.Done() != nil {
		defer s.watch()()
	}
	for {
		r, ok, err := s.take()
		if !ok {
			if err != nil {
				yield(row{}, err)
			}
			return
		}
		err = r.err()
		if s.texts && err == nil && r.msg != nil {
			s.text, _ = r.msg.Sections[r.text()].Reader.(*bodyReader)
		}
		if !yield(r, err) {
			return
		}
	}
}

// take returns the next row. At the end, ok is false, and the error, if there
// is one, is that of the command.
func (s *stream) take() (r row, ok bool, err error) {
	if s.text != nil { // the loop goes on: what it left of the text is dropped
		s.text.drop()
		s.text = nil
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
		if r.more.text != moreOfMessage {
			return r, true, nil
		}
	}
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
	case s.c.takeTurnForLoop() || s.await(true):
		s.read()
	}
	return true, nil
}

// await waits until something has changed: rows, text or the end, the turn
// being free, or the end of the loop's context. It returns true if the loop was
// given the turn to read.
func (s *stream) await(forRows bool) (lent bool) {
	c := s.c
	c.mu.Lock()
	if forRows && len(s.rows) > 0 {
		c.mu.Unlock()
		return false
	}
	if !s.ended && !s.call.gone {
		s.waiting = true
		c.needed.Add(1)
	}
	c.mu.Unlock()
	c.turn.call()
	select {
	case <-s.ready:
	case <-s.ctx.Done():
	case <-c.done:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s.stopWaitingLocked()
	lent = s.lent
	s.lent = false
	return lent
}

// hasRows reports whether rows are kept for the loop.
func (s *stream) hasRows() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return len(s.rows) > 0
}

// takeRows moves the rows that are kept to the loop's batch.
func (s *stream) takeRows() (taken, ended bool, err error) {
	s.c.mu.Lock()
	if taken = len(s.rows) > 0; taken {
		s.batch, s.rows = s.rows, s.batch[:0]
		s.next, s.kept = 0, 0
	}
	ended, err = s.ended, s.err
	s.c.mu.Unlock()
	return taken, ended, err
}

// read reads responses until there is a row, and more as long as they have
// arrived. The loop holds the turn, and lets go of it in the end.
func (s *stream) read() {
	c := s.c
	if s.ctx.Err() != nil { // ended before watch could know who reads
		c.turn.giveBack()
		return
	}
	if s.hasRows() { // read by the keeper, before it lent the turn: the next may take long
		c.leaveTurn(nobodyHolds)
		return
	}
	for {
		err := c.step()
		if errors.Is(err, errInterrupted) && s.ctx.Err() == nil {
			continue // meant for somebody else
		}
		if err == nil {
			err = c.deliverArrived(s)
		}
		if err != nil && !errors.Is(err, errInterrupted) {
			c.fail(err)
		}
		c.mu.Lock()
		rows, ended := len(s.rows), s.ended
		c.mu.Unlock()
		if err != nil || ended {
			c.turn.giveBack()
			return
		}
		if rows >= batch || rows > 0 && (c.body != nil || !c.rd.Ready()) {
			c.leaveTurn(nobodyHolds)
			return
		}
	}
}

// watch makes the end of the loop's context break off a read of the loop. The
// function that it returns stops that.
func (s *stream) watch() func() bool {
	return context.AfterFunc(s.ctx, func() {
		if s.c.turn.holder.Load() == loopHolds {
			s.c.in.interrupt()
		}
	})
}

// leave abandons the command, unless it has ended, and sees to it that somebody
// reads. It is called by the loop.
func (s *stream) leave() {
	if s.text != nil {
		s.text.drop()
	}
	s.call.abandon()
	if s.c.takeTurnForLoop() {
		s.c.turn.giveBack()
	}
}

// size estimates what a row costs to keep.
func (r row) size() int64 {
	const base = 256
	if r.list != nil {
		return int64(base + 2*len(r.list.Raw) + 16*len(r.list.Attrs))
	}
	m := r.msg
	if m == nil {
		return base
	}
	size := int64(base + 32*len(m.Flags))
	if m.Envelope != nil {
		size += 2048
	}
	if m.BodyStructure != nil {
		size += 2048
	}
	for i := range m.Sections {
		size += int64(len(m.Sections[i].Data)) + 128
	}
	return size
}
