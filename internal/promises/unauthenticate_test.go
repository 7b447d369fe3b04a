package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Nothing of one user's session is left for the next: not the mailbox, not what was
// enabled, not how names are written.
func TestUnauthenticateLeavesNothingBehind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const more = " UNAUTHENTICATE ENABLE UTF8=ACCEPT"
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1" + more + "] hi")
			p.Answer("ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT")
			p.Answer(`SELECT "Müll"`, "* 3 EXISTS")
			p.Answer("UNAUTHENTICATE")
			p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN")
			cmd := p.Want(`LOGIN "next" "secret"`)
			p.Send(cmd.Tag + " OK [CAPABILITY IMAP4rev1" + more + "] welcome")
			p.Answer("SELECT M&APw-ll", "* 0 EXISTS")
			cmd = p.Want("UNAUTHENTICATE")
			p.Send(cmd.Tag + " OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] gone")
			p.Hold()
		})
		ctx := t.Context()
		_, err := c.Enable(ctx, imap.CapUTF8Accept)
		require.NoError(t, err)
		_, err = c.Select(ctx, "Müll", nil)
		require.NoError(t, err)
		require.NoError(t, c.Unauthenticate(ctx))
		assert.Equal(t, imap.StateNotAuthenticated, c.State())
		assert.Nil(t, c.Mailbox())
		assert.Empty(t, c.Enabled())
		assert.True(t, c.Caps().Has("AUTH=PLAIN"))
		assert.ErrorIs(t, c.Unauthenticate(ctx), imap.ErrUnsupported, "it is offered to users alone")

		require.NoError(t, c.Login(ctx, "next", "secret"))
		_, err = c.Select(ctx, "Müll", nil)
		require.NoError(t, err)
		require.NoError(t, c.Unauthenticate(ctx))
		assert.Equal(t, imap.StateNotAuthenticated, c.State())
	})
}

func TestUnauthenticateDoesNotEndCompression(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	c, err := imap.DialTLS(t.Context(), srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	require.NoError(t, c.Unauthenticate(t.Context()))
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	require.NoError(t, c.Compress(t.Context()))
	require.Error(t, c.Unauthenticate(t.Context()))
	require.NoError(t, c.Noop(t.Context()))
	assert.Equal(t, imap.StateAuthenticated, c.State())
}
