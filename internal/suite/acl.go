package suite

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var aclTests = []Test{
	{Name: "MYRIGHTS", Run: testMyRights},
	{Name: "GETACL, SETACL, DELETEACL", Run: testACL},
	{Name: "LISTRIGHTS", Run: testListRights},
	{Name: "rights of anyone", Run: testAnyone},
	{Name: "rights that there are not", Run: testUnknownRights},
	{Name: "rights to no mailbox", Run: testRightsToNothing},
	{Name: "the rights of many mailboxes at once", Run: testRightsAtOnce},
}

func testMyRights(t *T) {
	c := t.Login()
	if !c.Caps().Has(response.CapACL) {
		_, err := c.MyRights(t.Ctx, "INBOX")
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("ACL")
	}
	name := t.NewBox(c, "Mine")
	for _, box := range []string{name, "INBOX"} {
		mine, err := c.MyRights(t.Ctx, box)
		require.NoError(t, err)
		assert.Equal(t, box, mine.Mailbox)
		assert.True(t, mine.Rights.Has("lrswia"), "%s", mine.Rights)
		assert.True(t, mine.Rights.Has("kxte") || mine.Rights.Has("cd"), "%s", mine.Rights)
	}
}

func testACL(t *T) {
	c := t.Login()
	t.Need(c, response.CapACL)
	name := t.NewBox(c, "Für alle")
	friend, other := t.Server.FreshUser(t).Name, t.Server.FreshUser(t).Name
	acl, err := c.GetACL(t.Ctx, name)
	require.NoError(t, err)
	owned := func(e response.ACLEntry) bool { return e.Rights.Has("lrswia") }
	assert.True(t, slices.ContainsFunc(acl.Entries, owned), "%v", acl.Entries)
	_, found := t.granted(c, name, friend)
	assert.False(t, found)
	require.NoError(t, c.SetACL(t.Ctx, name, other, commands.RightsSet, "lr"))

	for _, step := range []struct {
		op         commands.RightsOp
		rights     response.Rights
		have, lack response.Rights
	}{
		{commands.RightsSet, "lr", "lr", "swipkxtea"},
		{commands.RightsAdd, response.RightSeen + response.RightWrite, "lrsw", "ipkxtea"},
		{commands.RightsRemove, response.RightSeen, "lrw", "sipkxtea"},
		{commands.RightsSet, "lrs", "lrs", "wipkxtea"},
	} {
		require.NoError(t, c.SetACL(t.Ctx, name, friend, step.op, step.rights))
		have, found := t.granted(c, name, friend)
		assert.True(t, found)
		assert.True(t, have.Has(step.have), "%s instead of %s", have, step.have)
		assert.False(t, strings.ContainsAny(string(have), string(step.lack)), "%s is too much", have)
	}
	require.NoError(t, c.DeleteACL(t.Ctx, name, friend))
	_, found = t.granted(c, name, friend)
	assert.False(t, found)
	others, found := t.granted(c, name, other)
	assert.True(t, found)
	assert.True(t, others.Has("lr"), "%s", others)
	require.NoError(t, c.SetACL(t.Ctx, name, other, commands.RightsSet, ""))
	others, _ = t.granted(c, name, other)
	assert.Empty(t, others)
}

// testAnyone gives rights to all users, and takes some from one of them.
func testAnyone(t *T) {
	c := t.Login()
	t.Need(c, response.CapACL)
	name := t.NewBox(c, "Open")
	err := c.SetACL(t.Ctx, name, "anyone", commands.RightsSet, "lr")
	t.Expect(NoAnyone, err == nil, "%v", err)
	if err == nil {
		rights, _ := t.granted(c, name, "anyone")
		assert.True(t, rights.Has("lr"), "%s", rights)
		assert.False(t, rights.Has(response.RightInsert), "%s", rights)
	}
	foe := "-" + t.Server.FreshUser(t).Name
	if err := c.SetACL(t.Ctx, name, foe, commands.RightsSet, "r"); err != nil { // servers need not have these (RFC 4314 §2)
		t.Logf("a negative right: %v", err)
		return
	}
	rights, _ := t.granted(c, name, foe)
	assert.True(t, rights.Has("r"), "%s", rights)
	require.NoError(t, c.DeleteACL(t.Ctx, name, foe))
}

// granted returns what an identifier may do in a mailbox, and whether it is in its
// list.
func (t *T) granted(c *imap.Client, mailbox, identifier string) (response.Rights, bool) {
	t.Helper()
	acl, err := c.GetACL(t.Ctx, mailbox)
	require.NoError(t, err)
	assert.Equal(t, mailbox, acl.Mailbox)
	for _, entry := range acl.Entries {
		if entry.Identifier == identifier {
			return entry.Rights, true
		}
	}
	return "", false
}

func testListRights(t *T) {
	c := t.Login()
	t.Need(c, response.CapACL)
	name := t.NewBox(c, "Granted")
	friend := t.Server.FreshUser(t).Name
	for _, identifier := range []string{t.User().Name, friend, "anyone"} {
		can, err := c.ListRights(t.Ctx, name, identifier)
		require.NoError(t, err)
		assert.Equal(t, name, can.Mailbox)
		assert.Equal(t, identifier, can.Identifier)
		all := can.Required
		for _, tied := range can.Optional {
			all += tied
		}
		assert.True(t, all.Has("lrswi"), "%s: %s", identifier, all)
		for _, r := range string(all) {
			assert.Equal(t, 1, strings.Count(string(all), string(r)), "%c in %s", r, all)
		}
	}
}

// testUnknownRights: a right that the server does not know is refused (RFC 4314
// §3.1).
func testUnknownRights(t *T) {
	c := t.Login()
	t.Need(c, response.CapACL)
	name := t.NewBox(c, "Odd")
	friend := t.Server.FreshUser(t).Name
	err := c.SetACL(t.Ctx, name, friend, commands.RightsSet, "lrq")
	t.Expect(TakesAnyRight, err != nil, "%v", err)
	if err != nil {
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, imap.BAD, refused.Type)
		_, found := t.granted(c, name, friend)
		assert.False(t, found)
	}
}

func isNo(err error) bool {
	var refused *imap.StatusError
	return errors.As(err, &refused) && refused.Type == imap.NO
}

func testRightsToNothing(t *T) {
	c := t.Login()
	t.Need(c, response.CapACL)
	none, friend := t.Box(c, "NotThere"), t.Server.FreshUser(t).Name
	_, mine := c.MyRights(t.Ctx, none)
	t.Expect(RightsToNothing, isNo(mine), "MYRIGHTS: %v", mine)
	_, list := c.ListRights(t.Ctx, none, friend)
	t.Expect(RightsToNothing, isNo(list), "LISTRIGHTS: %v", list)
	_, get := c.GetACL(t.Ctx, none)
	assert.True(t, isNo(get), "GETACL: %v", get)
	set := c.SetACL(t.Ctx, none, friend, commands.RightsSet, "l")
	assert.True(t, isNo(set), "SETACL: %v", set)
	del := c.DeleteACL(t.Ctx, none, friend)
	assert.True(t, isNo(del), "DELETEACL: %v", del)
	require.NoError(t, c.Noop(t.Ctx))
}

// testRightsAtOnce pipelines, with names that are not atoms.
func testRightsAtOnce(t *T) {
	c := t.Login()
	t.Need(c, response.CapACL)
	var names []string
	for _, title := range []string{"one", "two words", "Entwürfe", "日本語"} {
		names = append(names, t.NewBox(c, title))
	}
	var all sync.WaitGroup
	for _, name := range append(names, names...) {
		all.Go(func() {
			mine, err := c.MyRights(t.Ctx, name)
			if assert.NoError(t, err) {
				assert.Equal(t, name, mine.Mailbox)
				assert.True(t, mine.Rights.Has(response.RightAdminister), "%s", mine.Rights)
			}
		})
		all.Go(func() {
			acl, err := c.GetACL(t.Ctx, name)
			if assert.NoError(t, err) {
				assert.Equal(t, name, acl.Mailbox)
				assert.NotEmpty(t, acl.Entries)
			}
		})
	}
	all.Wait()
}
