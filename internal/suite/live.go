package suite

import (
	"context"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// living tests a result that is kept up to date while another session changes flags.
func living(by ...commands.SortKey) func(t *T) {
	return func(t *T) {
		c := t.Login()
		want := response.CapContextSearch
		if len(by) > 0 {
			want = response.CapContextSort
		}
		if !c.Caps().Has(want) {
			for _, err := range c.UIDSearchLive(t.Ctx, by, nil) {
				assert.ErrorIs(t, err, imap.ErrUnsupported)
			}
			t.NotOffered(string(want))
		}
		name := t.NewBox(c, "Live")
		t.Put(c, name, note("one"), note("two"), note("three"))
		_, err := c.Select(t.Ctx, name, nil)
		require.NoError(t, err)
		uids := t.UIDs(c)
		require.Len(t, uids, 3)
		other := t.Login()
		_, err = other.Select(t.Ctx, name, nil)
		require.NoError(t, err)
		change := func(op imap.StoreOp, at ...int) {
			var set imap.UIDSet
			for _, i := range at {
				set.AddNum(uids[i])
			}
			_, err := other.UIDStore(t.Ctx, set, op, []imap.Flag{imap.FlagFlagged}, nil)
			require.NoError(t, err)
		}
		ctx, cancel := context.WithCancel(t.Ctx)
		defer cancel()
		first, done := true, false
		for res, err := range c.UIDSearchLive(ctx, by, search.Flagged()) {
			require.NoError(t, err)
			assert.Equal(t, len(by) > 0 && !res.All.Empty(), len(res.UIDs) > 0)
			switch {
			case first:
				first = false
				assert.True(t, res.All.Empty())
				change(imap.StoreAdd, 0, 2)
			case !done && res.All.Equal(imap.UIDs(uids[0], uids[2])):
				done = true
				change(imap.StoreRemove, 0)
			case done && res.All.Equal(imap.UIDs(uids[2])):
				cancel()
			}
		}
		assert.True(t, done)
		require.NoError(t, t.Ctx.Err(), "the changes came in time")
		require.NoError(t, c.Noop(t.Ctx))
	}
}
