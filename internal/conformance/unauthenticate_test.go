package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestUnauthenticateAtCyrus has an administrator log in twice.
func TestUnauthenticateAtCyrus(t *testing.T) {
	t.Parallel()
	s := servers.Shared(t, "cyrus")
	c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	for range 2 {
		require.NoError(t, c.Login(t.Context(), s.Admin.Name, s.Admin.Password))
		require.NoError(t, c.Unauthenticate(t.Context()))
		require.Equal(t, imap.StateNotAuthenticated, c.State())
	}
	require.NoError(t, c.Logout(t.Context()))
}
