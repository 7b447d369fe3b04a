package promises_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

const qresyncCaps = "* PREAUTH [CAPABILITY " + caps + " CONDSTORE QRESYNC] ready"

// TestVanishedBelongsToItsFetch: VANISHED (EARLIER) goes to the loop that asked for it,
// before the rows that follow, and is no event.
func TestVanishedBelongsToItsFetch(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var events []imap.Event
		c := connect(t, &imap.Options{OnEvent: func(ev imap.Event) { events = append(events, ev) }}, func(p *scripted.Peer) {
			p.Send(qresyncCaps)
			p.Answer("SELECT INBOX", "* 9 EXISTS")
			p.Answer("UID FETCH 1:9 (FLAGS) (CHANGEDSINCE 7 VANISHED)",
				"* VANISHED (EARLIER) 3,5:6", "* 1 FETCH (UID 1 FLAGS () MODSEQ (8))",
				"* VANISHED (EARLIER) 8", "* 2 FETCH (UID 2 FLAGS () MODSEQ (8))")
			p.Serve(nil)
		})
		require.NoError(t, openBox(t.Context(), c, "INBOX"))
		var order []string
		opts := &imap.FetchOptions{ChangedSince: 7, OnVanished: func(gone imap.UIDSet) {
			order = append(order, gone.String())
			works(t, c) // as the body of the loop may
		}}
		for msg, err := range c.UIDFetch(t.Context(), imap.UIDRange(1, 9), flags, opts) {
			require.NoError(t, err)
			order = append(order, sprint("row", msg.UID))
		}
		require.Equal(t, []string{"3,5:6", "row 1", "8", "row 2"}, order)
		require.EqualValues(t, 9, c.Mailbox().Messages, "EARLIER is about what was gone before")
		synctest.Wait()
		require.Empty(t, events)
	})
}

// TestHighestModSeqFollows walks through the example of RFC 7162 §6: the code counts,
// even if it is lower, and otherwise the mod-sequences of messages do, when a tagged
// response comes.
func TestHighestModSeqFollows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send(qresyncCaps)
			p.Answer("SELECT INBOX", "* 9 EXISTS", "* OK [HIGHESTMODSEQ 96] here")
			p.Answer("UID STORE 6 +FLAGS (\\Seen)", "* 1 FETCH (UID 6 MODSEQ (103))", "* 2 FETCH (UID 7 MODSEQ (101))", "* OK [HIGHESTMODSEQ 99] delayed")
			cmd := p.Want("UID STORE 6 +FLAGS (\\Seen)")
			p.Send("* 3 FETCH (UID 8 MODSEQ (104))", cmd.Tag+" OK [HIGHESTMODSEQ 99] still delaying")
			p.Answer("NOOP", "* 4 FETCH (UID 9 MODSEQ (103))", "* 3 FETCH (UID 8 MODSEQ (102))")
			cmd = p.Want("UID EXPUNGE 8")
			p.Send("* VANISHED 8", cmd.Tag+" OK [HIGHESTMODSEQ 104] done")
			p.Answer("SELECT Other", "* 9 EXISTS", "* OK [NOMODSEQ] none")
			p.Answer("NOOP", "* 4 FETCH (UID 9 MODSEQ (200))")
			p.Serve(nil)
		})
		now := func() uint64 { return c.Mailbox().HighestModSeq }
		store := func() uint64 {
			res, err := c.UIDStore(t.Context(), imap.UIDs(6), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
			require.NoError(t, err)
			return res.HighestModSeq
		}
		require.NoError(t, openBox(t.Context(), c, "INBOX"))
		require.EqualValues(t, 96, now())
		require.EqualValues(t, 99, store())
		require.EqualValues(t, 99, now())
		require.EqualValues(t, 99, store())
		require.EqualValues(t, 99, now(), "the code counts, although 104 was seen")
		works(t, c)
		require.EqualValues(t, 103, now(), "the highest of the messages since the last tagged response")
		gone, err := c.UIDExpunge(context.Background(), imap.UIDs(8))
		require.NoError(t, err)
		require.EqualValues(t, 104, gone.HighestModSeq)
		require.EqualValues(t, 104, now())
		require.EqualValues(t, 1, c.Mailbox().Removed)
		require.EqualValues(t, 8, c.Mailbox().Messages)
		require.NoError(t, openBox(t.Context(), c, "Other"))
		require.Zero(t, c.Mailbox().Removed)
		works(t, c)
		require.Zero(t, now(), "a mailbox that keeps none")
	})
}
