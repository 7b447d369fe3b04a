package suite

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

var multiSearchTests = []Test{
	{Name: "ESEARCH in named mailboxes", Run: testESearchNamed},
	{Name: "ESEARCH in all of the user's", Run: testESearchPersonal},
	{Name: "ESEARCH in the selected mailbox", Run: testESearchSelected},
}

// twoBoxes has two mailboxes, with a message in each that is about lunch.
func (t *T) twoBoxes(c *imap.Client) []string {
	t.Helper()
	if !c.Caps().Has(response.CapMultiSearch) {
		_, err := c.ESearch(t.Ctx, nil, nil, nil)
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("MULTISEARCH")
	}
	names := []string{t.NewBox(c, "Fräulein"), t.NewBox(c, "Herr")}
	t.Put(c, names[0], note("lunch"), note("dinner"))
	t.Put(c, names[1], note("tea"), note("lunch"))
	return names
}

func testESearchNamed(t *T) {
	c := t.Login()
	names := t.twoBoxes(c)
	in := []commands.SearchSource{{Filter: commands.FilterMailboxes, Mailboxes: names}}
	found, err := c.ESearch(t.Ctx, in, search.Subject("lunch"), nil)
	require.NoError(t, err)
	t.sortFound(found)
	require.Len(t, found.Mailboxes, 2)
	for i, box := range found.Mailboxes {
		assert.Equal(t, names[i], box.Mailbox)
		assert.EqualValues(t, 1, box.Count)
		m, err := c.Examine(t.Ctx, box.Mailbox, nil)
		require.NoError(t, err)
		assert.Equal(t, m.UIDValidity, box.UIDValidity)
		msg, err := c.UIDFetchOne(t.Ctx, slices.Collect(box.All.All())[0], imap.FetchItems{Envelope: true})
		require.NoError(t, err)
		assert.Equal(t, "lunch", msg.Envelope.Subject)
	}
	none, err := c.ESearch(t.Ctx, in, search.Subject("breakfast"), nil)
	require.NoError(t, err)
	assert.Empty(t, none.Mailboxes)
}

func (t *T) sortFound(found *response.ESearchResult) {
	slices.SortFunc(found.Mailboxes, func(a, b response.MailboxResult) int { return strings.Compare(a.Mailbox, b.Mailbox) })
}

func testESearchPersonal(t *T) {
	c := t.Login()
	names := t.twoBoxes(c)
	found, err := c.ESearch(t.Ctx, []commands.SearchSource{{Filter: commands.FilterPersonal}}, search.Subject("tea"), &imap.SearchOptions{Min: true, Count: true})
	require.NoError(t, err)
	require.Len(t, found.Mailboxes, 1)
	assert.Equal(t, names[1], found.Mailboxes[0].Mailbox)
	assert.EqualValues(t, 1, found.Mailboxes[0].Count)
	assert.EqualValues(t, 1, found.Mailboxes[0].Min)
}

func testESearchSelected(t *T) {
	c := t.Login()
	names := t.twoBoxes(c)
	_, err := c.Select(t.Ctx, names[0], nil)
	require.NoError(t, err)
	found, err := c.ESearch(t.Ctx, nil, search.Subject("dinner"), nil)
	require.NoError(t, err)
	require.Len(t, found.Mailboxes, 1)
	assert.EqualValues(t, 1, found.Mailboxes[0].Count)
}
