package imap

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Idle is a loop over every [Event] until ctx ends, which is no error, or the
// connection does, a *[ConnError]. If the selected mailbox has changed since it was
// selected, or since the last such loop, an *[ExistsData] comes first.
//
// While no command runs, the server is in IDLE (RFC 2177, RFC 9051 §6.3.13),
// renewed every [Options].IdleRenewal; a server without IDLE gets a NOOP every
// minute. Changes of messages are those of the selected mailbox. The body may use
// the Client; several loops may run at once. See docs/watching.md.
func (c *Client) Idle(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		c.mu.Lock()
		sub := c.events.subscribeLocked()
		sub.loop = true
		if m := c.session.mailbox; m != nil && c.session.unseen {
			sub.addLocked(&ExistsData{Messages: m.Messages}, minCost)
		}
		c.session.unseen = false
		err := c.life.err
		c.mu.Unlock()
		defer func() {
			c.mu.Lock()
			c.events.unsubscribeLocked(sub)
			c.session.unseen = c.session.unseen || sub.changesMailbox()
			c.mu.Unlock()
		}()
		if err != nil {
			yield(nil, &ConnError{Err: err})
			return
		}
		defer c.startIdling()()
		for {
			c.mu.Lock()
			ev, ok := sub.takeLocked()
			ended := sub.ended || c.life.err != nil
			c.mu.Unlock()
			switch {
			case ok:
				if !yield(ev, nil) {
					return
				}
				if ctx.Err() != nil {
					return
				}
				continue
			case ended:
				c.mu.Lock()
				err := c.endError(nil)
				c.mu.Unlock()
				yield(nil, err)
				return
			}
			select {
			case <-sub.ready:
			case <-ctx.Done():
				return
			case <-c.life.done:
			}
		}
	}
}

// idler is the IDLE of a connection, on behalf of all loops over [Client.Idle]. No
// goroutine waits in it: one begins IDLE and ends when the server is in it, one
// says DONE, and the answer to that starts the next. Guarded by Client.mu.
type idler struct {
	users   int                // loops
	running bool               // the next step is under way: by a goroutine, the timer, or the server
	cancel  context.CancelFunc // of the goroutine that begins IDLE
	call    *call              // the IDLE that the server is in
	leaving bool               // and DONE has been said
	timer   *time.Timer        // ends the IDLE, or begins the next one after a poll

	saidDone bool // a DONE may have crossed the server's own end of IDLE
}

// pollInterval is how often a server without IDLE is asked for changes.
const pollInterval = time.Minute

// startIdling has the server in IDLE until the function that it returns is
// called.
func (c *Client) startIdling() (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle.users++
	if !c.idle.running {
		c.idle.running = true
		go c.beginIdle(false)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.idle.users--; c.idle.users > 0 {
			return
		}
		if c.idle.cancel != nil {
			c.idle.cancel()
		}
		if c.idle.call != nil {
			c.endIdleLocked()
		} else if c.idle.stopTimer() {
			c.idle.running = false
		}
	}
}

// beginIdle begins an IDLE. If there is none, or the server refuses it or has ended
// the last one by itself, it sends NOOP instead, and IDLE begins after a while.
func (c *Client) beginIdle(poll bool) {
	for {
		ctx, wanted := c.idleContext()
		if !wanted {
			return
		}
		if !poll && c.Caps().Has(CapIdle) {
			err := c.idleOnce(ctx)
			if err == nil {
				return
			}
			if ctx.Err() != nil {
				continue
			}
		}
		c.Noop(ctx)
		if c.idleLater(ctx) {
			return
		}
		poll = false
	}
}

// idleContext returns the context of the next step, which ends when no loop is
// left, and false if there is none already.
func (c *Client) idleContext() (ctx context.Context, wanted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle.release()
	if c.idle.users == 0 || c.life.err != nil {
		c.idle.running = false
		return nil, false
	}
	ctx, c.idle.cancel = context.WithCancel(context.Background())
	return ctx, true
}

// idleLater has an IDLE begin after pollInterval, unless ctx has ended.
func (c *Client) idleLater(ctx context.Context) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil || c.life.err != nil {
		return false
	}
	c.idle.release()
	c.idle.timer = time.AfterFunc(pollInterval, func() { c.beginIdle(false) })
	return true
}

// idleOnce sends IDLE and waits until the server is in it.
func (c *Client) idleOnce(ctx context.Context) error {
	w, err := c.send(ctx, request{
		cmd: commands.Idle{}, states: StateAuthenticated | StateSelected,
		awaitsPlus: true, idle: true, whole: true, finish: c.idleEndedLocked,
	})
	if err != nil {
		return err
	}
	select {
	case <-w.plus:
	case <-w.done:
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case w.stage == stageEnded && w.err != nil:
		return w.err
	case w.stage == stageEnded:
		return errIdleEnded
	}
	c.idle.release()
	c.idle.call = w
	w.stage = stageIdling
	c.expectLocked()
	if c.idle.users == 0 || len(c.queue.waiting) > 0 {
		c.endIdleLocked()
		return nil
	}
	c.idle.timer = time.AfterFunc(c.opts.IdleRenewal, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.idle.call == w {
			c.endIdleLocked()
		}
	})
	return nil
}

// errIdleEnded says that the server has ended IDLE by itself.
var errIdleEnded = errors.New("imap: the server ended IDLE")

// endIdleLocked has DONE said, by a goroutine that ends with it.
func (c *Client) endIdleLocked() {
	if c.idle.leaving || c.life.err != nil {
		return
	}
	w := c.idle.call
	c.idle.release()
	c.idle.leaving, c.idle.saidDone = true, true
	c.queue.writing = true
	w.stage = stageSent
	c.expectLocked()
	go func() {
		c.traceText("DONE")
		c.sendLine(w, "DONE", false) // where that fails, it ends the connection
	}()
}

// idleEndedLocked takes the answer to IDLE. One that came before the server was in
// it is for idleOnce.
func (c *Client) idleEndedLocked(st *StatusResponse) {
	if c.idle.call == nil {
		return
	}
	asked := c.idle.leaving && st.Type == response.OK
	c.idle.release()
	c.idle.call, c.idle.leaving = nil, false
	go c.beginIdle(!asked)
}

// breakIdleLocked ends a running IDLE if a command waits.
func (c *Client) breakIdleLocked() {
	if c.idle.call != nil && len(c.queue.waiting) > 0 {
		c.endIdleLocked()
	}
}

// release lets go of the timer and the context.
func (i *idler) release() {
	i.stopTimer()
	if i.cancel != nil {
		i.cancel()
		i.cancel = nil
	}
}

// stopTimer stops the timer. It returns false if there is none, or it is too late.
func (i *idler) stopTimer() bool {
	t := i.timer
	i.timer = nil
	return t != nil && t.Stop()
}
