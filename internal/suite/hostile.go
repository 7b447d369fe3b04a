package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

var hostileTests = []Test{
	{Name: "texts that look like commands", Run: testHostileTexts},
	{Name: "texts that look like commands, in a session with UTF-8", Run: testHostileTextsUTF8},
}

// hostileTextCount is how many hostile texts there are.
const hostileTextCount = 4

// form is a way in which a text goes to a server.
type form func(ctx context.Context, c *imap.Client) error

// hostile is a session into which texts are put that would change the user's
// mailboxes if a server read them as commands, and another one that looks.
type hostile struct {
	*T
	c, watch      *imap.Client
	box           string // selected; has one message
	pwned, victim string // does not exist, and must not; exists, and must
	before        string // what the second session saw first
	utf8          bool
}

func testHostileTexts(t *T)     { eachHostileText(t, false) }
func testHostileTextsUTF8(t *T) { eachHostileText(t, true) }

// eachHostileText has a user for each text, as servers slow down those who err.
func eachHostileText(t *T, utf8 bool) {
	if t.Deviates(ReadsOnAfterPanic) {
		return
	}
	for i := range hostileTextCount {
		t.Sub(fmt.Sprint("text ", i), func(t *T) {
			h := newHostile(t, utf8)
			h.run(h.texts()[i])
		})
	}
}

func newHostile(t *T, utf8 bool) *hostile {
	t.user = nil
	h := &hostile{T: t, watch: t.Login(), utf8: utf8}
	if utf8 {
		t.Need(h.watch, imap.CapUTF8Accept)
	}
	h.victim = t.NewBox(h.watch, "Victim")
	h.pwned = t.Box(h.watch, "Pwned")
	h.box = t.NewBox(h.watch, "Hostile")
	t.Put(h.watch, h.box, note("kept"))
	h.before = h.seen()
	return h
}

// texts returns octets that do something as a command, from a line's beginning on
// or after what might end the command that they are in.
func (h *hostile) texts() [hostileTextCount]string {
	evil := fmt.Sprintf("zz CREATE %q\r\nzy DELETE %q\r\n", h.pwned, h.victim)
	return [hostileTextCount]string{
		evil,
		"x\r\n\"\r\n" + evil,
		")\r\n" + evil + "zx NOOP\r\n",
		"From: a@b\r\n\r\n" + evil + strings.Repeat("padding to make the literal long\r\n", 200) + evil,
	}
}

// run puts a text into each command, over a connection that is replaced when the
// server ends it, and looks for what it has done.
func (h *hostile) run(text string) {
	for name, form := range h.forms(text) {
		h.connect()
		err := h.try(form)
		if h.settle() && h.before == h.seen() {
			continue
		}
		h.Errorf("%s: the text %q became commands (%v)", name, text, err)
		_ = h.watch.Delete(h.Ctx, h.pwned)
		_ = h.watch.Create(h.Ctx, h.victim, nil)
		h.before = h.seen()
	}
}

// try runs a form. Dovecot neither takes nor refuses some of them.
func (h *hostile) try(form form) error {
	ctx, cancel := context.WithTimeout(h.Ctx, 2*time.Second)
	defer cancel()
	return form(ctx, h.c)
}

// connect makes sure that there is a session with the mailbox selected.
func (h *hostile) connect() {
	h.Helper()
	if h.c != nil && h.c.Err() == nil {
		if m := h.c.Mailbox(); m != nil && m.Name == h.box {
			return
		}
	}
	if h.c != nil {
		h.c.Close()
	}
	h.c = h.Login()
	if h.utf8 {
		_, err := h.c.Enable(h.Ctx, imap.CapUTF8Accept)
		require.NoError(h, err)
	}
	_, err := h.c.Select(h.Ctx, h.box, nil)
	require.NoError(h, err)
}

// settle waits until the server has read all that was sent. A server may have ended
// the session, but must not have answered what was no command: then it returns false.
func (h *hostile) settle() bool {
	var protocol *imap.ProtocolError
	return !errors.As(h.c.Noop(h.Ctx), &protocol)
}

// seen describes the user's own mailboxes as the other session finds them. Those of
// other users come and go, as other tests share them.
func (h *hostile) seen() string {
	h.Helper()
	var names []string
	for m, err := range h.watch.List(h.Ctx, "*", nil) {
		require.NoError(h, err)
		if !strings.HasPrefix(m.Mailbox, "Other Users") {
			names = append(names, m.Mailbox)
		}
	}
	slices.Sort(names) // go-imap's server has them in any order
	st, err := h.watch.Status(h.Ctx, h.victim, imap.StatusMessages)
	require.NoError(h, err)
	return fmt.Sprint(names, st.Messages)
}

// forms returns the ways in which a text goes to a server. Most of them are refused
// by one server or the other, which is when the text could become commands.
func (h *hostile) forms(text string) map[string]form {
	forms := make(map[string]form)
	h.appendForms(forms, text)
	h.textForms(forms, text)
	h.rawForms(forms, text)
	return forms
}

// appendForms are the messages.
func (h *hostile) appendForms(forms map[string]form, text string) {
	put := func(mailbox string, opts *imap.AppendOptions) form {
		return func(ctx context.Context, c *imap.Client) error {
			_, err := c.Append(ctx, mailbox, int64(len(text)), strings.NewReader(text), opts)
			return err
		}
	}
	forms["APPEND"] = put(h.box, nil)
	forms["APPEND to nowhere"] = put(h.pwned+"Not", nil)
	forms["APPEND to a name in UTF-8"] = put(h.box+"Grüße", nil)
	for i, f := range []imap.Flag{`\Odd`, imap.Flag(strings.Repeat("long", 300)), "]", "odd[1]", "100", imap.FlagSeen, `\Draft`, "$Forwarded"} {
		forms[fmt.Sprint("APPEND with flag ", i)] = put(h.box, &imap.AppendOptions{Flags: []imap.Flag{f}})
	}
	for i, at := range []time.Time{
		time.Unix(0, 0), time.Unix(-1e9, 0), time.Date(1, 2, 3, 4, 5, 6, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(2020, 2, 29, 0, 0, 0, 0, time.FixedZone("", 99*3600)), time.Date(2020, 2, 29, 0, 0, 0, 0, time.FixedZone("", -15*3600)),
	} {
		forms[fmt.Sprint("APPEND with date ", i)] = put(h.box, &imap.AppendOptions{InternalDate: at})
	}
	for i, name := range []string{"", "a*b%", strings.Repeat("long/", 300), "//", "../x", "~x", "#news", "x\r\ny", "INBOX//", "&", "Entwürfe/送信", ".", "a\x7f\x1b"} {
		forms[fmt.Sprint("APPEND to name ", i)] = put(name, nil)
	}
	forms["APPEND, UTF8"] = put(h.box, &imap.AppendOptions{UTF8: true})
	forms["APPEND, BINARY"] = put(h.box, &imap.AppendOptions{Binary: true})
	forms["APPEND, BINARY, to nowhere"] = put(h.pwned+"Not", &imap.AppendOptions{Binary: true})
	forms["APPEND, BINARY and UTF8"] = put(h.box, &imap.AppendOptions{Binary: true, UTF8: true})
	forms["APPEND of several"] = func(ctx context.Context, c *imap.Client) error {
		m := func() imap.AppendMessage {
			return imap.AppendMessage{Size: int64(len(text)), Reader: strings.NewReader(text)}
		}
		_, err := c.AppendAll(ctx, h.pwned+"Not", []imap.AppendMessage{m(), m()})
		return err
	}
	for name, mailbox := range map[string]string{"REPLACE": h.box, "REPLACE to nowhere": h.pwned + "Not"} {
		for kind, opts := range map[string]imap.AppendOptions{"": {}, ", UTF8": {UTF8: true}, ", BINARY": {Binary: true}} {
			forms[name+kind] = func(ctx context.Context, c *imap.Client) error {
				_, err := c.UIDReplace(ctx, 1_000_000, mailbox, int64(len(text)), strings.NewReader(text), &opts)
				return err
			}
		}
	}
}

// textForms are the texts of other commands.
func (h *hostile) textForms(forms map[string]form, text string) {
	for name, key := range map[string]search.Key{
		"SUBJECT": search.Subject(text), "BODY": search.Body("ü" + text), "HEADER": search.Header("X-Odd", text),
		"OR": search.Or(search.Text(text), search.Not(search.From(text))), "unknown key": search.Raw("X-ODD", commands.ArgString(text)),
	} {
		forms["SEARCH "+name] = func(ctx context.Context, c *imap.Client) error {
			_, err := c.UIDSearch(ctx, key, nil)
			return err
		}
	}
	forms["SEARCH of an unknown charset"] = func(ctx context.Context, c *imap.Client) error {
		_, err := c.UIDSearch(ctx, search.Subject(text), &imap.SearchOptions{Charset: "X-ODD"})
		return err
	}
	forms["SEARCH of a long set"] = func(ctx context.Context, c *imap.Client) error {
		var set imap.UIDSet
		for uid := imap.UID(1); uid < 30_000; uid += 2 {
			set.AddNum(uid)
		}
		_, err := c.UIDSearch(ctx, search.And(search.Not(search.UID(set)), search.Subject(text)), nil)
		return err
	}
	for name, value := range map[string]string{"SETMETADATA": text, "SETMETADATA with NUL": "\x00" + text} {
		forms[name] = func(ctx context.Context, c *imap.Client) error {
			return c.SetMetadata(ctx, h.box, []response.MetadataItem{{Name: privateComment, Value: []byte(value)}, {Name: "/odd/odd", Value: []byte(value)}})
		}
	}
	forms["CREATE"] = func(ctx context.Context, c *imap.Client) error { return c.Create(ctx, "\xff"+text, nil) }
	forms["SELECT"] = func(ctx context.Context, c *imap.Client) error { _, err := c.Select(ctx, text, nil); return err }
	forms["ID"] = func(ctx context.Context, c *imap.Client) error {
		_, err := c.ID(ctx, []response.IDParam{{Name: "name", Value: text[:min(len(text), 1000)]}})
		return err
	}
	forms["SETACL"] = func(ctx context.Context, c *imap.Client) error {
		return c.SetACL(ctx, h.box, text, commands.RightsAdd, "lr")
	}
	forms["GETQUOTA"] = func(ctx context.Context, c *imap.Client) error { _, err := c.GetQuota(ctx, text); return err }
}

// rawForms are commands that the library does not know, which servers refuse or
// take. The old form of APPEND with UTF8 is one of them (RFC 9755 Appendix B.1).
func (h *hostile) rawForms(forms map[string]form, text string) {
	message := func(binary bool) commands.Arg {
		return commands.ArgLiteralFrom(literal.Source{R: bytes.NewReader([]byte(text)), Size: int64(len(text))}, binary)
	}
	for name, args := range map[string][]commands.Arg{
		"APPEND": {commands.ArgAtom("CATENATE"), commands.ArgList(commands.ArgAtom("TEXT"), message(false))},
		"append": {commands.ArgAtom("UTF8"), commands.ArgList(message(true))},
		"Append": {commands.ArgAtom("X-ODD"), message(false)},
		"XODD":   {message(false)},
		"Xodd":   {message(true)},
	} {
		forms[fmt.Sprintf("%s by hand, %d arguments", name, len(args))] = func(ctx context.Context, c *imap.Client) error {
			_, err := c.Do(ctx, commands.Raw{Command: name, Args: append([]commands.Arg{commands.ArgMailbox(h.box)}, args...)})
			return err
		}
	}
	forms["MOVE of a literal"] = func(ctx context.Context, c *imap.Client) error {
		_, err := c.Do(ctx, commands.Raw{Command: "UID FETCH", Args: []commands.Arg{commands.ArgString(text), commands.ArgAtom("FLAGS")}})
		return err
	}
}

// testAppendUTF8Refused appends a message with UTF-8 in its header without the
// session that it needs.
func testAppendUTF8Refused(t *T) {
	c := t.Login()
	text := note("Grüße").text
	_, err := c.Append(t.Ctx, t.NewBox(c, "Seven"), int64(len(text)), strings.NewReader(text), &imap.AppendOptions{UTF8: true})
	require.Error(t, err)
	var refused *imap.StatusError
	assert.False(t, errors.As(err, &refused), "nothing is sent: %v", err)
}
