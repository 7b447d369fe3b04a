package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/servers"
	"github.com/seed-090b04e4/imap/internal/suite"
	"github.com/seed-090b04e4/imap/response"
)

// TestUIDOnly runs the whole behaviour suite with UIDONLY enabled in every session, on
// imaptest and on each server that offers it (RFC 9586).
func TestUIDOnly(t *testing.T) {
	t.Run("imaptest", func(t *testing.T) {
		s, _ := inProcess(t)
		s.UIDOnly = true
		runSuite(t, s, nil)
	})
	for _, name := range servers.Names() {
		t.Run(name, func(t *testing.T) {
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			s := realServer(t, servers.Shared(t, name))
			if !offersUIDOnly(t, s) {
				t.Skip("not offered")
			}
			s.UIDOnly = true
			runSuite(t, s, nil)
		})
	}
}

func offersUIDOnly(t *testing.T, s *suite.Server) bool {
	t.Helper()
	c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLS})
	require.NoError(t, err)
	defer c.Close()
	u := s.FreshUser(t)
	require.NoError(t, c.AuthPassword(t.Context(), u.Name, u.Password))
	return c.Caps().Has(response.CapUIDOnly)
}
