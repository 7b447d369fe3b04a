package promises_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// stallConn is a connection over which nothing comes any more after so many octets.
type stallConn struct {
	net.Conn
	left         int
	silent, peer net.Conn
}

func newStallConn(conn net.Conn, after int) *stallConn {
	c := &stallConn{Conn: conn, left: after}
	c.silent, c.peer = net.Pipe()
	return c
}

func (c *stallConn) Read(b []byte) (int, error) {
	if c.left == 0 {
		return c.silent.Read(b)
	}
	n, err := c.Conn.Read(b[:min(len(b), c.left)])
	c.left -= n
	return n, err
}

func (c *stallConn) SetDeadline(t time.Time) error {
	return errors.Join(c.silent.SetDeadline(t), c.Conn.SetDeadline(t))
}

func (c *stallConn) SetReadDeadline(t time.Time) error {
	return errors.Join(c.silent.SetReadDeadline(t), c.Conn.SetReadDeadline(t))
}

func (c *stallConn) Close() error {
	return errors.Join(c.silent.Close(), c.peer.Close(), c.Conn.Close())
}

// stateSteps are conversations in states that change how the connection is read. A step
// returns nil only if it has got all that it asked for.
var stateSteps = map[string]struct {
	opts imaptest.Options
	step int // between two places of the cut: a handshake is long
	run  func(ctx context.Context, c *imap.Client, srv *imaptest.Server) error
}{
	"STARTTLS": {step: 41, run: func(ctx context.Context, c *imap.Client, srv *imaptest.Server) error {
		if err := c.StartTLS(ctx, srv.TLSConfig()); err != nil {
			return err
		}
		if c.TLS() == nil {
			return errors.New("TLS is not on, without an error")
		}
		return logInAndRead(ctx, c)
	}},
	"LOGOUT": {run: func(ctx context.Context, c *imap.Client, _ *imaptest.Server) error {
		if err := c.Login(ctx, "user", "password"); err != nil {
			return err
		}
		err := c.Logout(ctx)
		if c.Err() == nil {
			return errors.New("LOGOUT leaves the connection open")
		}
		return err
	}},
	"COMPRESS": {step: 11, run: func(ctx context.Context, c *imap.Client, _ *imaptest.Server) error {
		if err := c.Login(ctx, "user", "password"); err != nil {
			return err
		}
		if err := c.Compress(ctx); err != nil {
			return err
		}
		return readAll(ctx, c)
	}},
	"UIDONLY": {step: 11, run: func(ctx context.Context, c *imap.Client, _ *imaptest.Server) error {
		if err := c.Login(ctx, "user", "password"); err != nil {
			return err
		}
		if err := second(c.Enable(ctx, "UIDONLY")); err != nil {
			return err
		}
		return readAll(ctx, c)
	}},
	"IDLE": {run: func(ctx context.Context, c *imap.Client, srv *imaptest.Server) error {
		if err := c.Login(ctx, "user", "password"); err != nil {
			return err
		}
		if err := openBox(ctx, c, "INBOX"); err != nil {
			return err
		}
		go srv.User("user").Mailbox("INBOX").Deliver([]byte("Subject: new\r\n\r\n"))
		for _, err := range c.Idle(ctx) {
			if err != nil {
				return err
			}
			return c.Noop(ctx)
		}
		return ctx.Err()
	}},
	"AUTHENTICATE": {run: func(ctx context.Context, c *imap.Client, _ *imaptest.Server) error {
		if err := c.Authenticate(ctx, imap.Scram(imap.ScramSHA1, "user", "password")); err != nil {
			return err
		}
		return c.Noop(ctx)
	}},
}

func logInAndRead(ctx context.Context, c *imap.Client) error {
	if err := c.Login(ctx, "user", "password"); err != nil {
		return err
	}
	return readAll(ctx, c)
}

const stateText = "Subject: whole\r\n\r\n"

// readAll reads both messages in two ways.
func readAll(ctx context.Context, c *imap.Client) error {
	if err := openBox(ctx, c, "INBOX"); err != nil {
		return err
	}
	n := 0
	for b, err := range c.UIDFetchBodies(ctx, imap.UIDRange(1, 2), whole, nil) {
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if _, err := io.Copy(&text, b); err != nil {
			return err
		}
		if !strings.HasPrefix(text.String(), stateText) || text.Len() != len(stateText)+200 && text.Len() != len(stateText)+4500 {
			return fmt.Errorf("a message of %d octets, without an error", text.Len())
		}
		n++
	}
	found, err := c.UIDSearch(ctx, nil, nil)
	if err != nil {
		return err
	}
	if n != 2 || found.All.Len() != 2 {
		return fmt.Errorf("%d messages and %v, without an error", n, found.All)
	}
	return nil
}

// TestStatesAreSurvivedWhereverTheServerEnds has the connection break, or the server fall
// silent until the context ends, after any number of octets: every call returns at once,
// with an error or all that it was to return, and nothing is left behind.
func TestStatesAreSurvivedWhereverTheServerEnds(t *testing.T) {
	for name, x := range stateSteps {
		for _, silent := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/silent=%v", name, silent), func(t *testing.T) {
				step := max(x.step, 1)
				if testing.Short() {
					step *= 5
				}
				for n := 0; ; n += step {
					done := false
					bubble(t, func(t *testing.T) {
						opts := x.opts
						opts.Users = []imaptest.Account{{Name: "user", Password: "password"}}
						srv := imaptest.NewServer(t, &opts)
						box := srv.User("user").Mailbox("INBOX")
						box.Deliver([]byte(stateText + strings.Repeat("x", 200)))
						box.Deliver([]byte(stateText + strings.Repeat("y", 4500)))
						var conn net.Conn = &cutConn{Conn: srv.Pipe(), in: n, out: -1}
						if silent {
							conn = newStallConn(srv.Pipe(), n)
						}
						ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
						defer cancel()
						began := time.Now()
						c, err := imap.NewClient(ctx, conn, &imap.Options{TLSConfig: &tls.Config{}})
						if err == nil {
							err = x.run(ctx, c, srv)
							defer c.Close()
						}
						assert.LessOrEqual(t, time.Since(began), 6*time.Second, "after %d octets", n)
						if err == nil {
							done = true
							return
						}
						ended := errors.Is(err, imap.ErrClosed) || errors.Is(err, context.DeadlineExceeded) || c != nil && c.Err() != nil
						require.True(t, ended, "after %d octets: %v", n, err)
					})
					if done {
						break
					}
				}
			})
		}
	}
}

// A STARTTLS whose context ends before its answer ends the connection: the server may
// already wait for a handshake.
func TestCancelledStartTLS(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")
			p.Command()
			p.Hold()
		})
		require.ErrorIs(t, c.StartTLS(cancelAfter(t, time.Second), nil), context.DeadlineExceeded)
		require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
	})
}
