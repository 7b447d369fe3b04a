package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// UIDDelete removes what it was asked to remove, or nothing.
func TestDeleteRemovesNothingElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInboxOf(t, "IMAP4rev1 UIDPLUS", 5, func(p *scripted.Peer) {
			p.Answer("UID STORE 7 +FLAGS.SILENT (\\Deleted)")
			p.Answer("UID EXPUNGE 7", "* 2 EXPUNGE")
			p.Answer("UID SEARCH UID 7:*", "* SEARCH 8 9")
			p.Answer("UID STORE 8:9 +FLAGS.SILENT (\\Deleted)")
			cmd := p.Want("UID EXPUNGE 8:9")
			p.Sendf("%s NO not now", cmd.Tag)
		})
		res, err := c.UIDDelete(t.Context(), imap.UIDs(7))
		require.NoError(t, err)
		assert.Equal(t, []imap.SeqNum{2}, res.SeqNums)
		_, err = c.UIDDelete(t.Context(), imap.UIDRange(7, imap.Star))
		require.Error(t, err)
		assert.False(t, imap.SafeToRetry(err))
		_, err = c.UIDDelete(t.Context(), imap.UIDSet{})
		require.NoError(t, err)
	})
	bubble(t, func(t *testing.T) {
		c := inInboxOf(t, "IMAP4rev1", 5, func(p *scripted.Peer) { p.Answer("NOOP") })
		_, err := c.UIDDelete(t.Context(), imap.UIDs(7))
		require.ErrorIs(t, err, imap.ErrUnsupported)
		works(t, c)
	})
}

// TestNewest finds the newest messages the way the server offers.
func TestNewest(t *testing.T) {
	for caps, serve := range map[string]func(*scripted.Peer){
		"IMAP4rev1": func(p *scripted.Peer) {
			p.Answer("FETCH 4:* (UID)", "* 4 FETCH (UID 30)", "* 5 FETCH (UID 50)")
			p.Answer("FETCH 4:* (UID)", "* 4 FETCH (UID 30)", "* 5 FETCH (UID 50)", "* 6 EXISTS", "* 6 FETCH (UID 60)")
		},
		"IMAP4rev1 ESEARCH PARTIAL": func(p *scripted.Peer) {
			for range 2 {
				cmd := p.Want("UID SEARCH RETURN (PARTIAL -1:-2) ALL")
				p.Send(`* ESEARCH (TAG "`+cmd.Tag+`") UID PARTIAL (-1:-2 30,50)`, cmd.Tag+" OK done")
			}
		},
		"IMAP4rev1 SORT": func(p *scripted.Peer) {
			p.Answer("FETCH 4:* (UID)", "* 4 FETCH (UID 30)", "* 5 FETCH (UID 50)")
			p.Answer("UID SORT (REVERSE DATE) UTF-8 ALL", "* SORT 20 50 30")
		},
	} {
		bubble(t, func(t *testing.T) {
			c := inInboxOf(t, caps, 5, func(p *scripted.Peer) {
				serve(p)
				p.Hold()
			})
			got, err := c.UIDNewest(t.Context(), 2, false)
			require.NoError(t, err)
			assert.Equal(t, []imap.UID{50, 30}, got, caps)
			got, err = c.UIDNewest(t.Context(), 2, true)
			require.NoError(t, err)
			want := map[string][]imap.UID{"IMAP4rev1": {60, 50}, "IMAP4rev1 SORT": {20, 50}}[caps]
			if want == nil {
				want = []imap.UID{50, 30}
			}
			assert.Equal(t, want, got, caps)
			got, err = c.UIDNewest(t.Context(), 0, false)
			require.NoError(t, err)
			assert.Empty(t, got)
		})
	}
}
