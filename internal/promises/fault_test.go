package promises_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/poison"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// talk is the client's side of a transcript in testdata/transcripts. It returns
// the error of the step that failed. Its checks are for conversations that come
// to their end.
type talk func(ctx context.Context, conn net.Conn, whole *testing.T) error

func open(ctx context.Context, conn net.Conn, then func(c *imap.Client) error) error {
	c, err := imap.NewClient(ctx, conn, nil)
	if err != nil {
		return err
	}
	defer c.Close()
	return then(c)
}

// openInbox is open with INBOX selected.
func openInbox(ctx context.Context, conn net.Conn, then func(c *imap.Client) error) error {
	return open(ctx, conn, func(c *imap.Client) error {
		if _, err := c.Select(ctx, "INBOX", nil); err != nil {
			return err
		}
		return then(c)
	})
}

var talks = map[string]talk{
	"login": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return open(ctx, conn, func(c *imap.Client) error {
			if err := c.Login(ctx, "joe", "secret"); err != nil {
				return err
			}
			if whole != nil {
				require.True(whole, c.Caps().Has(imap.CapMove))
			}
			return c.Logout(ctx)
		})
	},
	"authenticate": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return open(ctx, conn, func(c *imap.Client) error {
			if err := c.Authenticate(ctx, imap.Plain("", "joe", "secret")); err != nil {
				return err
			}
			return c.Noop(ctx)
		})
	},
	"select": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return openInbox(ctx, conn, func(c *imap.Client) error {
			if whole != nil {
				require.EqualValues(whole, 4392, c.Mailbox().UIDNext)
				require.False(whole, c.Mailbox().ReadOnly)
			}
			m, err := c.Examine(ctx, "Archive", nil)
			if err != nil {
				return err
			}
			_, err = c.Select(ctx, "nowhere", nil)
			if !errors.Is(err, imap.CodeNonExistent) {
				return err
			}
			if whole != nil {
				require.EqualValues(whole, 3, m.Messages)
				require.True(whole, m.ReadOnly)
				require.Nil(whole, c.Mailbox())
			}
			return nil
		})
	},
	"fetch": fetchTalk(nil),
	"list": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return open(ctx, conn, func(c *imap.Client) error {
			rows, err := imap.Collect(c.List(ctx, "*", &imap.ListOptions{Status: imap.StatusMessages | imap.StatusUnseen}))
			if err == nil && whole != nil {
				require.Len(whole, rows, 3)
				require.Equal(whole, `a"b\`, rows[1].Mailbox)
				require.Equal(whole, "日本語", rows[2].Mailbox)
				require.EqualValues(whole, 30, rows[2].Status.Messages)
			}
			return err
		})
	},
	"search": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return openInbox(ctx, conn, func(c *imap.Client) error {
			for range 2 {
				found, err := c.UIDSearch(ctx, search.From("bob"), nil)
				if err != nil {
					return err
				}
				if whole != nil {
					require.Equal(whole, "2,10:15", found.All.String())
				}
			}
			return nil
		})
	},
	"append":              appendTalk,
	"append_literal_plus": appendTalk,
	"idle": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return openInbox(ctx, conn, func(c *imap.Client) error {
			var seen []string
			second := make(chan error, 1)
			for ev, err := range c.Idle(ctx) {
				if err != nil {
					return err
				}
				switch ev := ev.(type) {
				case *imap.ExistsData:
					seen = append(seen, sprint(ev.Messages, "EXISTS"))
				case *imap.ExpungeData:
					seen = append(seen, sprint(ev.SeqNum, "EXPUNGE"))
				}
				switch len(seen) {
				case 1:
					if err := c.Noop(ctx); err != nil {
						return err
					}
				case 3:
					go func() { second <- c.Noop(ctx) }() // interrupts
				case 4:
					if whole != nil {
						require.Equal(whole, []string{"5 EXISTS", "6 EXISTS", "7 EXISTS", "1 EXPUNGE"}, seen)
					}
					return <-second
				}
			}
			return errors.New("the loop ended")
		})
	},
	"starttls": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		c, err := imap.DialStartTLS(ctx, "localhost:143", &imap.Options{
			TLSConfig: imaptest.ClientTLSConfig(),
			Dial:      func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		})
		if err != nil {
			return err
		}
		defer c.Close()
		return c.Login(ctx, "joe", "secret")
	},
	"store_move": func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return openInbox(ctx, conn, func(c *imap.Client) error {
			if _, err := c.UIDStore(ctx, imap.UIDs(7), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil); err != nil {
				return err
			}
			moved, err := c.UIDMove(ctx, imap.UIDs(7), "Archive")
			if err == nil && whole != nil {
				require.Equal(whole, "3956", moved.Dest.String())
				require.EqualValues(whole, 3, c.Mailbox().Messages)
			}
			return err
		})
	},
}

// fetchTalk fetches two messages, and looks at each while it has it.
func fetchTalk(opts *imap.FetchOptions) talk {
	return func(ctx context.Context, conn net.Conn, whole *testing.T) error {
		return openInbox(ctx, conn, func(c *imap.Client) error {
			items := imap.FetchItems{Flags: true, Envelope: true, Sections: []imap.FetchSection{imap.Header()}}
			var rows []string
			for m, err := range c.UIDFetch(ctx, imap.UIDRange(11, 12), items, opts) {
				if err != nil {
					return err
				}
				rows = append(rows, sprint(m.UID, m.Envelope.Subject, string(m.Body())))
			}
			if whole != nil {
				require.Equal(whole, []string{"11 one Subject: one\r\nFrom: Joe <joe@example.org>\r\n\r\n", "12 two Subject: two\r\n\r\n"}, rows)
			}
			return nil
		})
	}
}

func appendTalk(ctx context.Context, conn net.Conn, whole *testing.T) error {
	return open(ctx, conn, func(c *imap.Client) error {
		const message = "Subject: draft\r\n\r\nnot yet\r\n"
		put, err := c.Append(ctx, "Drafts", int64(len(message)), strings.NewReader(message), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}})
		if err != nil {
			return err
		}
		if whole != nil {
			require.EqualValues(whole, 3955, put.UID())
		}
		if c.Caps().Has(response.CapLiteralPlus) {
			return nil
		}
		_, err = c.Append(ctx, "nowhere", 37, io.LimitReader(zeros{'a'}, 37), nil)
		if !errors.Is(err, imap.CodeTryCreate) {
			return err
		}
		return nil
	})
}

// TestTranscripts plays the conversations in testdata/transcripts to their end.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/transcripts/*.txt")
	require.NoError(t, err)
	require.Len(t, files, len(talks), "a transcript without a test, or the reverse")
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		t.Run(name, func(t *testing.T) {
			require.Contains(t, talks, name)
			script := readTranscript(t, name)
			bubble(t, func(t *testing.T) {
				conn := imaptest.Script(t, script)
				require.NoError(t, talks[name](t.Context(), conn, t))
				synctest.Wait()
			})
		})
	}
}

func readTranscript(t *testing.T, name string) string {
	b, err := os.ReadFile("testdata/transcripts/" + name + ".txt")
	require.NoError(t, err)
	return string(b)
}

// TestTranscriptsAreSurvivedWhereverTheyAreCut has the connection break after
// every octet of each of them, either way: every call ends with the right error,
// nothing hangs, and no goroutine is left.
func TestTranscriptsAreSurvivedWhereverTheyAreCut(t *testing.T) {
	everywhere := func(t *testing.T, name string, talk talk) {
		script := readTranscript(t, name)
		step := 1
		if name == "starttls" {
			step = 13 // thousands of octets, and a handshake each time
		}
		for in := 0; cut(t, name, talk, script, in, -1); in += step {
		}
		for out := 0; cut(t, name, talk, script, -1, out); out += step {
		}
	}
	for name, talk := range talks {
		t.Run(name, func(t *testing.T) { everywhere(t, name, talk) })
	}
	for _, mode := range fetchModes[1:] {
		t.Run("fetch, "+mode.name, func(t *testing.T) {
			t.Cleanup(poison.Set(mode.poisoned))
			bubble(t, func(t *testing.T) {
				require.NoError(t, fetchTalk(mode.opts)(t.Context(), imaptest.Script(t, readTranscript(t, "fetch")), t))
			})
			everywhere(t, "fetch", fetchTalk(mode.opts))
		})
	}
}

// forgiving is a test that a script can't fail: it will not get to its end.
type forgiving struct{ testing.TB }

func (forgiving) Error(...any)          {}
func (forgiving) Errorf(string, ...any) {}

// cut plays a transcript over a connection that breaks. It returns false where
// the conversation came to its end before that.
func cut(t *testing.T, name string, talk talk, script string, in, out int) (broken bool) {
	bubble(t, func(t *testing.T) {
		conn := &cutConn{Conn: imaptest.Script(forgiving{t}, script), in: in, out: out}
		err := talk(context.Background(), conn, nil)
		conn.Close()
		synctest.Wait()
		broken = conn.broken()
		if err == nil {
			return
		}
		where := fmt.Sprintf("%s, cut after %d octets of the server's, %d of the client's", name, in, out)
		require.True(t, broken, "%s: %v", where, err)
		var lost *imap.ConnError
		if !errors.As(err, &lost) {
			require.Equal(t, "starttls", name, "%s: %T %v", where, err, err)
			return // an error of the handshake
		}
		require.ErrorIs(t, err, imap.ErrClosed, where)
		require.ErrorIs(t, err, net.ErrClosed, where)
		if !lost.Sent && name != "starttls" && name != "idle" { // a loop over Idle is no command
			// not a single octet of the command has left: what did is whole
			require.True(t, conn.Sent() == "" || strings.HasSuffix(conn.Sent(), "\r\n"), "%s: %q", where, conn.Sent())
		}
	})
	return broken
}

// TestLargeTextsAreSurvivedWhereverTheyAreCut is the same for texts that are read
// straight from the connection, where the borders are.
func TestLargeTextsAreSurvivedWhereverTheyAreCut(t *testing.T) {
	const size = 70_000
	answer := bodyRow(1, size) + bodyRow(2, 5000)
	const unlimited = -1
	before := 0 // octets that the server has sent up to the FETCH
	run := func(streamed bool, opts *imap.FetchOptions, in int) (err error, broken bool) {
		bubble(t, func(t *testing.T) {
			conn := &cutConn{in: in, out: unlimited}
			conn.Conn = scripted.Pipe(t, func(p *scripted.Peer) {
				selected(p, 2)
				cmd := p.Command()
				p.Raw(answer)
				p.OK(cmd)
				p.Hold()
			})
			ctx := context.Background()
			err = openInbox(ctx, conn, func(c *imap.Client) error {
				if in == unlimited {
					before = conn.received()
				}
				if !streamed {
					n := 0
					for m, err := range c.UIDFetch(ctx, all, whole, opts) {
						if err != nil {
							return err
						}
						n++
						require.Equal(t, text(n, len(m.Body())), string(m.Body()))
					}
					return nil
				}
				n := 0
				for b, err := range c.UIDFetchBodies(ctx, all, whole, opts) {
					if err != nil {
						return err
					}
					n++
					got, err := io.ReadAll(b)
					require.Equal(t, text(n, max(size, len(got)))[:len(got)], string(got))
					if err != nil {
						requireLost(t, err, true, "reading the text")
					}
				}
				return nil
			})
			broken = conn.broken()
		})
		return err, broken
	}
	inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
		for _, streamed := range []bool{false, true} {
			err, broken := run(streamed, opts, unlimited)
			require.NoError(t, err)
			require.False(t, broken)
			at, end := 1, len(answer)+len("A2 OK done\r\n")
			for at < end {
				err, broken := run(streamed, opts, before+at)
				require.True(t, broken)
				requireLost(t, err, true, fmt.Sprint("cut at ", at))
				near := at < 60 || end-at < 60 || at > size && at < size+200 || at%4096 < 2
				if at++; !near {
					at += 997 - at%997
				}
			}
		}
	})
}
