package account_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// secrets returns Credentials that are *password at each login, and counts them.
func secrets(password *string, asked *int) func(*account.Config) {
	return func(cfg *account.Config) {
		cfg.Credentials = func(context.Context, account.Attempt) (account.Secret, error) {
			*asked++
			return account.Secret{Password: *password}, nil
		}
	}
}

func TestWrongPasswordOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		password, asked := "wrong", 0
		cfg := w.config(secrets(&password, &asked))
		cfg.Lazy = false
		_, err := account.Open(t.Context(), cfg)
		var auth *account.AuthError
		require.ErrorAs(t, err, &auth)
		assert.True(t, auth.Permanent)
		assert.ErrorIs(t, err, imap.CodeAuthenticationFailed)

		a := w.open(t, secrets(&password, &asked))
		for range 20 {
			assert.ErrorAs(t, a.Do(t.Context(), "INBOX", nil, noop), &auth)
			time.Sleep(time.Hour)
		}
		assert.Equal(t, 2, w.count("AUTHENTICATE"), "one for each account")
		password = "password"
		assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
	})
}

// What worked is not wrong after one refusal.
func TestTemporaryAuthAfterSuccess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		refuse := imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", Every: true}, Code: "AUTHENTICATIONFAILED", Text: "no"}
		w.Fault(refuse)
		w.Disconnect()
		synctest.Wait()
		var permanentAt time.Duration
		start := time.Now()
		before := w.count("AUTHENTICATE")
		for permanentAt == 0 && time.Since(start) < 3*time.Hour {
			err := a.Do(t.Context(), "INBOX", nil, noop)
			var auth *account.AuthError
			require.ErrorAs(t, err, &auth)
			if auth.Permanent {
				permanentAt = time.Since(start)
			} else {
				assert.False(t, auth.Until.Before(time.Now()))
			}
			time.Sleep(10 * time.Second)
		}
		assert.GreaterOrEqual(t, permanentAt, 10*time.Minute)
		assert.LessOrEqual(t, w.count("AUTHENTICATE")-before, 4)
	})
}

func TestOneRefusalThenSuccess(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		w.Fault(imaptest.OnSession(2, imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE"}, Code: "AUTHENTICATIONFAILED", Text: "no"}))
		w.Disconnect()
		synctest.Wait()
		require.Error(t, a.Do(t.Context(), "INBOX", nil, noop))
		time.Sleep(2 * time.Minute)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
	})
}

// An expired token is renewed without penalty, once.
func TestExpiredTokenIsRenewed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Users: []imaptest.Account{{Name: "user", Password: "x", Token: "fresh"}}})
		var tries []error
		a := w.open(t, func(cfg *account.Config) {
			cfg.Credentials = account.Token(func(_ context.Context, try account.Attempt) (string, error) {
				tries = append(tries, try.Refused)
				if try.Refused == nil {
					return "stale", nil
				}
				return "fresh", nil
			})
		})
		start := time.Now()
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		assert.Less(t, time.Since(start), time.Second)
		require.Len(t, tries, 2)
		assert.Error(t, tries[1])
		assert.Equal(t, 1, w.dials())
	})
}

func TestSecretsAreNotPrinted(t *testing.T) {
	s := account.Secret{Password: "hunter2", Token: "hunter2", Mechanism: imap.Plain("", "u", "hunter2")}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		assert.NotContains(t, fmt.Sprintf(format, s), "hunter2")
	}
	assert.NotContains(t, s.LogValue().String(), "hunter2")
}
