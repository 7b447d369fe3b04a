package account_test

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
	"github.com/seed-090b04e4/imap/search"
)

func noop(context.Context, *imap.Client, *imap.Mailbox) error { return nil }

func TestDoReusesTheConnectionThatHasTheMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		_, err := w.User("user").Create("Other")
		require.NoError(t, err)
		a := w.open(t)
		for _, box := range []string{"INBOX", "Other", "inbox", "Other", "INBOX"} {
			require.NoError(t, a.Do(t.Context(), box, nil, func(ctx context.Context, c *imap.Client, m *imap.Mailbox) error {
				assert.True(t, strings.EqualFold(box, m.Name))
				return c.Noop(ctx)
			}))
		}
		assert.Equal(t, 2, w.dials())
		assert.Equal(t, 2, w.count("SELECT"))
	})
}

func TestConnectionsStayBelowTheLimit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t, maxConns(2))
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				assert.NoError(t, a.Do(t.Context(), "INBOX", nil, func(context.Context, *imap.Client, *imap.Mailbox) error {
					assert.LessOrEqual(t, w.Sessions(), 2)
					time.Sleep(time.Second)
					return nil
				}))
			})
		}
		start := time.Now()
		wg.Wait()
		assert.InDelta(t, 10, time.Since(start).Seconds(), 1)
		assert.Equal(t, 2, a.Stats().Idle)
	})
}

func TestNestedDoLimitOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := newWorld(t, nil).open(t, maxConns(1))
		err := a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, _ *imap.Client, _ *imap.Mailbox) error {
			return a.Do(ctx, "INBOX", nil, noop)
		})
		assert.ErrorIs(t, err, imap.ErrState)
		assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
	})
}

// A call of the background gets every fourth turn, however many people wait.
func TestBackgroundGetsEveryFourthTurn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a := newWorld(t, nil).open(t, maxConns(1))
		var mu sync.Mutex
		var order strings.Builder
		var wg sync.WaitGroup
		run := func(name string, background bool) {
			wg.Go(func() {
				assert.NoError(t, a.Do(t.Context(), "INBOX", &account.DoOptions{Background: background}, func(context.Context, *imap.Client, *imap.Mailbox) error {
					mu.Lock()
					order.WriteString(name)
					mu.Unlock()
					time.Sleep(time.Second)
					return nil
				}))
			})
			synctest.Wait()
		}
		for range 3 {
			run("b", true)
		}
		for range 8 {
			run("p", false)
		}
		wg.Wait()
		assert.Equal(t, "bpppbpppbpp", order.String())
	})
}

func TestThirdConnectionRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.Fault(imaptest.OnSession(3, imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", Every: true}, Code: "ALERT", Text: "Too many simultaneous connections. (Failure)"}))
		a := w.open(t, maxConns(5))
		together(t, a, 2)
		together(t, a, 3)
		together(t, a, 5)
		assert.Equal(t, 3, w.dials(), "the limit was learned from the third")
		assert.Equal(t, 2, a.Stats().Limit)
		time.Sleep(31 * time.Minute)
		assert.Equal(t, 3, a.Stats().Limit)
		time.Sleep(10 * time.Hour)
		assert.Equal(t, 5, a.Stats().Limit)
		together(t, a, 5)
		assert.Equal(t, 5, a.Stats().Open)
	})
}

// together runs n calls at a time.
func together(t *testing.T, a *account.Account, n int) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			assert.NoError(t, a.Do(t.Context(), "INBOX", nil, func(context.Context, *imap.Client, *imap.Mailbox) error {
				time.Sleep(time.Second)
				return nil
			}))
		})
	}
	wg.Wait()
}

func TestMicrosoftBackoffIsObeyedByAll(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.OnSession(1, imaptest.Backoff{On: imaptest.Nth{Command: "UID SEARCH"}, Wait: 40 * time.Second})}})
		a := w.open(t)
		err := a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
			_, err := c.UIDSearch(ctx, search.All(), nil)
			return err
		})
		require.Error(t, err)
		sent := len(w.commands())
		start := time.Now()
		time.AfterFunc(39*time.Second, func() { assert.Len(t, w.commands(), sent) })
		together(t, a, 3)
		assert.GreaterOrEqual(t, time.Since(start), 40*time.Second)
	})
}

func TestThrottledForLong(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Refuse{On: imaptest.Nth{Command: "NOOP"}, Code: "OVERQUOTA", Text: "Account exceeded command or bandwidth limits. (Failure)"}}})
		a := w.open(t)
		err := a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error { return c.Noop(ctx) })
		assert.ErrorIs(t, err, imap.CodeOverQuota)
		err = a.Do(t.Context(), "INBOX", nil, noop)
		var throttled *imap.ThrottleError
		require.ErrorAs(t, err, &throttled)
		assert.Equal(t, time.Hour, throttled.RetryAfter.Round(time.Second))
		time.Sleep(time.Hour)
		assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
	})
}

// A server that accepts logins and then hangs up is backed off from all the same.
func TestStormAfterSelect(t *testing.T) {
	for _, text := range []string{"System Error", "closing", "Session expired", "Autologout; idle for too long"} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Bye{On: imaptest.Nth{Command: "SELECT", Every: true}, Text: text, Late: true}}})
			a := w.open(t)
			end := time.Now().Add(time.Hour)
			for time.Now().Before(end) {
				_ = a.Do(t.Context(), "INBOX", nil, noop)
				time.Sleep(time.Second)
			}
			assert.Less(t, w.dials(), 35, "in an hour, %s", text)
			assert.Greater(t, w.dials(), 10)
		})
	}
}

func TestUnreachableServerIsBackedOffFrom(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t)
		w.down.Store(true)
		assert.ErrorIs(t, a.Do(t.Context(), "INBOX", nil, noop), errUnreachable)
		assert.Equal(t, 3, w.dials())
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, a.Do(ctx, "INBOX", nil, noop), context.DeadlineExceeded)
		time.Sleep(10 * time.Minute)
		w.down.Store(false)
		assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
	})
}

func TestSilentConnectionIsReplaced(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		w.Fault(imaptest.OnSession(1, imaptest.StallAfter{}))
		time.Sleep(2 * time.Minute)
		start := time.Now()
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error { return c.Noop(ctx) }))
		assert.LessOrEqual(t, time.Since(start), 8*time.Second)
		assert.Equal(t, 2, w.dials())
	})
}

func TestIdleConnectionsAreClosedByLogout(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t)
		together(t, a, 3)
		assert.Equal(t, 3, w.Sessions())
		time.Sleep(26 * time.Minute)
		assert.Zero(t, w.Sessions())
		assert.Equal(t, 3, w.count("LOGOUT"))
		assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
	})
}

func TestCloseLogsOutAndEndsCalls(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		a := w.open(t, maxConns(2))
		together(t, a, 2)
		running := make(chan error)
		go func() {
			running <- a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
				for _, err := range c.Idle(ctx) {
					if err != nil {
						return err
					}
				}
				return nil
			})
		}()
		time.Sleep(time.Second)
		start := time.Now()
		require.NoError(t, a.Close())
		assert.LessOrEqual(t, time.Since(start), 2*time.Second)
		assert.ErrorIs(t, <-running, imap.ErrClosed)
		assert.Equal(t, 1, w.count("LOGOUT"))
		assert.ErrorIs(t, a.Do(t.Context(), "INBOX", nil, noop), imap.ErrClosed)
		require.NoError(t, a.Close())
	})
}

func TestDoRunsAgainOnlyIfItMay(t *testing.T) {
	for _, retry := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.OnSession(1, imaptest.Bye{On: imaptest.Nth{Command: "NOOP"}, Text: "bye"})}})
			a := w.open(t)
			runs := 0
			err := a.Do(t.Context(), "INBOX", &account.DoOptions{Retry: retry}, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error {
				runs++
				return c.Noop(ctx)
			})
			assert.Equal(t, !retry, err != nil)
			assert.Equal(t, map[bool]int{false: 1, true: 2}[retry], runs)
		})
	}
}

func TestCancelInEveryState(t *testing.T) {
	for ms := range 40 {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Delay{Each: 5 * time.Millisecond}}})
			a := w.open(t, maxConns(1))
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(ms)*2*time.Millisecond)
			defer cancel()
			err := a.Do(ctx, "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error { return c.Noop(ctx) })
			if err != nil {
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			}
			time.Sleep(5 * time.Minute)
			assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
			assert.LessOrEqual(t, w.Sessions(), 1)
		})
	}
}

func TestTracerSeesCommands(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.inbox(3)
		tr := &tracer{}
		a := w.open(t, func(cfg *account.Config) { cfg.Tracer = tr })
		require.NoError(t, replica.New("INBOX").Sync(t, a, nil))
		assert.Equal(t, []string{"CONNECT", "AUTHENTICATE", "ENABLE", "SELECT INBOX", "UID FETCH INBOX 3"}, tr.ops)
		require.Error(t, a.Do(t.Context(), "Nope", nil, noop))
		assert.Equal(t, "SELECT Nope NONEXISTENT", tr.ops[len(tr.ops)-1])
	})
}

type tracer struct{ ops []string }

func (tr *tracer) Start(ctx context.Context, _ account.Operation) context.Context { return ctx }

func (tr *tracer) End(_ context.Context, op account.Operation, out account.Outcome) {
	line := strings.TrimSpace(op.Name + " " + op.Mailbox)
	if out.Rows > 0 {
		line += " 3"
	}
	if out.Code != "" {
		line += " " + string(out.Code)
	}
	tr.ops = append(tr.ops, line)
}

func TestTLSAndStartTLS(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	for scheme, addr := range map[string]string{"imaps": srv.TLSAddr(), "imap": srv.Addr()} {
		a, err := account.Open(t.Context(), account.Config{
			URL: scheme + "://user@" + addr, Credentials: account.Password("password"),
			Client: imap.Options{TLSConfig: srv.TLSConfig()},
		})
		require.NoError(t, err)
		require.NoError(t, a.Do(t.Context(), "INBOX", nil, func(_ context.Context, c *imap.Client, _ *imap.Mailbox) error {
			assert.NotNil(t, c.TLS())
			return nil
		}))
		require.NoError(t, a.Close())
	}
	start := time.Now()
	_, err := account.Open(t.Context(), account.Config{URL: "imaps://user@" + srv.TLSAddr(), Credentials: account.Password("password")})
	var untrusted *tls.CertificateVerificationError
	assert.ErrorAs(t, err, &untrusted)
	assert.Less(t, time.Since(start), 5*time.Second, "another attempt is of no use")
	assert.False(t, errors.Is(err, context.DeadlineExceeded))
}
