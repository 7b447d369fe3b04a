package promises_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/poison"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// cancelAfter returns a context that ends in the middle of an answer.
func cancelAfter(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// TestCancellingAbandons cancels commands in the middle of their answers. The
// call returns at once, what still arrives is dropped, and the next command gets
// its own answer.
func TestCancellingAbandons(t *testing.T) {
	// Each server answers in two halves, a minute apart; the call ends between.
	for name, test := range map[string]struct {
		first, second string
		call          func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error
	}{
		"rows": {rowsOf(300, flagRow), rowsOf(600, flagRow), func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			_, err := imap.Collect(c.UIDFetch(ctx, all, flags, opts))
			return err
		}},
		"a text in memory": {bodyRow(1, 3<<20)[:1<<20], bodyRow(1, 3<<20)[1<<20:], func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			_, err := imap.Collect(c.UIDFetch(ctx, all, whole, opts))
			return err
		}},
		"a text in a stream": {bodyRow(1, 3<<20)[:1<<20], bodyRow(1, 3<<20)[1<<20:], func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			var last error
			for b, err := range c.UIDFetchBodies(ctx, all, whole, opts) {
				if last = err; err == nil {
					_, err = io.Copy(io.Discard, b)
					if !errors.Is(err, context.DeadlineExceeded) {
						return fmt.Errorf("reading the text: %w", err)
					}
				}
			}
			return last
		}},
		"a text read piece by piece": {bodyRow(1, 3<<20)[:1<<20], bodyRow(1, 3<<20)[1<<20:], func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			var last error
			for b, err := range c.UIDFetchBodies(ctx, all, whole, opts) {
				if last = err; err == nil {
					_, err = io.Copy(io.Discard, struct{ io.Reader }{b})
					if !errors.Is(err, context.DeadlineExceeded) {
						return fmt.Errorf("reading the text: %w", err)
					}
				}
			}
			return last
		}},
		"SEARCH": {"* SEARCH 1 2 3\r\n* SEAR", "CH 4 5 6\r\n", func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			_, err := c.UIDSearch(ctx, nil, nil)
			return err
		}},
		"LIST": {"* LIST () \"/\" a\r\n* LIST () \"/\" {3}\r\na", "bc\r\n", func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			_, err := imap.Collect(c.List(ctx, "*", nil))
			return err
		}},
		"STORE": {flagRow(1), flagRow(2), func(c *imap.Client, ctx context.Context, opts *imap.FetchOptions) error {
			_, err := c.UIDStore(ctx, all, imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
			return err
		}},
	} {
		serve := func(p *scripted.Peer) {
			cmd := p.Command()
			p.Raw(test.first)
			time.Sleep(time.Minute)
			p.Raw(test.second)
			p.OK(cmd)
			p.Serve(func(c scripted.Command) bool {
				if !c.Is("UID SEARCH") {
					return false
				}
				p.Sendf("* ESEARCH (TAG \"%s\") UID ALL 77", c.Tag)
				p.OK(c)
				return true
			})
		}
		for over, open := range map[string]func(testing.TB, *imap.Options, int, func(*scripted.Peer)) *imap.Client{
			"plain": inInbox, "DEFLATE": inCompressedInbox,
		} {
			t.Run(name+" over "+over, func(t *testing.T) {
				inFetchModes(t, func(t *testing.T, opts *imap.FetchOptions) {
					bubble(t, func(t *testing.T) {
						c := open(t, nil, 600, serve)
						began := time.Now()
						err := test.call(c, cancelAfter(t, 5*time.Second), opts)
						require.ErrorIs(t, err, context.DeadlineExceeded)
						require.Equal(t, 5*time.Second, time.Since(began))
						require.NoError(t, c.Err())

						found, err := c.UIDSearch(t.Context(), nil, nil)
						require.NoError(t, err)
						require.Equal(t, "77", found.All.String(), "the answer to another command")
						works(t, c)
					})
				})
			})
		}
	}
}

// TestCancelledSelectLeavesNoMailbox cancels a SELECT that succeeds all the same:
// commands about messages, whose mailbox is not known then, are refused until a
// Select returns.
func TestCancelledSelectLeavesNoMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 3, func(p *scripted.Peer) {
			cmd := p.Want("SELECT Other")
			time.Sleep(time.Minute)
			p.Send("* 9 EXISTS")
			p.OK(cmd)
			p.Answer("NOOP")
			p.Answer("SELECT INBOX", "* 3 EXISTS")
			p.Answer("UID STORE 7 +FLAGS (\\Deleted)")
			p.Serve(nil)
		})
		_, err := c.Select(cancelAfter(t, time.Second), "Other", nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		works(t, c)
		require.Nil(t, c.Mailbox())
		require.Equal(t, imap.StateAuthenticated, c.State())
		_, err = c.UIDStore(t.Context(), imap.UIDs(7), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
		require.ErrorIs(t, err, imap.ErrState)
		_, err = c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		_, err = c.UIDStore(t.Context(), imap.UIDs(7), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
		require.NoError(t, err)
	})
}

// TestCancelledAppend cancels APPEND while the server has not yet asked for the
// message. One that lies in memory follows in the background.
func TestCancelledAppend(t *testing.T) {
	greeting := "* PREAUTH [CAPABILITY IMAP4rev1] no LITERAL+"
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(greeting)
			require.Equal(t, "A1 APPEND Drafts {5}", p.Line())
			time.Sleep(time.Minute)
			p.Send("+ go on")
			assert.Equal(t, "hello", p.Bytes(5))
			p.Line()
			p.Send("A1 OK stored")
			p.Serve(nil)
		})
		_, err := c.Append(cancelAfter(t, time.Second), "Drafts", 5, strings.NewReader("hello"), nil)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		works(t, c)
	})
	// A large one is read out of the caller's reader: it can't be sent behind
	// the caller's back.
	for name, plus := range map[string]bool{"before": false, "within": true} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send(greeting)
					p.Line()
					if plus {
						p.Send("+ go on")
						p.Bytes(1 << 20)
					}
					time.Sleep(time.Hour)
				})
				began := time.Now()
				_, err := c.Append(cancelAfter(t, time.Second), "Drafts", 8<<20, zeros{'a'}, nil)
				var half *imap.AppendError
				require.ErrorAs(t, err, &half)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.Equal(t, time.Second, time.Since(began))
				require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
				require.ErrorAs(t, c.Err(), &half)
			})
		})
	}
}

// TestAppendWhoseReaderFails costs nothing if the message is small, and the
// connection if it was half sent.
func TestAppendWhoseReaderFails(t *testing.T) {
	boom := errors.New("boom")
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(preauth)
			p.Serve(nil)
		})
		for _, r := range []io.Reader{
			io.MultiReader(strings.NewReader("he"), failing{boom}),
			strings.NewReader("he"), // too short
		} {
			_, err := c.Append(t.Context(), "Drafts", 5, r, nil)
			require.Error(t, err)
			works(t, c)
		}
		r := io.MultiReader(bytes.NewReader(make([]byte, 300<<10)), failing{boom})
		_, err := c.Append(t.Context(), "Drafts", 400<<10, r, nil)
		var half *imap.AppendError
		require.ErrorAs(t, err, &half)
		require.ErrorIs(t, err, boom)
		require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
	})
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestCancelledAuthenticate breaks the exchange off; the connection can be used
// for another attempt.
func TestCancelledAuthenticate(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi")
			cmd := p.Want("AUTHENTICATE PLAIN")
			time.Sleep(time.Minute)
			p.Send("+ ")
			assert.Equal(t, "*", p.Line())
			p.Sendf("%s BAD broken off", cmd.Tag)
			cmd = p.Want("AUTHENTICATE PLAIN")
			p.Send("+ ")
			assert.Equal(t, base64.StdEncoding.EncodeToString([]byte("\x00u\x00p")), p.Line())
			p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", cmd.Tag)
			p.Serve(nil)
		})
		began := time.Now()
		err := c.Authenticate(cancelAfter(t, time.Second), imap.Plain("", "u", "p"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(began))
		require.Equal(t, imap.StateNotAuthenticated, c.State())
		require.NoError(t, c.Authenticate(t.Context(), imap.Plain("", "u", "p")))
		require.Equal(t, imap.StateAuthenticated, c.State())
		works(t, c)
	})
}

// TestDiscardingHasABudget has the server go on for too long with an answer that
// nobody waits for.
func TestDiscardingHasABudget(t *testing.T) {
	abandon := func(t *testing.T, c *imap.Client) {
		for _, err := range c.UIDFetch(t.Context(), all, flags, nil) {
			require.NoError(t, err)
			break
		}
	}
	t.Run("octets", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, &imap.Options{MaxDiscard: 1 << 20}, 600, func(p *scripted.Peer) {
				p.Command()
				for {
					p.Raw(flagRow(1))
				}
			})
			abandon(t, c)
			err := c.Noop(t.Context())
			var limit *imap.LimitError
			require.ErrorAs(t, err, &limit)
			require.EqualValues(t, 1<<20, limit.Limit)
			require.ErrorIs(t, err, imap.ErrClosed)
		})
	})
	t.Run("time", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, &imap.Options{DiscardTimeout: time.Minute}, 600, func(p *scripted.Peer) {
				p.Command()
				for {
					p.Raw(flagRow(1))
					time.Sleep(time.Second)
				}
			})
			abandon(t, c)
			began := time.Now()
			<-c.Done()
			var limit *imap.LimitError
			require.ErrorAs(t, c.Err(), &limit)
			require.InDelta(t, time.Minute, time.Since(began), float64(2*time.Second))
		})
	})
	t.Run("enough", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inInbox(t, &imap.Options{MaxDiscard: 1 << 20}, 600, func(p *scripted.Peer) {
				for range 10 {
					cmd := p.Command()
					p.Raw(rowsOf(500, bodies(1000)))
					p.OK(cmd)
				}
				p.Serve(nil)
			})
			for range 10 {
				abandon(t, c)
				synctest.Wait()
			}
			works(t, c)
		})
	})
}

// TestDiscardingCountsForNobodyElse cancels a command whose answer comes behind
// a large one that somebody does want, and slowly.
func TestDiscardingCountsForNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		opts := &imap.Options{MaxDiscard: 1000, DiscardTimeout: time.Second}
		c := inInbox(t, opts, 100, func(p *scripted.Peer) {
			fetch, noop := p.Command(), p.Want("NOOP")
			for i := range 100 {
				time.Sleep(time.Second)
				p.Raw(bodyRow(i+1, 1000))
			}
			p.OK(fetch)
			time.Sleep(30 * time.Second)
			p.OK(noop)
			p.Serve(nil)
		})
		done := make(chan int)
		go func() {
			list, err := imap.Collect(c.UIDFetch(t.Context(), all, whole, nil))
			assert.NoError(t, err)
			done <- len(list)
		}()
		synctest.Wait()
		require.ErrorIs(t, c.Noop(cancelAfter(t, 2*time.Second)), context.DeadlineExceeded)
		require.Equal(t, 100, <-done)
		works(t, c)
	})
}

// TestCancellingIsNeverTooEarlyOrTooLate cancels loops at every moment of their
// life: no cancellation is missed, whoever reads at that moment.
func TestCancellingIsNeverTooEarlyOrTooLate(t *testing.T) {
	stall := make(chan struct{})
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		selected(p, 50)
		p.Serve(func(c scripted.Command) bool {
			if !c.Is("UID FETCH") {
				return false
			}
			p.Raw(rowsOf(50, flagRow) + bodyRow(51, 10_000)[:6000])
			select { // the other 4,000 octets come when the loop has been left
			case <-stall:
			case <-t.Context().Done():
			}
			p.Raw(bodyRow(51, 10_000)[6000:])
			p.OK(c)
			return true
		})
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	for i := range 300 {
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(time.Duration(i%100)*3*time.Microsecond, cancel)
		mode := fetchModes[i/2%len(fetchModes)]
		undo := poison.Set(mode.poisoned)
		var last error
		if i%2 == 0 {
			for _, last = range c.UIDFetch(ctx, all, whole, mode.opts) {
			}
		} else {
			for b, err := range c.UIDFetchBodies(ctx, all, whole, mode.opts) {
				if last = err; err == nil {
					_, _ = io.Copy(io.Discard, b)
				}
			}
		}
		undo()
		timer.Stop()
		cancel()
		require.ErrorIs(t, last, context.Canceled)
		select { // an answer may be stalled, if the command was sent at all
		case stall <- struct{}{}:
		case <-time.After(time.Millisecond):
		}
		ping, cancelPing := context.WithTimeout(t.Context(), time.Minute)
		pinged := make(chan struct{})
		go func() {
			defer close(pinged)
			select {
			case stall <- struct{}{}:
			case <-ping.Done():
			}
		}()
		require.NoError(t, c.Noop(ping))
		cancelPing()
		<-pinged // or it would end the next answer's stall
	}
}
