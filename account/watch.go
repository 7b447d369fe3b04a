package account

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
)

// WatchOptions are the settings of [Account.Watch]. Nil and the zero value are the
// defaults.
type WatchOptions struct {
	SyncOptions
	// FromNow leaves out the messages that are there when a State with nothing but a
	// name is first synced: neither they nor their changes are yielded.
	FromNow bool
	// Poll is how often mailboxes with neither NOTIFY nor a connection of their own
	// are asked for changes. Default one minute.
	Poll time.Duration
}

// MailboxError is an error of one mailbox of several.
type MailboxError struct {
	Mailbox string
	Err     error
}

// Error returns the mailbox and the cause.
func (e *MailboxError) Error() string {
	return fmt.Sprintf("account: mailbox %q: %v", e.Mailbox, e.Err)
}

// Unwrap returns the cause.
func (e *MailboxError) Unwrap() error { return e.Err }

// Watch is [Account.Sync] of mailboxes that does not end: after Synced it waits for
// further changes, until ctx ends. Several mailboxes are watched by NOTIFY (RFC 5465)
// if the server has it: one connection for all of them, and another one to find out
// what has changed. Otherwise the first ones get a connection in IDLE (RFC 2177) each,
// as long as one connection stays for other work, and the others are asked every
// WatchOptions.Poll.
//
// What the server says on its own is not believed, but looked into, so that an event
// that is lost, late or wrong costs time and no change. Synced follows each time
// when all is in step again.
//
// A broken connection is a Gap, and not an error: Watch reconnects without end, and
// then yields what happened meanwhile. A connection that died silently is noticed
// within ten minutes, and after the computer has slept within half a minute.
//
// An error is permanent, and of the mailbox that its *[MailboxError] names, or of
// the credentials. The loop ends when no mailbox is left to watch.
//
// The connection of a mailbox is lent to calls of Do that have waited for two
// seconds for one, or at once if the account may have but one.
func (a *Account) Watch(ctx context.Context, from []*State, opts *WatchOptions) iter.Seq2[*Change, error] {
	if opts == nil {
		opts = &WatchOptions{}
	}
	return func(yield func(*Change, error) bool) {
		defer a.watchClock()()
		if len(from) == 1 {
			v := newWatcher(a, from[0], opts, yield)
			v.finish(ctx, v.run(ctx))
			return
		}
		a.watchMany(ctx, from, opts, yield)
	}
}

// watchMany watches several mailboxes.
func (a *Account) watchMany(ctx context.Context, from []*State, opts *WatchOptions, yield func(*Change, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	m := &mux{ctx: ctx, out: make(chan muxItem)}
	ended := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		defer close(ended)
		newPoller(a, from, opts, m.yield).watch(ctx)
	})
	defer running.Wait()
	defer cancel()
	for {
		select {
		case it := <-m.out:
			more := yield(it.change, it.err)
			it.done <- more
			if !more {
				return
			}
		case <-ended:
			return
		}
	}
}

// mux brings the changes of several goroutines into one loop. The goroutine waits
// until the loop has had the change, so that Change.State is right.
type mux struct {
	ctx context.Context
	out chan muxItem
}

type muxItem struct {
	change *Change
	err    error
	done   chan bool
}

func (m *mux) yield(c *Change, err error) bool {
	it := muxItem{c, err, make(chan bool, 1)}
	select {
	case m.out <- it:
	case <-m.ctx.Done():
		return false
	}
	return <-it.done
}

// watcher watches one mailbox on a connection of its own.
type watcher struct {
	*work
	out func(*Change, error) bool

	mu      sync.Mutex
	cancel  context.CancelFunc // ends the present wait
	revoked bool               // the connection is wanted by others

	lastOK   time.Time // when the connection was known to work
	lastPass time.Time
	dirty    int  // events since the last pass
	gap      bool // a Gap was yielded, and nothing since
	failures int  // passes that failed in a row on connections that go on
}

func newWatcher(a *Account, st *State, opts *WatchOptions, out func(*Change, error) bool) *watcher {
	so := opts.SyncOptions
	so.fromNow = opts.FromNow
	so.Background = true
	v := &watcher{out: out, lastOK: time.Now()}
	v.work = newWork(a, st, &so, func(c *Change) bool { return out(c, nil) })
	return v
}

// finish yields the error that a watcher ended with.
func (v *watcher) finish(ctx context.Context, err error) {
	if err == nil || errors.Is(err, errStop) || ctx.Err() != nil {
		return
	}
	v.out(nil, &MailboxError{v.st.Mailbox, err})
}

// run watches until ctx ends.
func (v *watcher) run(ctx context.Context) error {
	inner, err := v.a.enter(ctx)
	if err != nil {
		return err
	}
	for {
		v.setRevoked(false)
		cn, err := v.a.acquire(ctx, want{mailbox: v.st.Mailbox, readOnly: true, background: true, revoke: v.revoke, attempts: 1})
		if err == nil {
			v.lease.begin()
			err = v.session(inner, cn)
			if errors.Is(err, errTaken) {
				continue
			}
			v.a.release(cn, err)
		}
		switch {
		case ctx.Err() != nil, errors.Is(err, errStop):
			return err
		case err == nil && v.st.Mailbox == "":
			return nil
		case err == nil: // the connection is lent to another call
			continue
		}
		if err := v.recover(ctx, cn, err); err != nil {
			return err
		}
	}
}

// recover yields a Gap and waits until the next attempt. It returns the error if
// another attempt is of no use.
func (v *watcher) recover(ctx context.Context, cn *conn, err error) error {
	if v.hopeless(cn, err) {
		return err
	}
	next := v.a.nextAttempt()
	if cn != nil && !cn.dead() { // "try again later", on a connection that goes on
		v.failures++
		next = later(next, time.Now().Add(v.a.cfg.Backoff.after(v.failures, random())))
	}
	if err := v.gapSince(v.lastOK, next, err); err != nil {
		return err
	}
	return v.a.sleep(ctx, next)
}

// hopeless reports whether another attempt is of no use.
func (v *watcher) hopeless(cn *conn, err error) bool {
	var auth *AuthError
	var throttled *imap.ThrottleError
	switch {
	case v.a.isClosed(), errors.As(err, &auth) && auth.Permanent:
		return true
	case errors.As(err, &auth), errors.As(err, &throttled):
		return false
	}
	if cn == nil { // no connection could be made
		return !classify(err, phaseConnect, 0).class.retryable()
	}
	return !cn.dead() && !classify(err, phaseCommand, 0).class.retryable()
}

// gapSince yields a Gap, unless one was yielded and nothing since.
func (v *watcher) gapSince(since, until time.Time, err error) error {
	if v.gap {
		return nil
	}
	v.gap = true
	return v.emit(&Change{Kind: Gap, Since: since, Until: until, Err: err})
}

// session brings the State in step and waits for changes, on one connection. It
// returns nil if the connection is wanted by others, or the mailbox is gone.
func (v *watcher) session(ctx context.Context, cn *conn) error {
	cn.inbox.watch(v.wakeSoon)
	defer cn.inbox.watch(nil)
	check := time.AfterFunc(idleCheck, v.wake)
	defer check.Stop()
	if err := v.step(ctx, cn); err != nil {
		return err
	}
	for v.st.Mailbox != "" {
		if err := v.wait(ctx, cn); err != nil || v.isRevoked() || ctx.Err() != nil {
			return err
		}
		if time.Since(v.lastOK) >= idleCheck && !checkNow(cn.c, idleReply) || cn.dead() {
			return v.lost(cn)
		}
		check.Reset(idleCheck)
		if err := v.look(ctx, cn); err != nil {
			return err
		}
	}
	return nil
}

// lost is the error of a connection that has ended, or did not answer.
func (v *watcher) lost(cn *conn) error {
	if err := cn.c.Err(); !errors.Is(err, imap.ErrClosed) || v.a.isClosed() {
		return &imap.ConnError{Err: err}
	}
	return &imap.ConnError{Err: imap.ErrTimeout}
}

// step makes a pass.
func (v *watcher) step(ctx context.Context, cn *conn) error {
	if err := v.passes(ctx, cn); err != nil {
		return err
	}
	if p, ok := v.view(cn); ok && v.st.First > 0 { // not counted, so that SELECT may hide one
		if _, err := p.apply(ctx, hints{exists: true}); err != nil && !isRefusal(err) {
			return err
		}
		if err := v.inStep(); err != nil {
			return err
		}
	}
	v.lastOK, v.lastPass, v.dirty, v.gap, v.failures = time.Now(), time.Now(), 0, false, 0
	return nil
}

// coalesce is how long to collect events before they are looked into.
const coalesce = 100 * time.Millisecond

// wait waits in IDLE until there is something to look into.
func (v *watcher) wait(ctx context.Context, cn *conn) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	v.mu.Lock()
	v.cancel = cancel
	stop := v.revoked
	v.mu.Unlock()
	if stop || cn.inbox.waiting() {
		return nil
	}
	for _, err := range cn.c.Idle(ctx) {
		if err != nil {
			return v.lost(cn)
		}
	}
	return nil
}

// wakeSoon ends the wait after a moment. The inbox calls it.
func (v *watcher) wakeSoon() { time.AfterFunc(coalesce, v.wake) }

// wake ends the wait.
func (v *watcher) wake() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.cancel != nil {
		v.cancel()
	}
}

// revoke is called if the connection is wanted by others.
func (v *watcher) revoke() revoked {
	if v.lease.revoke() == revokedNow {
		return revokedNow
	}
	if !v.setRevoked(true) {
		return revokedNot // asked already
	}
	v.wake()
	return revokedLater
}

// setRevoked reports whether that is a change.
func (v *watcher) setRevoked(on bool) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := v.revoked
	v.revoked = on
	return before != on
}

func (v *watcher) isRevoked() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.revoked
}
