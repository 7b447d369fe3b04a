package suite

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

var sortTests = []Test{
	{Name: "SORT", Run: testSort},
	{Name: "SORT=DISPLAY", Run: testSortDisplay},
	{Name: "SORT of a part, of nothing, by number", Run: testSortSome},
	{Name: "SORT: first, last, how many, pages (ESORT, CONTEXT=SORT)", Run: testSortPages},
	{Name: "CONTEXT=SORT: a result that is kept up to date", Run: living(commands.SortKey{Field: commands.SortDate})},
	{Name: "THREAD=ORDEREDSUBJECT", Run: threading(commands.ThreadOrderedSubject)},
	{Name: "THREAD=REFERENCES", Run: threading(commands.ThreadReferences)},
	{Name: "THREAD of a part, by number", Run: testThreadSome},
}

// sortable are messages of which each field gives another order.
func sortable() []mail {
	day := func(d int) time.Time { return time.Date(2021, 2, d, 12, 0, 0, 0, time.UTC) }
	text := func(from, to, cc, subject, date string, lines int) string {
		return crlf(fmt.Sprintf("From: %s\nTo: %s\nCc: %s\nSubject: %s\nDate: %s\n\n%s", from, to, cc, subject, date, strings.Repeat("words\n", lines)))
	}
	return []mail{
		{date: day(3), text: text("Zoe <bob@example.org>", "Max <x@example.org>", "k@example.org", "Re: beta", "Fri, 10 Jan 2020 12:00:00 +0000", 30)},
		{date: day(1), text: text("Amy <dan@example.org>", "Tom <z@example.org>", "l@example.org", "alpha", "Sun, 12 Jan 2020 12:00:00 +0000", 10)},
		{date: day(2), text: text("Kim <amy@example.org>", "Pia <y@example.org>", "j@example.org", "gamma", "Sat, 11 Jan 2020 12:00:00 +0000", 20)},
	}
}

// testSort sorts by each criterion, forwards and backwards, and by two.
func testSort(t *T) {
	c := t.Login()
	t.Need(c, imap.CapSort)
	t.Selected(c, sortable()...)
	uids := t.UIDs(c)
	require.Len(t, uids, 3)
	for field, want := range map[commands.SortField][]int{
		commands.SortArrival: {1, 2, 0}, commands.SortCc: {2, 0, 1}, commands.SortDate: {0, 2, 1}, commands.SortFrom: {2, 0, 1},
		commands.SortSize: {1, 2, 0}, commands.SortSubject: {1, 0, 2}, commands.SortTo: {0, 2, 1},
	} {
		t.sorts(c, uids, want, commands.SortKey{Field: field})
		slices.Reverse(want)
		t.sorts(c, uids, want, commands.SortKey{Field: field, Reverse: true})
	}
	_, err := c.UIDStore(t.Ctx, imap.UIDs(uids[2]), imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
	require.NoError(t, err)
	t.sorts(c, uids, []int{0, 2, 1}, commands.SortKey{Field: commands.SortTo}, commands.SortKey{Field: commands.SortSize, Reverse: true})
}

// sorts checks that these criteria sort the messages in the order want.
func (t *T) sorts(c *imap.Client, uids []imap.UID, want []int, by ...commands.SortKey) {
	t.Helper()
	var order []imap.UID
	for _, i := range want {
		order = append(order, uids[i])
	}
	found, err := c.UIDSort(t.Ctx, by, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, order, found.Nums, "%v", by)
}

func testSortDisplay(t *T) {
	c := t.Login()
	t.Need(c, response.CapSortDisplay)
	t.Selected(c, sortable()...)
	uids := t.UIDs(c)
	t.sorts(c, uids, []int{1, 2, 0}, commands.SortKey{Field: commands.SortDisplayFrom})
	t.sorts(c, uids, []int{0, 2, 1}, commands.SortKey{Field: commands.SortDisplayTo})
}

func testSortSome(t *T) {
	c := t.Login()
	by := []commands.SortKey{{Field: commands.SortDate}}
	if !c.Caps().Has(imap.CapSort) {
		_, err := c.UIDSort(t.Ctx, by, nil, nil)
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("SORT")
	}
	t.Selected(c, sortable()...)
	some, err := c.Sort(t.Ctx, by, search.Or(search.Subject("alpha"), search.Subject("gamma")), nil)
	if t.Numbered(err) {
		require.NoError(t, err)
		assert.Equal(t, []imap.SeqNum{3, 2}, some.Nums)
	}
	none, err := c.UIDSort(t.Ctx, by, search.Subject("Grüße"), nil)
	require.NoError(t, err)
	assert.Empty(t, none.Nums)
	_, err = c.UIDSort(t.Ctx, nil, nil, nil)
	var wrong *imap.ArgumentError
	assert.ErrorAs(t, err, &wrong)
}

// talk are two conversations: by References, and by subject too.
func talk() []mail {
	text := func(id, more, subject string, day int) mail {
		return mail{text: crlf(fmt.Sprintf("From: Ann <ann@example.org>\nMessage-ID: <%s@example.org>\n%sSubject: %s\nDate: %s\n\nwords\n",
			id, more, subject, time.Date(2020, 1, day, 12, 0, 0, 0, time.UTC).Format(time.RFC1123Z)))}
	}
	return []mail{
		text("a", "", "lunch", 1),
		text("b", "References: <a@example.org>\nIn-Reply-To: <a@example.org>\n", "Re: lunch", 2),
		text("c", "", "invoice", 3),
		text("d", "References: <a@example.org> <b@example.org>\nIn-Reply-To: <b@example.org>\n", "Re: lunch", 4),
		text("e", "References: <c@example.org>\nIn-Reply-To: <c@example.org>\n", "Re: invoice", 5),
	}
}

func threading(by commands.ThreadAlgorithm) func(*T) {
	return func(t *T) {
		c := t.Login()
		if !c.Caps().Has(imap.Cap("THREAD=" + by)) {
			_, err := c.UIDThread(t.Ctx, by, nil, nil)
			assert.ErrorIs(t, err, imap.ErrUnsupported)
			t.NotOffered("THREAD=" + string(by))
		}
		t.Selected(c, talk()...)
		uids := t.UIDs(c)
		require.Len(t, uids, 5)
		threads, err := c.UIDThread(t.Ctx, by, nil, nil)
		require.NoError(t, err)
		require.Len(t, threads, 2)
		assert.Equal(t, []imap.UID{uids[0], uids[1], uids[3]}, slices.Collect(threads[0].All()))
		assert.Equal(t, []imap.UID{uids[2], uids[4]}, slices.Collect(threads[1].All()))
		assert.Equal(t, uids[1], threads[0].Children[0].Num)
	}
}

func testThreadSome(t *T) {
	c := t.Login()
	t.Need(c, response.CapThreadReferences, response.CapThreadOrdered)
	by := commands.ThreadReferences
	if !c.Caps().Has(response.CapThreadReferences) {
		by = commands.ThreadOrderedSubject
	}
	t.Selected(c, talk()...)
	some, err := c.Thread(t.Ctx, by, search.Subject("invoice"), nil)
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	require.Len(t, some, 1)
	assert.Equal(t, []imap.SeqNum{3, 5}, slices.Collect(some[0].All()))
	none, err := c.Thread(t.Ctx, by, search.Subject("Grüße"), nil)
	t.Expect(NoThreadsIsNo, err == nil, "%v", err)
	assert.Empty(t, none)
	_, err = c.UIDThread(t.Ctx, "NO-SUCH-WAY", nil, nil)
	assert.True(t, errors.Is(err, imap.ErrUnsupported))
}

// testSortPages: what SORT is asked for beside the numbers is the same on servers with
// and without ESORT.
func testSortPages(t *T) {
	c := t.Login()
	t.Need(c, imap.CapSort)
	t.Selected(c, talk()...)
	by := []commands.SortKey{{Field: commands.SortDate, Reverse: true}}
	whole, err := c.UIDSort(t.Ctx, by, nil, nil)
	require.NoError(t, err)
	require.Len(t, whole.Nums, 5)
	few, err := c.UIDSort(t.Ctx, by, nil, &commands.SortOptions{Min: true, Max: true, Count: true})
	require.NoError(t, err)
	assert.Equal(t, whole.Nums[0], few.Min)
	assert.Equal(t, whole.Nums[4], few.Max)
	assert.EqualValues(t, 5, few.Count)
	assert.Empty(t, few.Nums)
	if c.Caps().Has(response.CapESort) { // why the library asks for all
		answer, err := c.Do(t.Ctx, commands.Sort{UID: true, Keys: by, Return: commands.SearchReturn{Min: true, Max: true}})
		require.NoError(t, err)
		require.NotEmpty(t, answer.Data)
		ends, ok := answer.Data[0].(*response.ESearchData)
		require.True(t, ok)
		t.Expect(SortsMinByNumber, imap.UID(ends.Min) == whole.Nums[0] && imap.UID(ends.Max) == whole.Nums[4], "MIN %d, MAX %d of %v", ends.Min, ends.Max, whole.Nums)
	}
	all, err := c.UIDSort(t.Ctx, by, nil, &commands.SortOptions{All: true, Count: true})
	require.NoError(t, err)
	assert.Equal(t, whole.Nums, all.Nums)
	for page, want := range map[commands.PartialRange][]imap.UID{
		{First: 1, Last: 2}: whole.Nums[:2], {First: 4, Last: 9}: whole.Nums[3:], {First: -1, Last: -2}: whole.Nums[3:],
	} {
		got, err := c.UIDSort(t.Ctx, by, nil, &commands.SortOptions{Partial: &page})
		require.NoError(t, err)
		assert.Equal(t, want, got.Partial, "%v", page)
	}
}
