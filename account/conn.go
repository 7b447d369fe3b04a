package account

import (
	"context"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// conn is a connection of the pool. Until it is open, c is nil. What the borrower
// alone uses is not guarded; the rest is guarded by Account.mu.
type conn struct {
	c      *imap.Client // set under Account.mu
	born   time.Time
	maxAge time.Duration

	lent    bool
	used    time.Time      // when it was returned last
	suspect bool           // another connection has failed since
	revoke  func() revoked // asks the borrower to do without it; nil: it can't

	// used by the borrower
	vanished bool          // QRESYNC is enabled
	bodies   int64         // octets of bodies that came while no other request was in flight
	took     time.Duration // in which they came
	deflated bool          // COMPRESS was tried

	inbox inbox
}

const (
	checkAfter = time.Minute      // without use after which a connection is checked
	checkTime  = 5 * time.Second  // that the check may take
	maxIdle    = 25 * time.Minute // without use after which it is closed
	maxAge     = 24 * time.Hour   // of a connection, give or take a tenth

	logoutOnClose  = 2 * time.Second
	logoutOnRetire = time.Second
)

// mailbox returns the mailbox that is selected, and nil if none is.
func (cn *conn) mailbox() *imap.Mailbox { return cn.c.Mailbox() }

// selected returns the mailbox that is wanted, and nil if it has to be selected first.
func (cn *conn) selected(w want) *imap.Mailbox {
	mbox := cn.mailbox()
	if mbox == nil || w.mailbox == "" || !sameMailbox(mbox.Name, w.mailbox) || mbox.ReadOnly && !w.readOnly {
		return nil
	}
	return mbox
}

// dead reports whether the connection has ended.
func (cn *conn) dead() bool { return cn.c == nil || cn.c.Err() != nil }

// open connects and logs in.
func (a *Account) open(ctx context.Context, cn *conn) error {
	attempt, cancel := context.WithTimeout(ctx, a.cfg.ConnectTimeout)
	defer cancel()
	err := a.connect(attempt, cn)
	if err != nil && attempt.Err() != nil && ctx.Err() == nil {
		return &imap.ConnError{Err: imap.ErrTimeout}
	}
	return err
}

func (a *Account) connect(ctx context.Context, cn *conn) error {
	if err := a.host.begin(ctx); err != nil {
		return err
	}
	defer a.host.end()
	others := a.others()
	c, err := a.dial(ctx, cn)
	if err != nil {
		return a.refused(err, phaseConnect, others)
	}
	if err := a.logIn(ctx, c, others); err != nil {
		_ = c.Close()
		return err
	}
	if err := a.greet(ctx, c, cn); err != nil {
		_ = c.Close()
		return a.refused(err, phaseCommand, others)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		_ = c.Close()
		return errClosed
	}
	cn.c, cn.born = c, time.Now()
	cn.maxAge = maxAge - maxAge/10 + time.Duration(rand.Int64N(int64(maxAge/5)))
	a.stats.connects++
	a.acceptedLocked()
	a.cfg.Logger.Info("account: connected", "host", a.ep.host, "user", a.ep.user, "connections", len(a.conns))
	return nil
}

// others returns how many connections are open.
func (a *Account) others() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.openLocked()
}

// refused takes note of a failure to connect, and returns err.
func (a *Account) refused(err error, when phase, others int) error {
	r, cause := classify(err, when, others), err
	if r.class == classCaller {
		// the time of the attempt, or the caller's: the server did not answer. Other
		// calls get the cause, and their time has not ended.
		r.class, cause = classNetwork, &imap.ConnError{Err: imap.ErrTimeout}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stats.failures++
	a.learnLocked(r, cause, 0)
	return err
}

// dial opens the connection in the way that the URL says.
func (a *Account) dial(ctx context.Context, cn *conn) (c *imap.Client, err error) {
	ctx, end := a.trace(ctx, Operation{Name: "CONNECT"})
	defer func() { end(Outcome{Err: err}) }()
	opts := a.cfg.Client
	opts.OnEvent = func(ev imap.Event) {
		cn.inbox.add(ev)
		a.noteEvent(ev)
		if a.cfg.Client.OnEvent != nil {
			a.cfg.Client.OnEvent(ev)
		}
	}
	switch {
	case a.ep.tls:
		return imap.DialTLS(ctx, a.ep.addr, &opts)
	case a.cfg.Insecure:
		return imap.DialInsecure(ctx, a.ep.addr, &opts)
	default:
		return imap.DialStartTLS(ctx, a.ep.addr, &opts)
	}
}

// greet does what has to be done before the first SELECT.
func (a *Account) greet(ctx context.Context, c *imap.Client, cn *conn) error {
	caps := c.Caps()
	if len(a.cfg.ID) > 0 && caps.Has(response.CapID) {
		if err := a.sendID(ctx, c); err != nil && c.Err() != nil {
			return err
		}
	}
	if !caps.Has(response.CapEnable) {
		return nil
	}
	var want []imap.Cap
	if caps.Has(imap.CapQResync) {
		want = append(want, imap.CapQResync)
	} else if caps.Has(imap.CapCondStore) {
		want = append(want, imap.CapCondStore)
	}
	if len(caps.Values("MESSAGELIMIT")) > 0 && caps.Has(response.CapUIDOnly) {
		want = append(want, response.CapUIDOnly) // Yahoo hides older messages without it
	}
	if len(want) == 0 {
		return nil
	}
	ctx, end := a.trace(ctx, Operation{Name: "ENABLE"})
	got, err := c.Enable(ctx, want...)
	end(Outcome{Err: err})
	if err != nil {
		if c.Err() != nil || ctx.Err() != nil {
			return err
		}
		return nil // goes without
	}
	// iCloud answers with an empty ENABLED: what SELECT says decides
	cn.vanished = got.Has(imap.CapQResync) || caps.Has(imap.CapQResync) && c.Enabled().Has(imap.CapQResync)
	return nil
}

func (a *Account) sendID(ctx context.Context, c *imap.Client) error {
	params := a.cfg.ID
	if len(params) == 0 {
		params = []imap.IDParam{{Name: "name", Value: "imap-account"}}
	}
	ctx, end := a.trace(ctx, Operation{Name: "ID"})
	_, err := c.ID(ctx, params)
	end(Outcome{Err: err})
	return err
}

// healthy checks a connection that was taken out of the pool.
func (a *Account) healthy(ctx context.Context, cn *conn) bool {
	a.mu.Lock()
	idle, age, suspect := time.Since(cn.used), time.Since(cn.born), cn.suspect
	cn.suspect = false
	a.mu.Unlock()
	switch {
	case cn.dead(), idle > maxIdle, age > cn.maxAge:
		return false
	case idle < checkAfter && !suspect:
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if err := cn.c.Noop(ctx); err != nil {
		_ = cn.c.Close()
		return false
	}
	return true
}

// retireLocked ends a connection that is no longer in the pool: by LOGOUT, which
// may take so long, if it is alive and not lent, so that the server does not count
// it any more.
func (a *Account) retireLocked(cn *conn, limit time.Duration) {
	if cn.c == nil {
		return
	}
	if cn.lent || cn.c.Err() != nil {
		_ = cn.c.Close()
		return
	}
	c := cn.c
	a.wg.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		_ = c.Logout(ctx)
		_ = c.Close()
	})
}

// sameMailbox compares mailbox names as IMAP does: INBOX in any case, others octet
// by octet (RFC 9051 §5.1).
func sameMailbox(a, b string) bool {
	return a == b || strings.EqualFold(a, "INBOX") && strings.EqualFold(b, "INBOX")
}
