package conformance_test

import (
	"context"
	"crypto/tls"
	"sync/atomic"
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

// TestLoginOnCyrus, which offers channel bindings that it lacks with TLS 1.3, and takes
// three seconds to refuse one. By its greeting, if that came over TLS, it is not asked
// for them at all, and with a memory no second time.
func TestLoginOnCyrus(t *testing.T) {
	for _, name := range []string{"cyrus", "cyrus312"} {
		t.Run(name, func(t *testing.T) {
			s := servers.Shared(t, name)
			logins := func(addr string, dial func(context.Context, string, *imap.Options) (*imap.Client, error), m *imap.AuthMemory) int {
				var n atomic.Int32
				ended := make(chan struct{})
				c, err := dial(t.Context(), addr, &imap.Options{TLSConfig: s.TLSConfig(), AuthMemory: m, OnCommand: func(info imap.CommandInfo) {
					switch info.Name {
					case "AUTHENTICATE":
						n.Add(1)
					case "LOGOUT":
						close(ended)
					}
				}})
				require.NoError(t, err)
				defer c.Close()
				require.NoError(t, c.AuthPassword(t.Context(), s.Users[0].Name, s.Users[0].Password))
				require.EqualValues(t, tls.VersionTLS13, c.TLS().Version)
				require.NoError(t, c.Logout(t.Context()))
				<-ended
				return int(n.Load())
			}
			require.Equal(t, 1, logins(s.TLSAddr, imap.DialTLS, nil))
			var m imap.AuthMemory
			require.Equal(t, 2, logins(s.Addr, imap.DialStartTLS, &m))
			require.Equal(t, 1, logins(s.Addr, imap.DialStartTLS, &m))
		})
	}
}
