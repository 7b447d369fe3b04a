package promises_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/search"
)

// TestCommandsLeaveTogether issues commands that may run together: all of them
// arrive before the server answers any.
func TestCommandsLeaveTogether(t *testing.T) {
	type call func(ctx context.Context, c *imap.Client, i int) error
	fetch := func(ctx context.Context, c *imap.Client, i int) error {
		_, err := imap.Collect(c.UIDFetch(ctx, imap.UIDs(imap.UID(i+1)), flags, nil))
		return err
	}
	for name, call := range map[string]call{
		"UID FETCH": fetch,
		"STATUS": func(ctx context.Context, c *imap.Client, i int) error {
			_, err := c.Status(ctx, fmt.Sprint("m", i), imap.StatusMessages)
			return err
		},
		"UID SEARCH with ESEARCH": func(ctx context.Context, c *imap.Client, i int) error {
			_, err := c.UIDSearch(ctx, search.Subject("x"), nil)
			return err
		},
		"UID COPY": func(ctx context.Context, c *imap.Client, i int) error {
			_, err := c.UIDCopy(ctx, imap.UIDs(1), "x")
			return err
		},
		"APPEND": func(ctx context.Context, c *imap.Client, i int) error {
			_, err := c.Append(ctx, "x", 5, strings.NewReader("hello"), nil)
			return err
		},
		"a mix": func(ctx context.Context, c *imap.Client, i int) error {
			switch i % 3 {
			case 0:
				return c.Noop(ctx)
			case 1:
				return fetch(ctx, c, i)
			}
			return c.Create(ctx, fmt.Sprint("m", i), nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				const n = 20
				c := inInbox(t, nil, 100, func(p *scripted.Peer) {
					var all []scripted.Command
					for range n {
						all = append(all, p.Command())
					}
					for i := n - 1; i >= 0; i-- { // in another order, too
						switch {
						case all[i].Is("STATUS"):
							p.Sendf("* STATUS %s (MESSAGES 1)", strings.Fields(all[i].Text)[1])
						case all[i].Is("UID SEARCH RETURN"):
							p.Sendf(`* ESEARCH (TAG %q) UID COUNT 0`, all[i].Tag)
						}
						p.OK(all[i])
					}
					p.Serve(nil)
				})
				var wg sync.WaitGroup
				for i := range n {
					wg.Go(func() { assert.NoError(t, call(t.Context(), c, i)) })
				}
				wg.Wait()
				works(t, c)
			})
		})
	}
}

// TestCommandsWaitForEachOther issues pairs of commands whose answers could not
// be told apart: the second leaves when the first is done.
func TestCommandsWaitForEachOther(t *testing.T) {
	type call func(ctx context.Context, c *imap.Client) error
	noop := func(ctx context.Context, c *imap.Client) error { return c.Noop(ctx) }
	fetchSeq := func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.Fetch(ctx, imap.Seqs(1), imap.FetchItems{Size: true}, nil))
		return err
	}
	fetchFlags := func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.UIDFetch(ctx, imap.UIDs(1), flags, nil))
		return err
	}
	store := func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
		return err
	}
	list := func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.List(ctx, "*", nil))
		return err
	}
	sel := func(ctx context.Context, c *imap.Client) error { _, err := c.Select(ctx, "INBOX", nil); return err }
	unknown := func(ctx context.Context, c *imap.Client) error {
		_, err := c.Do(ctx, commands.Raw{Command: "XDO"})
		return err
	}
	for name, pair := range map[string][2]call{
		"FETCH by number, NOOP":        {fetchSeq, noop},
		"NOOP, FETCH by number":        {noop, fetchSeq},
		"STORE, FETCH of flags":        {store, fetchFlags},
		"FETCH of flags, STORE":        {fetchFlags, store},
		"LIST, LIST":                   {list, list},
		"SELECT, FETCH":                {sel, fetchFlags},
		"FETCH, SELECT":                {fetchFlags, sel},
		"SELECT, SELECT":               {sel, sel},
		"an unknown command, NOOP":     {unknown, noop},
		"NOOP, an unknown command":     {noop, unknown},
		"FETCH by number, UID FETCH":   {fetchSeq, fetchFlags},
		"CAPABILITY twice":             {func(ctx context.Context, c *imap.Client) error { _, err := c.Capability(ctx); return err }, func(ctx context.Context, c *imap.Client) error { _, err := c.Capability(ctx); return err }},
		"SEARCH without ESEARCH twice": {search1, search1},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				arrived := make(chan scripted.Command)
				goOn := make(chan bool)
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* PREAUTH [CAPABILITY IMAP4rev1] hi")
					p.Answer("SELECT INBOX", "* 3 EXISTS")
					for range 2 {
						cmd := p.Command()
						arrived <- cmd
						<-goOn
						p.OK(cmd)
					}
					p.Serve(nil)
				})
				require.NoError(t, sel(t.Context(), c))
				results := make(chan error, 2)
				go func() { results <- pair[0](t.Context(), c) }()
				<-arrived
				conn := make(chan struct{})
				go func() { results <- pair[1](t.Context(), c); close(conn) }()
				synctest.Wait()
				goOn <- true
				require.NoError(t, <-results)
				<-arrived // not before
				goOn <- true
				require.NoError(t, <-results)
				works(t, c)
			})
		})
	}
}

func search1(ctx context.Context, c *imap.Client) error {
	_, err := c.UIDSearch(ctx, search.Subject("x"), nil)
	return err
}

// TestNothingIsWrittenBesideABarrier checks on the wire that a second command
// does not leave before the answer to the first, with a peer that always reads.
func TestNothingIsWrittenBesideABarrier(t *testing.T) {
	bubble(t, func(t *testing.T) {
		answer := make(chan struct{})
		lines := make(chan string, 10)
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			go func() {
				for {
					lines <- p.Line()
				}
			}()
			<-answer
			p.Send("A1 OK done")
			<-answer
			p.Send("A2 OK done")
			<-answer
		})
		go c.Enable(t.Context(), "X")
		synctest.Wait()
		go c.Noop(t.Context())
		synctest.Wait()
		require.Len(t, lines, 1)
		answer <- struct{}{}
		synctest.Wait()
		require.Len(t, lines, 2)
		answer <- struct{}{}
		close(answer)
	})
}

// TestSelectIsNotStarved keeps FETCHes coming: a SELECT has its turn all the
// same.
func TestSelectIsNotStarved(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 100, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				if c.Is("UID FETCH") {
					p.Send("* 1 FETCH (UID 1 FLAGS ())")
				}
				p.OK(c)
				return true
			})
		})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for ctx.Err() == nil {
					_, _ = imap.Collect(c.UIDFetch(ctx, imap.UIDs(1), flags, nil))
				}
			})
		}
		for range 20 {
			_, err := c.Select(t.Context(), "INBOX", nil)
			require.NoError(t, err)
		}
		cancel()
		wg.Wait()
		works(t, c)
	})
}

// TestSmallCommandsShareAWrite issues a hundred while the first is being written.
func TestSmallCommandsShareAWrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		read := make(chan struct{})
		conn := &counter{Conn: scripted.Pipe(t, func(p *scripted.Peer) {
			p.Send(preauth)
			<-read
			p.Serve(nil)
		})}
		c, err := imap.NewClient(t.Context(), conn, nil)
		require.NoError(t, err)
		defer c.Close()
		var wg sync.WaitGroup
		for range 101 {
			wg.Go(func() { assert.NoError(t, c.Noop(t.Context())) })
		}
		synctest.Wait()
		close(read)
		wg.Wait()
		require.LessOrEqual(t, len(conn.Writes()), 3)
	})
}

// TestAnnouncementAndLiteralShareAWrite with LITERAL+.
func TestAnnouncementAndLiteralShareAWrite(t *testing.T) {
	bubble(t, func(t *testing.T) {
		conn := &counter{Conn: scripted.Pipe(t, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Serve(func(c scripted.Command) bool { p.OK(c); return true })
		})}
		c, err := imap.NewClient(t.Context(), conn, nil)
		require.NoError(t, err)
		defer c.Close()
		_, err = c.Append(t.Context(), "x", 5, strings.NewReader("hello"), nil)
		require.NoError(t, err)
		require.NoError(t, c.Create(t.Context(), "x\"\\", nil))
		require.Equal(t, []string{"A1 APPEND x {5+}\r\nhello\r\n", "A2 CREATE \"x\\\"\\\\\"\r\n"}, conn.Writes())
	})
}

// TestASlowReaderOfAnAppendHoldsNobodyUp: commands that were issued before it
// have left.
func TestASlowReaderOfAnAppendHoldsNobodyUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		noop := make(chan struct{})
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			<-noop
			p.Serve(func(c scripted.Command) bool {
				if c.Is("APPEND") {
					p.OK(c)
					return true
				}
				return false
			})
		})
		var wg sync.WaitGroup
		wg.Go(func() { assert.NoError(t, c.Noop(t.Context())) }) // being written
		synctest.Wait()
		second := make(chan struct{})
		wg.Go(func() { assert.NoError(t, c.Noop(t.Context())); close(second) }) // waits, to be written with the next
		synctest.Wait()
		r, w := io.Pipe()
		wg.Go(func() {
			_, err := c.Append(t.Context(), "x", 300<<10, r, nil)
			assert.NoError(t, err)
		})
		synctest.Wait()
		close(noop)
		<-second // though nothing has come out of r yet
		_, err := io.Copy(w, io.LimitReader(zeros{'a'}, 300<<10))
		require.NoError(t, err)
		wg.Wait()
	})
}
