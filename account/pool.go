package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap"
)

// want is which connection a call wants.
type want struct {
	mailbox    string // that it is going to use; empty: any
	readOnly   bool
	background bool
	revoke     func() revoked // called, with Account.mu held, if others want the connection; nil: they wait
	attempts   int            // how often to connect
	patient    bool           // waits however long it takes
}

// revokeAfter is how long a call of a person waits before a connection in IDLE is
// taken away from its Watch.
const revokeAfter = 2 * time.Second

// acquire returns an open connection, checked as far as needed. The caller must
// release it.
func (a *Account) acquire(ctx context.Context, w want) (*conn, error) {
	if w.attempts == 0 {
		w.attempts = a.cfg.MaxAttempts
	}
	for attempt := 1; ; {
		cn, err := a.checkout(ctx, w)
		if err != nil {
			return nil, err
		}
		if cn.c != nil {
			if a.healthy(ctx, cn) {
				return cn, nil
			}
			a.release(cn, nil)
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			continue // there are fewer of them each time
		}
		if err = a.open(ctx, cn); err == nil {
			return cn, nil
		}
		a.release(cn, nil)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case isAuth(err), attempt >= w.attempts, !classify(err, phaseConnect, a.others()).class.retryable():
			return nil, err
		}
		attempt++
	}
}

// checkout returns a connection that was idle, or a new one to be opened.
func (a *Account) checkout(ctx context.Context, w want) (*conn, error) {
	for {
		a.mu.Lock()
		cn, until, err := a.takeLocked(w)
		if cn == nil && err == nil && until.IsZero() {
			wt := &waiter{want: w, got: make(chan *conn, 1)}
			a.queue.add(wt)
			a.mu.Unlock()
			return a.await(ctx, wt)
		}
		a.mu.Unlock()
		if cn != nil || err != nil {
			return cn, err
		}
		if err := a.sleep(ctx, until); err != nil {
			return nil, err
		}
	}
}

// takeLocked returns a connection, or the time to wait for, or neither if one has
// to be returned first.
func (a *Account) takeLocked(w want) (*conn, time.Time, error) {
	if a.closed {
		return nil, time.Time{}, errClosed
	}
	now, g := time.Now(), &a.gate
	if now.Before(g.throttled) {
		return a.mayWaitLocked(w, g.throttled, true, g.throttledE)
	}
	if !a.queue.empty() {
		return nil, time.Time{}, nil
	}
	if cn := a.pickLocked(w); cn != nil {
		return cn, time.Time{}, nil
	}
	if len(a.conns) >= g.limitNow(now, a.cfg.MaxConns) {
		return nil, time.Time{}, nil
	}
	if now.Before(g.notBefore) {
		return a.mayWaitLocked(w, g.notBefore, false, g.cause)
	}
	return a.newLocked(w), time.Time{}, nil
}

// mayWaitLocked returns t if the call may wait so long, else the error.
func (a *Account) mayWaitLocked(w want, t time.Time, throttled bool, cause error) (*conn, time.Time, error) {
	if !w.patient && time.Until(t) > a.cfg.MaxWait {
		return nil, time.Time{}, waitError(t, throttled, cause)
	}
	return nil, t, nil
}

// newLocked adds a connection that the caller has to open.
func (a *Account) newLocked(w want) *conn {
	cn := &conn{}
	a.conns = append(a.conns, cn)
	a.lendLocked(cn, w)
	return cn
}

func (a *Account) lendLocked(cn *conn, w want) {
	cn.lent, cn.revoke = true, w.revoke
}

// pickLocked lends the idle connection that fits best: one with the mailbox
// selected, one without any, and, if no further one may be opened, the one that was
// not used for the longest time. It returns nil if there is none.
func (a *Account) pickLocked(w want) *conn {
	var best *conn
	bestRank := 0
	full := len(a.conns) >= a.gate.limitNow(time.Now(), a.cfg.MaxConns)
	for _, cn := range a.conns {
		if cn.lent || cn.c == nil {
			continue
		}
		rank := 1
		switch {
		case cn.selected(w) != nil:
			rank = 3
		case cn.mailbox() == nil:
			rank = 2
		case !full && w.mailbox != "" && time.Now().After(a.gate.notBefore):
			continue
		}
		if rank > bestRank || rank == bestRank && cn.used.Before(best.used) {
			best, bestRank = cn, rank
		}
	}
	if best != nil {
		a.lendLocked(best, w)
	}
	return best
}

// await waits for the connection that release hands over.
func (a *Account) await(ctx context.Context, wt *waiter) (*conn, error) {
	var revoke <-chan time.Time
	if !wt.want.background {
		timer := time.NewTicker(a.revokeDelay())
		defer timer.Stop()
		revoke = timer.C
	}
	for {
		select {
		case cn, ok := <-wt.got:
			if !ok {
				return nil, errClosed
			}
			return cn, nil
		case <-revoke:
			a.revokeOne()
			continue
		case <-ctx.Done():
		}
		break
	}
	a.mu.Lock()
	queued := a.queue.remove(wt)
	a.mu.Unlock()
	if !queued {
		if cn, ok := <-wt.got; ok {
			a.release(cn, nil)
		}
	}
	return nil, ctx.Err()
}

// revokeDelay is revokeAfter, or next to nothing if there is but one connection.
func (a *Account) revokeDelay() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gate.limitNow(time.Now(), a.cfg.MaxConns) == 1 {
		return 20 * time.Millisecond
	}
	return revokeAfter
}

// revokeOne asks for a connection that a Sync or Watch can do without for a while.
func (a *Account) revokeOne() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.queue.people) == 0 {
		return
	}
	for _, cn := range slices.Backward(a.conns) {
		if !cn.lent || cn.revoke == nil || cn.c == nil {
			continue
		}
		switch cn.revoke() {
		case revokedLater:
			return
		case revokedNow:
			cn.lent, cn.revoke, cn.used = false, nil, time.Now()
			a.serveLocked()
			return
		}
	}
}

// release returns a connection to the pool. err is why its borrower failed, if it
// did: the connection's own end is looked at in any case.
func (a *Account) release(cn *conn, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	cn.used = time.Now()
	i := slices.Index(a.conns, cn)
	if i < 0 { // the account is closed
		if cn.c != nil {
			_ = cn.c.Close()
		}
		return
	}
	switch {
	case cn.c == nil:
		a.conns = slices.Delete(a.conns, i, i+1)
	case cn.dead():
		a.conns = slices.Delete(a.conns, i, i+1)
		a.lostLocked(cn, err)
	case len(a.conns) > a.gate.limitNow(time.Now(), a.cfg.MaxConns):
		a.conns = slices.Delete(a.conns, i, i+1)
		cn.lent = false
		a.retireLocked(cn, logoutOnRetire)
	default:
		cn.lent, cn.revoke = false, nil
	}
	a.serveLocked()
	a.reapLaterLocked()
}

// retire is release for a connection that others can't use. It is ended by LOGOUT.
func (a *Account) retire(cn *conn, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.Index(a.conns, cn)
	switch {
	case i < 0: // the account is closed
		_ = cn.c.Close()
		return
	case cn.dead():
		a.lostLocked(cn, err)
	default:
		cn.lent = false
		a.retireLocked(cn, logoutOnRetire)
	}
	a.conns = slices.Delete(a.conns, i, i+1)
	a.serveLocked()
}

// lostLocked takes note of the end of a connection.
func (a *Account) lostLocked(cn *conn, err error) {
	a.stats.lost++
	if cause := cn.c.Err(); !errors.Is(cause, imap.ErrClosed) {
		err = &imap.ConnError{Err: cause}
	}
	r := classify(err, phaseCommand, 0)
	if r.class == classOther || r.class == classCaller {
		return // closed by its borrower
	}
	if r.class == classNetwork {
		for _, other := range a.conns {
			other.suspect = true
		}
	}
	a.learnLocked(r, err, time.Since(cn.born))
}

// serveLocked gives connections to those that wait.
func (a *Account) serveLocked() {
	for !a.queue.empty() {
		now := time.Now()
		free := len(a.conns) < a.gate.limitNow(now, a.cfg.MaxConns)
		for _, cn := range a.conns {
			free = free || !cn.lent && cn.c != nil
		}
		if !free {
			return
		}
		wt := a.queue.next()
		cn := a.pickLocked(wt.want)
		if cn == nil {
			cn = a.newLocked(wt.want)
		}
		wt.got <- cn
	}
}

// reapLaterLocked has idle connections closed when their time has come.
func (a *Account) reapLaterLocked() {
	idle := false
	for _, cn := range a.conns {
		idle = idle || !cn.lent && cn.c != nil
	}
	if !idle || a.closed {
		return
	}
	if a.reaper == nil {
		a.reaper = time.AfterFunc(maxIdle+time.Second, a.reap)
		return
	}
	a.reaper.Reset(maxIdle + time.Second)
}

// reap closes connections that were idle for too long.
func (a *Account) reap() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.conns = slices.DeleteFunc(a.conns, func(cn *conn) bool {
		old := !cn.lent && cn.c != nil && time.Since(cn.used) > maxIdle
		if old {
			a.retireLocked(cn, logoutOnRetire)
		}
		return old
	})
	a.reapLaterLocked()
}
