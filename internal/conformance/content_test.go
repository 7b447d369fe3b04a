package conformance_test

import (
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/contenttest"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestContentOfMessages stores the messages of testdata/content on every real
// server that is there, and reads them back by their structure.
func TestContentOfMessages(t *testing.T) {
	for _, name := range servers.Names() {
		t.Run(name, func(t *testing.T) {
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			s := servers.Shared(t, name)
			user := s.FreshUser(t)
			mailbox := "content"
			if name == "courier" {
				mailbox = "INBOX.content"
			}
			contenttest.Run(t, os.DirFS("../../testdata/content"), &contenttest.Server{
				Name: name, Mailbox: mailbox,
				Dial: func(t testing.TB) *imap.Client {
					c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
					require.NoError(t, err)
					require.NoError(t, c.Login(t.Context(), user.Name, user.Password))
					return c
				},
				Refuses: func(err error) bool {
					var no *imap.StatusError
					return errors.As(err, &no)
				},
			})
		})
	}
}
