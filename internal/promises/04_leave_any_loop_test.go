package promises_test

import (
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestLeaveAnyLoop leaves loops in every way there is, at once, in the middle
// and in the middle of a text.
func TestLeaveAnyLoop(t *testing.T) {
	type loop func(t *testing.T, c *imap.Client, leave func() bool)
	rows := func(t *testing.T, c *imap.Client, leave func() bool) {
		n := 0
		for _, err := range c.UIDFetch(t.Context(), all, flags, nil) {
			require.NoError(t, err)
			if n++; n > 10 && leave() {
				return
			}
		}
		t.Error("not left")
	}
	texts := func(part int) loop {
		return func(t *testing.T, c *imap.Client, leave func() bool) {
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				require.NoError(t, err)
				_, err = io.ReadFull(b, make([]byte, part))
				require.NoError(t, err)
				if leave() {
					break
				}
			}
		}
	}
	list := func(t *testing.T, c *imap.Client, leave func() bool) {
		for _, err := range c.List(t.Context(), "*", nil) {
			require.NoError(t, err)
			if leave() {
				break
			}
		}
	}
	idle := func(t *testing.T, c *imap.Client, leave func() bool) {
		for _, err := range c.Idle(t.Context()) {
			require.NoError(t, err)
			if leave() {
				break
			}
		}
	}
	loops := map[string]loop{
		"rows": rows, "text, unread": texts(0), "text, half read": texts(50_000), "text, read": texts(100_000),
		"LIST": list, "IDLE": idle,
	}
	ways := map[string]func(f func(leave func() bool)){
		"break": func(f func(func() bool)) { f(func() bool { return true }) },
		"panic": func(f func(func() bool)) {
			defer func() { _ = recover() }()
			f(func() bool { panic("left") })
		},
		"Goexit": func(f func(func() bool)) {
			done := make(chan struct{})
			go func() {
				defer close(done)
				f(func() bool { runtime.Goexit(); return true })
			}()
			<-done
		},
	}
	for loopName, loop := range loops {
		for wayName, way := range ways {
			t.Run(loopName+"/"+wayName, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					c := inInbox(t, nil, 500, func(p *scripted.Peer) {
						p.Serve(func(c scripted.Command) bool {
							switch {
							case c.Is("UID FETCH 1:* (FLAGS"), c.Is("UID FETCH 1:* (UID FLAGS"):
								p.Raw(rowsOf(500, flagRow))
							case c.Is("UID FETCH"):
								p.Raw(rowsOf(3, bodies(100_000)))
							case c.Is("LIST"):
								p.Send(`* LIST () "/" a`, `* LIST () "/" b`)
							case c.Is("IDLE"):
								p.Send("+ idling", "* 501 EXISTS")
								p.Line()
							default:
								return false
							}
							p.OK(c)
							return true
						})
					})
					for range 3 {
						way(func(leave func() bool) { loop(t, c, leave) })
						works(t, c)
					}
				})
			})
		}
	}
	// A writer that panics has a piece of the window in its hands.
	t.Run("a panic of the writer", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, 500, func(p *scripted.Peer) {
				p.Serve(func(c scripted.Command) bool {
					if c.Is("UID FETCH") {
						p.Raw(rowsOf(3, bodies(100_000)))
						p.OK(c)
						return true
					}
					return false
				})
			})
			func() {
				defer func() { require.NotNil(t, recover()) }()
				for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
					require.NoError(t, err)
					_, _ = io.Copy(panicking{}, b)
				}
			}()
			works(t, c)
		})
	})
	// What a loop leaves of a text is of no use any more.
	t.Run("a text after its loop", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, 2, func(p *scripted.Peer) {
				p.Serve(func(c scripted.Command) bool {
					p.Raw(rowsOf(2, bodies(100_000)))
					p.OK(c)
					return true
				})
			})
			var first, second *imap.Body
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				require.NoError(t, err)
				if first == nil {
					first = b
					continue
				}
				second = b
				n, err := first.Read(make([]byte, 10))
				require.Zero(t, n)
				require.Error(t, err)
				require.NotErrorIs(t, err, io.EOF)
				break
			}
			n, err := second.Read(make([]byte, 10))
			require.Zero(t, n)
			require.Error(t, err)
			require.NotErrorIs(t, err, io.EOF)
		})
	})
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("no") }
