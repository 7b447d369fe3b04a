package suite

import (
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

var replaceTests = []Test{
	{Name: "REPLACE, or what stands for it", Run: testReplace},
	{Name: "REPLACE into another mailbox", Run: testReplaceElsewhere},
	{Name: "REPLACE by message number", Run: testReplaceSeq},
}

// replacing saves m in the place of another message.
func (t *T) replacing(c *imap.Client, uid imap.UID, mailbox string, m mail) (*imap.AppendResult, error) {
	opts := &imap.AppendOptions{Flags: m.flags, InternalDate: m.date}
	return c.UIDReplace(t.Ctx, uid, mailbox, int64(len(m.text)), strings.NewReader(m.text), opts)
}

// testReplace needs REPLACE or UIDPLUS; with neither, the client must send nothing.
func testReplace(t *T) {
	c := t.Login()
	name := t.Selected(c, note("one"), note("draft"), note("somebody else's", imap.FlagDeleted))
	uids := t.UIDs(c)
	caps := c.Caps()
	res, err := t.replacing(c, uids[1], name, note("better draft", imap.FlagDraft))
	if !caps.Has(response.CapReplace) && !caps.Has(imap.CapUIDPlus) {
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		assert.Len(t, t.UIDs(c), 3)
		t.NotOffered("REPLACE or UIDPLUS")
	}
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
	left := t.UIDs(c)
	require.Len(t, left, 3)
	assert.Equal(t, []imap.UID{uids[0], uids[2]}, left[:2])
	if caps.Has(imap.CapUIDPlus) {
		assert.Equal(t, left[2], res.UID())
	}
	all := t.Fetch(c, imap.FetchItems{Envelope: true, Flags: true})
	assert.Equal(t, "better draft", all[2].Envelope.Subject)
	assert.True(t, all[2].HasFlag(imap.FlagDraft))
	assert.False(t, all[2].HasFlag(imap.FlagDeleted))
	assert.EqualValues(t, 3, c.Mailbox().Messages)
}

func testReplaceElsewhere(t *T) {
	c := t.Login()
	t.Need(c, response.CapReplace, imap.CapUIDPlus)
	dest := t.NewBox(c, "Dest")
	t.Selected(c, notes(2)...)
	uids := t.UIDs(c)
	_, err := t.replacing(c, uids[0], dest, note("sent"))
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
	assert.Equal(t, []imap.UID{uids[1]}, t.UIDs(c))
	_, err = t.replacing(c, uids[1], t.Box(c, "NotThere"), note("lost"))
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, []imap.UID{uids[1]}, t.UIDs(c), "nothing is removed where nothing was added")
	_, err = c.Select(t.Ctx, dest, nil)
	require.NoError(t, err)
	all := t.Fetch(c, imap.FetchItems{Envelope: true})
	require.Len(t, all, 1)
	assert.Equal(t, "sent", all[0].Envelope.Subject)
}

func testReplaceSeq(t *T) {
	c := t.Login()
	t.Need(c, response.CapReplace)
	name := t.Selected(c, notes(3)...)
	uids := t.UIDs(c)
	m := note("second")
	_, err := c.Replace(t.Ctx, 2, name, int64(len(m.text)), strings.NewReader(m.text), nil)
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
	left := t.UIDs(c)
	require.Len(t, left, 3)
	assert.Equal(t, []imap.UID{uids[0], uids[2]}, left[:2])
}
