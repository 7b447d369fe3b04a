package account

import (
	"context"
	"errors"
	"time"

	"github.com/seed-090b04e4/imap"
)

// loginMemory is what the account knows of its credentials. It is guarded by
// Account.mu.
type loginMemory struct {
	secret    fingerprint // of the last login
	worked    bool        // that kind of secret was accepted once
	refusals  int         // in a row
	since     time.Time   // the first of them
	notBefore time.Time   // when to try again
	last      error       // what the server said to the last one
	permanent bool        // never with this secret again
}

// Credentials that worked are refused for good after so many refusals over at least
// so long; between them the account waits that long.
const (
	maxRefusals   = 3
	refusalPeriod = 10 * time.Minute
)

var refusalWaits = [...]time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute}

// logIn authenticates. A token that is refused is asked for again, once.
func (a *Account) logIn(ctx context.Context, c *imap.Client, others int) error {
	for try := 1; ; try++ {
		secret, err := a.secret(ctx)
		if err != nil {
			return err
		}
		ctx, end := a.trace(ctx, Operation{Name: "AUTHENTICATE"})
		err = secret.authenticate(ctx, c, a.ep)
		end(Outcome{Err: err})
		if err == nil {
			a.loggedIn()
			return nil
		}
		r := classify(err, phaseLogin, others)
		switch {
		case r.class == classNeedsID && try == 1:
			if err := a.sendID(ctx, c); err != nil {
				return a.refused(err, phaseCommand, others)
			}
		case r.class == classAuth || r.class == classAuthUnsure:
			if again := a.loginRefused(secret, r.class, err, try); again {
				continue
			}
			return a.authError()
		default:
			return a.refused(err, phaseLogin, others)
		}
	}
}

// secret asks for the credentials. It refuses those that the server has refused.
func (a *Account) secret(ctx context.Context) (Secret, error) {
	a.mu.Lock()
	attempt := Attempt{User: a.ep.user, Host: a.ep.host, Refused: a.login.last}
	a.mu.Unlock()
	secret, err := a.cfg.Credentials(ctx, attempt)
	if err != nil {
		return secret, err
	}
	if secret.Mechanism == nil && secret.Token == "" && secret.Password == "" {
		return secret, errNoSecret
	}
	f := secret.fingerprint(a.key)
	a.mu.Lock()
	defer a.mu.Unlock()
	l := &a.login
	if f != l.secret {
		worked := l.worked && secret.Token != "" // tokens change, what they stand for does not
		*l = loginMemory{secret: f, worked: worked}
		return secret, nil
	}
	if l.permanent || time.Now().Before(l.notBefore) {
		return secret, l.authError()
	}
	return secret, nil
}

// loggedIn takes note of a login that succeeded.
func (a *Account) loggedIn() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.login = loginMemory{secret: a.login.secret, worked: true}
}

// loginRefused takes note of a refusal. It reports whether to ask for the
// credentials again at once: if they are a token that may have expired.
func (a *Account) loginRefused(s Secret, c class, err error, try int) (again bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l, now := &a.login, time.Now()
	l.last = err
	if s.Token != "" && try == 1 {
		return true // the second refusal counts; Credentials sees the first
	}
	a.stats.failures++
	if l.refusals == 0 {
		l.since = now
	}
	l.refusals++
	switch {
	case !l.worked && c == classAuth:
		l.permanent = true
	case l.refusals >= maxRefusals && now.Sub(l.since) >= refusalPeriod && l.worked:
		l.permanent = true
	default:
		l.notBefore = now.Add(refusalWaits[min(l.refusals, len(refusalWaits))-1])
	}
	a.cfg.Logger.Warn("account: login refused", "host", a.ep.host, "user", a.ep.user, "refusals", l.refusals, "permanent", l.permanent, "error", err)
	return false
}

func (a *Account) authError() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.login.authError()
}

func (l *loginMemory) authError() error {
	err := &AuthError{Permanent: l.permanent, Attempts: max(l.refusals, 1), Err: l.last}
	if !l.permanent {
		err.Until = l.notBefore
	}
	return err
}

// isAuth reports whether err is of the credentials, so that another attempt at once
// is of no use.
func isAuth(err error) bool {
	var auth *AuthError
	return errors.As(err, &auth) || errors.Is(err, errNoSecret)
}
