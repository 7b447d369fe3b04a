package search_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

func matchMessage() *response.Message {
	return &response.Message{
		UID: 7, Size: 100, Flags: []response.Flag{`\Seen`, "$Work"},
		InternalDate: time.Date(2026, 3, 1, 0, 30, 0, 0, time.FixedZone("", 7200)),
		Envelope:     &response.Envelope{Date: time.Date(2026, 2, 28, 23, 30, 0, 0, time.FixedZone("", -7200))},
		Sections: []response.BodySection{{Data: []byte("From: =?utf-8?Q?J=C3=BCrgen?= <j@example.org>\r\n" +
			"Subject: =?utf-8?B?" + "R3LDvMOfZQ==" + "?=\r\n =?iso-8859-1?Q?_aus_K=F6ln?=\r\nX-Empty:\r\nTo : a@b\r\n")}},
	}
}

// Match evaluates what needs no server.
func TestMatch(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 2, d, 23, 59, 0, 0, time.FixedZone("", -5*3600)) }
	m := matchMessage()
	for _, k := range []search.Key{
		search.All(), search.Seen(), search.Unflagged(), search.Keyword("$work"), search.Unkeyword("x"), search.Keyword(response.FlagSeen),
		search.Since(day(29)), search.On(day(29)), search.Before(day(30)), // 29 February 2026 is 1 March
		search.SentOn(day(28)), search.SentSince(day(28)), search.SentBefore(day(29)),
		search.Larger(99), search.Smaller(101), search.UID(response.UIDs(3, 7)),
		search.From("JÜRGEN"), search.From("ju\u0308rgen"), search.From("@example.org"), search.Subject("grüsse aus köln"),
		search.Header("x-empty", ""), search.To("A@B"), search.Or(search.Flagged(), search.Seen()), search.Not(search.Cc("x")),
		search.And(search.Seen(), search.Or(search.From("nobody"), search.Subject("Köln"))),
	} {
		ok, err := k.Match(m)
		require.NoError(t, err, k)
		assert.True(t, ok, k)
		ok, err = search.Not(k).Match(m)
		require.NoError(t, err)
		assert.False(t, ok, k)
	}
}

// What Match can't evaluate exactly is an error, whatever the rest of the key says.
func TestMatchNeedsTheServer(t *testing.T) {
	t.Parallel()
	for _, k := range []search.Key{
		search.Body("x"), search.Text("x"), search.Fuzzy(search.Subject("x")), search.Recent(), search.Seq(response.SeqRange(1, 2)),
		search.UID(response.UIDRange(1, response.Star)), search.Older(time.Hour), search.Saved(), search.ModSeq(1), search.GmailRaw("x"),
		search.SavedOn(time.Now()), search.EmailID("x"), search.Raw("SEEN"), search.Filter("x"),
	} {
		for _, k := range []search.Key{k, search.Not(k), search.Or(search.All(), k), search.And(search.Answered(), k)} {
			_, err := k.Match(matchMessage())
			assert.ErrorIs(t, err, search.ErrServerOnly, k)
			_, err = k.MatchItems()
			assert.ErrorIs(t, err, search.ErrServerOnly, k)
		}
	}
}

// MatchItems asks for no more than is needed.
func TestMatchItems(t *testing.T) {
	t.Parallel()
	items, err := search.And(search.Seen(), search.From("a"), search.Header("from", "b"), search.Header("X-Y", "c")).MatchItems()
	require.NoError(t, err)
	assert.True(t, items.Flags && items.UID && !items.Envelope && !items.InternalDate && !items.Size)
	require.Len(t, items.Sections, 1)
	assert.Equal(t, "HEADER.FIELDS (From X-Y)", items.Sections[0].Section.String())
}

// Local leaves to the server what it can do.
func TestLocal(t *testing.T) {
	t.Parallel()
	server, rest := search.And(search.Unseen(), search.From("Jürgen"), search.Body("x")).Local()
	assert.Equal(t, `UNSEEN BODY "x"`, server.String())
	assert.False(t, rest.ASCII())
	server, rest = search.Subject("ä").Local()
	assert.Equal(t, "ALL", server.String())
	assert.False(t, rest.ASCII())
	server, rest = search.Seen().Local()
	assert.Equal(t, "SEEN ALL", server.String()+" "+rest.String())
}
