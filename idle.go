package imap

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/seed-090b04e4/imap/commands"
)

// Idle keeps its caller informed until ctx ends: it yields every [Event] from
// the moment at which the loop begins. While the connection has nothing else to
// do, the server is in IDLE (RFC 2177, RFC 9051 §6.3.13) and tells news at once;
// any other command interrupts that, and it is taken up again afterwards. It is
// renewed every [Options].IdleRenewal. Where the server has no IDLE, a NOOP is
// sent every minute. So it is where the server refuses IDLE, or ends it by itself:
// the loop tells nothing of that, goes on, and IDLE is tried again after each
// minute.
//
// It needs no more than being logged in; news of messages come of the selected
// mailbox alone. Several loops may run at once.
//
// The loop ends without an error when ctx ends, and with a *[ConnError] when
// the connection does. Its body may use the Client.
func (c *Client) Idle(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		c.mu.Lock()
		sub := c.events.subscribeLocked()
		err := c.err
		c.mu.Unlock()
		defer func() {
			c.mu.Lock()
			c.events.unsubscribeLocked(sub)
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
			ended := sub.ended || c.err != nil
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
			case <-c.done:
			}
		}
	}
}

// idler is the IDLE of a connection, on behalf of all loops over [Client.Idle].
// Guarded by Client.mu.
type idler struct {
	users  int
	cancel context.CancelFunc
	ended  chan struct{}
	hurry  chan struct{} // somebody waits for IDLE to end; nil while it does not run

	saidDone bool // a DONE may have crossed the server's own end of IDLE
}

// pollInterval is how often a server without IDLE is asked for news.
const pollInterval = time.Minute

// startIdling has the server in IDLE until the function that it returns is
// called.
func (c *Client) startIdling() (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle.users++
	if c.idle.users == 1 {
		ctx, cancel := context.WithCancel(context.Background())
		c.idle.cancel = cancel
		before := c.idle.ended
		c.idle.ended = make(chan struct{})
		go c.idleUntil(ctx, before, c.idle.ended)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.idle.users--; c.idle.users == 0 {
			c.idle.cancel()
		}
	}
}

// idleUntil runs IDLE, or polls, until ctx or the connection ends. before is
// closed when the goroutine that did so earlier has ended.
func (c *Client) idleUntil(ctx context.Context, before <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	if before != nil {
		<-before
	}
	for ctx.Err() == nil && c.Err() == nil {
		if !c.Capabilities().Has(CapIdle) {
			c.poll(ctx)
			continue
		}
		if err := c.idleOnce(ctx); err != nil && ctx.Err() == nil {
			c.poll(ctx) // refused or ended: not now, or not in this state
		}
	}
}

// poll asks for news and waits a while.
func (c *Client) poll(ctx context.Context) {
	c.Noop(ctx)
	t := time.NewTimer(pollInterval)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case <-c.done:
	}
}

// idleOnce runs one IDLE: until ctx ends, somebody wants to send a command, or
// it is time for the next one.
func (c *Client) idleOnce(ctx context.Context) error {
	w, err := c.send(ctx, request{cmd: commands.Idle{}, states: StateAuthenticated | StateSelected, plus: true, idle: true, whole: true})
	if err != nil {
		return err
	}
	c.mu.Lock()
	hurry := make(chan struct{}, 1)
	c.idle.hurry = hurry
	c.breakIdleLocked()
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.idle.hurry = nil
		c.mu.Unlock()
	}()
	select {
	case <-w.plus:
	case <-w.done:
		return w.idleEnded()
	}
	c.setQuiet(w, true)
	renew := time.NewTimer(c.opts.IdleRenewal)
	defer renew.Stop()
	select {
	case <-ctx.Done():
	case <-hurry:
	case <-renew.C:
	case <-w.done:
		return w.idleEnded()
	}
	if !c.endQuiet(w) {
		return w.idleEnded()
	}
	c.traceText("DONE")
	if err := c.sendLine(w, "DONE"); err != nil {
		return err
	}
	<-w.done
	return w.err
}

// errIdleEnded says that the server has ended IDLE by itself.
var errIdleEnded = errors.New("imap: the server ended IDLE")

func (w *call) idleEnded() error {
	if w.err != nil {
		return w.err
	}
	return errIdleEnded
}

// endQuiet says that the answer to DONE is due; false where IDLE has ended.
func (c *Client) endQuiet(w *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w.ended {
		return false
	}
	w.quiet, c.idle.saidDone = false, true
	c.expectLocked()
	return true
}

// setQuiet says whether the server may be silent now.
func (c *Client) setQuiet(w *call, quiet bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.quiet = quiet
	c.expectLocked()
}

// breakIdleLocked ends a running IDLE if a command waits.
func (c *Client) breakIdleLocked() {
	if c.idle.hurry != nil && len(c.waiting) > 0 {
		select {
		case c.idle.hurry <- struct{}{}:
		default:
		}
	}
}
