package suite

import (
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var listTests = []Test{
	{Name: "LIST", Run: testList},
	{Name: "LIST, the delimiter", Run: testListDelimiter},
	{Name: "LIST-EXTENDED", Run: testListExtended},
	{Name: "CHILDREN", Run: testListChildren},
	{Name: "SPECIAL-USE", Run: testListSpecialUse},
	{Name: "LIST with STATUS", Run: testListStatus},
	{Name: "LIST with the user's rights (LIST-MYRIGHTS)", Run: testListMyRights},
	{Name: "LIST with METADATA (LIST-METADATA)", Run: testListMetadata},
	{Name: "LSUB", Run: testLSub},
	{Name: "STATUS", Run: testStatus},
	{Name: "STATUS of the selected mailbox", Run: testStatusSelected},
}

// list returns the names that a pattern matches.
func (t *T) list(c *imap.Client, pattern string, opts *imap.ListOptions) []string {
	t.Helper()
	rows, err := imap.Collect(c.List(t.Ctx, pattern, opts))
	require.NoError(t, err)
	var names []string
	for _, row := range rows {
		names = append(names, row.Mailbox)
	}
	return names
}

func testList(t *T) {
	c := t.Login()
	a, b := t.NewBox(c, "Apples"), t.NewBox(c, "Bananas")
	assert.Subset(t, t.list(c, "*", nil), []string{a, b})
	assert.Equal(t, []string{a}, t.list(c, a, nil))
	assert.Equal(t, []string{a}, t.list(c, t.Box(c, "App%"), nil))
	assert.Empty(t, t.list(c, t.Box(c, "Nothing%"), nil))

	inbox := t.list(c, "INBOX", nil)
	require.Len(t, inbox, 1)
	assert.True(t, strings.EqualFold("INBOX", inbox[0]), inbox[0])

	if t.Box(c) == "" && t.Delim() != "" {
		child := t.Box(c, "Apples", "Red")
		if c.Create(t.Ctx, child, nil) == nil {
			assert.Contains(t, t.list(c, "*", nil), child)
			assert.NotContains(t, t.list(c, "%", nil), child)
			assert.Equal(t, []string{child}, t.list(c, "Apples"+t.Delim()+"%", nil))
			assert.Contains(t, t.list(c, "%"+t.Delim()+"%", nil), child)
		}
	}
	// A break out of the loop is allowed.
	for range c.List(t.Ctx, "*", nil) {
		break
	}
	require.NoError(t, c.Noop(t.Ctx))
}

func testListDelimiter(t *T) {
	c := t.Login()
	rows, err := imap.Collect(c.List(t.Ctx, "", nil))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.NotZero(t, rows[0].Delim)
}

func testListExtended(t *T) {
	c := t.Login()
	t.Need(c, response.CapListExtended, imap.CapIMAP4rev2)
	a, b, other := t.NewBox(c, "Apples"), t.NewBox(c, "Bananas"), t.NewBox(c, "Cherries")
	require.NoError(t, c.Subscribe(t.Ctx, a))
	_ = c.Unsubscribe(t.Ctx, b)

	names := t.list(c, "", &imap.ListOptions{Patterns: []string{t.Box(c, "App*"), t.Box(c, "Ban*")}})
	assert.ElementsMatch(t, []string{a, b}, names)
	assert.NotContains(t, names, other)

	only := t.list(c, "*", &imap.ListOptions{SubscribedOnly: true})
	assert.Contains(t, only, a)
	assert.NotContains(t, only, b)

	rows, err := imap.Collect(c.List(t.Ctx, "*", &imap.ListOptions{Subscribed: true}))
	require.NoError(t, err)
	for _, row := range rows {
		switch row.Mailbox {
		case a:
			assert.True(t, row.HasAttr(imap.AttrSubscribed), "%q", row.Attrs)
		case b:
			assert.False(t, row.HasAttr(imap.AttrSubscribed), "%q", row.Attrs)
		}
	}

	child := t.Box(c, "Apples", "Red")
	require.NoError(t, c.Create(t.Ctx, child, nil))
	require.NoError(t, c.Subscribe(t.Ctx, child))
	_ = c.Unsubscribe(t.Ctx, a)
	rows, err = imap.Collect(c.List(t.Ctx, t.Box(c, "%"), &imap.ListOptions{SubscribedOnly: true, RecursiveMatch: true}))
	require.NoError(t, err)
	found := false
	for _, row := range rows {
		if row.Mailbox == a {
			found = true
			require.NotNil(t, row.Ext)
			assert.Contains(t, upper(row.Ext.ChildInfo), "SUBSCRIBED")
		}
	}
	t.Expect(NoRecursiveMatch, found, "%q is there because of what is below it", a)
}

func upper(texts []string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, strings.ToUpper(text))
	}
	return out
}

func testListChildren(t *T) {
	c := t.Login()
	t.Need(c, response.CapChildren, response.CapListExtended, imap.CapIMAP4rev2)
	parent, leaf := t.NewBox(c, "Parent"), t.NewBox(c, "Leaf")
	require.NoError(t, c.Create(t.Ctx, t.Box(c, "Parent", "Child"), nil))
	for row, err := range c.List(t.Ctx, "*", &imap.ListOptions{Children: true}) {
		require.NoError(t, err)
		switch row.Mailbox {
		case parent:
			t.Expect(NoHasChildren, row.HasAttr(imap.AttrHasChildren), "%q", row.Attrs)
		case leaf:
			assert.False(t, row.HasAttr(imap.AttrHasChildren), "%q", row.Attrs)
		}
	}
}

func testListSpecialUse(t *T) {
	c := t.Login()
	t.Need(c, imap.CapSpecialUse)
	if c.Caps().Has(response.CapCreateSpecialUse) {
		_ = c.Create(t.Ctx, t.Box(c, "Sent"), &commands.CreateOptions{SpecialUse: []imap.MailboxAttr{imap.AttrSent}})
	}
	for _, name := range []string{"Sent", "Drafts", "Trash"} { // some give these names their use
		_ = c.Create(t.Ctx, t.Box(c, name), nil)
	}
	special := 0
	for row, err := range c.List(t.Ctx, "*", &imap.ListOptions{SpecialUse: true}) {
		require.NoError(t, err)
		for _, a := range []imap.MailboxAttr{imap.AttrSent, imap.AttrDrafts, imap.AttrTrash, imap.AttrJunk, imap.AttrArchive} {
			if row.HasAttr(a) {
				special++
			}
		}
	}
	assert.NotZero(t, special)

	rows, err := imap.Collect(c.List(t.Ctx, "*", &imap.ListOptions{SpecialUseOnly: true}))
	t.Expect(NoSpecialUseSelection, err == nil, "LIST (SPECIAL-USE): %v", err)
	if err == nil {
		assert.NotEmpty(t, rows)
	}
	require.NoError(t, c.Noop(t.Ctx))
}

// testListStatus needs no capability: without LIST-STATUS, the client asks for each.
func testListStatus(t *T) {
	c := t.Login()
	a, b := t.NewBox(c, "Apples"), t.NewBox(c, "Bananas")
	t.Put(c, a, note("one"), note("two", imap.FlagSeen))
	seen := map[string]*imap.MailboxStatus{}
	for row, err := range c.List(t.Ctx, "*", &imap.ListOptions{Status: imap.StatusMessages | imap.StatusUnseen | imap.StatusUIDNext}) {
		require.NoError(t, err)
		seen[row.Mailbox] = row.Status
	}
	require.NotNil(t, seen[a])
	require.NotNil(t, seen[b])
	assert.EqualValues(t, 2, seen[a].Messages)
	assert.EqualValues(t, 1, seen[a].Unseen)
	assert.NotZero(t, seen[a].UIDNext)
	assert.EqualValues(t, 0, seen[b].Messages)
	assert.True(t, seen[b].Has(imap.StatusMessages))
}

func testLSub(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Wanted")
	_ = c.Subscribe(t.Ctx, name)
	rows, err := imap.Collect(c.LSub(t.Ctx, t.Box(c, "Wan*"), nil))
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.Equal(t, name, rows[0].Mailbox)
	assert.True(t, rows[0].LSub)
	rows, err = imap.Collect(c.LSub(t.Ctx, t.Box(c, "Nobody*"), nil))
	require.NoError(t, err)
	assert.Empty(t, rows)
}

// everyItem is every item that the library knows; those that the server does
// not offer are left out by the library.
const everyItem = imap.StatusMessages | imap.StatusUIDNext | imap.StatusUIDValidity | imap.StatusUnseen |
	imap.StatusDeleted | imap.StatusSize | imap.StatusRecent | imap.StatusHighestModSeq | imap.StatusAppendLimit |
	imap.StatusDeletedStorage | imap.StatusMailboxID

func testStatus(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Counted")
	one, two, three := note("one", imap.FlagSeen), note("two"), note("three", imap.FlagDeleted)
	t.Put(c, name, one, two, three)

	st, err := c.Status(t.Ctx, name, imap.StatusMessages|imap.StatusUIDNext|imap.StatusUIDValidity|imap.StatusUnseen|imap.StatusRecent)
	require.NoError(t, err)
	assert.Equal(t, name, st.Mailbox)
	assert.EqualValues(t, 3, st.Messages)
	assert.EqualValues(t, 2, st.Unseen)
	assert.NotZero(t, st.UIDNext)
	assert.NotZero(t, st.UIDValidity)

	caps := c.Caps()
	items := everyItem
	if t.Deviates(GarbledMailboxID) {
		items &^= imap.StatusMailboxID
	}
	st, err = c.Status(t.Ctx, name, items)
	require.NoError(t, err)
	assert.EqualValues(t, 3, st.Messages)
	if caps.Has(response.CapStatusSize) {
		assert.EqualValues(t, len(one.text)+len(two.text)+len(three.text), st.Size)
	}
	if caps.Has(imap.CapIMAP4rev2) {
		assert.EqualValues(t, 1, st.Deleted)
	}
	if caps.Has(imap.CapCondStore) {
		assert.NotZero(t, st.HighestModSeq)
	}
	if caps.Has(response.CapObjectID) && items&imap.StatusMailboxID != 0 {
		assert.NotEmpty(t, st.MailboxID)
	}
}

func testStatusSelected(t *T) {
	c := t.Login()
	name := t.Selected(c, note("one"), note("two"))
	st, err := c.Status(t.Ctx, name, imap.StatusMessages|imap.StatusUnseen)
	require.NoError(t, err)
	assert.EqualValues(t, 2, st.Messages)
	assert.EqualValues(t, 2, c.Mailbox().Messages)
}
