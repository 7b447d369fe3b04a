package compat

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

const neomuttConfig = `set folder="imaps://user@localhost:%[2]s/"
set spoolfile="+INBOX"
set imap_user="user"
set imap_pass="password"
set ssl_ca_certificates_file="%[1]s/ca.pem"
set certificate_file="%[1]s/ca.pem"
set header_cache="%[1]s/headers"
set imap_qresync=yes
set imap_condstore=yes
set delete=yes
set quit=yes
set confirmappend=no
set confirmcreate=no
set auto_tag=no
set mark_old=no
set wait_key=no
set mail_check=1
set timeout=1
set from="user@example.org"
`

// TestNeomuttWorksInBatch: neomutt tags, flags, copies, deletes and syncs, with a
// header cache that QRESYNC keeps right from one run to the next.
func TestNeomuttWorksInBatch(t *testing.T) {
	neomutt := findProgram(t, "neomutt", "neomutt")
	terminal, err := exec.LookPath("script") // neomutt wants one
	if err != nil {
		t.Skip("script (Debian: bsdutils) is not installed")
	}
	srv := imaptest.NewServer(t, nil)
	user := srv.User("user")
	inbox := user.Mailbox("INBOX")
	for i := range 10 {
		inbox.Deliver(letter(fmt.Sprintf("m%d-", i)))
	}
	archive, err := user.Create("Archive")
	require.NoError(t, err)
	rc := neomutt.file(t, "neomuttrc", fmt.Sprintf(neomuttConfig, neomutt.home, port(t, srv.TLSAddr())))
	require.NoError(t, os.Mkdir(filepath.Join(neomutt.home, "headers"), 0o700))
	play := func(keys ...string) {
		t.Helper()
		command := fmt.Sprintf("%s -n -F %s -e 'push \"%s<quit>\"'", neomutt.path, rc, strings.Join(keys, ""))
		program{terminal, neomutt.home}.run(t, srv, "-qec", command, filepath.Join(neomutt.home, "typescript"))
	}
	play(
		"<tag-pattern>~s m[1-3]-<enter><tag-prefix><set-flag>!<tag-prefix><copy-message>+Archive<enter><untag-pattern>~A<enter>",
		"<delete-pattern>~s m5-<enter><sync-mailbox>",
	)
	flagged := func(box *imaptest.Mailbox) (ids []string) {
		for _, m := range box.Messages() {
			for _, f := range m.Flags {
				if f == `\Flagged` {
					_, id, _ := strings.Cut(string(m.Raw), "Subject: ")
					ids = append(ids, id[:3])
				}
			}
		}
		return ids
	}
	assert.Equal(t, []string{"m1-", "m2-", "m3-"}, flagged(inbox))
	assert.Equal(t, 9, inbox.Len())
	assert.Equal(t, 3, archive.Len())

	// what happens meanwhile, the header cache must not hide
	inbox.Expunge(1, 8)
	inbox.RemoveFlags(2, `\Flagged`)
	inbox.AddFlags(9, `\Flagged`)
	inbox.Deliver(letter("new"), `\Flagged`)
	play("<tag-pattern>~F<enter><tag-prefix><copy-message>+Archive<enter><untag-pattern>~A<enter>", "<delete-pattern>~s m9-<enter><sync-mailbox>")
	assert.Equal(t, 7, inbox.Len())
	assert.Equal(t, 7, archive.Len(), "m2, m3, m8 and new were flagged")
	assert.Contains(t, strings.Join(srv.Transcript(), "\n"), "(FLAGS) (CHANGEDSINCE ", "the header cache was used")
}
