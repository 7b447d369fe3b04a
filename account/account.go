package account

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
)

// Account is a mail account: a few connections that heal. It is safe for
// concurrent use.
//
// Connections are opened when they are needed. One that was not used for a minute
// is checked before it is used, and one that was not used for 25 minutes is closed.
// When a connection fails, the others are checked before they are used again.
//
// No goroutine runs while no call is in progress, but for those of the connections.
type Account struct {
	cfg  Config
	ep   endpoint
	host *host
	key  []byte // of fingerprints
	wg   sync.WaitGroup

	mu     sync.Mutex // guards what follows
	closed bool
	conns  []*conn // open, or being opened
	queue  queue
	gate   gate
	login  loginMemory
	levels map[string]demotion // by mailbox
	stats  counters
	reaper *time.Timer
	clock  *sleepClock // while a Watch runs
}

// Open checks cfg, logs in once unless cfg.Lazy is set, and returns the account.
//
// Errors: an invalid cfg; those of [imap.DialTLS] and [imap.DialStartTLS]; an
// *[AuthError]; what Credentials returned; ctx.Err().
func Open(ctx context.Context, cfg Config) (*Account, error) {
	ep, err := parseURL(cfg.URL)
	if err != nil {
		return nil, err
	}
	if cfg.Credentials == nil {
		return nil, errors.New("account: Config.Credentials is nil")
	}
	a := &Account{cfg: cfg.withDefaults(), ep: ep, key: newKey(), levels: map[string]demotion{}}
	a.gate.limit = a.cfg.MaxConns
	a.host = enterHost(ep.addr)
	if cfg.Lazy {
		return a, nil
	}
	cn, err := a.acquire(ctx, want{attempts: 1})
	if err != nil {
		_ = a.Close()
		return nil, err
	}
	a.release(cn, nil)
	return a, nil
}

// Close logs out, which takes at most two seconds, and closes all connections.
// Calls in progress return an error that matches [imap.ErrClosed]. When Close has
// returned, no goroutine of the account is left. It returns nil.
func (a *Account) Close() error {
	a.mu.Lock()
	if a.closed {
		a.mu.Unlock()
		a.wg.Wait()
		return nil
	}
	a.closed = true
	conns := a.conns
	a.conns = nil
	a.queue.failAll()
	if a.reaper != nil {
		a.reaper.Stop()
	}
	a.clock.stop()
	for _, cn := range conns {
		if cn.c != nil {
			a.retireLocked(cn, logoutOnClose)
		}
	}
	a.mu.Unlock()
	a.wg.Wait()
	a.host.leave()
	return nil
}

// isClosed reports whether Close was called.
func (a *Account) isClosed() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closed
}

var errClosed = &imap.ConnError{Err: imap.ErrClosed}

// sleep waits until t. It returns ctx.Err() if the context ends before.
func (a *Account) sleep(ctx context.Context, t time.Time) error {
	d := time.Until(t)
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		if a.isClosed() {
			return errClosed
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// random is uniform in [0, 1).
func random() float64 { return rand.Float64() }
