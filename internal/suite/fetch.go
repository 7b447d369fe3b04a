package suite

import (
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var fetchTests = []Test{
	{Name: "FLAGS, UID, INTERNALDATE, RFC822.SIZE", Run: testFetchBasics},
	{Name: "ENVELOPE", Run: testFetchEnvelope},
	{Name: "BODYSTRUCTURE", Run: testFetchStructure},
	{Name: "BODY", Run: testFetchBodyItem},
	{Name: "BODY[section]", Run: testFetchSections},
	{Name: "BODY[HEADER.FIELDS]", Run: testFetchHeaderFields},
	{Name: "BODY[]<partial>", Run: testFetchPartial},
	{Name: "PEEK and \\Seen", Run: testFetchSeen},
	{Name: "RFC822, RFC822.HEADER, RFC822.TEXT", Run: testFetchRFC822},
	{Name: "BINARY", Run: testFetchBinary},
	{Name: "messages that are not there", Run: testFetchNothing},
	{Name: "message numbers", Run: testFetchSeq},
	{Name: "MODSEQ, CHANGEDSINCE (CONDSTORE)", Run: testFetchModSeq},
	{Name: "SAVEDATE", Run: testFetchSaveDate},
	{Name: "OBJECTID", Run: testFetchObjectID},
	{Name: "PREVIEW", Run: testFetchPreview},
	{Name: "an unknown item", Run: testFetchUnknown},
}

func testFetchBasics(t *T) {
	c := t.Login()
	m := addressed
	m.flags = []imap.Flag{imap.FlagAnswered}
	t.Selected(c, m, note("two"))
	uids := t.UIDs(c)
	all := t.Fetch(c, imap.FetchItems{UID: true, Flags: true, InternalDate: true, Size: true})
	require.Len(t, all, 2)
	first := all[0]
	assert.True(t, first.Has(response.ItemUID|response.ItemFlags|response.ItemInternalDate|response.ItemSize))
	assert.Equal(t, uids[0], first.UID)
	if !t.Server.UIDOnly {
		assert.EqualValues(t, 1, first.SeqNum)
		assert.EqualValues(t, 2, all[1].SeqNum)
	}
	assert.True(t, first.HasFlag(imap.FlagAnswered))
	assert.False(t, first.HasFlag(imap.FlagSeen))
	t.Expect(WrongSize, first.Size == int64(len(m.text)), "RFC822.SIZE %d of %d", first.Size, len(m.text))
	t.Expect(LosesZone, m.date.Equal(first.InternalDate), "INTERNALDATE %v", first.InternalDate)
	assert.Nil(t, first.Envelope)
}

func testFetchEnvelope(t *T) {
	c := t.Login()
	t.Selected(c, addressed)
	e := t.FetchOne(c, t.UIDs(c)[0], imap.FetchItems{Envelope: true}).Envelope
	require.NotNil(t, e)
	t.Expect(WrongUnfolding, e.Subject == "Grüße aus Köln and more €", "subject %q", e.Subject)
	assert.NotEmpty(t, e.SubjectRaw)
	assert.True(t, time.Date(2026, 3, 2, 9, 11, 12, 0, time.UTC).Equal(e.Date), e.DateRaw)
	assert.Equal(t, "<second@example.org>", e.MessageID)
	assert.Equal(t, "<first@example.org>", e.InReplyTo)
	address := func(list []imap.Address, name, addr string) {
		t.Helper()
		if assert.NotEmpty(t, list) {
			assert.Equal(t, name, list[0].Name)
			assert.Equal(t, addr, list[0].Addr())
		}
	}
	address(e.From, "Jörg Müller", "joerg@example.org")
	address(e.Sender, "The Secretary", "office@example.org")
	address(e.ReplyTo, "", "answers@example.org")
	address(e.To, "Bob, the Builder", "bob@example.net")
	address(e.Cc, "René", "rene@example.fr")
	address(e.Bcc, "", "hidden@example.com")
	assert.Len(t, e.To, 2)
	assert.Equal(t, "carol@example.net", e.To[1].Addr())
}

func testFetchStructure(t *T) {
	c := t.Login()
	t.Selected(c, nested)
	b := t.FetchOne(c, t.UIDs(c)[0], imap.FetchItems{BodyStructure: true}).BodyStructure
	require.NotNil(t, b)
	checkStructure(t, b)
	assert.Equal(t, "outer", b.Param("boundary"))

	picture := b.Children[1]
	assert.Equal(t, "Übersicht März.png", picture.Filename(), "%q", picture.DispositionParams)
	assert.Equal(t, "plain.png", picture.Param("name"))
	html := b.Children[0].Children[1]
	t.Expect(NoLanguage, len(html.Language()) == 1 && strings.EqualFold("de", html.Language()[0]), "language %q", html.Language())
	t.Expect(NoLocation, html.Location() == "http://example.org/page", "location %q", html.Location())
	var attached []string
	for _, p := range b.Attachments() {
		attached = append(attached, p.String())
	}
	assert.Equal(t, []string{"2", "3"}, attached)
	text := b.Text(imap.PreferPlain)
	require.Len(t, text, 1)
	assert.Equal(t, "1.1", text[0].String())
}

// checkStructure checks what both BODY and BODYSTRUCTURE have.
func checkStructure(t *T, b *imap.BodyStructure) {
	t.Helper()
	equalFold(t, "multipart/mixed", b.MediaType())
	require.Len(t, b.Children, 3)
	alternative, picture, inner := b.Children[0], b.Children[1], b.Children[2]
	equalFold(t, "multipart/alternative", alternative.MediaType())
	require.Len(t, alternative.Children, 2)
	plain := alternative.Children[0]
	equalFold(t, "text/plain", plain.MediaType())
	equalFold(t, "iso-8859-1", plain.Charset())
	equalFold(t, "quoted-printable", plain.Encoding)
	assert.EqualValues(t, len("Sch=F6ne Gr=FC=DFe"), plain.Size)

	equalFold(t, "image/png", picture.MediaType())
	equalFold(t, "base64", picture.Encoding)
	assert.Equal(t, "<image@example.org>", picture.ID())
	assert.Equal(t, "a picture", picture.Description())

	t.Expect(NoInnerStructure, inner.Envelope != nil && inner.Message != nil, "part 3: %+v", inner)
	if inner.Envelope == nil || inner.Message == nil {
		return
	}
	equalFold(t, "message/rfc822", inner.MediaType())
	assert.Equal(t, "the inner message", inner.Envelope.Subject)
	require.Len(t, inner.Message.Children, 2)
	equalFold(t, "application/octet-stream", inner.Message.Children[1].MediaType())
}

func testFetchBodyItem(t *T) {
	c := t.Login()
	t.Selected(c, nested)
	b := t.FetchOne(c, t.UIDs(c)[0], imap.FetchItems{Body: true}).BodyStructure
	require.NotNil(t, b)
	checkStructure(t, b)
}

func part(n ...int) imap.FetchSection { return imap.PartSection(n...) }

func section(sp response.Specifier, n ...int) imap.FetchSection {
	return imap.FetchSection{Section: imap.Section{Part: n, Specifier: sp}}
}

func testFetchSections(t *T) {
	c := t.Login()
	t.Selected(c, nested)
	uid := t.UIDs(c)[0]
	wants := []struct {
		what    imap.FetchSection
		want    string
		differs Deviation
	}{
		{imap.WholeMessage(), nested.text, RewritesMail},
		{section(response.SpecifierText), messageText(nested.text), MessageText},
		{part(1, 1), "Sch=F6ne Gr=FC=DFe", ""},
		{part(1, 2), "<p>hello</p>", ""},
		{section(response.SpecifierMIME, 1, 2), crlf("Content-Type: text/html; charset=utf-8\nContent-Language: de\nContent-Location: http://example.org/page\n\n"), ""},
		{section(response.SpecifierHeader, 3), messageHeader(innerText()), InnerHeader},
		{section(response.SpecifierText, 3), messageText(innerText()), InnerText},
		{part(3, 1), "deep text", InnerParts},
		{part(3, 2), "AAECAwQ=", InnerParts},
	}
	for _, w := range wants {
		m := t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{w.what}})
		got, ok := m.Section(w.what.Section)
		if w.differs == "" {
			require.True(t, ok, "%s: %+v", w.what.Section, m.Sections)
			assert.Equal(t, strings.TrimRight(w.want, "\r\n"), strings.TrimRight(string(got), "\r\n"), "%s", w.what.Section)
		} else {
			// Servers differ about whether the line end before a boundary belongs to the part.
			same := strings.TrimRight(w.want, "\r\n") == strings.TrimRight(string(got), "\r\n")
			t.Expect(w.differs, ok && same, "%s: %q", w.what.Section, got)
		}
	}
	// All of them at once.
	var items imap.FetchItems
	for _, w := range wants {
		items.Sections = append(items.Sections, w.what)
	}
	m := t.FetchOne(c, uid, items)
	assert.Len(t, m.Sections, len(wants))
	assert.False(t, t.FetchOne(c, uid, imap.FetchItems{Flags: true}).HasFlag(imap.FlagSeen))

	// A part that does not exist is NIL, empty or refused.
	all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(uid), imap.FetchItems{Sections: []imap.FetchSection{part(9)}}, nil))
	if err == nil && len(all) == 1 {
		got, _ := all[0].Section(imap.Section{Part: []int{9}})
		assert.Empty(t, got)
	}
	require.NoError(t, c.Noop(t.Ctx))
}

// innerText is the message that is part 3 of nested.
func innerText() string {
	const begin, end = "From: Carol", "\r\n--outer--"
	text := nested.text
	text = text[index(text, begin):]
	return text[:index(text, end)]
}

func testFetchHeaderFields(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	uid := t.UIDs(c)[0]
	some := imap.HeaderFields("Subject", "From", "X-None")
	m := t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{some}})
	got, ok := m.Section(some.Section)
	require.True(t, ok, "%+v", m.Sections)
	assert.ElementsMatch(t, []string{"From: Ann Example <ann@example.org>", "Subject: one"}, lines(string(got)))

	others := imap.FetchSection{Section: imap.Section{Specifier: response.SpecifierHeaderFieldsNot, Fields: []string{"To", "Date", "Message-ID", "Subject"}}}
	m = t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{others}})
	got, ok = m.Section(others.Section)
	require.True(t, ok, "%+v", m.Sections)
	if !t.Deviates(RewritesMail) {
		assert.Equal(t, []string{"From: Ann Example <ann@example.org>"}, lines(string(got)))
	}

	empty := imap.HeaderFields("X-None")
	m = t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{empty}})
	got, ok = m.Section(empty.Section)
	require.True(t, ok)
	assert.Empty(t, lines(string(got)))
}

func testFetchPartial(t *T) {
	c := t.Login()
	t.Selected(c, note("partly"))
	uid := t.UIDs(c)[0]
	text := string(t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}).Body())
	for _, p := range []commands.Partial{{Offset: 0, Count: 10}, {Offset: 10, Count: 20}, {Offset: 5, Count: 1 << 20}, {Offset: 1 << 20, Count: 10}} {
		m := t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{{Partial: &p}}})
		require.Len(t, m.Sections, 1)
		from := min(p.Offset, int64(len(text)))
		to := min(p.Offset+p.Count, int64(len(text)))
		assert.Equal(t, text[from:to], string(m.Sections[0].Data), "%+v", p)
		if from < int64(len(text)) {
			assert.Equal(t, p.Offset, m.Sections[0].Origin)
			assert.True(t, m.Sections[0].Partial)
		}
	}
}

func testFetchSeen(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	uid := t.UIDs(c)[0]
	seen := func() bool { return t.FetchOne(c, uid, imap.FetchItems{Flags: true}).HasFlag(imap.FlagSeen) }
	t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage(), imap.Header()}, RFC822Header: true})
	assert.False(t, seen(), "PEEK")
	t.FetchOne(c, uid, imap.FetchItems{Sections: []imap.FetchSection{{MarkSeen: true}}})
	t.Expect(NeverSeen, seen(), "without PEEK")
}

func testFetchRFC822(t *T) {
	c := t.Login()
	m := note("old style")
	t.Selected(c, m)
	if !c.Caps().Has(imap.CapIMAP4rev1) {
		t.NotOffered("IMAP4rev1")
	}
	uid := t.UIDs(c)[0]
	got := t.FetchOne(c, uid, imap.FetchItems{RFC822Header: true})
	head, ok := got.Section(imap.Header().Section)
	require.True(t, ok)
	t.Expect(RewritesMail, messageHeader(m.text) == string(head), "%q", head)
	got = t.FetchOne(c, uid, imap.FetchItems{RFC822Text: true})
	text, ok := got.Section(imap.Section{Specifier: response.SpecifierText})
	require.True(t, ok)
	assert.Equal(t, messageText(m.text), string(text))
	got = t.FetchOne(c, uid, imap.FetchItems{RFC822: true})
	require.Len(t, got.Sections, 1)
	assert.True(t, got.Sections[0].RFC822)
	t.sameText(m.text, got.Body())
	seen := t.FetchOne(c, uid, imap.FetchItems{Flags: true}).HasFlag(imap.FlagSeen)
	t.Expect(NeverSeen, seen, "after RFC822")
}

func testFetchBinary(t *T) {
	c := t.Login()
	t.Selected(c, nested)
	uid := t.UIDs(c)[0]
	items := imap.FetchItems{
		BinarySizes: [][]int{{3, 2}},
		Sections:    []imap.FetchSection{{Section: imap.Section{Part: []int{3, 2}}, Binary: true}},
	}
	if !c.Caps().Has(response.CapBinary) && !c.Caps().Has(imap.CapIMAP4rev2) {
		_, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(uid), items, nil))
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("BINARY")
	}
	m := t.FetchOne(c, uid, items)
	require.Len(t, m.Sections, 1)
	assert.True(t, m.Sections[0].Binary)
	assert.Equal(t, []byte{0, 1, 2, 3, 4}, m.Sections[0].Data)
	require.NotNil(t, m.Ext)
	require.Len(t, m.Ext.BinarySizes, 1)
	assert.EqualValues(t, 5, m.Ext.BinarySizes[0].Size)
	assert.Equal(t, []int{3, 2}, m.Ext.BinarySizes[0].Part)

	items = imap.FetchItems{Sections: []imap.FetchSection{{Section: imap.Section{Part: []int{1, 1}}, Binary: true, Partial: &commands.Partial{Offset: 3, Count: 5}}}}
	m = t.FetchOne(c, uid, items)
	require.Len(t, m.Sections, 1)
	t.Expect(NoBinaryPartial, string(m.Sections[0].Data) == "\xf6ne G", "octets 3 to 7: %q", m.Sections[0].Data)
	assert.False(t, t.FetchOne(c, uid, imap.FetchItems{Flags: true}).HasFlag(imap.FlagSeen))
}

func testFetchNothing(t *T) {
	c := t.Login()
	t.Selected(c, note("one"), note("two"))
	uids := t.UIDs(c)
	// The UID of a removed message is not an error (RFC 9051 §6.4.9).
	all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(uids[0], 4_000_000), imap.FetchItems{Flags: true}, nil))
	require.NoError(t, err)
	assert.Len(t, all, 1)
	all, err = imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(4_000_000), imap.FetchItems{Flags: true}, nil))
	require.NoError(t, err)
	assert.Empty(t, all)
	// A number beyond the last message is an error, or finds nothing.
	_, err = imap.Collect(c.Fetch(t.Ctx, imap.Seqs(99), imap.FetchItems{Flags: true}, nil))
	if t.Numbered(err) && err != nil {
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
	}
	require.NoError(t, c.Noop(t.Ctx))
}

func testFetchSeq(t *T) {
	c := t.Login()
	t.Selected(c, notes(5)...)
	uids := t.UIDs(c)
	all, err := imap.Collect(c.Fetch(t.Ctx, imap.SeqRange(4, imap.Star), imap.FetchItems{UID: true, Envelope: true}, nil))
	if !t.Numbered(err) {
		return
	}
	require.NoError(t, err)
	require.Len(t, all, 2)
	assert.EqualValues(t, 4, all[0].SeqNum)
	assert.Equal(t, uids[3], all[0].UID)
	assert.Equal(t, "note 5", all[1].Envelope.Subject)
}

func testFetchModSeq(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Sequenced")
	t.Put(c, name, notes(3)...)
	t.Need(c, imap.CapCondStore)
	m, err := c.Select(t.Ctx, name, &imap.SelectOptions{CondStore: true})
	require.NoError(t, err)
	require.NotZero(t, m.HighestModSeq)
	uids := t.UIDs(c)
	for _, msg := range t.Fetch(c, imap.FetchItems{ModSeq: true}) {
		assert.NotZero(t, msg.ModSeq)
		assert.LessOrEqual(t, msg.ModSeq, m.HighestModSeq)
	}
	_, err = c.UIDStore(t.Ctx, imap.UIDs(uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	require.NoError(t, err)
	all, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Flags: true}, &imap.FetchOptions{ChangedSince: m.HighestModSeq}))
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, uids[1], all[0].UID)
	assert.Greater(t, all[0].ModSeq, m.HighestModSeq)
}

func testFetchSaveDate(t *T) {
	c := t.Login()
	t.Selected(c, addressed)
	t.Need(c, response.CapSaveDate)
	m := t.FetchOne(c, t.UIDs(c)[0], imap.FetchItems{SaveDate: true})
	require.NotNil(t, m.Ext)
	assert.WithinDuration(t, time.Now(), m.Ext.SaveDate, time.Hour)
}

func testFetchObjectID(t *T) {
	c := t.Login()
	t.Selected(c, addressed)
	t.Need(c, response.CapObjectID)
	m := t.FetchOne(c, t.UIDs(c)[0], imap.FetchItems{EmailID: true, ThreadID: true})
	require.NotNil(t, m.Ext)
	assert.NotEmpty(t, m.Ext.EmailID)
	assert.True(t, m.Has(response.ItemThreadID))
}

func testFetchPreview(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	t.Need(c, response.CapPreview)
	uid := t.UIDs(c)[0]
	m := t.FetchOne(c, uid, imap.FetchItems{Preview: true})
	require.True(t, m.Has(response.ItemPreview))
	if !m.Ext.PreviewNil {
		assert.Equal(t, "Just a note.", m.Ext.Preview)
	}
	m = t.FetchOne(c, uid, imap.FetchItems{PreviewLazy: true})
	assert.True(t, m.Has(response.ItemPreview))
}

func testFetchUnknown(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	_, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(t.UIDs(c)...), imap.FetchItems{UID: true, Other: []string{"X-NOBODY"}}, nil))
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	require.NoError(t, c.Noop(t.Ctx))
}

func equalFold(t *T, want, got string) {
	t.Helper()
	if !strings.EqualFold(want, got) {
		t.Errorf("%q, want %q", got, want)
	}
}
