package imap

import (
	"context"
	"math/bits"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap/commands"
)

// queue has the commands that are on their way. A command waits until no command
// is in flight that makes its answer ambiguous, or it theirs (RFC 9051 §5.5), and
// until it has the write lock. First come, first served: a stream of FETCHes can't
// starve a SELECT. Guarded by Client.mu.
type queue struct {
	waiting []*call // to be sent, the oldest first
	flight  []*call // admitted, the oldest first
	running running // what those in flight do
	writing bool    // the write lock is held
	lastTag uint64
	streams int // loops in flight whose rows are wanted

	arriving int64 // octets of the response that is being delivered

	missing *time.Timer // ends a command that was answered without its tag
	orphans []string    // tags of such commands: their answers may still come
}

// put adds w after those that wait, but before an IDLE.
func (q *queue) put(w *call) {
	i := len(q.waiting)
	if i > 0 && q.waiting[i-1].idle {
		i--
	}
	q.waiting = slices.Insert(q.waiting, i, w)
}

// next returns the command that has waited longest, if it may run now.
func (q *queue) next() *call {
	if q.writing || len(q.waiting) == 0 || commands.Conflicts(q.waiting[0].effects, q.running.all) {
		return nil
	}
	return q.waiting[0]
}

// launch gives w, which next has returned, the write lock.
func (q *queue) launch(w *call) {
	q.writing = true
	q.lastTag++
	w.tag = q.lastTag
	w.stage = stageAdmitted
	q.flight = append(q.flight, w)
	q.running.count(w.effects, 1)
	if w.stream != nil {
		q.streams++
	}
}

// land takes w out of flight.
func (q *queue) land(w *call) {
	if remove(&q.flight, w) {
		q.running.count(w.effects, -1)
	}
}

// tagged returns the command in flight that has the tag.
func (q *queue) tagged(tag string) *call {
	n, ok := tagNumber(tag)
	for _, w := range q.flight {
		if ok && w.tag == n {
			return w
		}
	}
	return nil
}

// clear takes out all commands.
func (q *queue) clear() []*call {
	calls := append(q.flight, q.waiting...)
	q.flight, q.waiting = nil, nil
	return calls
}

// leaving reports whether LOGOUT has been sent.
func (q *queue) leaving() bool {
	return slices.ContainsFunc(q.flight, func(w *call) bool { return w.name == "LOGOUT" && w.stage == stageSent })
}

// answerDue reports whether the server owes an answer.
func (q *queue) answerDue() bool {
	return slices.ContainsFunc(q.flight, func(w *call) bool { return w.stage != stageIdling })
}

// running are the effects of all commands in flight.
type running struct {
	all    commands.Effects
	counts [32]int // of the commands that have each
}

// count counts a command with these effects in, or out if by is -1.
func (r *running) count(effects commands.Effects, by int) {
	for left := uint32(effects); left != 0; left &= left - 1 {
		i := bits.TrailingZeros32(left)
		if r.counts[i] += by; r.counts[i] > 0 {
			r.all |= 1 << i
		} else {
			r.all &^= 1 << i
		}
	}
}

// remove takes w out of calls. It is mostly the first: then nothing moves. remove
// returns false if w is not in it.
func remove(calls *[]*call, w *call) bool {
	switch i := slices.Index(*calls, w); {
	case i < 0:
		return false
	case i == 0:
		(*calls)[0] = nil
		*calls = (*calls)[1:]
	default:
		*calls = slices.Delete(*calls, i, i+1)
	}
	return true
}

// admit waits until w has the write lock. Then w is in flight, and its caller must
// write it and unlock. If admit fails, nothing has been sent.
func (c *Client) admit(ctx context.Context, w *call) error {
	c.mu.Lock()
	if c.life.err != nil {
		defer c.mu.Unlock()
		return c.endError(nil)
	}
	if !w.idle {
		w.needLocked()
	}
	c.queue.put(w)
	c.admitLocked()
	stage := w.stage
	if stage == stageQueued {
		w.admitted = make(chan struct{})
	}
	c.breakIdleLocked()
	c.mu.Unlock()
	c.token.call()
	if stage == stageAdmitted {
		return nil
	}

	select {
	case <-w.admitted:
		return nil
	case <-w.done: // the connection ended, or the state is wrong
		return w.err
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if remove(&c.queue.waiting, w) {
		w.endLocked(ctx.Err())
		c.admitLocked()
		return ctx.Err()
	}
	if w.stage == stageEnded {
		return w.err
	}
	return nil // admitted at the same moment
}

// admitLocked gives the write lock to the command that has waited longest, if it
// may run now, and refuses those that make no sense any more.
func (c *Client) admitLocked() {
	for w := c.queue.next(); w != nil; w = c.queue.next() {
		remove(&c.queue.waiting, w)
		if err := c.sensibleLocked(w); err != nil {
			w.endLocked(err)
			continue
		}
		c.queue.launch(w)
		w.collect.begin(w)
		c.expectLocked()
		if w.admitted != nil {
			close(w.admitted)
		}
	}
}

// sensibleLocked returns a *StateError if the command makes no sense now.
func (c *Client) sensibleLocked(w *call) error {
	if w.states&c.session.state == 0 {
		return &StateError{Command: w.name, State: c.session.state}
	}
	if w.effects&commands.Selected != 0 && w.states == StateSelected {
		return c.session.check(w.name, w.want, w.effects)
	}
	if _, any := w.cmd.(waiting); any {
		return c.session.checkAny(w.name, w.want, w.effects)
	}
	return nil
}

// landLocked takes w out of flight and lets others go on.
func (c *Client) landLocked(w *call) {
	c.queue.land(w)
	c.expectLocked()
	c.admitLocked()
}

// expectLocked starts or stops the time limit for answers.
func (c *Client) expectLocked() {
	c.in.Expect(c.queue.answerDue())
	c.discardLocked()
}

// discardLocked starts or stops the budget for answers that no caller wants. It
// is about the oldest command alone, as that is the one being answered.
func (c *Client) discardLocked() {
	c.in.Discard(len(c.queue.flight) > 0 && c.queue.flight[0].interest >= abandoned)
}
