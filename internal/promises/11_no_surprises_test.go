package promises_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestNoSurprisesOnTheWire looks at all that a session sends.
func TestNoSurprisesOnTheWire(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var peer *scripted.Peer
		c := connect(t, nil, func(p *scripted.Peer) {
			peer = p
			p.Send("* OK hi")
			p.Serve(func(c scripted.Command) bool {
				if c.Is("CAPABILITY") {
					p.Send("* CAPABILITY IMAP4rev1")
				}
				if c.Is("LOGOUT") {
					return false
				}
				p.OK(c)
				return true
			})
		})
		ctx := t.Context()
		require.NoError(t, c.Login(ctx, "u", "p"))
		_, err := c.Select(ctx, "INBOX", nil)
		require.NoError(t, err)
		_, err = imap.Collect(c.UIDFetch(ctx, imap.UIDRange(3, imap.Star), whole, nil))
		require.NoError(t, err)
		_, err = c.UIDMove(ctx, imap.UIDs(3), "x")
		require.ErrorIs(t, err, imap.ErrUnsupported, "never a bare EXPUNGE in its place")
		_, err = c.UIDExpunge(ctx, imap.UIDs(3))
		require.ErrorIs(t, err, imap.ErrUnsupported)
		_, err = c.Enable(ctx, imap.CapUTF8Accept)
		require.ErrorIs(t, err, imap.ErrUnsupported)
		time.Sleep(24 * time.Hour) // nothing is sent by itself
		require.NoError(t, c.Logout(ctx))
		require.Equal(t, []string{
			"A1 CAPABILITY", `A2 LOGIN "u" "p"`, "A3 CAPABILITY", "A4 SELECT INBOX", "A5 UID FETCH 3:* (BODY.PEEK[])", "A6 LOGOUT",
		}, peer.Log())
	})
}
