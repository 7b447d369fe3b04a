package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// uidFetch is a FETCH loop over a set of UIDs, which may take several commands: see
// split.go. While the rows of one command come, the next one is on its way already.
type uidFetch struct {
	fetchMode
	ctx context.Context
	c   *Client
	cmd commands.UIDFetch // without its set

	queue []UIDSet    // what is still to be asked for
	bare  []*Message  // in a loop over sections: those that have come without any
	sent  *call       // the first command
	next  *fetchStart // the command that is on its way; may be nil
}

// fetchStart is a command of the loop that is being sent.
type fetchStart struct {
	set    UIDSet
	s      *stream
	cancel context.CancelFunc
	sent   chan error // what became of it: one value
}

// uidRows runs a FETCH of UIDs, or as many as it takes.
func uidRows[N UID | SeqNum](ctx context.Context, c *Client, uids UIDSet, cmd commands.Fetch[N], mode fetchMode, yield func(row, error) bool) {
	f := &uidFetch{ctx: ctx, c: c, fetchMode: mode}
	f.cmd, _ = any(cmd).(commands.UIDFetch)
	if mode.literals {
		uidBodies(f, uids, yield)
		return
	}
	late := watchLate(uids, &f.cmd, mode, yield)
	if late != nil {
		yield = late.row
	}
	f.all(uids, yield)
	if late != nil {
		late.askAgain(f)
	}
}

// all runs the loop over a set.
func (f *uidFetch) all(uids UIDSet, yield func(row, error) bool) {
	if f.queue = splitSet(uids, f.c.usefulLimit(uids)); len(f.queue) > 1 {
		f.run(yield)
	} else {
		f.first(uids, yield)
	}
}

// first runs the only command of the loop, as far as can be seen.
func (f *uidFetch) first(uids UIDSet, yield func(row, error) bool) {
	f.queue = nil
	s, r := newFetch(f.ctx, f.c, f.cmd, f.fetchMode)
	s.fetch.bare = &f.bare
	if err := s.start(r); err != nil {
		yield(row{}, err)
		return
	}
	goOn := s.run(yield)
	f.sent = s.call
	if goOn && f.continued(uids, s, yield) && len(f.queue) > 0 {
		f.run(yield)
	}
}

// run calls yield for each row, and once for the error that ended the loop.
func (f *uidFetch) run(yield func(row, error) bool) {
	if !f.pin(yield) {
		return
	}
	defer f.drop()
	for len(f.queue) > 0 || f.next != nil {
		now := f.next
		if f.next = nil; now == nil {
			now = f.start(false)
		}
		if err := <-now.sent; err != nil {
			now.cancel()
			yield(row{}, err)
			return
		}
		if len(f.queue) > 0 && !commands.Conflicts(f.cmd.Effects(), f.cmd.Effects()) {
			f.next = f.start(true)
		}
		goOn := now.s.run(yield)
		now.cancel()
		if !goOn || !f.continued(now.set, now.s, yield) {
			return
		}
	}
}

// pin makes all commands of the loop mean the same mailbox.
func (f *uidFetch) pin(yield func(row, error) bool) bool {
	ctx, err := f.c.pin(f.ctx, f.cmd.Name())
	if err != nil {
		yield(row{}, err)
		return false
	}
	f.ctx = ctx
	return true
}

// start sends the command for the next piece of the set; ahead, by a goroutine that
// drop or the loop waits for.
func (f *uidFetch) start(ahead bool) *fetchStart {
	p := &fetchStart{set: f.queue[0], cancel: func() {}, sent: make(chan error, 1)}
	f.queue = f.queue[1:]
	cmd := f.cmd
	cmd.Set = p.set
	ctx := f.ctx
	if ahead {
		ctx, p.cancel = context.WithCancel(ctx)
	}
	var r request
	p.s, r = newFetch(ctx, f.c, cmd, f.fetchMode)
	p.s.fetch.bare = &f.bare
	if ahead {
		go func() { p.sent <- p.s.start(r) }()
	} else {
		p.sent <- p.s.start(r)
	}
	return p
}

// drop abandons the command that is on its way when the loop ends.
func (f *uidFetch) drop() {
	if f.next == nil {
		return
	}
	f.next.cancel()
	if err := <-f.next.sent; err == nil {
		f.next.s.leave()
	}
}

// continued sees to it that the rest of a command follows that the server has cut
// short. It returns false if the loop can't go on.
func (f *uidFetch) continued(set UIDSet, s *stream, yield func(row, error) bool) bool {
	stop := s.stopped()
	if stop == nil {
		return true
	}
	f.ctx = f.c.sameSelection(f.ctx, s.call)
	rest, err := f.c.rest(f.ctx, f.cmd.Name(), set, &limitCollector{call: s.call, stop: stop})
	if err != nil {
		yield(row{}, err)
		return false
	}
	if !rest.Empty() {
		f.queue = append([]UIDSet{rest}, f.queue...)
	}
	return true
}

// stopped returns how the server has cut the command short, or nil. The command has
// ended.
func (s *stream) stopped() *response.MessageLimitCode {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.fetch.stop
}
