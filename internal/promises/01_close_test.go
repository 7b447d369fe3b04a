package promises_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestCloseReturnsAtOnce closes in every situation, also from where it might
// deadlock, and has what was going on end.
func TestCloseReturnsAtOnce(t *testing.T) {
	deaf := func(p *scripted.Peer) { p.Hold() }
	type closing func(t *testing.T, c *imap.Client)
	for name, test := range map[string]struct {
		serve func(*scripted.Peer)
		close closing
	}{
		"idle": {deaf, func(*testing.T, *imap.Client) {}},
		"in flight": {deaf, func(t *testing.T, c *imap.Client) {
			go c.Noop(context.Background())
			go imap.Collect(c.UIDFetch(context.Background(), all, flags, nil))
			synctest.Wait()
		}},
		"while writing": {func(*scripted.Peer) { select {} }, nil},
		"in a loop": {func(p *scripted.Peer) {
			p.Command()
			p.Raw(rowsOf(500, flagRow))
			p.Hold()
		}, func(t *testing.T, c *imap.Client) {
			rows := 0
			var last error
			for _, err := range c.UIDFetch(context.Background(), all, flags, nil) {
				if last = err; err != nil {
					break
				}
				rows++
				atOnce(t, func() { c.Close() })
			}
			require.ErrorIs(t, last, imap.ErrClosed)
			require.Positive(t, rows)
		}},
		"within a text": {func(p *scripted.Peer) {
			p.Command()
			p.Raw(bodyRow(1, 100_000)[:90_000])
			p.Hold()
		}, func(t *testing.T, c *imap.Client) {
			var last error
			for b, err := range c.UIDFetchBodies(context.Background(), all, whole, nil) {
				if last = err; err != nil {
					break
				}
				_, err := io.ReadFull(b, make([]byte, 10))
				require.NoError(t, err)
				atOnce(t, func() { c.Close() })
				_, err = io.Copy(io.Discard, b)
				require.ErrorIs(t, err, imap.ErrClosed)
			}
			require.ErrorIs(t, last, imap.ErrClosed)
		}},
		"in IDLE": {func(p *scripted.Peer) {
			p.Want("IDLE")
			p.Send("+ idling", "* 2 EXISTS")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) {
			var last error
			for _, err := range c.Idle(context.Background()) {
				last = err
				atOnce(t, func() { c.Close() })
			}
			require.ErrorIs(t, last, imap.ErrClosed)
		}},
	} {
		if test.close == nil {
			continue // see below
		}
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 1, test.serve)
				test.close(t, c)
				atOnce(t, func() {
					require.NoError(t, c.Close())
					require.NoError(t, c.Close())
				})
				synctest.Wait()
				require.ErrorIs(t, c.Noop(context.Background()), imap.ErrClosed)
				require.ErrorIs(t, c.Err(), imap.ErrClosed)
				require.Equal(t, imap.StateLogout, c.State())
				select {
				case <-c.Done():
				default:
					t.Error("Done is not closed")
				}
			})
		})
	}
	t.Run("while writing", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			hold := make(chan struct{})
			defer close(hold)
			c := inInbox(t, nil, 1, func(*scripted.Peer) { <-hold })
			result := make(chan error)
			for range 3 {
				go func() { result <- c.Noop(context.Background()) }()
			}
			synctest.Wait()
			atOnce(t, func() { c.Close() })
			for range 3 {
				require.ErrorIs(t, <-result, imap.ErrClosed)
			}
		})
	})
	t.Run("from an event", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			var c *imap.Client
			ready := make(chan struct{})
			c = connect(t, &imap.Options{OnEvent: func(imap.Event) {
				<-ready
				atOnce(t, func() { c.Close() })
				assert.ErrorIs(t, c.Noop(context.Background()), imap.ErrClosed)
			}}, func(p *scripted.Peer) {
				p.Send(preauth, "* 3 EXISTS")
				p.Hold()
			})
			close(ready)
			<-c.Done()
		})
	})
	t.Run("from many goroutines", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Serve(nil) })
			var wg sync.WaitGroup
			for i := range 50 {
				wg.Go(func() {
					if i%2 == 0 {
						_ = c.Noop(context.Background())
					}
					_ = c.Close()
				})
			}
			wg.Wait()
		})
	})
}

// TestNoGoroutineOutlivesClose counts them, over the network. In bubbles, each
// test of this package shows the same.
func TestNoGoroutineOutlivesClose(t *testing.T) {
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		selected(p, 500)
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("UID FETCH"):
				p.Raw(rowsOf(500, flagRow))
				p.OK(c)
			case c.Is("IDLE"):
				p.Send("+ idling", "* 501 EXISTS")
				p.Line()
				p.OK(c)
			default:
				return false
			}
			return true
		})
	})
	for i := range 20 {
		c, err := imap.DialInsecure(t.Context(), addr, &imap.Options{OnEvent: func(imap.Event) {}})
		require.NoError(t, err)
		_, err = c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			for range c.Idle(ctx) {
			}
		})
		wg.Go(func() {
			for _, err := range c.UIDFetch(ctx, all, flags, nil) {
				if err != nil && !errors.Is(err, imap.ErrClosed) && ctx.Err() == nil {
					t.Error(err)
				}
				if i%3 == 0 {
					break
				}
			}
		})
		if i%2 == 0 {
			wg.Go(func() { _ = c.Noop(ctx) })
		}
		require.NoError(t, c.Close())
		cancel()
		wg.Wait()
	}
	noGoroutines(t)
}
