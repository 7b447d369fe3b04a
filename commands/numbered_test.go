package commands_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// TestNumberedIsWhatEffectsSay: for every command of the package, what is read from its
// octets is what its effects say.
func TestNumberedIsWhatEffectsSay(t *testing.T) {
	numbered := 0
	var e Encoder
	for _, c := range everyCommand("a", 1) {
		e.Reset(Dialect{})
		if err := e.Command(c); err != nil {
			continue
		}
		if _, raw := c.(Raw); raw { // whose effects are unknown
			continue
		}
		want := c.Effects()&SeqNums != 0
		if s, ok := c.(Select); ok {
			want = s.QResync != nil
		}
		if want {
			numbered++
		}
		assert.Equal(t, want, e.Numbered(), "%s", e.AppendTrace(nil))
	}
	assert.Greater(t, numbered, 8)
}

// TestNumberedByName: the name is what is sent, whatever its letters' case.
func TestNumberedByName(t *testing.T) {
	for name, want := range map[string]bool{
		"fetch": true, "Store": true, "MOVE": true, "CONVERT": true, "UID CONVERT": false, "uid fetch": false, "NOOP": false, "XFETCH": false, "EXPUNGE": false,
	} {
		var e Encoder
		require.NoError(t, e.Command(Raw{Command: name, Args: []Arg{ArgNumber(1)}}))
		assert.Equal(t, want, e.Numbered(), name)
		require.NoError(t, e.Command(Raw{Command: name, Args: []Arg{ArgKey(search.Seq(response.Seqs(1)))}}))
		assert.True(t, e.Numbered(), name)
		require.NoError(t, e.Command(Raw{Command: "NOOP"}))
		assert.False(t, e.Numbered(), "it is about the last command")
	}
}
