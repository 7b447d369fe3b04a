package account_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// overTLS has an account speak TLS with the server.
func (w *world) overTLS(cfg *account.Config) {
	cfg.URL = "imaps://user@server.test"
	cfg.Client.TLSConfig = w.TLSConfig()
	cfg.Client.Dial = func(context.Context, string, string) (net.Conn, error) {
		w.dialed.Add(1)
		return w.PipeTLS(), nil
	}
}

// mechanisms returns those that sessions have tried, with a space between, by session.
func (w *world) mechanisms() []string {
	var all []string
	for _, session := range w.Transcript() {
		var tried []string
		for line := range strings.Lines(session) {
			if _, rest, ok := strings.Cut(line, " AUTHENTICATE "); ok && strings.HasPrefix(line, "C: ") {
				tried = append(tried, strings.Fields(rest)[0])
			}
		}
		all = append(all, strings.Join(tried, " "))
	}
	return all
}

// TestRefusedMeansAreTriedOnce and not on each further connection.
func TestRefusedMeansAreTriedOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.RefuseBinding{After: 3 * time.Second}}})
		a := w.open(t, w.overTLS)
		for range 3 {
			require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
			w.Disconnect()
			synctest.Wait()
			time.Sleep(10 * time.Minute)
		}
		assert.Equal(t, []string{"SCRAM-SHA-512-PLUS SCRAM-SHA-512", "SCRAM-SHA-512", "SCRAM-SHA-512"}, w.mechanisms())
	})
}

// TestChannelBindingIsNotGivenUp by an account that had it once.
func TestChannelBindingIsNotGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t, w.overTLS)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		w.Fault(imaptest.OnSession(2, imaptest.RefuseBinding{}))
		w.Disconnect()
		synctest.Wait()
		err := a.Do(t.Context(), "INBOX", nil, noop)
		var auth *account.AuthError
		require.ErrorAs(t, err, &auth)
		assert.False(t, auth.Permanent)
		time.Sleep(2 * time.Minute)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop), "the server is as it was")
		assert.Equal(t, []string{"SCRAM-SHA-512-PLUS", "SCRAM-SHA-512-PLUS", "SCRAM-SHA-512-PLUS"}, w.mechanisms())
	})
}

// TestRequiredBindingIsHonoured also if something weaker has worked.
func TestRequiredBindingIsHonoured(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.RefuseBinding{}}})
		var m imap.AuthMemory
		a := w.open(t, w.overTLS, func(cfg *account.Config) { cfg.Client.AuthMemory = &m })
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		b := w.open(t, w.overTLS, func(cfg *account.Config) { cfg.Client.AuthMemory, cfg.Client.RequireChannelBinding = &m, true })
		require.Error(t, b.Do(t.Context(), "INBOX", nil, noop))
		assert.Equal(t, []string{"SCRAM-SHA-512-PLUS SCRAM-SHA-512", "SCRAM-SHA-512-PLUS"}, w.mechanisms())
	})
}
