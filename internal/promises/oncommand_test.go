package promises_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// OnCommand is called for each command, in the order of the ends, with what it cost and
// what came of it.
func TestOnCommandSeesEachCommand(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		var got []imap.CommandInfo
		opts := &imap.Options{OnCommand: func(info imap.CommandInfo) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, info)
		}}
		row := "* 1 FETCH (UID 1 FLAGS ())"
		c := inInbox(t, opts, 2, func(p *scripted.Peer) {
			cmd := p.Want("UID FETCH 1:2 (FLAGS)")
			time.Sleep(3 * time.Second)
			p.Send(row, "* 2 FETCH (UID 2 FLAGS ())", "* 3 EXISTS", cmd.Tag+" OK done")
			p.Sendf("%s NO [TRYCREATE] there is no such mailbox", p.Want("UID COPY 1 Archive").Tag)
		})
		_, err := imap.Collect(c.UIDFetch(t.Context(), imap.UIDRange(1, 2), flags, nil))
		require.NoError(t, err)
		_, err = c.UIDCopy(t.Context(), imap.UIDs(1), "Archive")
		require.Error(t, err)
		_, err = c.UIDCopy(t.Context(), imap.UIDs(1), "bad\x00name")
		require.Error(t, err, "it was not sent, and is no command")
		require.NoError(t, c.Close())
		_, err = c.UIDCopy(t.Context(), imap.UIDs(1), "Archive")
		require.Error(t, err)
		synctest.Wait()
		require.GreaterOrEqual(t, len(got), 3)
		assert.Equal(t, "SELECT", got[0].Name)
		fetched := got[1]
		assert.Equal(t, "UID FETCH", fetched.Name)
		assert.Equal(t, "INBOX", fetched.Mailbox)
		assert.Equal(t, 2, fetched.Rows)
		assert.EqualValues(t, len("UID FETCH 1:2 (FLAGS)\r\n"), fetched.Sent)
		assert.GreaterOrEqual(t, fetched.Received, int64(len(row)))
		assert.GreaterOrEqual(t, fetched.Duration, 3*time.Second)
		assert.NoError(t, fetched.Err)
		assert.Equal(t, imap.OK, fetched.Status.Type)
		assert.Equal(t, "UID COPY", got[2].Name)
		assert.ErrorIs(t, got[2].Err, imap.CodeTryCreate)
		assert.Equal(t, imap.NO, got[2].Status.Type)
	})
}

// OnCommand that blocks holds up nothing, and what waits for it is bounded.
func TestOnCommandThatBlocksHoldsUpNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		calls := 0
		opts := &imap.Options{OnCommand: func(imap.CommandInfo) { <-release; calls++ }}
		c := inInbox(t, opts, 2, func(p *scripted.Peer) { p.Serve(nil) })
		const n = 3000
		for i := range n {
			require.NoError(t, c.Noop(t.Context()), fmt.Sprint(i))
		}
		close(release)
		synctest.Wait()
		assert.Less(t, calls, n)
		assert.Greater(t, calls, 1000)
	})
}
