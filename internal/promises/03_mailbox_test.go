package promises_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Promise 3: a command about messages never acts on another mailbox than the one
// that its caller selected.

// mailboxes plays a server that opens any mailbox and answers every command. It
// keeps a log of the mailboxes in which commands about messages were done.
func mailboxes(done *[]string) func(*scripted.Peer) {
	return func(p *scripted.Peer) {
		p.Send(preauth)
		open := ""
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("SELECT"), c.Is("EXAMINE"):
				open = c.Text
				p.Send("* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
			case c.Is("CLOSE"), c.Is("UNSELECT"):
				open = ""
			case c.Is("UID"), c.Is("FETCH"), c.Is("STORE"):
				*done = append(*done, open+": "+c.Text)
			}
			p.OK(c)
			return true
		})
	}
}

func remove(ctx context.Context, c *imap.Client, uid imap.UID) error {
	_, err := c.UIDStore(ctx, imap.UIDs(uid), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	return err
}

func openBox(ctx context.Context, c *imap.Client, name string) error {
	_, err := c.Select(ctx, name, nil)
	return err
}

// TestWithMailboxHoldsTheSelection has another goroutine select, close and unselect
// while the function runs.
func TestWithMailboxHoldsTheSelection(t *testing.T) {
	for name, change := range map[string]func(context.Context, *imap.Client) error{
		"SELECT":      func(ctx context.Context, c *imap.Client) error { return openBox(ctx, c, "Other") },
		"EXAMINE":     func(ctx context.Context, c *imap.Client) error { _, err := c.Examine(ctx, "Other", nil); return err },
		"CLOSE":       func(ctx context.Context, c *imap.Client) error { return c.CloseMailbox(ctx) },
		"UNSELECT":    func(ctx context.Context, c *imap.Client) error { return c.Unselect(ctx) },
		"WithMailbox": func(ctx context.Context, c *imap.Client) error { return c.WithMailbox(ctx, "Other", nil, nothing) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var done []string
				c := connect(t, nil, mailboxes(&done))
				require.NoError(t, openBox(t.Context(), c, "Support"))
				changed := make(chan error, 1)
				err := c.WithMailbox(t.Context(), "Support", nil, func(ctx context.Context, mbox *imap.Mailbox) error {
					require.Equal(t, "Support", mbox.Name)
					go func() { changed <- change(t.Context(), c) }()
					synctest.Wait()
					require.NoError(t, remove(ctx, c, 7))
					require.ErrorIs(t, change(cancelAfter(t, time.Second), c), context.DeadlineExceeded)
					require.NoError(t, remove(ctx, c, 8))
					require.Empty(t, changed)
					return nil
				})
				require.NoError(t, err)
				require.NoError(t, <-changed)
				require.Equal(t, []string{
					`SELECT Support: UID STORE 7 +FLAGS (\Deleted)`,
					`SELECT Support: UID STORE 8 +FLAGS (\Deleted)`,
				}, done)
				works(t, c)
			})
		})
	}
}

func nothing(context.Context, *imap.Mailbox) error { return nil }

// TestCommandsFindTheirMailbox issues commands whose mailbox is no longer the
// selected one.
func TestCommandsFindTheirMailbox(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var done []string
		c := connect(t, nil, mailboxes(&done))
		require.NoError(t, openBox(t.Context(), c, "A"))
		var kept context.Context
		failed := errors.New("failed")
		require.ErrorIs(t, c.WithMailbox(t.Context(), "B", nil, func(ctx context.Context, mbox *imap.Mailbox) error {
			kept = ctx
			require.Equal(t, "B", mbox.Name)
			require.ErrorIs(t, remove(t.Context(), c, 1), imap.ErrState, "its caller selected A")
			require.ErrorIs(t, openBox(ctx, c, "C"), imap.ErrState, "the mailbox is held")
			require.ErrorIs(t, c.WithMailbox(ctx, "C", nil, nothing), imap.ErrState, "the mailbox is held")
			require.NoError(t, c.WithMailbox(ctx, "B", nil, func(ctx context.Context, _ *imap.Mailbox) error { return remove(ctx, c, 2) }))
			return failed
		}), failed)
		require.ErrorIs(t, remove(kept, c, 3), imap.ErrState, "WithMailbox has returned")
		require.ErrorIs(t, remove(t.Context(), c, 4), imap.ErrState, "its caller selected A")
		require.NoError(t, openBox(t.Context(), c, "A"))
		require.NoError(t, remove(t.Context(), c, 5))
		require.Equal(t, []string{`SELECT B: UID STORE 2 +FLAGS (\Deleted)`, `SELECT A: UID STORE 5 +FLAGS (\Deleted)`}, done)
	})
}

// TestCommandsThatWaitForSelect issues commands while another goroutine's SELECT is
// in flight: one for the same mailbox lets them go on, but for those with message
// sequence numbers.
func TestCommandsThatWaitForSelect(t *testing.T) {
	byNumber := func(ctx context.Context, c *imap.Client) error {
		_, err := c.Store(ctx, imap.Seqs(1), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
		return err
	}
	byUID := func(ctx context.Context, c *imap.Client) error { return remove(ctx, c, 1) }
	for name, test := range map[string]struct {
		mailbox string
		command func(context.Context, *imap.Client) error
		refused bool
	}{
		"the same":            {"A", byUID, false},
		"another":             {"B", byUID, true},
		"the same, by number": {"A", byNumber, true},
		"another, by number":  {"B", byNumber, true},
		"another, CLOSE":      {"B", func(ctx context.Context, c *imap.Client) error { return c.CloseMailbox(ctx) }, true},
		"another, EXPUNGE":    {"B", func(ctx context.Context, c *imap.Client) error { _, err := c.Expunge(ctx); return err }, true},
		"another, a FETCH loop": {"B", func(ctx context.Context, c *imap.Client) error {
			_, err := imap.Collect(c.UIDFetch(ctx, all, flags, nil))
			return err
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send(preauth)
					p.Answer("SELECT A", "* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
					cmd := p.Command()
					time.Sleep(time.Second)
					p.Send("* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
					p.OK(cmd)
					p.Serve(func(cmd scripted.Command) bool {
						require.True(t, cmd.Is("NOOP") || !test.refused, cmd.Text)
						p.OK(cmd)
						return true
					})
				})
				require.NoError(t, openBox(t.Context(), c, "A"))
				reopened := make(chan error)
				go func() { reopened <- openBox(t.Context(), c, test.mailbox) }()
				synctest.Wait()
				err := test.command(t.Context(), c)
				if test.refused {
					require.ErrorIs(t, err, imap.ErrState)
				} else {
					require.NoError(t, err)
				}
				require.NoError(t, <-reopened)
				works(t, c)
			})
		})
	}
}

// TestWithMailboxEndsWithTheConnection has no call wait for a mailbox that can't be
// had any more.
func TestWithMailboxEndsWithTheConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var done []string
		c := connect(t, nil, mailboxes(&done))
		err := c.WithMailbox(t.Context(), "A", nil, func(ctx context.Context, _ *imap.Mailbox) error {
			waiting := make(chan error)
			go func() { waiting <- openBox(t.Context(), c, "B") }()
			synctest.Wait()
			c.Close()
			require.ErrorIs(t, <-waiting, imap.ErrClosed)
			return remove(ctx, c, 1)
		})
		require.ErrorIs(t, err, imap.ErrClosed)
		require.True(t, imap.SafeToRetry(err))
		require.Empty(t, done)
	})
}
