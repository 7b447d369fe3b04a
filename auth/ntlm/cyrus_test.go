package ntlm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/auth/ntlm"
	"github.com/seed-090b04e4/imap/internal/servers"
)

func TestMain(m *testing.M) { servers.Main(m) }

// TestCyrus logs in to Cyrus, whose NTLM comes from Cyrus SASL.
func TestCyrus(t *testing.T) {
	s := servers.Shared(t, "cyrus")
	c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	if !c.Caps().Has("AUTH=NTLM") {
		t.Skip("this Cyrus SASL has no NTLM")
	}
	alice := s.Users[0]
	var refused *imap.StatusError
	require.ErrorAs(t, c.Authenticate(t.Context(), ntlm.Mechanism(alice.Name, "wrong")), &refused)
	require.NoError(t, c.Noop(t.Context()))
	require.NoError(t, c.Authenticate(t.Context(), ntlm.Mechanism(alice.Name, alice.Password)))
	require.Equal(t, imap.StateAuthenticated, c.State())
}
