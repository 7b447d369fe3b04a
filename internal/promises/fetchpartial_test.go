package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

// The PARTIAL modifier of UID FETCH needs PARTIAL: CONTEXT=SEARCH has it for searches
// alone (RFC 9394 §3.3).
func TestFetchOfAPart(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := esorting(t, "PARTIAL CONDSTORE", func(p *scripted.Peer) {
			p.Answer("UID FETCH 25900:26600 (UID FLAGS) (PARTIAL -1:-3)",
				`* 7 FETCH (FLAGS (\Seen) UID 25996)`, `* 8 FETCH (FLAGS (\Flagged \Answered) UID 25997)`, `* 9 FETCH (FLAGS () UID 26600)`)
			p.Answer("UID FETCH 25900:26600 (UID FLAGS) (PARTIAL -1:-30 CHANGEDSINCE 98305)",
				`* 8 FETCH (FLAGS (\Flagged \Answered) MODSEQ (98306) UID 25997)`, `* 9 FETCH (FLAGS () MODSEQ (98312) UID 26600)`)
			p.Answer("NOOP")
		})
		items := imap.FetchItems{UID: true, Flags: true}
		set := imap.UIDRange(25900, 26600)
		last, err := imap.Collect(c.UIDFetch(t.Context(), set, items, &imap.FetchOptions{Partial: &commands.PartialRange{First: -1, Last: -3}}))
		require.NoError(t, err)
		assert.Len(t, last, 3)
		changed, err := imap.Collect(c.UIDFetch(t.Context(), set, items, &imap.FetchOptions{
			Partial: &commands.PartialRange{First: -1, Last: -30}, ChangedSince: 98305,
		}))
		require.NoError(t, err)
		assert.Len(t, changed, 2)
		for _, err := range c.Fetch(t.Context(), imap.SeqRange(1, 9), items, &imap.FetchOptions{Partial: &commands.PartialRange{First: 1, Last: 3}}) {
			var wrong *imap.ArgumentError
			require.ErrorAs(t, err, &wrong)
		}
		works(t, c)
	})
	bubble(t, func(t *testing.T) {
		c := esorting(t, "CONTEXT=SEARCH", func(p *scripted.Peer) { p.Answer("NOOP") })
		for _, err := range c.UIDFetch(t.Context(), all, flags, &imap.FetchOptions{Partial: &commands.PartialRange{First: 1, Last: 3}}) {
			var missing *imap.UnsupportedError
			require.ErrorAs(t, err, &missing)
			assert.Equal(t, response.CapPartial, missing.Cap)
		}
		works(t, c)
	})
}
