package imaptest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

func TestFlagging(t *testing.T) {
	ctx := t.Context()
	srv := imaptest.NewServer(t, nil) // "user" with "password", an empty INBOX
	inbox := srv.User("user").Mailbox("INBOX")
	inbox.Deliver(imaptest.CRLF("Subject: one\n\nhello\n"))
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(ctx, "user", "password"))
	_, err = c.Select(ctx, "INBOX", nil)
	require.NoError(t, err)
	_, err = c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	require.NoError(t, err)
	assert.Equal(t, []imaptest.Flag{imap.FlagFlagged}, inbox.Messages()[0].Flags)
}

// TestTheTestThatIsShown: README.md and the package documentation show the test
// above as it is.
func TestTheTestThatIsShown(t *testing.T) {
	source, err := os.ReadFile("user_test.go")
	require.NoError(t, err)
	_, test, _ := strings.Cut(string(source), "\nfunc TestFlagging")
	test, _, _ = strings.Cut("func TestFlagging"+test, "\n}\n")
	test += "\n}\n"
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	assert.Contains(t, string(readme), "```go\n"+test+"```\n")
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	assert.Contains(t, strings.ReplaceAll(string(doc), "//\t", ""), test)
}
