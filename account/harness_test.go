package account_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// The tests run in bubbles of testing/synctest over net.Pipe: hours pass in no time,
// what hangs is a failure at once, and so is a goroutine that is left after Close.

// bubble runs a test in a bubble.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

var errUnreachable = errors.New("network is unreachable")

// world is a server and the network to it.
type world struct {
	*imaptest.Server
	dialed atomic.Int32
	down   atomic.Bool // the network
}

func newWorld(t testing.TB, opts *imaptest.Options) *world {
	return &world{Server: imaptest.NewServer(t, opts)}
}

// config returns a Config for the server, which changes may alter.
func (w *world) config(changes ...func(*account.Config)) account.Config {
	cfg := account.Config{
		URL: "imap://user@server.test", Insecure: true, Credentials: account.Password("password"), Lazy: true,
		Client: imap.Options{AllowInsecureAuth: true, Dial: func(context.Context, string, string) (net.Conn, error) {
			w.dialed.Add(1)
			if w.down.Load() {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errUnreachable}
			}
			return w.Pipe(), nil
		}},
	}
	for _, change := range changes {
		change(&cfg)
	}
	return cfg
}

// dials returns how many connections were tried.
func (w *world) dials() int { return int(w.dialed.Load()) }

// open opens an account at the server, closed when the test ends.
func (w *world) open(t testing.TB, changes ...func(*account.Config)) *account.Account {
	t.Helper()
	a, err := account.Open(t.Context(), w.config(changes...))
	require.NoError(t, err)
	t.Cleanup(func() { _ = a.Close() })
	return a
}

func maxConns(n int) func(*account.Config) {
	return func(cfg *account.Config) { cfg.MaxConns = n }
}

// inbox returns the user's INBOX, with n messages.
func (w *world) inbox(n int) *imaptest.Mailbox {
	box := w.User("user").Mailbox("INBOX")
	for i := range n {
		deliver(box, i)
	}
	return box
}

func deliver(box *imaptest.Mailbox, i int, flags ...imap.Flag) imap.UID {
	return box.Deliver(imaptest.CRLF(fmt.Sprintf("Subject: message %d\nMessage-ID: <%d@x>\n\ntext %d\n", i, i, i)), flags...)
}

// commands returns the lines that the clients sent, without their tags.
func (w *world) commands() []string {
	var lines []string
	for _, session := range w.Transcript() {
		for line := range strings.Lines(session) {
			if text, ok := strings.CutPrefix(strings.TrimSpace(line), "C: "); ok {
				if _, rest, ok := strings.Cut(text, " "); ok {
					text = rest
				}
				lines = append(lines, text)
			}
		}
	}
	return lines
}

// count returns how many commands begin with prefix.
func (w *world) count(prefix string) int {
	n := 0
	for _, c := range w.commands() {
		if strings.HasPrefix(c, prefix) {
			n++
		}
	}
	return n
}

// contents returns what a mailbox of the server has.
func contents(box *imaptest.Mailbox) map[imap.UID][]imap.Flag {
	m := map[imap.UID][]imap.Flag{}
	for _, msg := range box.Messages() {
		m[msg.UID] = msg.Flags
	}
	return m
}
