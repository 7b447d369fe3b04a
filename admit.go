package imap

import (
	"context"
	"math/bits"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
)

// A command waits until no command is in flight that makes its answer
// ambiguous, or it theirs (RFC 9051 §5.5), and until it is its turn to write.
// First come, first served: a stream of FETCHes can't starve a SELECT.

// admit waits for w's turn to write. Then w is in flight, and its caller must
// write it and call written. Where admit fails, nothing has been sent.
func (c *Client) admit(ctx context.Context, w *call) error {
	c.mu.Lock()
	if c.err != nil {
		defer c.mu.Unlock()
		return c.endError(nil)
	}
	if !w.idle {
		w.needLocked()
	}
	c.queueLocked(w)
	c.admitLocked()
	if !w.flying && !w.ended {
		w.admitted = make(chan struct{})
	}
	c.breakIdleLocked()
	admitted := w.flying
	c.mu.Unlock()
	c.turn.call()
	if admitted {
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
	if remove(&c.waiting, w) {
		w.endLocked(ctx.Err())
		c.admitLocked()
		return ctx.Err()
	}
	if w.ended {
		return w.err
	}
	return nil // admitted at the same moment
}

// queueLocked puts w behind those that wait, but before an IDLE.
func (c *Client) queueLocked(w *call) {
	i := len(c.waiting)
	if i > 0 && c.waiting[i-1].idle {
		i--
	}
	c.waiting = slices.Insert(c.waiting, i, w)
}

// admitLocked gives the turn to write to the command that has waited longest,
// if it may run now.
func (c *Client) admitLocked() {
	for !c.writing && len(c.waiting) > 0 {
		w := c.waiting[0]
		if commands.Conflicts(w.effects, c.running.all) {
			return
		}
		remove(&c.waiting, w)
		if w.states&c.state == 0 {
			w.endLocked(&StateError{Command: w.name, State: c.state})
			continue
		}
		if w.effects&commands.Selected != 0 && w.states == StateSelected {
			if err := c.checkSelectionLocked(w.name, w.want, w.effects); err != nil {
				w.endLocked(err)
				continue
			}
		}
		c.writing = true
		c.lastTag++
		w.tag = c.lastTag
		w.flying = true
		c.flight = append(c.flight, w)
		c.running.count(w.effects, 1)
		if w.stream != nil {
			c.streams++
		}
		if col, ok := w.collect.(interface{ begin(*call) }); ok {
			col.begin(w)
		}
		c.expectLocked()
		if w.admitted != nil {
			close(w.admitted)
		}
	}
}

// running are the effects of all commands in flight.
type running struct {
	all    commands.Effects
	counts [32]int // of the commands that have each
}

// count counts a command with these effects in, or out where by is -1.
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

// remove takes w out of calls, where it is mostly the first: then nothing moves. It
// returns false where w is not in it.
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

// expectLocked starts or stops the time limit for answers.
func (c *Client) expectLocked() {
	on := false
	for _, w := range c.flight {
		if !w.quiet {
			on = true
			break
		}
	}
	c.in.expect(on)
	c.discardLocked()
}

// discardLocked starts or stops the budget for answers that nobody wants. It
// is about the oldest command alone, as that is the one being answered.
func (c *Client) discardLocked() {
	c.turn.discarding.Store(len(c.flight) > 0 && c.flight[0].gone && !c.flight[0].overrun)
}

// removeLocked takes w out of flight and lets others go on.
func (c *Client) removeLocked(w *call) {
	if remove(&c.flight, w) {
		c.running.count(w.effects, -1)
	}
	c.expectLocked()
}
