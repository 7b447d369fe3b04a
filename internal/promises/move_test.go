package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Without MOVE, a message that comes while others are moved stays: what is removed
// is what was copied.
func TestMoveWithoutMoveLeavesNewMessagesAlone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS] ready")
			p.Answer("SELECT INBOX", "* 2 EXISTS", "* OK [UIDNEXT 1001] next")
			p.Answer("UID SEARCH UID 900:*", "* SEARCH 999 1000", "* 3 EXISTS")
			p.Answer("UID COPY 999:1000 Archive", "* OK [COPYUID 1 999:1000 7:8] copied")
			p.Answer("UID STORE 999:1000 +FLAGS.SILENT (\\Deleted)")
			p.Answer("UID EXPUNGE 999:1000", "* 1 EXPUNGE", "* 1 EXPUNGE")

			p.Answer("UID COPY 998:1000 Archive", "* OK [COPYUID 1 998 9] copied") // no new message can be there
			p.Answer("UID STORE 998 +FLAGS.SILENT (\\Deleted)")
			p.Answer("UID EXPUNGE 998")

			p.Answer("UID SEARCH UID 1001:2000", "* SEARCH")
		})
		ctx := t.Context()
		_, err := c.Select(ctx, "INBOX", nil)
		require.NoError(t, err)
		res, err := c.UIDMove(ctx, imap.UIDRange(900, imap.Star), "Archive")
		require.NoError(t, err)
		assert.Equal(t, "7:8", res.Dest.String())
		assert.EqualValues(t, 1, c.Mailbox().Messages)
		_, err = c.UIDMove(ctx, imap.UIDRange(998, 1000), "Archive")
		require.NoError(t, err)
		_, err = c.UIDMove(ctx, imap.UIDRange(1001, 2000), "Archive")
		require.NoError(t, err)
	})
}

// MOVE may be answered with several codes; each message has its pair.
func TestCopiesArePaired(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 UIDPLUS MOVE] ready")
			p.Answer("SELECT INBOX", "* 3 EXISTS")
			p.Answer("UID MOVE 1:9 Archive", "* OK [COPYUID 1 5,3 10:11] moved", "* OK [COPYUID 1 1 9] moved")
		})
		_, err := c.Select(t.Context(), "INBOX", nil)
		require.NoError(t, err)
		res, err := c.UIDMove(t.Context(), imap.UIDRange(1, 9), "Archive")
		require.NoError(t, err)
		assert.Equal(t, "1,3,5", res.Source.String())
		assert.Equal(t, "9:11", res.Dest.String())
		pairs := make(map[imap.UID]imap.UID)
		for source, dest := range res.Pairs() {
			pairs[source] = dest
		}
		assert.Equal(t, map[imap.UID]imap.UID{5: 10, 3: 11, 1: 9}, pairs)
	})
}
