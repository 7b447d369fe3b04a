package promises_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// endingReader is a reader that ends its goroutine, or panics, after some octets.
type endingReader struct {
	after int
	end   func()
}

func (r *endingReader) Read(p []byte) (int, error) {
	n := min(len(p), r.after)
	if n == 0 {
		r.end()
	}
	copy(p, strings.Repeat("x", n))
	r.after -= n
	return n, nil
}

// endingMechanism panics when the server asks.
type endingMechanism struct{ end func() }

func (endingMechanism) Start() (string, []byte, error) { return "XEND", nil, nil }

func (m endingMechanism) Next([]byte) ([]byte, error) {
	m.end()
	return nil, errors.New("unreachable")
}

// TestCallersThatPanic has the code of the caller panic, or end its goroutine, wherever the
// client calls it: other goroutines go on, or learn at once that the connection has ended.
func TestCallersThatPanic(t *testing.T) {
	ends := map[string]func(){"panic": func() { panic("of the caller") }, "Goexit": runtime.Goexit}
	for name, test := range map[string]struct {
		call func(ctx context.Context, c *imap.Client, end func())
		over bool // the connection has ended
	}{
		"the first octets of a message": {func(ctx context.Context, c *imap.Client, end func()) {
			_, _ = c.Append(ctx, "Sent", 5, &endingReader{3, end}, nil)
		}, false},
		"a message before it is sent": {func(ctx context.Context, c *imap.Client, end func()) {
			_, _ = c.Append(ctx, "Sent", 1<<20, &endingReader{1000, end}, nil)
		}, false},
		"a message in its middle": {func(ctx context.Context, c *imap.Client, end func()) {
			_, _ = c.Append(ctx, "Sent", 1<<20, &endingReader{700_000, end}, nil)
		}, true},
		"the second message": {func(ctx context.Context, c *imap.Client, end func()) {
			_, _ = c.AppendAll(ctx, "Sent", []imap.AppendMessage{{Size: 1, Reader: strings.NewReader("x")}, {Size: 1 << 20, Reader: &endingReader{700_000, end}}})
		}, true},
		"a replacement": {func(ctx context.Context, c *imap.Client, end func()) {
			_, _ = c.UIDReplace(ctx, 7, "INBOX", 1<<20, &endingReader{700_000, end}, nil)
		}, true},
		"WithMailbox": {func(ctx context.Context, c *imap.Client, end func()) {
			_ = c.WithMailbox(ctx, "Other", nil, func(context.Context, *imap.Mailbox) error { end(); return nil })
		}, false},
		"a loop over bodies": {func(ctx context.Context, c *imap.Client, end func()) {
			for range c.UIDFetchBodies(ctx, all, whole, nil) {
				end()
			}
		}, false},
		"the writer of a body": {func(ctx context.Context, c *imap.Client, end func()) {
			for b := range c.UIDFetchBodies(ctx, all, whole, nil) {
				_, _ = io.Copy(writerFunc(func(p []byte) (int, error) { end(); return len(p), nil }), b)
			}
		}, false},
		"OnChanged": {func(ctx context.Context, c *imap.Client, end func()) {
			_, _ = c.Select(ctx, "Changed", &imap.SelectOptions{OnChanged: func(*imap.Message) { end() }})
		}, false},
		"WithStatus": {func(ctx context.Context, c *imap.Client, end func()) {
			_ = c.Noop(imap.WithStatus(ctx, func(string, *response.StatusResponse) { end() }))
		}, false},
	} {
		for kind, end := range ends {
			t.Run(name+"/"+kind, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 3, func(p *scripted.Peer) {
						p.Serve(func(c scripted.Command) bool {
							switch {
							case c.Is("UID FETCH"):
								p.Raw(rowsOf(3, bodies(20_000)))
							case c.Is("SELECT Changed"):
								p.Send("* 3 EXISTS", "* 1 FETCH (UID 1 FLAGS ())")
							case c.Is("SELECT"):
								p.Send("* 3 EXISTS")
							}
							p.OK(c)
							return true
						})
					})
					ended := make(chan struct{})
					go func() {
						defer close(ended)
						defer func() { _ = recover() }()
						test.call(t.Context(), c, end)
					}()
					<-ended
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					defer cancel()
					began := time.Now()
					err := c.Noop(ctx)
					assert.Zero(t, time.Since(began), "the call waits")
					if test.over {
						require.ErrorIs(t, err, imap.ErrClosed)
						return
					}
					require.NoError(t, err)
					require.NoError(t, openBox(ctx, c, "Other"), "the selection is held for ever")
				})
			})
		}
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// TestMechanismsThatPanic end the connection, which waits for their answer.
func TestMechanismsThatPanic(t *testing.T) {
	for _, end := range []func(){func() { panic("of the mechanism") }, runtime.Goexit} {
		bubble(t, func(t *testing.T) {
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* OK [CAPABILITY IMAP4rev1] hi")
				p.Command()
				p.Send("+ ")
				p.Hold()
			})
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				defer func() { _ = recover() }()
				_ = c.Authenticate(t.Context(), endingMechanism{end})
			}()
			<-ended
			require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
		})
	}
}
