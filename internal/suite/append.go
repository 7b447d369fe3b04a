package suite

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

var appendTests = []Test{
	{Name: "APPEND with flags and date", Run: testAppend},
	{Name: "UIDPLUS, APPENDUID", Run: testAppendUID},
	{Name: "a message of 1 MB", Run: testAppendLarge},
	{Name: "to a missing mailbox", Run: testAppendMissing},
	{Name: "several at once (MULTIAPPEND or a pipeline)", Run: testAppendAll},
	{Name: "a reader that fails", Run: testAppendBrokenReader},
	{Name: "cancelled while its text is sent", Run: testAppendCancelled},
	{Name: "APPENDLIMIT", Run: testAppendLimit},
	{Name: "UTF-8 in the header (UTF8=ACCEPT)", Run: testAppendUTF8},
	{Name: "UTF-8 in the header, without UTF8=ACCEPT", Run: testAppendUTF8Refused},
	{Name: "BINARY, with NUL", Run: testAppendBinary},
}

func testAppend(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Drafts2")
	m := note("kept", imap.FlagSeen, imap.FlagDraft)
	m.date = time.Date(2021, 2, 3, 12, 34, 56, 0, time.FixedZone("", -3*3600))
	_, err := c.Append(t.Ctx, name, int64(len(m.text)), strings.NewReader(m.text), &imap.AppendOptions{
		Flags: m.flags, InternalDate: m.date,
	})
	require.NoError(t, err)
	_, err = c.Append(t.Ctx, name, int64(len(m.text)), strings.NewReader(m.text), nil)
	require.NoError(t, err)

	_, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	all := t.Fetch(c, imap.FetchItems{Flags: true, InternalDate: true, Size: true, Sections: []imap.FetchSection{imap.WholeMessage()}})
	require.Len(t, all, 2)
	assert.True(t, all[0].HasFlag(imap.FlagSeen) && all[0].HasFlag(imap.FlagDraft), "%q", all[0].Flags)
	t.Expect(LosesZone, m.date.Equal(all[0].InternalDate), "INTERNALDATE %v", all[0].InternalDate)
	assert.False(t, all[1].HasFlag(imap.FlagSeen) || all[1].HasFlag(imap.FlagDraft), "%q", all[1].Flags)
	age := time.Since(all[1].InternalDate)
	t.Expect(NoArrivalTime, age < time.Hour && age > -time.Hour, "INTERNALDATE of now: %v", all[1].InternalDate)
	t.sameText(m.text, all[0].Body())
	t.sameText(m.text, all[1].Body())
}

// sameText compares a message with what was stored.
func (t *T) sameText(stored string, got []byte) {
	t.Helper()
	t.Expect(RewritesMail, stored == string(got), "%d octets come as %d: %.300q", len(stored), len(got), got)
}

func testAppendUID(t *T) {
	c := t.Login()
	t.Need(c, imap.CapUIDPlus)
	name := t.NewBox(c, "Numbered")
	m := note("one")
	put, err := c.Append(t.Ctx, name, int64(len(m.text)), strings.NewReader(m.text), nil)
	require.NoError(t, err)
	require.NotZero(t, put.UID())
	sel, err := c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	assert.Equal(t, sel.UIDValidity, put.UIDValidity)
	assert.Equal(t, []imap.UID{put.UID()}, t.UIDs(c))

	// To the selected mailbox: the new message is known when Append returns or
	// after the next command.
	put, err = c.Append(t.Ctx, name, int64(len(m.text)), strings.NewReader(m.text), nil)
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
	assert.EqualValues(t, 2, c.Mailbox().Messages)
	assert.Contains(t, t.UIDs(c), put.UID())
}

func testAppendLarge(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Large")
	text := bigText("large", 1<<20)
	_, err := c.Append(t.Ctx, name, int64(len(text)), strings.NewReader(text), nil)
	require.NoError(t, err)
	_, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	all := t.Fetch(c, imap.FetchItems{Size: true, Sections: []imap.FetchSection{imap.WholeMessage()}})
	require.Len(t, all, 1)
	t.sameText(text, all[0].Body())
}

func testAppendMissing(t *T) {
	c := t.Login()
	none := t.Box(c, "NotThere")
	for _, text := range []string{note("one").text, bigText("two", 500_000)} {
		_, err := c.Append(t.Ctx, none, int64(len(text)), strings.NewReader(text), nil)
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		t.Expect(NoTryCreate, errors.Is(err, imap.CodeTryCreate), "%v", err)
		require.NoError(t, c.Noop(t.Ctx), "the connection works on")
	}
}

func testAppendAll(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Many")
	var messages []imap.AppendMessage
	all := notes(20)
	for _, m := range all {
		messages = append(messages, imap.AppendMessage{
			Size: int64(len(m.text)), Reader: strings.NewReader(m.text),
			AppendOptions: imap.AppendOptions{Flags: []imap.Flag{imap.FlagFlagged}},
		})
	}
	put, err := c.AppendAll(t.Ctx, name, messages)
	require.NoError(t, err)
	_, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	uids := t.UIDs(c)
	require.Len(t, uids, len(all))
	if c.Caps().Has(imap.CapUIDPlus) {
		assert.Equal(t, imap.UIDs(uids...), put.UIDs)
	}
	for i, m := range t.Fetch(c, imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.WholeMessage()}}) {
		assert.True(t, m.HasFlag(imap.FlagFlagged))
		t.sameText(all[i].text, m.Body())
	}
}

var errBroken = errors.New("the disk is broken")

func testAppendBrokenReader(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Broken")
	// A short message is read before anything is sent.
	r := io.MultiReader(strings.NewReader("Subject: x\r\n"), failing{})
	_, err := c.Append(t.Ctx, name, 1000, r, nil)
	require.ErrorIs(t, err, errBroken)
	require.NoError(t, c.Noop(t.Ctx))
	// In a long one, the server still expects the rest: the connection is closed.
	r = io.MultiReader(strings.NewReader(bigText("x", 500_000)), failing{})
	_, err = c.Append(t.Ctx, name, 1<<20, r, nil)
	require.ErrorIs(t, err, errBroken)
	var broken *imap.AppendError
	require.ErrorAs(t, err, &broken)
	assert.ErrorIs(t, c.Noop(t.Ctx), imap.ErrClosed)

	c = t.Login()
	st, err := c.Status(t.Ctx, name, imap.StatusMessages)
	require.NoError(t, err)
	t.Tolerate(StoresHalves, st.Messages == 0, "%d messages", st.Messages)
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func testAppendCancelled(t *T) {
	c := t.Login()
	name := t.NewBox(c, "Cancelled")
	ctx, cancel := context.WithCancel(t.Ctx)
	defer cancel()
	r := io.MultiReader(strings.NewReader(bigText("x", 400_000)), stalled{ctx, cancel})
	_, err := c.Append(ctx, name, 1<<20, r, nil)
	require.ErrorIs(t, err, context.Canceled)
	var broken *imap.AppendError
	require.ErrorAs(t, err, &broken)
}

// stalled cancels a context when it is read, and then waits for its end.
type stalled struct {
	ctx    context.Context
	cancel func()
}

func (s stalled) Read([]byte) (int, error) {
	s.cancel()
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

func testAppendLimit(t *T) {
	c := t.Login()
	limit, ok := c.Caps().AppendLimit()
	if !ok || limit <= 0 || limit == 1<<63-1 {
		t.NotOffered("APPENDLIMIT=n")
	}
	_, err := c.Append(t.Ctx, "INBOX", limit+1, strings.NewReader(""), nil)
	var big *imap.LimitError
	require.ErrorAs(t, err, &big)
	assert.Equal(t, limit, big.Limit)
	require.NoError(t, c.Noop(t.Ctx))
}

func testAppendUTF8(t *T) {
	c := t.Login()
	t.Need(c, imap.CapUTF8Accept)
	enabled, err := c.Enable(t.Ctx, imap.CapUTF8Accept)
	require.NoError(t, err)
	require.True(t, enabled.Has(imap.CapUTF8Accept), "enabled: %s", enabled)
	text := crlf("From: Jörg <joerg@example.org>\nDate: Mon, 2 Mar 2026 10:11:12 +0100\nSubject: Grüße\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n")
	name := t.NewBox(c, "Eight")
	_, err = c.Append(t.Ctx, name, int64(len(text)), strings.NewReader(text), &imap.AppendOptions{UTF8: true})
	require.NoError(t, err)
	_, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	all := t.Fetch(c, imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{imap.WholeMessage()}})
	require.Len(t, all, 1)
	assert.Equal(t, "Grüße", all[0].Envelope.Subject)
	assert.Equal(t, "Jörg", all[0].Envelope.From[0].Name)
	t.sameText(text, all[0].Body())
}

func testAppendBinary(t *T) {
	c := t.Login()
	t.Need(c, response.CapBinary)
	name := t.NewBox(c, "Binary")
	text := []byte(crlf("From: a@example.org\nDate: Mon, 2 Mar 2026 10:11:12 +0100\nSubject: nul\nMIME-Version: 1.0\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: binary\n\n") + "a\x00b\x00\xff")
	_, err := c.Append(t.Ctx, name, int64(len(text)), bytes.NewReader(text), &imap.AppendOptions{Binary: true})
	require.NoError(t, err)
	_, err = c.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	all := t.Fetch(c, imap.FetchItems{Sections: []imap.FetchSection{{Section: imap.Section{Part: []int{1}}, Binary: true}}})
	require.Len(t, all, 1)
	require.Len(t, all[0].Sections, 1)
	assert.Equal(t, []byte("a\x00b\x00\xff"), all[0].Sections[0].Data)

	// What has a NUL goes so in any case, also in place of another message.
	_, err = c.UIDReplace(t.Ctx, t.UIDs(c)[0], name, int64(len(text)), bytes.NewReader(text), nil)
	require.NoError(t, err)
	require.NoError(t, c.Noop(t.Ctx))
	all = t.Fetch(c, imap.FetchItems{Sections: []imap.FetchSection{{Section: imap.Section{Part: []int{1}}, Binary: true}}})
	require.Len(t, all, 1)
	assert.Equal(t, []byte("a\x00b\x00\xff"), all[0].Sections[0].Data)
}
