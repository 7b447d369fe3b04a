package promises_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// nested are commands to be issued inside a FETCH loop.
var nested = map[string]func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error{
	"NOOP": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error { return c.Noop(ctx) },
	"UID STORE": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error {
		_, err := c.UIDStore(ctx, imap.UIDs(1001), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, &imap.StoreOptions{Silent: true})
		return err
	},
	"UID FETCH": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error {
		rows := 0
		for msg, err := range c.UIDFetch(ctx, imap.UIDs(1001), imap.FetchItems{Size: true}, opts) {
			if err != nil {
				return err
			}
			if rows++; msg.UID != 1001 || msg.Size != 4711 {
				return fmt.Errorf("the wrong row: %d, %d", msg.UID, msg.Size)
			}
		}
		if rows != 1 {
			return fmt.Errorf("%d rows", rows)
		}
		return nil
	},
	"FETCH, which must wait": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error {
		_, err := imap.Collect(c.Fetch(ctx, imap.Seqs(1), imap.FetchItems{Size: true}, opts))
		return err
	},
	"SELECT, which must wait": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error {
		_, err := c.Select(ctx, "INBOX", nil)
		return err
	},
	"APPEND that waits": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error {
		_, err := c.Append(ctx, "x", 300<<10, io.LimitReader(zeros{'a'}, 300<<10), nil)
		return err
	},
	"UID FETCH of texts": func(ctx context.Context, c *imap.Client, opts *imap.FetchOptions) error {
		for b, err := range c.UIDFetchBodies(ctx, imap.UIDs(2001), whole, opts) {
			if err != nil {
				return err
			}
			n, err := io.Copy(io.Discard, b)
			if err != nil || n != 100_000 {
				return fmt.Errorf("%d octets, %w", n, err)
			}
		}
		return nil
	},
}

// answerNested answers the commands of nested, on a server that does one thing
// after the other.
func answerNested(p *scripted.Peer, c scripted.Command) bool {
	switch {
	case c.Is("UID FETCH 1001 ") || c.Is("FETCH 1 "):
		p.Send("* 1 FETCH (UID 1001 RFC822.SIZE 4711)")
	case c.Is("UID FETCH 2001 "):
		p.Raw(bodyRow(1001, 100_000))
	case c.Is("UID STORE"), c.Is("APPEND"):
	case c.Is("SELECT"):
		p.Send("* 500 EXISTS")
	default:
		return false
	}
	p.OK(c)
	return true
}

// TestCommandsInsideAFetchLoop issues commands in the body of loops, after every
// row, and checks that no row is lost. The server sends all rows before it looks
// at the next command, and has no buffer.
func TestCommandsInsideAFetchLoop(t *testing.T) {
	for name, command := range nested {
		for _, rows := range []struct {
			name  string
			count int
			row   func(int) string
			items imap.FetchItems
			size  int
		}{
			{"500 rows", 500, flagRow, flags, 0},
			{"2 small texts", 2, bodies(5), whole, 5},
			{"2 texts of 100,000 octets", 2, bodies(100_000), whole, 100_000},
		} {
			t.Run(name+"/"+rows.name, func(t *testing.T) {
				inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
					bubble(t, func(t *testing.T) {
						c := inInbox(t, nil, 500, func(p *scripted.Peer) {
							p.Serve(func(c scripted.Command) bool {
								if !c.Is("UID FETCH 1:* ") {
									return answerNested(p, c)
								}
								p.Raw(rowsOf(rows.count, rows.row))
								p.OK(c)
								return true
							})
						})
						n := 0
						for msg, err := range c.UIDFetch(t.Context(), all, rows.items, opts) {
							require.NoError(t, err)
							n++
							require.EqualValues(t, 1000+n, msg.UID)
							require.Len(t, msg.Body(), rows.size)
							if n < 10 || n%100 == 0 {
								require.NoError(t, command(t.Context(), c, opts))
							}
						}
						require.Equal(t, rows.count, n)
						if rows.size == 0 {
							return
						}
						n = 0
						for body, err := range c.UIDFetchBodies(t.Context(), all, rows.items, opts) {
							require.NoError(t, err)
							n++
							require.EqualValues(t, 1000+n, body.Message.UID)
							require.NoError(t, command(t.Context(), c, opts)) // before the text
							half := make([]byte, rows.size/2)
							_, err = io.ReadFull(body, half)
							require.NoError(t, err)
							require.NoError(t, command(t.Context(), c, opts)) // within it
							if n == 1 {
								continue // the rest stays unread
							}
							rest, err := io.ReadAll(body)
							require.NoError(t, err)
							require.Equal(t, text(n, rows.size), string(half)+string(rest))
						}
						require.Equal(t, rows.count, n)
						works(t, c)
					})
				})
			})
		}
	}
}

// TestCommandsInsideAListLoop issues commands for each mailbox of a listing: the
// same as inside FETCH loops, and LIST itself, which must wait for the end.
func TestCommandsInsideAListLoop(t *testing.T) {
	commands := maps.Clone(nested)
	commands["LIST, which must wait"] = func(ctx context.Context, c *imap.Client, _ *imap.FetchOptions) error {
		list, err := imap.Collect(c.List(ctx, "%", nil))
		if err == nil && (len(list) != 1 || list[0].Mailbox != "other") {
			err = fmt.Errorf("the listing is %v", list)
		}
		return err
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 500, func(p *scripted.Peer) {
					p.Serve(func(c scripted.Command) bool {
						switch {
						case c.Is(`LIST "" *`), c.Is(`LIST "" "*"`):
							p.Raw(rowsOf(500, func(i int) string { return fmt.Sprintf("* LIST () NIL m%d\r\n", i) }))
						case c.Is(`LIST "" %`), c.Is(`LIST "" "%"`):
							p.Send("* LIST () NIL other")
						default:
							return answerNested(p, c)
						}
						p.OK(c)
						return true
					})
				})
				n := 0
				for m, err := range c.List(t.Context(), "*", nil) {
					require.NoError(t, err)
					n++
					require.Equal(t, fmt.Sprint("m", n), m.Mailbox)
					if n < 10 || n%100 == 0 {
						require.NoError(t, command(t.Context(), c, nil))
					}
				}
				require.Equal(t, 500, n)
				works(t, c)
			})
		})
	}
}

// TestCommandsInsideTwoLoops nests a loop in a loop in a loop.
func TestCommandsInsideTwoLoops(t *testing.T) {
	inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, nil, 50, func(p *scripted.Peer) {
				p.Serve(func(c scripted.Command) bool {
					if c.Is("UID FETCH") {
						p.Raw(rowsOf(50, bodies(5000)))
						p.OK(c)
						return true
					}
					return false
				})
			})
			n, outer := 0, 0
			for first, err := range c.UIDFetch(t.Context(), all, whole, opts) {
				require.NoError(t, err)
				outer++
				second := 0
				for b, err := range c.UIDFetchBodies(t.Context(), all, whole, opts) {
					require.NoError(t, err)
					second++
					for msg, err := range c.UIDFetch(t.Context(), all, whole, opts) {
						require.NoError(t, err)
						require.Len(t, msg.Body(), 5000)
						n++
						require.EqualValues(t, []int{1000 + outer, 1000 + second}, []int{int(first.UID), int(b.Message.UID)}, "the rows of the loops around")
						if n%3 == 0 {
							break
						}
					}
					if n%2 == 0 {
						got, err := io.ReadAll(b)
						require.NoError(t, err)
						require.Len(t, got, 5000)
					}
					if n > 100 {
						break
					}
				}
				if n > 200 {
					break
				}
			}
			works(t, c)
		})
	})
}

// TestReadAheadIsBounded has a loop be too slow for the commands beside it: it
// alone fails, however much comes behind.
func TestReadAheadIsBounded(t *testing.T) {
	opts := func() *imap.Options { return &imap.Options{ReadAhead: 1 << 20, MaxDiscard: 1 << 20} }
	serve := func(rows string) func(p *scripted.Peer) {
		return func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				if !c.Is("UID FETCH") {
					return false
				}
				p.Raw(rows)
				p.OK(c)
				return true
			})
		}
	}
	t.Run("rows", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, opts(), 20_000, serve(rowsOf(60_000, flagRow)))
			var last error
			n := 0
			for msg, err := range c.UIDFetch(t.Context(), all, flags, nil) {
				if last = err; err != nil {
					break
				}
				n++
				require.EqualValues(t, 1000+n, msg.UID)
				if n == 1 {
					works(t, c)
				}
			}
			require.ErrorIs(t, last, imap.ErrReadAhead)
			require.Greater(t, n, 1000, "what was kept comes first")
			works(t, c)
		})
	})
	t.Run("texts", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, opts(), 3, serve(rowsOf(3, bodies(3<<20))))
			n := 0
			var last error
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				if last = err; err != nil {
					break
				}
				n++
				works(t, c)
				_, err = io.Copy(io.Discard, b)
				require.ErrorIs(t, err, imap.ErrReadAhead)
			}
			require.ErrorIs(t, last, imap.ErrReadAhead)
			require.Equal(t, 1, n)
			works(t, c)
		})
	})
	// A loop that is just slow enough never fails, however often others speak.
	t.Run("not exceeded", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, opts(), 20, func(p *scripted.Peer) {
				fetch := p.Command()
				for i := range 20 { // answers in the middle of the other answer
					p.Raw(bodyRow(i+1, 900_000))
					p.OK(p.Want("NOOP"))
				}
				p.OK(fetch)
				p.Serve(nil)
			})
			n := 0
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				require.NoError(t, err)
				n++
				works(t, c)
				if n%2 == 0 {
					continue
				}
				got, err := io.ReadAll(b)
				require.NoError(t, err)
				require.Equal(t, text(n, 900_000), string(got))
			}
			require.Equal(t, 20, n)
			works(t, c)
		})
	})
}
