package promises_test

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// TestInsecureLogin: to an address that is not loopback's, passwords need TLS or
// permission.
func TestInsecureLogin(t *testing.T) {
	t.Parallel()
	srv := imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true})
	dial := func(opts *imap.Options) *imap.Client {
		conn, err := srv.Dial()
		require.NoError(t, err)
		c, err := imap.NewClient(t.Context(), elsewhere{conn}, opts)
		require.NoError(t, err)
		t.Cleanup(func() { c.Close() })
		return c
	}
	c := dial(nil)
	require.ErrorIs(t, c.Login(t.Context(), "user", "password"), imap.ErrInsecure)
	require.ErrorIs(t, c.Authenticate(t.Context(), imap.Plain("", "user", "password")), imap.ErrInsecure)
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"), "SCRAM reveals nothing")
	require.NoError(t, dial(&imap.Options{AllowInsecureAuth: true}).Login(t.Context(), "user", "password"))
}

// elsewhere is a connection whose other end seems to be on the network.
type elsewhere struct{ net.Conn }

func (elsewhere) RemoteAddr() net.Addr {
	return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 143}
}
