package promises_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// An empty set asks for nothing: nothing is sent, and nothing happens.
func TestAnEmptySetAsksForNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Answer("NOOP") })
		ctx := t.Context()
		for m, err := range c.UIDFetch(ctx, imap.UIDSet{}, flags, nil) {
			t.Error(m, err)
		}
		for b, err := range c.FetchBodies(ctx, imap.SeqSet{}, whole, nil) {
			t.Error(b, err)
		}
		stored, err := c.UIDStore(ctx, imap.UIDSet{}, imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
		assert.NoError(t, err)
		assert.Empty(t, stored.Messages)
		for _, file := range []func() (*imap.CopyResult, error){
			func() (*imap.CopyResult, error) { return c.UIDCopy(ctx, imap.UIDSet{}, "Archive") },
			func() (*imap.CopyResult, error) { return c.Copy(ctx, imap.SeqSet{}, "Archive") },
			func() (*imap.CopyResult, error) { return c.UIDMove(ctx, imap.UIDSet{}, "Archive") },
			func() (*imap.CopyResult, error) { return c.Move(ctx, imap.SeqSet{}, "Archive") },
		} {
			res, err := file()
			assert.NoError(t, err)
			assert.True(t, res.Source.Empty())
		}
		gone, err := c.UIDExpunge(ctx, imap.UIDSet{})
		assert.NoError(t, err)
		assert.Empty(t, gone.SeqNums)
		_, err = c.UIDFetchOne(ctx, 0, flags)
		assert.ErrorIs(t, err, imap.CodeNonExistent)
		works(t, c)
	})
}

// What a FETCH needs beyond its items is asked for before anything is sent.
func TestFetchOptionsNeedCapabilities(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Answer("NOOP") })
		_, err := imap.Collect(c.UIDFetch(t.Context(), all, flags, &imap.FetchOptions{ChangedSince: 1}))
		var missing *imap.UnsupportedError
		require.ErrorAs(t, err, &missing)
		assert.Equal(t, imap.CapCondStore, missing.Cap)
		works(t, c)
	})
}

func TestCRLF(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":           "",
		"a":          "a",
		"\n":         "\r\n",
		"a\nb\r\nc":  "a\r\nb\r\nc",
		"\n\n\r\n\n": "\r\n\r\n\r\n\r\n",
		"a\rb\r\r\n": "a\rb\r\r\n",
	} {
		assert.Equal(t, want, string(imap.CRLF(text)))
		assert.Equal(t, want, string(imap.CRLF([]byte(text))))
		assert.NotContains(t, strings.ReplaceAll(string(imap.CRLF(text)), "\r\n", ""), "\n")
	}
}
