package suite

import (
	"errors"
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

var changeTests = []Test{
	{Name: "STORE: add, remove, set", Run: testStore},
	{Name: "STORE, silent", Run: testStoreSilent},
	{Name: "STORE by message number", Run: testStoreSeq},
	{Name: "STORE UNCHANGEDSINCE (CONDSTORE)", Run: testStoreUnchangedSince},
	{Name: "STORE in a read-only mailbox", Run: testStoreReadOnly},
	{Name: "EXPUNGE", Run: testExpunge},
	{Name: "UID EXPUNGE", Run: testUIDExpunge},
	{Name: "COPY", Run: testCopy},
	{Name: "COPY to a missing mailbox", Run: testCopyMissing},
	{Name: "MOVE, or what stands for it", Run: testMove},
	{Name: "MOVE by message number", Run: testMoveSeq},
}

// flagsOf fetches the flags of the messages, without \Recent.
func (t *T) flagsOf(c *imap.Client) [][]imap.Flag {
	t.Helper()
	var all [][]imap.Flag
	for _, m := range t.Fetch(c, imap.FetchItems{Flags: true}) {
		var flags []imap.Flag
		for _, f := range []imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft} {
			if m.HasFlag(f) {
				flags = append(flags, f)
			}
		}
		all = append(all, flags)
	}
	return all
}

func testStore(t *T) {
	c := t.Login()
	t.Selected(c, note("one", imap.FlagSeen), note("two"))
	uids := t.UIDs(c)
	both := imap.UIDs(uids...)
	for _, step := range []struct {
		op    imap.StoreOp
		flags []imap.Flag
		want  [][]imap.Flag
	}{
		{imap.StoreAdd, []imap.Flag{imap.FlagFlagged, imap.FlagDraft}, [][]imap.Flag{{imap.FlagSeen, imap.FlagFlagged, imap.FlagDraft}, {imap.FlagFlagged, imap.FlagDraft}}},
		{imap.StoreRemove, []imap.Flag{imap.FlagSeen, imap.FlagDraft}, [][]imap.Flag{{imap.FlagFlagged}, {imap.FlagFlagged}}},
		{imap.StoreSet, []imap.Flag{imap.FlagAnswered}, [][]imap.Flag{{imap.FlagAnswered}, {imap.FlagAnswered}}},
		{imap.StoreSet, nil, [][]imap.Flag{nil, nil}},
	} {
		res, err := c.UIDStore(t.Ctx, both, step.op, step.flags, nil)
		require.NoError(t, err)
		t.Tolerate(Bewildered, len(res.Messages) == 2, "%d answers: %v %q", len(res.Messages), step.op, step.flags)
		for _, m := range res.Messages {
			assert.True(t, m.Has(response.ItemFlags))
		}
		assert.Equal(t, step.want, t.flagsOf(c))
	}
	// What is stored stays, and others see it.
	_, err := c.UIDStore(t.Ctx, imap.UIDs(uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	require.NoError(t, err)
	other := t.Login()
	_, err = other.Examine(t.Ctx, c.Mailbox().Name, nil)
	require.NoError(t, err)
	seen := t.flagsOf(other)
	if !SessionsApart.of(t.Server.Name) && StaleFlags.of(t.Server.Name) {
		t.Tolerate(StaleFlags, len(seen) == 2 && len(seen[0]) == 0, "another session sees %q", seen)
		return
	}
	t.Expect(SessionsApart, len(seen) == 2 && len(seen[0]) == 0 && slices.Equal(seen[1], []imap.Flag{imap.FlagFlagged}), "another session sees %q", seen)
}

func testStoreSilent(t *T) {
	c := t.Login()
	t.Selected(c, note("one"), note("two"))
	_, err := c.UIDStore(t.Ctx, imap.UIDs(t.UIDs(c)...), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, &imap.StoreOptions{Silent: true})
	require.NoError(t, err)
	assert.Equal(t, [][]imap.Flag{{imap.FlagSeen}, {imap.FlagSeen}}, t.flagsOf(c))
}

func testStoreSeq(t *T) {
	c := t.Login()
	t.Selected(c, notes(3)...)
	res, err := c.Store(t.Ctx, imap.Seqs(2), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	require.NotEmpty(t, res.Messages)
	assert.EqualValues(t, 2, res.Messages[0].SeqNum)
	assert.Equal(t, [][]imap.Flag{nil, {imap.FlagFlagged}, nil}, t.flagsOf(c))
}

func testStoreUnchangedSince(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Sequenced")
	t.Put(c, name, notes(3)...)
	t.Need(c, imap.CapCondStore)
	m, err := c.Select(t.Ctx, name, &imap.SelectOptions{CondStore: true})
	require.NoError(t, err)
	uids := t.UIDs(c)
	_, err = c.UIDStore(t.Ctx, imap.UIDs(uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
	require.NoError(t, err)
	res, err := c.UIDStore(t.Ctx, imap.UIDs(uids...), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, &imap.StoreOptions{UnchangedSince: m.HighestModSeq})
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[1]).String(), res.Modified.String())
	assert.Equal(t, [][]imap.Flag{{imap.FlagFlagged}, {imap.FlagSeen}, {imap.FlagFlagged}}, t.flagsOf(c))
}

func testStoreReadOnly(t *T) {
	c := t.Login()
	name := t.Selected(c, note("one"))
	_, err := c.Examine(t.Ctx, name, nil)
	require.NoError(t, err)
	_, err = c.UIDStore(t.Ctx, imap.UIDs(t.UIDs(c)...), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	if err != nil {
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
	}
	_, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	flags := t.flagsOf(c)
	t.Expect(StoresReadOnly, len(flags) == 1 && flags[0] == nil, "flags %q", flags)
}

func testExpunge(t *T) {
	c := t.Login()
	t.Selected(c, note("one"), note("two", imap.FlagDeleted), note("three", imap.FlagDeleted), note("four"))
	uids := t.UIDs(c)
	res, err := c.Expunge(t.Ctx)
	if t.Tolerate(Bewildered, err == nil, "%v", err); err != nil {
		return
	}
	if t.Server.UIDOnly {
		assert.Equal(t, imap.UIDs(uids[1], uids[2]).String(), res.UIDs.String())
	} else {
		require.Len(t, res.SeqNums, 2)
	}
	assert.EqualValues(t, 2, c.Mailbox().Messages)
	assert.Equal(t, []imap.UID{uids[0], uids[3]}, t.UIDs(c))
	res, err = c.Expunge(t.Ctx)
	require.NoError(t, err)
	assert.Empty(t, res.SeqNums)
	assert.True(t, res.UIDs.Empty())
}

func testUIDExpunge(t *T) {
	c := t.Login()
	t.Selected(c, note("one", imap.FlagDeleted), note("two", imap.FlagDeleted), note("three"))
	uids := t.UIDs(c)
	if !c.Caps().Has(imap.CapUIDPlus) {
		_, err := c.UIDExpunge(t.Ctx, imap.UIDs(uids[1]))
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("UIDPLUS")
	}
	_, err := c.UIDExpunge(t.Ctx, imap.UIDs(uids[1], uids[2]))
	require.NoError(t, err)
	assert.Equal(t, []imap.UID{uids[0], uids[2]}, t.UIDs(c))
	assert.EqualValues(t, 2, c.Mailbox().Messages)
}

func testCopy(t *T) {
	c := t.Login()
	dest := t.NewBox(c, "Dest")
	t.Selected(c, note("one", imap.FlagFlagged), note("two"), note("three"))
	uids := t.UIDs(c)
	res, err := c.UIDCopy(t.Ctx, imap.UIDs(uids[0], uids[2]), dest)
	require.NoError(t, err)
	if c.Caps().Has(imap.CapUIDPlus) {
		assert.Equal(t, imap.UIDs(uids[0], uids[2]).String(), res.Source.String())
		assert.EqualValues(t, 2, res.Dest.Len())
		assert.NotZero(t, res.UIDValidity)
	}
	if _, err = c.Copy(t.Ctx, imap.Seqs(2), dest); !t.Numbered(err) {
		_, err = c.UIDCopy(t.Ctx, imap.UIDs(uids[1]), dest)
	}
	require.NoError(t, err)
	assert.Len(t, t.UIDs(c), 3)
	m, err := c.Select(t.Ctx, dest, nil)
	require.NoError(t, err)
	assert.EqualValues(t, 3, m.Messages)
	var subjects []string
	for _, msg := range t.Fetch(c, imap.FetchItems{Envelope: true, Flags: true}) {
		subjects = append(subjects, msg.Envelope.Subject)
		if msg.Envelope.Subject == "one" {
			t.Expect(CopyLosesFlags, msg.HasFlag(imap.FlagFlagged), "flags of the copy: %q", msg.Flags)
		} else {
			assert.False(t, msg.HasFlag(imap.FlagFlagged))
		}
	}
	assert.Equal(t, []string{"one", "three", "two"}, subjects)
}

func testCopyMissing(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	_, err := c.UIDCopy(t.Ctx, imap.UIDs(t.UIDs(c)...), t.Box(c, "NotThere"))
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	t.Expect(NoTryCreate, errors.Is(err, imap.CodeTryCreate), "%v", err)
	assert.Len(t, t.UIDs(c), 1)
}

// testMove needs MOVE or UIDPLUS; with neither, the client must send nothing.
func testMove(t *T) {
	c := t.Login()
	dest := t.NewBox(c, "Dest")
	t.Selected(c, note("one"), note("two"), note("three"), note("somebody else's", imap.FlagDeleted))
	uids := t.UIDs(c)
	caps := c.Caps()
	res, err := c.UIDMove(t.Ctx, imap.UIDs(uids[0], uids[2]), dest)
	if !caps.Has(imap.CapMove) && !caps.Has(imap.CapUIDPlus) {
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		assert.Len(t, t.UIDs(c), 4)
		t.NotOffered("MOVE or UIDPLUS")
	}
	require.NoError(t, err)
	if caps.Has(imap.CapUIDPlus) {
		assert.Equal(t, imap.UIDs(uids[0], uids[2]).String(), res.Source.String())
		assert.EqualValues(t, 2, res.Dest.Len())
	}
	left := t.UIDs(c)
	messages := c.Mailbox().Messages
	m, err := c.Select(t.Ctx, dest, nil)
	require.NoError(t, err)
	t.Expect(WrongExpunges, slices.Equal(left, []imap.UID{uids[1], uids[3]}) && messages == 2 && m.Messages == 2,
		"%v are left, of %d; moved: %d", left, messages, m.Messages)
	for _, flags := range t.flagsOf(c) {
		assert.NotContains(t, flags, imap.FlagDeleted, "what was moved is not marked as deleted")
	}
}

func testMoveSeq(t *T) {
	c := t.Login()
	dest := t.NewBox(c, "Dest")
	t.Selected(c, notes(3)...)
	uids := t.UIDs(c)
	_, err := c.Move(t.Ctx, imap.Seqs(2), dest)
	if !c.Caps().Has(imap.CapMove) {
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("MOVE")
	}
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	assert.Equal(t, []imap.UID{uids[0], uids[2]}, t.UIDs(c))
	st, err := c.Status(t.Ctx, dest, imap.StatusMessages)
	require.NoError(t, err)
	assert.EqualValues(t, 1, st.Messages)
}
