package imap_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// TestACompressedCommandIsOneWrite: what ends a block goes with the block.
func TestACompressedCommandIsOneWrite(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true})
	conn, err := srv.Dial()
	require.NoError(t, err)
	counted := &counter{Conn: conn}
	c, err := imap.NewClient(t.Context(), counted, nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	require.NoError(t, c.Compress(t.Context()))
	before := len(counted.Writes())
	require.NoError(t, c.Noop(t.Context()))
	require.Len(t, counted.Writes(), before+1)
	require.NoError(t, c.Logout(t.Context()))
	require.Len(t, counted.Writes(), before+2)
}
