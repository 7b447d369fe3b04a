package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// TestUnauthenticate has an administrator log in again and again, also on a connection
// that is compressed in between.
func TestUnauthenticate(t *testing.T) {
	for _, name := range []string{"cyrus", "cyrus312"} {
		t.Run(name, func(t *testing.T) {
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			t.Parallel()
			s := servers.Shared(t, name)
			c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
			require.NoError(t, err)
			defer c.Close()
			for i := range 4 {
				require.NoError(t, c.AuthPassword(t.Context(), s.Admin.Name, s.Admin.Password))
				if i%2 == 0 && c.Caps().Has(imap.CapCompressDeflate) {
					require.NoError(t, c.Compress(t.Context()))
				}
				require.NoError(t, c.Noop(t.Context()))
				require.NoError(t, c.Unauthenticate(t.Context()))
				require.Equal(t, imap.StateNotAuthenticated, c.State())
			}
			require.NoError(t, c.Logout(t.Context()))
		})
	}
}
