package suite

import (
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var mailboxTests = []Test{
	{Name: "SELECT", Run: testSelect},
	{Name: "EXAMINE", Run: testExamine},
	{Name: "CREATE, DELETE", Run: testCreateDelete},
	{Name: "CREATE of levels", Run: testHierarchy},
	{Name: "RENAME", Run: testRename},
	{Name: "SUBSCRIBE, UNSUBSCRIBE", Run: testSubscribe},
	{Name: "NAMESPACE", Run: testNamespace},
	{Name: "CHECK", Run: testCheck},
	{Name: "CLOSE", Run: testCloseMailbox},
	{Name: "UNSELECT", Run: testUnselect},
	{Name: "CREATE-SPECIAL-USE", Run: testCreateSpecialUse},
}

var nameTests = []Test{
	{Name: "modified UTF-7", Run: testModifiedUTF7},
	{Name: "UTF-8 (UTF8=ACCEPT)", Run: func(t *T) { testUTF8Names(t, imap.CapUTF8Accept) }},
	{Name: "UTF-8 (IMAP4rev2)", Run: func(t *T) { testUTF8Names(t, imap.CapIMAP4rev2) }},
	{Name: "quoting", Run: testQuotedNames},
	{Name: "names that do not decode", Run: testUndecodableNames},
}

func testSelect(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Three")
	t.Put(c, name, note("one", imap.FlagSeen), note("two"), note("three"))
	m, err := c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	assert.Equal(t, imap.StateSelected, c.State())
	assert.Equal(t, name, m.Name)
	assert.EqualValues(t, 3, m.Messages)
	assert.False(t, m.ReadOnly)
	assert.NotZero(t, m.UIDValidity)
	missing := slices.DeleteFunc([]imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft},
		func(f imap.Flag) bool { return hasFlag(m.Flags, f) })
	t.Expect(FlagsOnlyInUse, len(missing) == 0, "not in FLAGS: %q", missing)
	uids := t.UIDs(c)
	t.Expect(NoUIDNext, m.UIDNext > uids[2], "UIDNEXT %d", m.UIDNext)
	if m.FirstUnseen != 0 {
		assert.EqualValues(t, 2, m.FirstUnseen)
	}

	m, err = c.Select(t.Ctx, "inbox", nil)
	require.NoError(t, err, "INBOX has no case")
	assert.EqualValues(t, 0, m.Messages)
	assert.EqualValues(t, 0, c.Mailbox().Messages)
}

func hasFlag(flags []imap.Flag, f imap.Flag) bool {
	return slices.ContainsFunc(flags, func(g imap.Flag) bool { return strings.EqualFold(string(f), string(g)) })
}

func testExamine(t *T) {
	c := t.Login()
	name := t.Selected(c, note("one"))
	m, err := c.Examine(t.Ctx, name, nil)
	require.NoError(t, err)
	assert.True(t, m.ReadOnly)
	assert.EqualValues(t, 1, m.Messages)
	// Reading a message sets no flag in a read-only mailbox.
	t.Fetch(c, imap.FetchItems{Sections: []imap.FetchSection{{MarkSeen: true}}})
	all := t.Fetch(c, imap.FetchItems{Flags: true})
	require.Len(t, all, 1)
	t.Expect(SeenReadOnly, !all[0].HasFlag(imap.FlagSeen), "%q", all[0].Flags)

	m, err = c.Select(t.Ctx, name, &imap.SelectOptions{ReadOnly: true})
	require.NoError(t, err)
	assert.True(t, m.ReadOnly)
	m, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	assert.False(t, m.ReadOnly)
}

func testCreateDelete(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Made")
	assert.Contains(t, t.names(c), name)
	err := c.Create(t.Ctx, name, nil)
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused, "twice")
	if refused.Code != nil {
		t.Logf("CREATE of what is there: %v", err)
	}
	require.NoError(t, c.Delete(t.Ctx, name))
	assert.NotContains(t, t.names(c), name)
	require.ErrorAs(t, c.Delete(t.Ctx, name), &refused)
	require.NoError(t, c.Noop(t.Ctx))
}

// names are those of all mailboxes.
func (t *T) names(c *imap.Client) []string {
	t.Helper()
	var names []string
	for row, err := range c.List(t.Ctx, "*", nil) {
		require.NoError(t, err)
		names = append(names, row.Mailbox)
	}
	return names
}

func testHierarchy(t *T) {
	c := t.Login()
	t.Box(c)
	if t.Delim() == "" {
		t.NotOffered("levels of mailboxes")
	}
	parent := t.NewBox(c, "Parent")
	child := t.Box(c, "Parent", "Child")
	err := c.Create(t.Ctx, child, nil)
	t.Expect(NoLevels, err == nil, "CREATE %q: %v", child, err)
	if err != nil {
		return
	}
	t.Put(c, child, note("below"))
	assert.Subset(t, t.names(c), []string{parent, child})

	moved := t.Box(c, "Elsewhere")
	require.NoError(t, c.Rename(t.Ctx, parent, moved))
	names := t.names(c)
	ok := slices.Contains(names, moved+t.Delim()+"Child") && !slices.Contains(names, child)
	t.Expect(RenamesOneLevel, ok, "%q", names)
	if !ok {
		return
	}
	m, err := c.Select(t.Ctx, moved+t.Delim()+"Child", nil)
	require.NoError(t, err)
	assert.EqualValues(t, 1, m.Messages)
}

func testRename(t *T) {
	c := t.Login()
	from, to := t.NewBox(c, "From"), t.Box(c, "To")
	t.Put(c, from, note("one"), note("two"))
	require.NoError(t, c.Rename(t.Ctx, from, to))
	names := t.names(c)
	assert.Contains(t, names, to)
	assert.NotContains(t, names, from)
	st, err := c.Status(t.Ctx, to, imap.StatusMessages)
	require.NoError(t, err)
	assert.EqualValues(t, 2, st.Messages)

	var refused *imap.StatusError
	err = c.Rename(t.Ctx, from, t.Box(c, "Third"))
	t.Expect(RenamesNothing, err != nil, "RENAME of what is gone: %v", err)
	t.NewBox(c, "Fourth")
	require.ErrorAs(t, c.Rename(t.Ctx, to, t.Box(c, "Fourth")), &refused)
}

func testSubscribe(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Wanted")
	_ = c.Unsubscribe(t.Ctx, name) // some servers subscribe to what they create
	assert.NotContains(t, t.subscribed(c), name)
	require.NoError(t, c.Subscribe(t.Ctx, name))
	assert.Contains(t, t.subscribed(c), name)
	require.NoError(t, c.Unsubscribe(t.Ctx, name))
	assert.NotContains(t, t.subscribed(c), name)
}

// subscribed returns the names that LSUB and LIST (SUBSCRIBED) return, which must be
// the same.
func (t *T) subscribed(c *imap.Client) []string {
	t.Helper()
	var bySub, byList []string
	for row, err := range c.LSub(t.Ctx, "*", nil) {
		require.NoError(t, err)
		bySub = append(bySub, row.Mailbox)
	}
	for row, err := range c.List(t.Ctx, "*", &imap.ListOptions{SubscribedOnly: true}) {
		require.NoError(t, err)
		byList = append(byList, row.Mailbox)
	}
	assert.ElementsMatch(t, bySub, byList)
	return byList
}

func testNamespace(t *T) {
	c := t.Login()
	t.Need(c, response.CapNamespace, imap.CapIMAP4rev2)
	ns, err := c.Namespace(t.Ctx)
	require.NoError(t, err)
	require.NotEmpty(t, ns.Personal)
	assert.NotZero(t, ns.Personal[0].Delim)
}

func testCheck(t *T) {
	c := t.Login()
	t.Selected(c)
	require.NoError(t, c.Check(t.Ctx))
	require.NoError(t, c.CloseMailbox(t.Ctx))
	assert.ErrorIs(t, c.Check(t.Ctx), imap.ErrState)
}

func testCloseMailbox(t *T) {
	c := t.Login()
	name := t.Selected(c, note("stays"), note("goes", imap.FlagDeleted))
	require.NoError(t, c.CloseMailbox(t.Ctx))
	assert.Equal(t, imap.StateAuthenticated, c.State())
	assert.Nil(t, c.Mailbox())
	m, err := c.Examine(t.Ctx, name, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 1, m.Messages)
	require.NoError(t, c.CloseMailbox(t.Ctx))
	assert.Equal(t, imap.StateAuthenticated, c.State())
}

func testUnselect(t *T) {
	c := t.Login()
	name := t.Selected(c, note("stays"), note("stays too", imap.FlagDeleted))
	if !c.Caps().Has(response.CapUnselect) {
		assert.ErrorIs(t, c.Unselect(t.Ctx), imap.ErrUnsupported)
		t.NotOffered("UNSELECT")
	}
	require.NoError(t, c.Unselect(t.Ctx))
	assert.Equal(t, imap.StateAuthenticated, c.State())
	m, err := c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 2, m.Messages)
}

func testCreateSpecialUse(t *T) {
	c := t.Login()
	name := t.Box(c, "Gone")
	opts := &commands.CreateOptions{SpecialUse: []imap.MailboxAttr{imap.AttrArchive}}
	if !c.Caps().Has(response.CapCreateSpecialUse) {
		assert.ErrorIs(t, c.Create(t.Ctx, name, opts), imap.ErrUnsupported)
		t.NotOffered("CREATE-SPECIAL-USE")
	}
	for row, err := range c.List(t.Ctx, "*", &imap.ListOptions{SpecialUse: true}) {
		require.NoError(t, err)
		if row.HasAttr(imap.AttrArchive) { // there can be only one
			opts.SpecialUse[0] = response.AttrMemos
		}
	}
	err := c.Create(t.Ctx, name, opts)
	if err != nil && opts.SpecialUse[0] == response.AttrMemos {
		assert.ErrorIs(t, err, response.CodeUseAttr)
		return
	}
	require.NoError(t, err)
	for row, err := range c.List(t.Ctx, name, &imap.ListOptions{SpecialUse: true}) {
		require.NoError(t, err)
		assert.True(t, row.HasAttr(imap.AttrArchive), "%q", row.Attrs)
	}
}

// foreign are names beyond ASCII, of which the last contains what modified
// UTF-7 uses itself.
var foreign = []string{"Entwürfe", "日本語", "Ψ & χ", "smile 😀"}

func testModifiedUTF7(t *T) {
	c := t.Login()
	testForeignNames(t, c)
}

func testUTF8Names(t *T, by imap.Cap) {
	c := t.Login()
	t.Need(c, by)
	enabled, err := c.Enable(t.Ctx, by)
	require.NoError(t, err)
	require.True(t, enabled.Has(by), "enabled: %s", enabled)
	testForeignNames(t, c)
}

func testForeignNames(t *T, c *imap.Client) {
	for _, title := range foreign {
		name := t.Box(c, title)
		err := c.Create(t.Ctx, name, nil)
		if strings.Contains(title, "😀") && len(c.Enabled()) == 0 {
			t.Expect(NoSurrogates, err == nil, "%q: %v", name, err)
			if err != nil {
				continue
			}
		}
		if strings.Contains(title, "&") && len(c.Enabled()) > 0 && !NoUTF8Names.of(t.Server.Name) {
			t.Expect(NoAmpersand, err == nil, "%q: %v", name, err)
		} else if len(c.Enabled()) > 0 {
			t.Expect(NoUTF8Names, err == nil, "%q: %v", name, err)
		} else {
			require.NoError(t, err, title)
		}
		if err != nil {
			continue
		}
		require.Contains(t, t.names(c), name)
		t.Put(c, name, note("one"))
		m, err := c.Select(t.Ctx, name, nil)
		require.NoError(t, err)
		assert.EqualValues(t, 1, m.Messages)
		assert.Equal(t, name, m.Name)
		st, err := c.Status(t.Ctx, name, imap.StatusMessages)
		require.NoError(t, err)
		assert.Equal(t, name, st.Mailbox)
		assert.EqualValues(t, 1, st.Messages)
		require.NoError(t, c.CloseMailbox(t.Ctx))
		require.NoError(t, c.Rename(t.Ctx, name, name+"2"))
		require.NoError(t, c.Delete(t.Ctx, name+"2"))
	}
}

// testQuotedNames has names that are not atoms, or look like something else.
func testQuotedNames(t *T) {
	c := t.Login()
	for _, title := range []string{"two words", "NIL", "(paren)", "curly {3}", `back\slash`, `"quoted"`, "per%cent", "~tilde", "&", "R&D", "ALL"} {
		name := t.Box(c, title)
		if err := c.Create(t.Ctx, name, nil); err != nil {
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused, title)
			t.Logf("%q is refused: %v", title, err)
			continue
		}
		if !slices.Contains(t.names(c), name) {
			assert.Contains(t, title, `"`, "%q is not in LIST", name)
			continue
		}
		_, err := c.Select(t.Ctx, name, nil)
		require.NoError(t, err, title)
		require.NoError(t, c.CloseMailbox(t.Ctx))
		require.NoError(t, c.Delete(t.Ctx, name), title)
	}
	require.NoError(t, c.Noop(t.Ctx))
}

// testUndecodableNames creates a mailbox whose name is not modified UTF-7, if the
// server allows it: it must be usable as it is listed.
func testUndecodableNames(t *T) {
	c := t.Login()
	made := 0
	for _, raw := range []string{"bad&name", "&AGE-x", "8bit-\xe4"} {
		name := t.Box(c) + raw
		_, err := c.Do(t.Ctx, commands.Raw{Command: "CREATE", Args: []commands.Arg{commands.ArgLiteral([]byte(name))}})
		if err != nil {
			t.Logf("%q is refused: %v", raw, err)
			err = c.Noop(t.Ctx)
			t.Expect(HangsUpOnNames, err == nil, "NOOP: %v", err)
			if err != nil {
				return
			}
			continue
		}
		var listed string
		for row, err := range c.List(t.Ctx, "*", nil) {
			require.NoError(t, err)
			if row.Raw == name {
				listed = row.Mailbox
			}
		}
		if listed == "" {
			t.Logf("%q is not listed as it was made: %q", raw, t.names(c))
			continue
		}
		made++
		m, err := c.Select(t.Ctx, listed, nil)
		require.NoError(t, err, "%q, listed as %q", raw, listed)
		assert.EqualValues(t, 0, m.Messages)
		require.NoError(t, c.CloseMailbox(t.Ctx))
		require.NoError(t, c.Delete(t.Ctx, listed))
	}
	if made == 0 {
		t.NotOffered("such names")
	}
}
