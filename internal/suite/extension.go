package suite

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

var extensionTests = []Test{
	{Name: "IMAP4rev2", Run: testRev2},
	{Name: "UTF8=ACCEPT", Run: testUTF8Accept},
	{Name: "COMPRESS=DEFLATE", Run: testCompress},
	{Name: "QRESYNC", Run: testQResync},
	{Name: "UIDONLY", Run: testUIDOnly},
}

// testRev2 has a session in which IMAP4rev2 is enabled.
func testRev2(t *T) {
	c := t.Login()
	t.Need(c, imap.CapIMAP4rev2)
	enabled, err := c.Enable(t.Ctx, imap.CapIMAP4rev2)
	require.NoError(t, err)
	require.True(t, enabled.Has(imap.CapIMAP4rev2), "%s", enabled)
	name := t.Selected(c, note("one", imap.FlagSeen), addressed, nested)
	assert.EqualValues(t, 3, c.Mailbox().Messages)
	uids := t.UIDs(c)
	require.Len(t, uids, 3)

	found, err := c.UIDSearch(t.Ctx, search.Unseen(), &imap.SearchOptions{Min: true, Count: true})
	require.NoError(t, err)
	assert.Equal(t, uids[1], found.Min)
	assert.EqualValues(t, 2, found.Count)
	none, err := c.UIDSearch(t.Ctx, search.Answered(), nil)
	require.NoError(t, err)
	assert.True(t, none.All.Empty())

	all := t.Fetch(c, imap.FetchItems{Flags: true, Envelope: true, BodyStructure: true, Sections: []imap.FetchSection{imap.Header()}})
	require.Len(t, all, 3)
	assert.Equal(t, "Grüße aus Köln and more €", all[1].Envelope.Subject)
	assert.Equal(t, "Jörg Müller", all[1].Envelope.From[0].Name)
	assert.Len(t, all[2].BodyStructure.Children, 3)

	st, err := c.Status(t.Ctx, name, imap.StatusMessages|imap.StatusDeleted|imap.StatusSize)
	require.NoError(t, err)
	assert.True(t, st.Has(imap.StatusDeleted|imap.StatusSize))

	dest := t.NewBox(c, "Ziel für alles")
	_, err = c.UIDMove(t.Ctx, imap.UIDs(uids[0]), dest)
	require.NoError(t, err)
	_, err = c.UIDStore(t.Ctx, imap.UIDs(uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	_, err = c.UIDExpunge(t.Ctx, imap.UIDs(uids[1]))
	require.NoError(t, err)
	assert.Equal(t, []imap.UID{uids[2]}, t.UIDs(c))
	require.NoError(t, c.Unselect(t.Ctx))
	assert.Contains(t, t.list(c, "*", &imap.ListOptions{Status: imap.StatusMessages}), dest)
	_, err = c.Select(t.Ctx, t.Box(c, "NotThere"), nil)
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, imap.StateAuthenticated, c.State())
}

func testUTF8Accept(t *T) {
	c := t.Login()
	t.Need(c, imap.CapUTF8Accept)
	enabled, err := c.Enable(t.Ctx, imap.CapUTF8Accept)
	require.NoError(t, err)
	require.True(t, enabled.Has(imap.CapUTF8Accept), "enabled: %s", enabled)
	name := t.Selected(c, searchable()...)
	assert.EqualValues(t, 6, c.Mailbox().Messages)
	assert.Equal(t, name, c.Mailbox().Name)
	found, err := c.UIDSearch(t.Ctx, search.Subject("Grüße"), nil)
	t.Expect(NoUTF8QuotedSearch, err == nil && found.All.Len() == 1, "%v %v", found, err)
	all := t.Fetch(c, imap.FetchItems{Envelope: true})
	assert.Equal(t, "Grüße aus Köln", all[4].Envelope.Subject)
}

func testCompress(t *T) {
	c := t.Login()
	if !c.Caps().Has(imap.CapCompressDeflate) {
		assert.ErrorIs(t, c.Compress(t.Ctx), imap.ErrUnsupported)
		t.NotOffered("COMPRESS=DEFLATE")
	}
	require.NoError(t, c.Compress(t.Ctx))
	m := mail{text: bigText("compressed", 1<<20)}
	t.Selected(c, m, nested, note("three"))
	all := t.Fetch(c, imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{imap.WholeMessage()}})
	require.Len(t, all, 3)
	t.sameText(m.text, all[0].Body())
	t.sameText(nested.text, all[1].Body())
	assert.Error(t, c.Compress(t.Ctx), "twice")
	require.NoError(t, c.Noop(t.Ctx))
	assert.NotNil(t, c.TLS())
	require.NoError(t, c.Logout(t.Ctx))
}

func testQResync(t *T) {
	c, other := t.Login(), t.Login()
	name := t.Selected(c, notes(5)...)
	t.Need(c, imap.CapQResync)
	uids := t.UIDs(c)
	require.NoError(t, c.Unselect(t.Ctx))
	_, err := c.Enable(t.Ctx, imap.CapQResync)
	require.NoError(t, err)
	before, err := c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	require.NoError(t, c.Unselect(t.Ctx))

	_, err = other.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	_, err = other.UIDStore(t.Ctx, imap.UIDs(uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	require.NoError(t, err)
	_, err = other.UIDStore(t.Ctx, imap.UIDs(uids[3]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	_, err = other.Expunge(t.Ctx)
	require.NoError(t, err)

	now, err := c.Select(t.Ctx, name, &imap.SelectOptions{QResync: &commands.QResync{UIDValidity: before.UIDValidity, ModSeq: before.HighestModSeq}})
	require.NoError(t, err)
	assert.True(t, now.Vanished.Contains(uids[3]), "vanished: %s", now.Vanished)
	assert.False(t, now.Vanished.Contains(uids[0]))
	require.Len(t, now.Changed, 1)
	assert.Equal(t, uids[1], now.Changed[0].UID)
	assert.True(t, now.Changed[0].HasFlag(imap.FlagFlagged))
	assert.EqualValues(t, 4, now.Messages)

	// From now on, removals come by UID.
	_, err = c.UIDStore(t.Ctx, imap.UIDs(uids[0]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	res, err := c.UIDExpunge(t.Ctx, imap.UIDs(uids[0]))
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[0]).String(), res.UIDs.String())
	assert.EqualValues(t, 3, c.Mailbox().Messages)
}

// testUIDOnly has a session without message sequence numbers. What the other tests do in
// that mode is a test of its own, with Server.UIDOnly.
func testUIDOnly(t *T) {
	c, other := t.Login(), t.Login()
	t.Need(c, response.CapUIDOnly)
	_, err := c.Enable(t.Ctx, response.CapUIDOnly)
	require.NoError(t, err)
	require.True(t, c.Enabled().Has(response.CapUIDOnly))
	name := t.Selected(c, notes(4)...)
	uids := t.UIDs(c)
	require.Len(t, uids, 4)
	for _, err := range c.Fetch(t.Ctx, imap.Seqs(1), imap.FetchItems{Flags: true}, nil) {
		assert.ErrorIs(t, err, imap.ErrState)
	}
	for _, m := range t.Fetch(c, imap.FetchItems{Flags: true, Envelope: true}) {
		assert.Zero(t, m.SeqNum)
		assert.Contains(t, uids, m.UID)
	}
	// What another session changes comes by UID.
	_, err = other.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	_, err = other.UIDStore(t.Ctx, imap.UIDs(uids[1], uids[2]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	_, err = other.Expunge(t.Ctx)
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
	assert.Equal(t, []imap.UID{uids[0], uids[3]}, t.UIDs(c))
	assert.EqualValues(t, 2, c.Mailbox().Messages)
	stored, err := c.UIDStore(t.Ctx, imap.UIDs(uids[3]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	require.Len(t, stored.Messages, 1)
	assert.Equal(t, uids[3], stored.Messages[0].UID)
	gone, err := c.Expunge(t.Ctx)
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[3]).String(), gone.UIDs.String())
}
