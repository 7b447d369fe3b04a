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

var searchTests = []Test{
	{Name: "keys of flags", Run: keys(WrongFlagKeys, flagKeys)},
	{Name: "keywords", Run: testKeywords},
	{Name: "\\Recent: NEW, OLD, RECENT", Run: testRecentKeys},
	{Name: "UIDBATCHES, or what stands for it", Run: testBatches},
	{Name: "keys of dates", Run: keys(WrongDateKeys, dateKeys)},
	{Name: "keys of sizes and sets", Run: keys("", setKeys)},
	{Name: "keys of addresses and header fields", Run: keys(WrongHeaderKeys, headerKeys)},
	{Name: "keys of text", Run: keys(WrongTextKeys, textKeys)},
	{Name: "AND, OR, NOT", Run: keys(WrongLogicKeys, logicKeys)},
	{Name: "text beyond ASCII (CHARSET UTF-8)", Run: testSearchUTF8},
	{Name: "an unknown charset", Run: testBadCharset},
	{Name: "message numbers, nothing found", Run: testSearchSeq},
	{Name: "MIN, MAX, COUNT, ALL (ESEARCH)", Run: testESearch},
	{Name: "SEARCHRES", Run: testSearchRes},
	{Name: "PARTIAL", Run: testSearchPartial},
	{Name: "CONTEXT=SEARCH: a result that is kept up to date", Run: living()},
	{Name: "WITHIN", Run: testWithin},
	{Name: "MODSEQ", Run: testSearchModSeq},
	{Name: "SAVEDATE", Run: testSearchSaveDate},
	{Name: "OBJECTID", Run: testSearchObjectID},
	{Name: "SEARCH=FUZZY", Run: testFuzzy},
}

// searchable are the messages that searches look for. Their dates are at noon,
// because servers compare in zones of their own.
func searchable() []mail {
	day := func(d int) time.Time { return time.Date(2021, 2, d, 12, 0, 0, 0, time.UTC) }
	text := func(from, more, body string) string {
		return crlf(fmt.Sprintf("From: %s\n%s\n\n%s\n", from, more, body))
	}
	return []mail{
		{date: day(1), flags: []imap.Flag{imap.FlagSeen}, text: text("Bob Builder <bob@example.org>",
			"To: alice@example.net\nSubject: Lunch today\nDate: Fri, 10 Jan 2020 12:00:00 +0000", "Shall we eat noodles?")},
		{date: day(2), flags: []imap.Flag{imap.FlagAnswered, imap.FlagFlagged}, text: text("carol@example.com",
			"To: alice@example.net\nCc: Dave <dave@example.org>\nSubject: Invoice 4711\nDate: Sat, 11 Jan 2020 12:00:00 +0000", "Please pay the invoice.")},
		{date: day(3), flags: []imap.Flag{imap.FlagDraft}, text: text("erin@example.com",
			"To: bob@example.org\nBcc: hidden@example.com\nSubject: long one\nDate: Sun, 12 Jan 2020 12:00:00 +0000", strings.Repeat("Many words make a long message.\n", 300))},
		{date: day(4), flags: []imap.Flag{imap.FlagDeleted, imap.FlagSeen}, text: text("Frank <frank@example.com>",
			"To: alice@example.net\nX-Suite: yes indeed\nSubject: with a field\nDate: Mon, 13 Jan 2020 12:00:00 +0000", "An odd field in the header.")},
		{date: day(5), text: text("grace@example.com",
			"To: alice@example.net\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=\nDate: Tue, 14 Jan 2020 12:00:00 +0000\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit", "Schöne Ostern")},
		{date: time.Time{}, flags: []imap.Flag{imap.FlagSeen, imap.FlagFlagged}, text: text("heidi@example.com",
			"To: list@example.net\nSubject: Re: \"quoted\" \\back\nDate: Wed, 15 Jan 2020 12:00:00 +0000", "The last one: 100% {3} NIL")},
	}
}

// keyCase is a key and the numbers of the messages that it finds.
type keyCase struct {
	key  search.Key
	want []int
}

var all6 = []int{1, 2, 3, 4, 5, 6}

var flagKeys = []keyCase{
	{search.All(), all6},
	{search.Answered(), []int{2}},
	{search.Unanswered(), []int{1, 3, 4, 5, 6}},
	{search.Deleted(), []int{4}},
	{search.Undeleted(), []int{1, 2, 3, 5, 6}},
	{search.Draft(), []int{3}},
	{search.Undraft(), []int{1, 2, 4, 5, 6}},
	{search.Flagged(), []int{2, 6}},
	{search.Unflagged(), []int{1, 3, 4, 5}},
	{search.Seen(), []int{1, 4, 6}},
	{search.Unseen(), []int{2, 3, 5}},
	{search.Keyword(imap.FlagSeen), []int{1, 4, 6}},
	{search.Unkeyword(imap.FlagSeen), []int{2, 3, 5}},
}

var feb3 = time.Date(2021, 2, 3, 0, 0, 0, 0, time.UTC)

func jan(d int) time.Time { return time.Date(2020, 1, d, 0, 0, 0, 0, time.UTC) }

var dateKeys = []keyCase{
	{search.Before(feb3), []int{1, 2}},
	{search.On(feb3), []int{3}},
	{search.Since(feb3), []int{3, 4, 5, 6}},
	{search.SentBefore(jan(12)), []int{1, 2}},
	{search.SentOn(jan(12)), []int{3}},
	{search.SentSince(jan(12)), []int{3, 4, 5, 6}},
	{search.Since(time.Now().AddDate(0, 0, -2)), []int{6}},
	{search.Before(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)), nil},
}

var setKeys = []keyCase{
	{search.Larger(5000), []int{3}},
	{search.Smaller(5000), []int{1, 2, 4, 5, 6}},
	{search.Seq(imap.Seqs(2, 4)), []int{2, 4}},
	{search.Seq(imap.SeqRange(5, imap.Star)), []int{5, 6}},
	{search.UID(imap.UIDRange(1, imap.Star)), all6},
}

var headerKeys = []keyCase{
	{search.From("bob"), []int{1}},
	{search.From("BUILDER"), []int{1}},
	{search.From("example.com"), []int{2, 3, 4, 5, 6}},
	{search.To("bob@example.org"), []int{3}},
	{search.Cc("dave"), []int{2}},
	{search.Bcc("hidden"), []int{3}},
	{search.Subject("invoice"), []int{2}},
	{search.Subject("4711"), []int{2}},
	{search.Subject(`"quoted" \back`), []int{6}},
	{search.Header("X-Suite", "indeed"), []int{4}},
	{search.Header("X-Suite", ""), []int{4}},
	{search.Header("Subject", "lunch"), []int{1}},
	{search.Header("X-Nobody", ""), nil},
}

var textKeys = []keyCase{
	{search.Body("noodles"), []int{1}},
	{search.Body("lunch"), nil},
	{search.Text("noodles"), []int{1}},
	{search.Text("lunch"), []int{1}},
	{search.Text("invoice"), []int{2}},
	{search.Body("100% {3} NIL"), []int{6}},
	{search.Body("nowhere to be found"), nil},
}

var logicKeys = []keyCase{
	{search.And(search.Seen(), search.Flagged()), []int{6}},
	{search.Or(search.Answered(), search.Draft()), []int{2, 3}},
	{search.Or(search.Answered(), search.Draft(), search.Deleted()), []int{2, 3, 4}},
	{search.Not(search.Seen()), []int{2, 3, 5}},
	{search.Not(search.And(search.Seen(), search.Flagged())), []int{1, 2, 3, 4, 5}},
	{search.And(search.Not(search.Or(search.Seen(), search.Draft())), search.Since(feb3)), []int{5}},
	{search.Or(search.And(search.From("bob"), search.Subject("lunch")), search.Not(search.Smaller(5000))), []int{1, 3}},
	{search.Or(), nil},
	{search.And(), all6},
}

// seeded logs in and selects a mailbox with the searchable messages.
func (t *T) seeded() (*imap.Client, []imap.UID) {
	t.Helper()
	c := t.Login()
	t.Selected(c, searchable()...)
	uids := t.UIDs(c)
	require.Len(t, uids, 6)
	return c, uids
}

// check searches by UID and by number, and compares.
func (t *T) check(c *imap.Client, uids []imap.UID, key search.Key, want []int) {
	t.Helper()
	got := t.find(c, uids, key)
	assert.Equal(t, want, got, "%s", key)
	bySeq, err := c.Search(t.Ctx, key, nil)
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err, "%s", key)
	var seqs []int
	for n := range bySeq.All.All() {
		seqs = append(seqs, int(n))
	}
	assert.Equal(t, want, seqs, "%s, without UID", key)
}

// find returns the numbers of the messages that a key finds.
func (t *T) find(c *imap.Client, uids []imap.UID, key search.Key) []int {
	t.Helper()
	found, err := c.UIDSearch(t.Ctx, key, nil)
	require.NoError(t, err, "%s", key)
	got := numbers(found.All, uids)
	assert.EqualValues(t, len(got), found.Count, "%s", key)
	return got
}

// keys tests a group of keys, unless the server is known to get the group wrong.
// An empty deviation is none.
func keys(group Deviation, cases []keyCase) func(*T) {
	return func(t *T) {
		c, uids := t.seeded()
		var wrong []string
		for _, k := range cases {
			if t.Server.UIDOnly && k.key.Effects()&commands.SeqNums != 0 {
				_, err := c.UIDSearch(t.Ctx, k.key, nil)
				t.Numbered(err)
				continue
			}
			d := t.wrongKey(k.key)
			if d == "" && !group.of(t.Server.Name) {
				t.check(c, uids, k.key, k.want)
				continue
			}
			found, err := c.UIDSearch(t.Ctx, k.key, nil)
			ok := err == nil && slices.Equal(k.want, numbers(found.All, uids))
			if d != "" {
				t.Expect(d, ok, "%s: %v %v", k.key, found, err)
			} else if !ok {
				wrong = append(wrong, k.key.String())
			}
		}
		if group.of(t.Server.Name) {
			t.Tolerate(group, len(wrong) == 0, "wrong: %q", wrong)
		}
	}
}

// wrongKey is the deviation of this server that a key meets, if any.
func (t *T) wrongKey(k search.Key) Deviation {
	for _, d := range wrongKeys[k.String()] {
		if t.Deviates(d) {
			return d
		}
	}
	return ""
}

// numbers are the message numbers of those UIDs that are in the set.
func numbers(set imap.UIDSet, uids []imap.UID) []int {
	var got []int
	for i, uid := range uids {
		if set.Contains(uid) {
			got = append(got, i+1)
		}
	}
	return got
}

func testKeywords(t *T) {
	c, uids := t.seeded()
	m := c.Mailbox()
	if !hasFlag(m.PermanentFlags, imap.FlagWildcard) && !hasFlag(m.PermanentFlags, imap.FlagForwarded) {
		t.NotOffered("keywords (PERMANENTFLAGS has no \\*)")
	}
	_, err := c.UIDStore(t.Ctx, imap.UIDs(uids[0], uids[4]), imap.StoreAdd, []imap.Flag{imap.FlagForwarded}, nil)
	require.NoError(t, err)
	t.check(c, uids, search.Keyword(imap.FlagForwarded), []int{1, 5})
	t.check(c, uids, search.Unkeyword(imap.FlagForwarded), []int{2, 3, 4, 6})
	for i, msg := range t.Fetch(c, imap.FetchItems{Flags: true}) {
		assert.Equal(t, i == 0 || i == 4, hasFlag(msg.Flags, imap.FlagForwarded), "%d: %q", i+1, msg.Flags)
	}
	t.check(c, uids, search.Keyword("$NobodyHasThis"), nil)
	require.NoError(t, c.Noop(t.Ctx))
}

// testRecentKeys: \Recent may be on any of the messages, but SEARCH and FETCH
// must agree on which.
func testRecentKeys(t *T) {
	c, uids := t.seeded()
	if !c.Caps().Has(imap.CapIMAP4rev1) {
		t.NotOffered("IMAP4rev1")
	}
	var recent, old, fresh []int
	for i, m := range t.Fetch(c, imap.FetchItems{Flags: true}) {
		switch {
		case !m.HasFlag(imap.FlagRecent):
			old = append(old, i+1)
		case m.HasFlag(imap.FlagSeen):
			recent = append(recent, i+1)
		default:
			recent, fresh = append(recent, i+1), append(fresh, i+1)
		}
	}
	if t.Deviates(RecentDisagrees) {
		return
	}
	t.check(c, uids, search.Recent(), recent)
	t.check(c, uids, search.Old(), old)
	t.check(c, uids, search.New(), fresh)
}

func testSearchUTF8(t *T) {
	c, uids := t.seeded()
	for _, k := range []keyCase{
		{search.Subject("Grüße"), []int{5}},
		{search.And(search.Subject("Köln"), search.Not(search.Body("日本"))), []int{5}},
	} {
		found, err := c.UIDSearch(t.Ctx, k.key, nil)
		ok := err == nil && found.All.Equal(imap.UIDs(uids[4]))
		t.Expect(NoUTF8Search, ok, "%s: %v %v", k.key, found, err)
	}
	found, err := c.UIDSearch(t.Ctx, search.Body("Schöne"), nil)
	require.NoError(t, err)
	assert.True(t, found.All.Equal(imap.UIDs(uids[4])), "in a text of 8 bits: %s", found.All)
	// Several literals in a row.
	key := search.Or(search.Subject("Grüße"), search.Or(search.From("Grüße"), search.Text("日本語")))
	_, err = c.UIDSearch(t.Ctx, key, nil)
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
}

func testBadCharset(t *T) {
	c, _ := t.seeded()
	_, err := c.UIDSearch(t.Ctx, search.Subject("x"), &imap.SearchOptions{Charset: "X-NOBODY"})
	var refused *imap.StatusError
	t.Expect(AnyCharset, errors.As(err, &refused), "%v", err)
	if err != nil {
		t.Expect(NoBadCharset, errors.Is(err, response.CodeBadCharset), "%v", err)
	}
	require.NoError(t, c.Noop(t.Ctx))
	found, err := c.UIDSearch(t.Ctx, search.Subject("invoice"), &imap.SearchOptions{Charset: "US-ASCII"})
	require.NoError(t, err)
	assert.EqualValues(t, 1, found.All.Len())
}

func testSearchSeq(t *T) {
	c := t.Login()
	t.Selected(c)
	found, err := c.UIDSearch(t.Ctx, search.All(), nil)
	require.NoError(t, err)
	assert.True(t, found.All.Empty())
	assert.Zero(t, found.Count)
	bySeq, err := c.Search(t.Ctx, nil, &imap.SearchOptions{Min: true, Max: true, Count: true, All: true})
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	assert.True(t, bySeq.All.Empty())
	assert.Zero(t, bySeq.Min)
	assert.Zero(t, bySeq.Max)
	assert.Zero(t, bySeq.Count)
}

// testESearch needs no capability: without ESEARCH, the client counts itself.
func testESearch(t *T) {
	c, uids := t.seeded()
	key := search.Or(search.Flagged(), search.Deleted()) // 2, 4, 6
	found, err := c.UIDSearch(t.Ctx, key, &imap.SearchOptions{Min: true, Max: true, Count: true, All: true})
	require.NoError(t, err)
	assert.Equal(t, uids[1], found.Min)
	assert.Equal(t, uids[5], found.Max)
	assert.EqualValues(t, 3, found.Count)
	assert.Equal(t, imap.UIDs(uids[1], uids[3], uids[5]).String(), found.All.String())

	count, err := c.UIDSearch(t.Ctx, key, &imap.SearchOptions{Count: true})
	require.NoError(t, err)
	assert.EqualValues(t, 3, count.Count)

	bySeq, err := c.Search(t.Ctx, key, &imap.SearchOptions{Min: true, Max: true})
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	assert.EqualValues(t, 2, bySeq.Min)
	assert.EqualValues(t, 6, bySeq.Max)
}

func testSearchRes(t *T) {
	c, uids := t.seeded()
	save := &imap.SearchOptions{Save: true}
	if !c.Caps().Has(response.CapSearchRes) {
		_, err := c.UIDSearch(t.Ctx, search.Flagged(), save)
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("SEARCHRES")
	}
	found, err := c.UIDSearch(t.Ctx, search.Flagged(), save)
	require.NoError(t, err)
	assert.True(t, found.All.Empty())
	assert.Zero(t, found.Count)
	t.check(c, uids, search.And(search.Saved(), search.Seen()), []int{6})

	all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.Saved(), imap.FetchItems{UID: true}, nil))
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.Equal(t, uids[1], all[0].UID)

	res, err := c.UIDStore(t.Ctx, imap.Saved(), imap.StoreAdd, []imap.Flag{imap.FlagDraft}, nil)
	require.NoError(t, err)
	assert.NotEmpty(t, res.Messages)
	t.check(c, uids, search.Draft(), []int{2, 3, 6})
	t.changesSaved(c, uids)
}

// changesSaved copies, moves and removes what a search has saved.
func (t *T) changesSaved(c *imap.Client, uids []imap.UID) {
	require.NoError(t, c.Create(t.Ctx, "Saved", nil))
	copied, err := c.UIDCopy(t.Ctx, imap.Saved(), "Saved") // 2 and 6
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[1], uids[5]).String(), copied.Source.String())

	_, err = c.UIDSearch(t.Ctx, search.UID(imap.UIDs(uids[5])), &imap.SearchOptions{Save: true})
	require.NoError(t, err)
	moved, err := c.UIDMove(t.Ctx, imap.Saved(), "Saved")
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[5]).String(), moved.Source.String())

	_, err = c.UIDStore(t.Ctx, imap.UIDs(uids[0], uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	_, err = c.UIDSearch(t.Ctx, search.Deleted(), &imap.SearchOptions{Save: true, Min: true}) // saves that one alone
	require.NoError(t, err)
	_, err = c.UIDExpunge(t.Ctx, imap.Saved())
	require.NoError(t, err)
	left, err := c.UIDSearch(t.Ctx, nil, nil)
	require.NoError(t, err)
	t.Expect(NoSavedExpunge, left.All.Equal(imap.UIDs(uids[1:5]...)), "UID EXPUNGE $ left %s", left.All)
}

func testSearchPartial(t *T) {
	c, uids := t.seeded()
	t.Need(c, response.CapPartial, response.CapContextSearch)
	found, err := c.UIDSearch(t.Ctx, search.All(), &imap.SearchOptions{Partial: &commands.PartialRange{First: 2, Last: 3}})
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[1], uids[2]).String(), found.Partial.String())
	if !c.Caps().Has(response.CapPartial) {
		return
	}
	found, err = c.UIDSearch(t.Ctx, search.All(), &imap.SearchOptions{Partial: &commands.PartialRange{First: -1, Last: -2}})
	require.NoError(t, err)
	assert.Equal(t, imap.UIDs(uids[4], uids[5]).String(), found.Partial.String())
}

func testWithin(t *T) {
	c, uids := t.seeded()
	if !c.Caps().Has(response.CapWithin) {
		_, err := c.UIDSearch(t.Ctx, search.Younger(time.Hour), nil)
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("WITHIN")
	}
	t.check(c, uids, search.Younger(time.Hour), []int{6})
	t.check(c, uids, search.Older(time.Hour), []int{1, 2, 3, 4, 5})
}

func testSearchModSeq(t *T) {
	c, uids := t.seeded()
	t.Need(c, imap.CapCondStore)
	t.check(c, uids, search.ModSeq(1), all6)
	res, err := c.UIDStore(t.Ctx, imap.UIDs(uids[2]), imap.StoreAdd, []imap.Flag{imap.FlagAnswered}, nil)
	require.NoError(t, err)
	t.Logf("%v", res.Messages)
	m := t.FetchOne(c, uids[2], imap.FetchItems{ModSeq: true})
	require.NotZero(t, m.ModSeq)
	t.check(c, uids, search.ModSeq(m.ModSeq), []int{3})
	found, err := c.UIDSearch(t.Ctx, search.ModSeq(m.ModSeq), nil)
	require.NoError(t, err)
	assert.Equal(t, m.ModSeq, found.ModSeq)
	t.check(c, uids, search.ModSeq(m.ModSeq+1), nil)
}

func testSearchSaveDate(t *T) {
	c, uids := t.seeded()
	t.Need(c, response.CapSaveDate)
	now := time.Now()
	t.check(c, uids, search.SaveDateSupported(), all6)
	t.check(c, uids, search.SavedSince(now.AddDate(0, 0, -2)), all6)
	t.check(c, uids, search.SavedBefore(now.AddDate(0, 0, -2)), nil)
	t.check(c, uids, search.SavedOn(now.AddDate(0, 0, -9)), nil)
}

func testSearchObjectID(t *T) {
	c, uids := t.seeded()
	t.Need(c, response.CapObjectID)
	m := t.FetchOne(c, uids[1], imap.FetchItems{EmailID: true, ThreadID: true})
	require.NotNil(t, m.Ext)
	require.NotEmpty(t, m.Ext.EmailID)
	t.check(c, uids, search.EmailID(m.Ext.EmailID), []int{2})
	if m.Ext.ThreadID != "" {
		assert.Contains(t, t.find(c, uids, search.ThreadID(m.Ext.ThreadID)), 2)
	}
}

// testFuzzy: the server decides what is similar, and some have no index.
func testFuzzy(t *T) {
	c, _ := t.seeded()
	t.Need(c, response.CapSearchFuzzy)
	_, err := c.UIDSearch(t.Ctx, search.Fuzzy(search.Subject("invoise")), nil)
	require.NoError(t, err)
}

// testBatches needs no capability: without UIDBATCHES, the client divides the mailbox.
func testBatches(t *T) {
	c, uids := t.seeded()
	batches, err := c.UIDBatches(t.Ctx, 4)
	require.NoError(t, err)
	require.Len(t, batches, 2)
	first, _ := batches[1].Min()
	assert.EqualValues(t, 1, first)
	all := imap.UIDs(uids...)
	assert.LessOrEqual(t, batches[0].Intersection(all).Len(), int64(4))
	assert.EqualValues(t, 6, batches[0].Intersection(all).Len()+batches[1].Intersection(all).Len())
	large, err := c.UIDBatches(t.Ctx, 500)
	require.NoError(t, err)
	require.Len(t, large, 1)
	assert.EqualValues(t, 6, large[0].Intersection(all).Len())
}
