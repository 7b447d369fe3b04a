package promises_test

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Promises 1 and 8: no call waits for a parser, and the parser ends with the
// connection.

// besides calls what must return at once while a response is being parsed.
func besides(t *testing.T, c *imap.Client, quick func(what string, f func())) {
	quick("State", func() { _ = c.State() })
	quick("Mailbox", func() { _ = c.Mailbox() })
	quick("Caps", func() { _ = c.Caps() })
	quick("Err", func() { _ = c.Err() })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	quick("a cancelled NOOP", func() { assert.ErrorIs(t, c.Noop(ctx), context.Canceled) })
	quick("a command whose context ends", func() {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Noop(ctx) }()
		cancel()
		assert.ErrorIs(t, <-ended, context.Canceled)
	})
	quick("Close", func() { _ = c.Close() })
}

// stuck is a log that keeps the reader in the middle of a response.
type stuck struct {
	slog.Handler
	reached, goOn chan struct{}
}

func (s *stuck) Enabled(context.Context, slog.Level) bool { return true }

func (s *stuck) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if strings.Contains(a.Value.String(), "stuck") {
			close(s.reached)
			<-s.goOn
		}
		return true
	})
	return nil
}

// TestNoCallWaitsForTheParser keeps the reader within a response, with others
// arrived before it and after it.
func TestNoCallWaitsForTheParser(t *testing.T) {
	bubble(t, func(t *testing.T) {
		log := &stuck{Handler: slog.DiscardHandler, reached: make(chan struct{}), goOn: make(chan struct{})}
		c := inInbox(t, &imap.Options{Logger: slog.New(log)}, 3, func(p *scripted.Peer) {
			p.Raw("* 4 EXISTS\r\n* X-STUCK stuck\r\n* 5 EXISTS\r\n")
			p.Hold()
		})
		waiting := make(chan error, 1)
		go func() { waiting <- c.Noop(t.Context()) }()
		<-log.reached
		besides(t, c, func(what string, f func()) { atOnce(t, f) })
		require.ErrorIs(t, <-waiting, imap.ErrClosed)
		close(log.goOn)
		synctest.Wait()
	})
}

// TestALongResponseKeepsNoCallWaiting parses a response of 16 MiB.
func TestALongResponseKeepsNoCallWaiting(t *testing.T) {
	structure := strings.Repeat(`("text" "plain" ("name" "a\\b") NIL NIL "7bit" 1 1)`, 16<<20/50-100)
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		selected(p, 3)
		p.Raw("* 1 EXISTS\r\n* 1 FETCH (BODYSTRUCTURE (" + structure + ` "mixed"))` + "\r\n* 2 EXISTS\r\n")
		p.Hold()
	})
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	counted := &cutConn{Conn: conn, in: -1, out: -1}
	c, err := imap.NewClient(t.Context(), counted, nil)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	waiting := make(chan error, 1)
	go func() { waiting <- c.Noop(t.Context()) }()
	require.Eventually(t, func() bool { return counted.received() > len(structure) }, time.Minute, time.Millisecond)
	besides(t, c, func(what string, f func()) {
		began := time.Now()
		f()
		assert.Less(t, time.Since(began), time.Second, what)
	})
	require.ErrorIs(t, <-waiting, imap.ErrClosed)
	noGoroutines(t)
}
