package suite

import (
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var quotaTests = []Test{
	{Name: "GETQUOTAROOT", Run: testGetQuotaRoot},
	{Name: "GETQUOTAROOT, many at once", Run: testQuotaPipelining},
	{Name: "GETQUOTA", Run: testGetQuota},
	{Name: "SETQUOTA", Run: testSetQuota},
	{Name: "STATUS for quotas", Run: testQuotaStatus},
}

// needQuota ends the test if the server has no quotas.
func (t *T) needQuota(c *imap.Client) {
	t.Helper()
	if !c.Caps().Has(response.CapQuota) && len(c.Caps().Values("QUOTA")) == 0 {
		_, err := c.GetQuotaRoot(t.Ctx, "INBOX")
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		_, err = c.GetQuota(t.Ctx, "")
		assert.ErrorIs(t, err, imap.ErrUnsupported)
	}
	t.Need(c, response.CapQuota, "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE", "QUOTA=RES-MAILBOX", "QUOTA=RES-ANNOTATION-STORAGE")
}

func testGetQuotaRoot(t *T) {
	c := t.Login()
	t.needQuota(c)
	name := t.Selected(c, note("one"), note("two"))
	box := t.NewBox(c, "Größe & Maß")
	for _, mailbox := range []string{name, "INBOX", "inbox", box} {
		roots, err := c.GetQuotaRoot(t.Ctx, mailbox)
		require.NoError(t, err, mailbox)
		if mailbox == "inbox" {
			mailbox = "INBOX"
		}
		assert.Equal(t, mailbox, roots.Mailbox)
		require.Len(t, roots.Quotas, len(roots.Roots), mailbox)
		for i, q := range roots.Quotas {
			assert.Equal(t, roots.Roots[i], q.Root)
			for _, r := range q.Resources {
				assert.NotEmpty(t, r.Name)
				assert.GreaterOrEqual(t, r.Usage, int64(0))
				assert.GreaterOrEqual(t, r.Limit, int64(0))
			}
		}
	}

	_, err := c.GetQuotaRoot(t.Ctx, t.Box(c, "NotThere"))
	if len(c.Caps().Values("QUOTA")) > 0 { // RFC 2087 differs
		t.Expect(NoQuotaRootOfNoMailbox, err == nil, "a mailbox that does not exist: %v", err)
	}
	assert.Equal(t, imap.StateSelected, c.State())
}

// testQuotaPipelining has the roots of several mailboxes asked for at once, which
// are all the same one.
func testQuotaPipelining(t *T) {
	c := t.Login()
	t.needQuota(c)
	names := []string{"INBOX", t.NewBox(c, "One"), t.NewBox(c, "Two"), t.NewBox(c, "Drei €")}
	var all sync.WaitGroup
	for range 5 {
		for _, name := range names {
			all.Go(func() {
				roots, err := c.GetQuotaRoot(t.Ctx, name)
				if assert.NoError(t, err) {
					assert.Equal(t, name, roots.Mailbox)
					assert.Len(t, roots.Roots, len(roots.Quotas))
					assert.NotEmpty(t, roots.Quotas)
				}
			})
		}
	}
	all.Wait()
}

func testGetQuota(t *T) {
	c := t.Login()
	t.needQuota(c)
	roots, err := c.GetQuotaRoot(t.Ctx, "INBOX")
	require.NoError(t, err)
	if len(roots.Roots) == 0 {
		t.NotOffered("quota roots")
	}
	before, limited := roots.Quotas[0].Resource(response.QuotaStorage)
	if q, err := c.GetQuota(t.Ctx, roots.Roots[0]); err == nil {
		assert.Equal(t, roots.Quotas[0], q)
		t.Expect(NoGetQuota, true, "it is permitted")
	} else {
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		t.Expect(NoGetQuota, false, "the user's own root: %v", err)
	}
	if limited { // what is stored counts
		t.Put(c, "INBOX", mail{text: bigText("quota", 100<<10)})
		roots, err = c.GetQuotaRoot(t.Ctx, "INBOX")
		require.NoError(t, err)
		after, _ := roots.Quotas[0].Resource(response.QuotaStorage)
		assert.InDelta(t, before.Usage+100, after.Usage, 20)
		assert.Equal(t, before.Limit, after.Limit)
	}
	_, err = c.GetQuota(t.Ctx, "no such quota root")
	t.Expect(AnyQuotaRoot, err != nil, "a root that does not exist")
	require.NoError(t, c.Noop(t.Ctx))
}

// testSetQuota has a user set limits: who may do so is up to the server.
func testSetQuota(t *T) {
	c := t.Login()
	t.needQuota(c)
	limits := []commands.QuotaLimit{{Name: response.QuotaStorage, Limit: 5000}}
	roots, err := c.GetQuotaRoot(t.Ctx, "INBOX")
	require.NoError(t, err)
	root := ""
	if len(roots.Roots) > 0 {
		root = roots.Roots[0]
	}
	_, err = c.SetQuota(t.Ctx, root, limits)
	if len(c.Caps().Values("QUOTA")) > 0 && !c.Caps().Has(response.CapQuotaSet) {
		require.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("QUOTASET")
	}
	if err != nil {
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, imap.NO, refused.Type)
		require.NoError(t, c.Noop(t.Ctx), "the connection works on")
		return
	}
	q, err := c.GetQuota(t.Ctx, root)
	require.NoError(t, err)
	storage, limited := q.Resource(response.QuotaStorage)
	assert.True(t, limited)
	assert.EqualValues(t, 5000, storage.Limit)
	_, err = c.SetQuota(t.Ctx, root, nil)
	require.NoError(t, err)
	q, err = c.GetQuota(t.Ctx, root)
	require.NoError(t, err)
	assert.Empty(t, q.Resources, "all limits are lifted")
}

// testQuotaStatus asks how much an EXPUNGE would free (RFC 9208 §4.1.4).
func testQuotaStatus(t *T) {
	c := t.Login()
	t.Need(c, "QUOTA=RES-STORAGE", "QUOTA=RES-MESSAGE")
	name := t.Selected(c, note("one", imap.FlagDeleted), note("two"))
	require.NoError(t, c.Unselect(t.Ctx))
	st, err := c.Status(t.Ctx, name, imap.StatusDeleted|imap.StatusDeletedStorage)
	require.NoError(t, err)
	if c.Caps().Has("QUOTA=RES-STORAGE") {
		assert.True(t, st.Has(imap.StatusDeletedStorage))
		t.Expect(NoDeletedStorage, st.DeletedStorage > 0, "DELETED-STORAGE %d", st.DeletedStorage)
	}
	if c.Caps().Has("QUOTA=RES-MESSAGE") {
		assert.True(t, st.Has(imap.StatusDeleted))
		assert.EqualValues(t, 1, st.Deleted)
	}
}
