package suite

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/search"
)

var concurrencyTests = []Test{
	{Name: "50 commands by UID from 10 goroutines", Run: testPipelining},
	{Name: "commands of every kind from 8 goroutines", Run: testMixture},
	{Name: "5 mailboxes and 50 goroutines", Run: testCrowd},
	{Name: "the same without MOVE", Run: testCrowdWithoutMove},
}

// testPipelining: each of the commands gets its own answer.
func testPipelining(t *T) {
	c := t.Login()
	const n = 20
	t.Selected(c, notes(n)...)
	uids := t.UIDs(c)
	require.Len(t, uids, n)
	var wg sync.WaitGroup
	for g := range 10 {
		wg.Go(func() {
			for k := range 5 {
				i := (g*5 + k*7) % n
				if err := t.oneByUID(c, k, i, uids); err != nil {
					t.Errorf("goroutine %d, command %d: %v", g, k, err)
				}
			}
		})
	}
	wg.Wait()
	assert.Len(t, t.UIDs(c), n)
}

// oneByUID issues one of five commands for message i and checks the answer.
func (t *T) oneByUID(c *imap.Client, kind, i int, uids []imap.UID) error {
	uid := uids[i]
	switch kind {
	case 0, 1:
		all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(uid), imap.FetchItems{Envelope: true}, nil))
		if err != nil {
			return err
		}
		if len(all) != 1 || all[0].Envelope.Subject != fmt.Sprintf("note %d", i+1) {
			return fmt.Errorf("FETCH of %d: %+v", uid, all)
		}
	case 2:
		_, err := c.UIDStore(t.Ctx, imap.UIDs(uid), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
		return err
	case 3:
		found, err := c.UIDSearch(t.Ctx, search.UID(imap.UIDs(uid)), nil)
		if err != nil {
			return err
		}
		if !found.All.Equal(imap.UIDs(uid)) {
			return fmt.Errorf("SEARCH of %d: %s", uid, found.All)
		}
	case 4:
		all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(uid), imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}, nil))
		if err != nil {
			return err
		}
		if len(all) != 1 || len(all[0].Body()) == 0 {
			return fmt.Errorf("FETCH of the text of %d: %+v", uid, all)
		}
	}
	return nil
}

// testMixture mixes what may be pipelined with what may not.
func testMixture(t *T) {
	c := t.Login()
	name := t.Selected(c, notes(10)...)
	other := t.NewBox(c, "Other")
	uids := t.UIDs(c)
	var appended atomic.Int32
	work := []func() error{
		func() error { return c.Noop(t.Ctx) },
		func() error {
			st, err := c.Status(t.Ctx, other, imap.StatusMessages)
			if err == nil && st.Mailbox != other {
				return fmt.Errorf("STATUS of %q", st.Mailbox)
			}
			return err
		},
		func() error {
			rows, err := imap.Collect(c.List(t.Ctx, other, nil))
			if err == nil && (len(rows) != 1 || rows[0].Mailbox != other) {
				return fmt.Errorf("LIST: %+v", rows)
			}
			return err
		},
		func() error {
			rows, err := imap.Collect(c.List(t.Ctx, name, nil))
			if err == nil && (len(rows) != 1 || rows[0].Mailbox != name) {
				return fmt.Errorf("LIST: %+v", rows)
			}
			return err
		},
		func() error {
			all, err := imap.Collect(c.Fetch(t.Ctx, imap.Seqs(3), imap.FetchItems{UID: true}, nil))
			if t.Server.UIDOnly && errors.Is(err, imap.ErrState) {
				return nil
			}
			if err == nil && (len(all) != 1 || all[0].UID != uids[2]) {
				return fmt.Errorf("FETCH: %+v", all)
			}
			return err
		},
		func() error {
			found, err := c.UIDSearch(t.Ctx, search.Subject("note 7"), nil)
			if err == nil && !found.All.Equal(imap.UIDs(uids[6])) {
				return fmt.Errorf("SEARCH: %s", found.All)
			}
			return err
		},
		func() error {
			_, err := c.Capability(t.Ctx)
			return err
		},
		func() error {
			_, err := c.AppendAll(t.Ctx, other, []imap.AppendMessage{appendable(note("more"))})
			appended.Add(1)
			return err
		},
	}
	var wg sync.WaitGroup
	for g := range work {
		wg.Go(func() {
			for k := range 4 {
				if err := work[(g+k*3)%len(work)](); err != nil {
					t.Errorf("work %d: %v", (g+k*3)%len(work), err)
				}
			}
		})
	}
	wg.Wait()
	st, err := c.Status(t.Ctx, other, imap.StatusMessages)
	require.NoError(t, err)
	assert.EqualValues(t, appended.Load(), st.Messages)
}
