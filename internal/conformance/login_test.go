package conformance_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestLoginOnGNUMailutils, which offers SCRAM that always fails.
func TestLoginOnGNUMailutils(t *testing.T) {
	s := servers.Shared(t, "imap4d")
	for addr, dial := range map[string]func(context.Context, string, *imap.Options) (*imap.Client, error){
		s.Addr: imap.DialInsecure, s.TLSAddr: imap.DialTLS,
	} {
		c, err := dial(t.Context(), addr, &imap.Options{TLSConfig: s.TLSConfig()})
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.AuthPassword(t.Context(), s.Users[0].Name, s.Users[0].Password))
		require.Equal(t, imap.StateAuthenticated, c.State())
	}
}
