package suite

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

var readingTests = []Test{
	{Name: "a stream of 5 MB (UIDFetchBodies)", Run: testStream},
	{Name: "streams of several texts", Run: testStreams},
	{Name: "parts, decoded (OpenPart)", Run: testOpenPart},
	{Name: "a loop that is left", Run: testLeaveLoop},
	{Name: "a command inside a loop", Run: testCommandInLoop},
	{Name: "a cancelled FETCH", Run: testCancelFetch},
	{Name: "MaxLiteral", Run: testMaxLiteral},
}

const streamSize = 5 << 20

func testStream(t *T) {
	c := t.Login()
	m := mail{text: bigText("streamed", streamSize)}
	t.Selected(c, m)
	uid := t.UIDs(c)[0]
	n := 0
	for body, err := range c.UIDFetchBodies(t.Ctx, imap.UIDs(uid), imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.WholeMessage()}}, nil) {
		require.NoError(t, err)
		text, err := io.ReadAll(body)
		require.NoError(t, err)
		assert.EqualValues(t, len(text), body.Size)
		t.sameText(m.text, text)
		n++
	}
	assert.Equal(t, 1, n)

	// Read half of it, and then do something else.
	for body, err := range c.UIDFetchBodies(t.Ctx, imap.UIDs(uid), imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}, nil) {
		require.NoError(t, err)
		_, err := io.CopyN(io.Discard, body, 1<<20)
		require.NoError(t, err)
		break
	}
	require.NoError(t, c.Noop(t.Ctx))
	assert.Equal(t, []imap.UID{uid}, t.UIDs(c))
}

func testStreams(t *T) {
	c := t.Login()
	t.Selected(c, note("one"), note("two"))
	items := imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{imap.Header(), {Section: imap.Section{Specifier: response.SpecifierText}}}}
	var got []string
	for body, err := range c.UIDFetchBodies(t.Ctx, imap.UIDRange(1, imap.Star), items, nil) {
		require.NoError(t, err)
		text, err := io.ReadAll(body)
		require.NoError(t, err)
		require.NotNil(t, body.Message)
		got = append(got, body.Section.String())
		if body.Section.Specifier == response.SpecifierText {
			assert.Equal(t, messageText(note("one").text), string(text))
		} else {
			assert.Contains(t, strings.ToLower(string(text)), "subject: ")
		}
	}
	assert.Len(t, got, 4, "%q", got)
}

func testOpenPart(t *T) {
	c := t.Login()
	t.Selected(c, nested)
	uid := t.UIDs(c)[0]
	b := t.FetchOne(c, uid, imap.FetchItems{BodyStructure: true}).BodyStructure
	text := map[string]string{}
	b.Walk(func(p imap.Part) response.WalkAction {
		if p.IsMultipart() || p.Message != nil {
			return response.WalkOn
		}
		open := c.OpenPart
		if strings.HasPrefix(p.MediaType(), "text/") {
			open = c.OpenText
		}
		r, err := open(t.Ctx, uid, p, nil)
		if err != nil && p.Number[0] == 3 && t.Deviates(InnerParts) {
			return response.WalkOn
		}
		require.NoError(t, err, "%s", p)
		content, err := io.ReadAll(r)
		require.NoError(t, err, "%s", p)
		require.NoError(t, r.Close())
		assert.Empty(t, r.Warnings())
		text[p.String()] = string(content)
		return response.WalkOn
	})
	assert.Equal(t, "Schöne Grüße", text["1.1"])
	assert.Equal(t, "<p>hello</p>", text["1.2"])
	assert.True(t, strings.HasPrefix(text["2"], "\x89PNG\r\n"), "%q", text["2"])
	if !t.Deviates(NoInnerStructure) {
		t.Expect(InnerParts, text["3.1"] == "deep text" && text["3.2"] == "\x00\x01\x02\x03\x04", "%q", text)
	}
	assert.False(t, t.FetchOne(c, uid, imap.FetchItems{Flags: true}).HasFlag(imap.FlagSeen))

	// A long one, with a break in the middle.
	m := mail{text: bigText("long", 1<<20)}
	t.Put(c, c.Mailbox().Name, m)
	require.NoError(t, c.Noop(t.Ctx))
	uids := t.UIDs(c)
	long := t.FetchOne(c, uids[len(uids)-1], imap.FetchItems{BodyStructure: true})
	require.Len(t, long.BodyStructure.Text(imap.PreferPlain), 1)
	p := long.BodyStructure.Text(imap.PreferPlain)[0]
	r, err := c.OpenPart(t.Ctx, long.UID, p, nil)
	require.NoError(t, err)
	all, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, messageText(m.text), string(all))
	r, err = c.OpenPart(t.Ctx, long.UID, p, &imap.PartOptions{Offset: 300_000})
	require.NoError(t, err)
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, messageText(m.text)[300_000:], string(rest))
	r, err = c.OpenPart(t.Ctx, long.UID, p, nil)
	require.NoError(t, err)
	_, err = io.CopyN(io.Discard, r, 1000)
	require.NoError(t, err)
	require.NoError(t, r.Close())
	require.NoError(t, c.Noop(t.Ctx))
}

func testLeaveLoop(t *T) {
	c := t.Login()
	t.Selected(c, notes(20)...)
	for range 3 {
		for m, err := range c.UIDFetch(t.Ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{imap.WholeMessage()}}, nil) {
			require.NoError(t, err)
			assert.NotEmpty(t, m.Envelope.Subject)
			break
		}
	}
	assert.Len(t, t.UIDs(c), 20)
}

func testCommandInLoop(t *T) {
	c := t.Login()
	t.Selected(c, notes(20)...)
	n := 0
	for m, err := range c.UIDFetch(t.Ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Envelope: true}, nil) {
		require.NoError(t, err)
		n++
		_, err := c.UIDStore(t.Ctx, imap.UIDs(m.UID), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
		require.NoError(t, err)
	}
	assert.Equal(t, 20, n)
	for _, m := range t.Fetch(c, imap.FetchItems{Flags: true}) {
		assert.True(t, m.HasFlag(imap.FlagFlagged), "%d: %q", m.SeqNum, m.Flags)
	}
}

func testCancelFetch(t *T) {
	c := t.Login()
	t.Selected(c, append(notes(5), mail{text: bigText("long", 1<<20)})...)
	ctx, cancel := context.WithCancel(t.Ctx)
	defer cancel()
	n := 0
	var last error
	for _, err := range c.UIDFetch(ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}, nil) {
		if err != nil {
			last = err
			break
		}
		n++
		cancel()
	}
	if n < 6 {
		require.ErrorIs(t, last, context.Canceled)
	}
	require.NoError(t, c.Noop(t.Ctx))
	assert.Len(t, t.UIDs(c), 6)
}

// testMaxLiteral: a message that is too large costs only its row.
func testMaxLiteral(t *T) {
	opts := t.Options()
	opts.MaxLiteral = 10_000
	c := t.LoginWith(opts)
	t.Selected(c, note("one"), mail{text: bigText("long", 50_000)}, note("three"))
	var subjects []string
	var limit *imap.LimitError
	for m, err := range c.UIDFetch(t.Ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{imap.WholeMessage()}}, nil) {
		if err != nil {
			require.True(t, errors.As(err, &limit), "%v", err)
			assert.EqualValues(t, 10_000, limit.Limit)
		}
		require.NotNil(t, m)
		if m.Envelope != nil {
			subjects = append(subjects, m.Envelope.Subject)
		}
	}
	require.NotNil(t, limit)
	assert.Contains(t, subjects, "one")
	assert.Contains(t, subjects, "three")
	require.NoError(t, c.Noop(t.Ctx))
}
