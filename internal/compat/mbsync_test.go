package compat

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

const mbsyncConfig = `IMAPStore far
Host localhost
Port %[1]s
User user
Pass password
SSLType IMAPS
CertificateFile %[2]s/ca.pem

MaildirStore near
SubFolders Verbatim
Path %[2]s/mail/
Inbox %[2]s/mail/INBOX

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
`

// TestMbsyncSyncsBothWays: isync's mbsync with its defaults, which compresses and
// flushes with Z_PARTIAL_FLUSH.
func TestMbsyncSyncsBothWays(t *testing.T) {
	mbsync := findProgram(t, "mbsync", "isync")
	srv := imaptest.NewServer(t, nil)
	user := srv.User("user")
	inbox := user.Mailbox("INBOX")
	for i := range 20 {
		inbox.Deliver(letter(fmt.Sprintf("m%d", i)), []imaptest.Flag{`\Seen`, `\Flagged`, `\Answered`}[i%3])
	}
	work, err := user.Create("Work/Plans 2026")
	require.NoError(t, err)
	work.Deliver(letter("w1"))
	rc := mbsync.file(t, "mbsyncrc", fmt.Sprintf(mbsyncConfig, port(t, srv.TLSAddr()), mbsync.home))
	require.NoError(t, os.Mkdir(filepath.Join(mbsync.home, "mail"), 0o700))
	sync := func() {
		t.Helper()
		mbsync.run(t, srv, "-c", rc, "-a")
		assert.Equal(t, onServer(user), inMaildirs(t, filepath.Join(mbsync.home, "mail")))
	}
	sync()
	assert.Len(t, onServer(user), 21)
	assert.True(t, usedCompress(srv), "the test is about COMPRESS")

	// changes on both sides
	inbox.Expunge(1, 7)
	inbox.AddFlags(3, `\Draft`)
	inbox.RemoveFlags(2, `\Flagged`)
	inbox.Deliver(letter("new-far"))
	lists, err := user.Create("Lists")
	require.NoError(t, err)
	lists.Deliver(letter("l1"), `\Seen`)
	local := filepath.Join(mbsync.home, "mail", "INBOX")
	require.NoError(t, os.WriteFile(filepath.Join(local, "new", "1.x.y"), letter("new-near"), 0o600))
	renamed := maildirFile(t, local, "m5")
	require.NoError(t, os.Rename(renamed, strings.TrimRight(renamed, "FRSTD")+"DFS"))
	require.NoError(t, os.Remove(maildirFile(t, local, "m9")))
	for _, dir := range []string{"cur", "new", "tmp"} {
		require.NoError(t, os.MkdirAll(filepath.Join(mbsync.home, "mail", "Made", dir), 0o700))
	}
	require.NoError(t, os.WriteFile(filepath.Join(mbsync.home, "mail", "Made", "cur", "2.x.y:2,S"), letter("made"), 0o600))
	sync()
	names := onServer(user).names()
	for _, there := range []string{"INBOX/new-far", "INBOX/new-near", "Lists/l1", "Made/made"} {
		assert.Contains(t, names, there)
	}
	for _, gone := range []string{"INBOX/m0", "INBOX/m6", "INBOX/m9"} {
		assert.NotContains(t, names, gone)
	}
	m5, _ := inbox.Message(6)
	assert.ElementsMatch(t, []imaptest.Flag{`\Draft`, `\Flagged`, `\Seen`}, m5.Flags)

	before := onServer(user)
	sync()
	assert.Equal(t, before, onServer(user), "there was nothing to do")
}

// maildirFile finds a message in a Maildir.
func maildirFile(t *testing.T, dir, id string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	require.NoError(t, err)
	for _, name := range files {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		if strings.Contains(string(raw), "Message-ID: <"+id+"@") {
			return name
		}
	}
	t.Fatalf("no message %s in %s", id, dir)
	return ""
}

// inMaildirs reads Maildirs, each a folder with cur and new.
func inMaildirs(t *testing.T, root string) contents {
	t.Helper()
	all := make(contents)
	flagOf := map[rune]imaptest.Flag{'S': `\Seen`, 'F': `\Flagged`, 'R': `\Answered`, 'D': `\Draft`, 'T': `\Deleted`}
	files, err := filepath.Glob(filepath.Join(root, "*", "*", "*"))
	require.NoError(t, err)
	deeper, err := filepath.Glob(filepath.Join(root, "*", "*", "*", "*"))
	require.NoError(t, err)
	for _, name := range slices.Concat(files, deeper) {
		sub := filepath.Base(filepath.Dir(name))
		if info, err := os.Stat(name); err != nil || info.IsDir() || sub != "cur" && sub != "new" {
			continue
		}
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		mailbox, err := filepath.Rel(root, filepath.Dir(filepath.Dir(name)))
		require.NoError(t, err)
		_, letters, _ := strings.Cut(filepath.Base(name), ":2,")
		var flags []imaptest.Flag
		for _, c := range letters {
			flags = append(flags, flagOf[c])
		}
		all.add(mailbox, string(raw), slices.Values(flags))
	}
	return all
}
