package mailtext_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/contenttest"
)

// TestContentOfMessages stores the messages of testdata/content on imaptest and
// reads them back.
func TestContentOfMessages(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	contenttest.Run(t, os.DirFS("../testdata/content"), &contenttest.Server{
		Name: "imaptest", Mailbox: "INBOX",
		Dial: func(t testing.TB) *imap.Client {
			c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
			require.NoError(t, err)
			require.NoError(t, c.Login(t.Context(), "user", "password"))
			return c
		},
	})
}
