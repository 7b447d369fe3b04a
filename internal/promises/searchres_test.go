package promises_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// savingInInbox is inInbox for a server with SEARCHRES and further capabilities.
func savingInInbox(t *testing.T, more string, serve func(*scripted.Peer)) *imap.Client {
	t.Helper()
	c := connect(t, nil, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY " + caps + " SEARCHRES " + more + "] ready")
		p.Answer("SELECT INBOX", "* 9 EXISTS", "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 1001] next")
		serve(p)
	})
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

var save = &imap.SearchOptions{Save: true}

// usesSaved are the ways to use "$", with what they send.
var usesSaved = map[string]func(context.Context, *imap.Client) error{
	`UID FETCH $ (FLAGS)`: func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.UIDFetch(ctx, imap.Saved(), flags, nil))
		return err
	},
	`FETCH $ (FLAGS)`: func(ctx context.Context, c *imap.Client) error {
		_, err := imap.Collect(c.Fetch(ctx, response.Saved[imap.SeqNum](), flags, nil))
		return err
	},
	`UID STORE $ +FLAGS.SILENT (\Seen)`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDStore(ctx, imap.Saved(), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, &imap.StoreOptions{Silent: true})
		return err
	},
	`STORE $ FLAGS ()`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.Store(ctx, response.Saved[imap.SeqNum](), imap.StoreSet, nil, nil)
		return err
	},
	`UID COPY $ "Junk"`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDCopy(ctx, imap.Saved(), "Junk")
		return err
	},
	`COPY $ "Junk"`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.Copy(ctx, response.Saved[imap.SeqNum](), "Junk")
		return err
	},
	`UID MOVE $ "Junk"`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDMove(ctx, imap.Saved(), "Junk")
		return err
	},
	`MOVE $ "Junk"`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.Move(ctx, response.Saved[imap.SeqNum](), "Junk")
		return err
	},
	`UID EXPUNGE $`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDExpunge(ctx, imap.Saved())
		return err
	},
	`UID SEARCH RETURN (ALL COUNT) $ UNSEEN`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDSearch(ctx, search.And(search.Saved(), search.Unseen()), nil)
		return err
	},
	`UID SEARCH RETURN (ALL COUNT) UID $`: func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDSearch(ctx, search.UID(imap.Saved()), nil)
		return err
	},
}

// Every command that takes a set takes "$", and none of them without SEARCHRES.
func TestEveryCommandTakesTheSavedResult(t *testing.T) {
	for want, use := range usesSaved {
		t.Run(want, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := savingInInbox(t, "", func(p *scripted.Peer) {
					p.Answer("UID SEARCH RETURN (SAVE) DELETED")
					cmd := p.Command()
					assert.Equal(p.T, strings.ReplaceAll(want, `"Junk"`, "Junk"), strings.ReplaceAll(cmd.Text, `"Junk"`, "Junk"))
					if strings.Contains(cmd.Text, "SEARCH") {
						p.Sendf(`* ESEARCH (TAG "%s") UID COUNT 0`, cmd.Tag)
					}
					p.Send(cmd.Tag + " OK done")
					p.Answer("NOOP")
				})
				_, err := c.UIDSearch(t.Context(), search.Deleted(), save)
				require.NoError(t, err)
				require.NoError(t, use(t.Context(), c))
				works(t, c)
			})
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Answer("NOOP") })
				err := use(t.Context(), c)
				var missing *imap.UnsupportedError
				require.ErrorAs(t, err, &missing)
				assert.Equal(t, response.CapSearchRes, missing.Cap)
				works(t, c)
			})
		})
	}
}

// A command with "$" waits for the SEARCH that saves (RFC 5182 §2.1): if that fails
// with BAD, "$" still is another result.
func TestTheSavedResultIsWaitedFor(t *testing.T) {
	for want, use := range usesSaved {
		t.Run(want, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := savingInInbox(t, "", func(p *scripted.Peer) {
					cmd := p.Command()
					assert.Equal(p.T, "UID SEARCH RETURN (SAVE) DELETED", cmd.Text)
					assert.NoError(p.T, p.Conn.SetReadDeadline(time.Now().Add(time.Second)))
					_, err := p.In.Peek(1)
					assert.ErrorIs(p.T, err, os.ErrDeadlineExceeded, "it did not wait")
					assert.NoError(p.T, p.Conn.SetReadDeadline(time.Time{}))
					p.Send(cmd.Tag + " OK saved")
					cmd = p.Command()
					if strings.Contains(cmd.Text, "SEARCH") {
						p.Sendf(`* ESEARCH (TAG "%s") UID COUNT 0`, cmd.Tag)
					}
					p.Send(cmd.Tag + " OK done")
					p.Answer("NOOP")
				})
				done := make(chan error)
				go func() {
					_, err := c.UIDSearch(t.Context(), search.Deleted(), save)
					done <- err
				}()
				synctest.Wait()
				require.NoError(t, use(t.Context(), c))
				require.NoError(t, <-done)
				works(t, c)
			})
		})
	}
}

// "$" belongs to one selection of a mailbox: SELECT empties it, also that of the same
// mailbox.
func TestTheSavedResultIsOfOneSelection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := savingInInbox(t, "", func(p *scripted.Peer) {
			cmd := p.Want("NOOP")
			time.Sleep(time.Second) // until the others wait for it
			p.OK(cmd)
			p.Answer("SELECT INBOX", "* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
			p.Answer("NOOP")
		})
		go func() { _ = c.Noop(t.Context()) }()
		synctest.Wait()
		done := make(chan error)
		go func() {
			_, err := c.Select(t.Context(), "INBOX", nil)
			done <- err
		}()
		synctest.Wait()
		_, err := c.UIDCopy(t.Context(), imap.Saved(), "Junk")
		var wrong *imap.StateError
		require.ErrorAs(t, err, &wrong)
		require.NoError(t, <-done)
		works(t, c)
	})
}

// Without MOVE, "$" is looked up before it is copied and removed: the messages that
// are removed are those that were copied.
func TestTheSavedResultIsMovedWithoutMove(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH UIDPLUS SEARCHRES] ready")
			p.Answer("SELECT INBOX", "* 9 EXISTS", "* OK [UIDVALIDITY 1] valid")
			cmd := p.Command()
			assert.Equal(p.T, "UID SEARCH RETURN (ALL COUNT) UID $", cmd.Text)
			p.Sendf(`* ESEARCH (TAG "%s") UID ALL 3,7 COUNT 2`, cmd.Tag)
			p.Send(cmd.Tag + " OK done")
			p.Answer("UID COPY 3,7 Junk")
			p.Answer(`UID STORE 3,7 +FLAGS.SILENT (\Deleted)`)
			p.Answer("UID EXPUNGE 3,7")
			p.Answer("NOOP")
		})
		_, err := c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		_, err = c.UIDMove(t.Context(), imap.Saved(), "Junk")
		require.NoError(t, err)
		works(t, c)
	})
}

// Cyrus 3.12 does not know "$" in UID EXPUNGE: what it stands for is looked up.
func TestTheSavedResultIsExpungedByItsUIDs(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := savingInInbox(t, "", func(p *scripted.Peer) {
			p.Sendf("%s BAD Invalid sequence in Uid", p.Want("UID EXPUNGE $").Tag)
			cmd := p.Want("UID SEARCH RETURN (ALL COUNT) UID $")
			p.Sendf(`* ESEARCH (TAG "%s") UID ALL 3,7 COUNT 2`, cmd.Tag)
			p.OK(cmd)
			p.Answer("UID EXPUNGE 3,7", "* 3 EXPUNGE")
			p.Answer("NOOP")
		})
		gone, err := c.UIDExpunge(t.Context(), imap.Saved())
		require.NoError(t, err)
		assert.Equal(t, []imap.SeqNum{3}, gone.SeqNums)
		works(t, c)
	})
}

// Save alone returns nothing, whatever the server sends.
func TestSaveAloneReturnsNothing(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing":         "",
		"Cyrus":           "* ESEARCH (TAG \"%s\") UID ALL 3,7\r\n",
		"an old server":   "* SEARCH 3 7\r\n",
		"an empty answer": "* ESEARCH (TAG \"%s\") UID\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := savingInInbox(t, "", func(p *scripted.Peer) {
					cmd := p.Command()
					p.Raw(strings.ReplaceAll(answer, "%s", cmd.Tag))
					p.Send(cmd.Tag + " OK done")
					p.Answer("NOOP")
				})
				found, err := c.UIDSearch(t.Context(), search.Deleted(), save)
				require.NoError(t, err)
				assert.Equal(t, &imap.SearchResult[imap.UID]{}, found)
				works(t, c)
			})
		})
	}
}
