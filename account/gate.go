package account

import (
	"errors"
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
)

// gate is what the account has learned about when it may connect, and how often.
// It is guarded by Account.mu.
type gate struct {
	failures  int       // attempts that failed in a row
	notBefore time.Time // when the next attempt to connect is allowed
	cause     error     // of the last failure

	limit       int       // connections at a time
	limitRaised time.Time // when the limit was changed last

	throttled  time.Time     // until when nothing is sent at all
	throttledE error         // what the server said
	quotaWait  time.Duration // how long the last quota refusal was answered by silence
	slowSince  time.Time     // when the server last asked for less at a time
}

const (
	limitRecovery = 30 * time.Minute // after which one more connection is tried
	quotaFirst    = time.Hour
	quotaMax      = 24 * time.Hour
)

// limitNow returns how many connections are allowed at now. One more is allowed
// each half hour after a refusal, up to the configured number.
func (g *gate) limitNow(now time.Time, configured int) int {
	if g.limit < configured {
		if n := int(now.Sub(g.limitRaised) / limitRecovery); n > 0 {
			g.limit = min(g.limit+n, configured)
			g.limitRaised = now
		}
	}
	return g.limit
}

// learnLocked takes note of a failure. lived is how long the connection had lasted;
// zero if it was not made.
func (a *Account) learnLocked(r refusal, err error, lived time.Duration) {
	g, now := &a.gate, time.Now()
	if lived >= survival {
		g.failures = 0
	}
	switch r.class {
	case classOther, classCaller, classNeedsID, classAuth, classAuthUnsure:
		return
	case classSlow:
		g.slowSince = now
		return
	case classSuggested:
		g.throttled, g.throttledE = later(g.throttled, now.Add(r.wait)), err
	case classQuota:
		g.quotaWait = min(max(2*g.quotaWait, quotaFirst), quotaMax)
		g.throttled, g.throttledE = later(g.throttled, now.Add(g.quotaWait)), err
	case classLimit:
		g.limit, g.limitRaised = min(g.limit, max(a.openLocked(), 1)), now
		if a.aloneLocked(lived) {
			a.backOffLocked(now, err)
		}
	case classSessionEnd:
		if lived < survival {
			a.backOffLocked(now, err)
		}
	default:
		if lived >= survival {
			g.notBefore, g.cause = later(g.notBefore, now.Add(reconnect(a.host.accounts(), random()))), err
		} else {
			a.backOffLocked(now, err)
		}
	}
	a.cfg.Logger.Info("account: refused", "host", a.ep.host, "user", a.ep.user, "class", r.class.String(),
		"failures", g.failures, "limit", g.limit, "error", err)
}

// aloneLocked reports whether the account has no connection, and makes none, but the
// one that was refused.
func (a *Account) aloneLocked(lived time.Duration) bool {
	others := len(a.conns)
	if lived == 0 {
		others--
	}
	return others == 0
}

// acceptedLocked takes note of a connection that was made: one that was begun before
// another was refused shows that the limit is not that low.
func (a *Account) acceptedLocked() {
	a.gate.limit = max(a.gate.limit, min(a.openLocked(), a.cfg.MaxConns))
}

// backOffLocked counts a failed attempt.
func (a *Account) backOffLocked(now time.Time, err error) {
	g := &a.gate
	g.failures++
	g.notBefore, g.cause = later(g.notBefore, now.Add(a.cfg.Backoff.after(g.failures, random()))), err
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// limitNow returns how many connections the account may have now.
func (a *Account) limitNow() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.gate.limitNow(time.Now(), a.cfg.MaxConns)
}

// openLocked returns how many connections are open.
func (a *Account) openLocked() int {
	n := 0
	for _, cn := range a.conns {
		if cn.c != nil && cn.c.Err() == nil {
			n++
		}
	}
	return n
}

// nextAttempt returns when the account may send something again.
func (a *Account) nextAttempt() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := later(a.gate.throttled, a.gate.notBefore)
	if a.openLocked() > 0 {
		t = a.gate.throttled
	}
	return later(t, a.login.notBefore)
}

// waitError is the error of a call that can't wait until t.
func waitError(t time.Time, throttled bool, cause error) error {
	var refused *imap.ThrottleError
	if throttled && errors.As(cause, &refused) {
		left := *refused
		left.RetryAfter = time.Until(t)
		return fmt.Errorf("account: throttled until %s: %w", t.Format(time.RFC3339), &left)
	}
	return fmt.Errorf("account: not connected, next attempt at %s: %w", t.Format(time.RFC3339), cause)
}

// noteResult takes note of what a command was answered on a connection that goes
// on.
func (a *Account) noteResult(err error) {
	if err == nil {
		return
	}
	r := classify(err, phaseCommand, 0)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch r.class {
	case classSuggested, classQuota:
		a.learnLocked(r, err, survival)
	}
}

// noteEvent takes note of an OK that asks for less at a time: that is no error.
func (a *Account) noteEvent(ev imap.Event) {
	st, ok := ev.(*imap.StatusResponse)
	if !ok {
		return
	}
	if r := classifyStatus(st, phaseCommand); r.class == classSlow {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.learnLocked(r, nil, survival)
	}
}

// slow reports whether the server has lately asked for less at a time.
func (a *Account) slow() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.gate.slowSince.IsZero() && time.Since(a.gate.slowSince) < time.Minute
}
