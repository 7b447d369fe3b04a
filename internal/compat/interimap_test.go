package compat

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

const interimapConfig = `database = %[1]s/state.db
list-mailbox = *
logfile = %[1]s/log

[local]
type = imaps
host = localhost
port = %[2]s
username = user
password = password
SSL_CAfile = %[1]s/ca.pem
compress = YES

[remote]
type = imaps
host = localhost
port = %[3]s
username = user
password = password
SSL_CAfile = %[1]s/ca.pem
compress = YES
`

// TestInterimapSyncsTwoServers: interimap keeps two servers equal by QRESYNC. It
// resumes from the HIGHESTMODSEQ that it saw last.
func TestInterimapSyncsTwoServers(t *testing.T) {
	interimap := findProgram(t, "interimap", "interimap")
	local, remote := imaptest.NewServer(t, nil), imaptest.NewServer(t, nil)
	one, two := local.User("user"), remote.User("user")
	for i := range 10 {
		one.Mailbox("INBOX").Deliver(letter(fmt.Sprintf("one%d", i)), `\Seen`)
		two.Mailbox("INBOX").Deliver(letter(fmt.Sprintf("two%d", i)))
	}
	work, err := two.Create("Work/2026")
	require.NoError(t, err)
	work.Deliver(letter("work"), "$Label1")
	config := interimap.file(t, "config", fmt.Sprintf(interimapConfig, interimap.home, port(t, local.TLSAddr()), port(t, remote.TLSAddr())))
	sync := func() {
		t.Helper()
		interimap.run(t, remote, "--config", config)
		assert.Equal(t, onServer(one), onServer(two))
	}
	sync()
	assert.Len(t, onServer(one), 21)
	assert.True(t, usedCompress(local))

	// changes on both sides, some of the same messages
	one.Mailbox("INBOX").Expunge(1, 2)
	one.Mailbox("INBOX").AddFlags(3, `\Flagged`)
	two.Mailbox("INBOX").Expunge(4)
	two.Mailbox("INBOX").SetFlags(5, `\Answered`, "$Label2")
	two.Mailbox("INBOX").RemoveFlags(11, `\Seen`)
	one.Mailbox("INBOX").Deliver(letter("one-new"), `\Draft`)
	two.Mailbox("INBOX").Deliver(letter("two-new"))
	work.AddFlags(1, `\Deleted`)
	sync()
	names := onServer(one).names()
	assert.Contains(t, names, "INBOX/one-new")
	assert.Contains(t, names, "INBOX/two-new")
	assert.NotContains(t, names, "INBOX/one0")
	assert.Len(t, names, 20)

	before := onServer(one)
	sync()
	assert.Equal(t, before, onServer(one), "there was nothing to do")
}
