package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// Scenarios of losing, doubling and resurrecting mail that need both directions. The
// table is in package account.

// newPair returns a bench of which both sides have n messages in INBOX.
func newPair(t *testing.T, n int, opts *imaptest.Options) *bench {
	b := newBench(t, 1, opts)
	for range n {
		_, raw := b.message()
		b.mailbox("INBOX").Deliver(raw)
	}
	require.NoError(t, b.pass(0))
	require.Equal(t, b.there(), b.here())
	return b
}

// local returns the file of a message of INBOX.
func (b *bench) local(subject string) *file {
	files, err := scan(b.folder("INBOX"))
	require.NoError(b.t, err)
	for _, f := range files {
		raw, err := os.ReadFile(f.path)
		require.NoError(b.t, err)
		if subjectOf(raw) == subject {
			return f
		}
	}
	b.t.Fatalf("there is no file of %s", subject)
	return nil
}

// A local change that could not be sent yet is not undone by what the server has.
func TestPendingOverlay(t *testing.T) {
	b := newPair(t, 3, nil)
	f := b.local("message-2")
	require.NoError(t, os.Rename(f.path, place(b.folder("INBOX"), f.base, "S")))
	b.srv.Fault(imaptest.Bye{On: imaptest.Nth{Command: "UID STORE", Every: true}, Code: "UNAVAILABLE"})
	b.mailbox("INBOX").AddFlags(2, imap.FlagAnswered)
	for range 3 {
		assert.Error(t, b.pass(0))
		assert.Equal(t, "RS", b.local("message-2").suffix)
	}
	b.srv.ClearFaults()
	require.True(t, b.quiet())
	m, _ := b.mailbox("INBOX").Message(2)
	assert.ElementsMatch(t, []imap.Flag{imap.FlagAnswered, imap.FlagSeen}, m.Flags)
}

// Deleted here, and its flags changed there: it is deleted, unless it was flagged.
func TestDeleteVsFlag(t *testing.T) {
	b := newPair(t, 3, nil)
	require.NoError(t, os.Remove(b.local("message-1").path))
	require.NoError(t, os.Remove(b.local("message-2").path))
	b.mailbox("INBOX").AddFlags(1, imap.FlagSeen)
	b.mailbox("INBOX").AddFlags(2, imap.FlagFlagged)
	b.delete("message-1")
	require.True(t, b.quiet())
	assert.Equal(t, "INBOX message-2 F\nINBOX message-3 ", b.here())
}

// Moved here, and expunged there: filing means keeping.
func TestMoveVsExpunge(t *testing.T) {
	b := newPair(t, 3, nil)
	f := b.local("message-2")
	require.NoError(t, os.Rename(f.path, filepath.Join(b.folder("Archive"), "cur", filepath.Base(f.path))))
	b.mailbox("INBOX").Expunge(2)
	require.True(t, b.quiet())
	assert.Equal(t, "Archive message-2 \nINBOX message-1 \nINBOX message-3 ", b.there())
}

// killedAt makes passes that are killed at the n-th of a step, for growing n, until one
// is not, and then compares.
func (b *bench) killedAt(step string) {
	b.t.Helper()
	b.kill = step
	kills := 0
	for n := 1; n < 100; n++ {
		before := len(b.log)
		require.NoError(b.t, b.pass(n))
		if !strings.Contains(strings.Join(b.log[before:], "\n"), "killed at "+step) {
			break
		}
		kills++
	}
	b.kill = ""
	assert.Positive(b.t, kills, "the program was killed at %q", step)
	require.True(b.t, b.quiet())
}

// Files are in their places, and the database does not know.
func TestKillBetweenRenameAndCommit(t *testing.T) {
	for _, step := range []string{"rename", "renamed", "begin", "commit"} {
		b := newPair(t, 2, nil)
		for range 5 {
			_, raw := b.message()
			b.mailbox("INBOX").Deliver(raw)
		}
		b.killedAt(step)
		assert.Equal(t, 7, b.mailbox("INBOX").Len(), "nothing was uploaded")
	}
}

// The database has forgotten messages, and their files are still there.
func TestKillBetweenCommitAndUnlink(t *testing.T) {
	for _, step := range []string{"committed", "remove", "removed"} {
		b := newPair(t, 6, nil)
		b.mailbox("INBOX").Expunge(2, 4, 5)
		for _, s := range []string{"message-2", "message-4", "message-5"} {
			b.delete(s)
		}
		b.killedAt(step)
		assert.Equal(t, 3, b.mailbox("INBOX").Len(), "nothing has come back")
	}
}

// A change was sent, or not: the program does not know.
func TestKillWhilePhaseSent(t *testing.T) {
	for _, step := range []string{"send", "sent"} {
		for name, without := range map[string][]imap.Cap{"all": nil, "no UIDPLUS code": {"QRESYNC", "CONDSTORE"}} {
			t.Run(step+" "+name, func(t *testing.T) {
				b := newPair(t, 4, &imaptest.Options{Without: without})
				for range 2 {
					subject, raw := b.message()
					require.NoError(t, os.WriteFile(filepath.Join(b.folder("INBOX"), "new", subject), raw, 0o600))
				}
				require.NoError(t, os.Remove(b.local("message-1").path))
				b.delete("message-1")
				f := b.local("message-3")
				require.NoError(t, os.Rename(f.path, place(b.folder("INBOX"), f.base, "FS")))
				b.killedAt(step)
				assert.Equal(t, 5, b.mailbox("INBOX").Len())
			})
		}
	}
}

// A deleted message goes to the mailbox for such, and one that was moved does not.
func TestDeletedToTrash(t *testing.T) {
	for _, expunge := range []bool{false, true} {
		b := newBench(t, 1, nil)
		_, err := b.srv.User("user").Create("Bin", imap.AttrTrash)
		require.NoError(t, err)
		for range 3 {
			_, raw := b.message()
			b.mailbox("INBOX").Deliver(raw)
		}
		b.expunge = expunge
		require.NoError(t, b.pass(0))
		require.NoError(t, os.Remove(b.local("message-1").path))
		f := b.local("message-2")
		require.NoError(t, os.Rename(f.path, filepath.Join(b.folder("Archive"), "cur", filepath.Base(f.path))))
		b.delete("message-1")
		require.True(t, b.quiet())
		want := "Archive message-2 \nBin message-1 \nINBOX message-3 "
		if expunge {
			want = "Archive message-2 \nINBOX message-3 "
		}
		assert.Equal(t, want, b.here())
	}
}

// A Maildir that a user makes becomes a mailbox; that of one that was deleted on the
// server does not become one again.
func TestNewMaildirBecomesAMailbox(t *testing.T) {
	b := newPair(t, 1, nil)
	subject, raw := b.message()
	for _, sub := range []string{"cur", "new", "tmp"} {
		require.NoError(t, os.MkdirAll(filepath.Join(b.dir, "Work 2026", sub), 0o700))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(b.dir, "no maildir"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(b.dir, "Work 2026", "new", "x"), raw, 0o600))
	require.NoError(t, b.pass(0))
	require.True(t, b.srv.User("user").HasMailbox("Work 2026"))
	assert.False(t, b.srv.User("user").HasMailbox("no maildir"))
	list := b.mailbox("Work 2026").Messages()
	require.Len(t, list, 1)
	assert.Equal(t, subject, subjectOf(list[0].Raw))
	require.NoError(t, b.srv.User("user").Delete("Work 2026"))
	for range 3 {
		require.NoError(t, b.pass(0))
	}
	assert.False(t, b.srv.User("user").HasMailbox("Work 2026"))
}

// The database is lost: what is on both sides is joined, and nothing is copied.
func TestLostDatabase(t *testing.T) {
	b := newPair(t, 30, nil)
	twin := b.mailbox("INBOX").Messages()[4].Raw
	b.mailbox("INBOX").Deliver(twin)
	require.NoError(t, b.pass(0))
	for _, name := range []string{"mirror.db", "mirror.db-wal", "mirror.db-shm"} {
		if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
			require.ErrorIs(t, err, os.ErrNotExist)
		}
	}
	_, raw := b.message()
	b.mailbox("INBOX").Deliver(raw)
	subject, raw := b.message()
	require.NoError(t, os.WriteFile(filepath.Join(b.folder("INBOX"), "new", subject), raw, 0o600))
	b.mailbox("INBOX").AddFlags(3, imap.FlagSeen)
	for range 4 {
		require.NoError(t, b.pass(0))
	}
	assert.Equal(t, b.there(), b.here())
	assert.Equal(t, 33, b.mailbox("INBOX").Len(), "30, the twin, and one from each side")
}
