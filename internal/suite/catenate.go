package suite

import (
	"errors"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var catenateTests = []Test{
	{Name: "CATENATE", Run: testCatenate},
	{Name: "CATENATE, BADURL", Run: testBadURL},
	{Name: "CATENATE of a piece (URL-PARTIAL)", Run: testURLPartial},
	{Name: "URLAUTH", Run: testURLAuth},
}

// withZip is a message of two parts.
var withZip = mail{text: crlf("From: a@example.org\nDate: Mon, 2 Mar 2026 10:11:12 +0100\nSubject: parts\nMIME-Version: 1.0\n" +
	"Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: text/plain\n\nthe old text\n--bb\n" +
	"Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\nUEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==\n--bb--\n")}

// inMessage returns a function that names parts of the one message of a new mailbox,
// which is selected.
func (t *T) inMessage(c *imap.Client, m mail) func(response.Section) response.URL {
	t.Helper()
	name := t.Selected(c, m)
	uid := t.UIDs(c)[0]
	return func(s response.Section) response.URL {
		return response.URL{Mailbox: name, UIDValidity: c.Mailbox().UIDValidity, UID: uid, Section: s}
	}
}

func (t *T) catenate(c *imap.Client, parts ...commands.CatPart) error {
	_, err := c.Append(t.Ctx, c.Mailbox().Name, 0, nil, &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}, Catenate: parts})
	return err
}

// testCatenate has the text of a draft replaced, and its attachment stay at the server.
func testCatenate(t *T) {
	c := t.Login()
	if !c.Caps().Has(response.CapCatenate) {
		_, err := c.Append(t.Ctx, "INBOX", 0, nil, &imap.AppendOptions{Catenate: []commands.CatPart{commands.CatText("x")}})
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("CATENATE")
	}
	url := t.inMessage(c, withZip)
	part := func(spec response.Specifier, n ...int) commands.CatPart {
		return commands.CatURL(url(response.Section{Part: n, Specifier: spec}))
	}
	require.NoError(t, t.catenate(c,
		part(response.SpecifierHeader), commands.CatText("--bb\r\n"), part(response.SpecifierMIME, 1),
		commands.CatText("ZZ1 CREATE Pwned\r\n\r\n--bb\r\n"), part(response.SpecifierMIME, 2), part("", 2), commands.CatText("\r\n--bb--\r\n")))
	require.NoError(t, c.Noop(t.Ctx))
	all := t.Fetch(c, imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.WholeMessage()}})
	require.Len(t, all, 2)
	t.sameText(strings.Replace(withZip.text, "the old text", "ZZ1 CREATE Pwned\r\n", 1), all[1].Body())
	assert.True(t, all[1].HasFlag(imap.FlagDraft))
	assert.False(t, all[0].HasFlag(imap.FlagSeen), "RFC 4469 §3")

	// A name that has to be encoded.
	name := t.NewBox(c, "Entwürfe & mehr")
	t.Put(c, name, note("elsewhere"))
	u := response.URL{Mailbox: name, UID: 1}
	require.NoError(t, t.catenate(c, commands.CatURL(u)))
	require.NoError(t, c.Noop(t.Ctx))
	all = t.Fetch(c, imap.FetchItems{Envelope: true})
	require.Len(t, all, 3)
	assert.Equal(t, "elsewhere", all[2].Envelope.Subject)
}

// testBadURL has a text that looks like commands follow a URL that is refused.
func testBadURL(t *T) {
	c := t.Login()
	t.Need(c, response.CapCatenate)
	url := t.inMessage(c, withZip)
	for _, u := range []response.URL{
		{Mailbox: c.Mailbox().Name, UID: 4000000000}, {Mailbox: t.Box(c, "NotThere"), UID: 1},
		{Mailbox: c.Mailbox().Name, UIDValidity: c.Mailbox().UIDValidity + 1, UID: 1},
	} {
		err := t.catenate(c, commands.CatText("Subject: x\r\n\r\n"), commands.CatURL(u), commands.CatText("\r\nZZ CREATE Pwned\r\n"))
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused, "%v", u.String())
		code, _ := refused.Code.(response.BadURLCode)
		assert.Equal(t, commands.CatURL(u).URL, code.URL, "%v", err)
		require.NoError(t, c.Noop(t.Ctx))
	}
	assert.Len(t, t.UIDs(c), 1)
	err := t.catenate(c, commands.CatText("Subject: x\r\n\r\n"), commands.CatURL(url(response.Section{Part: []int{9}})), commands.CatText("ZZ CREATE Pwned\r\n"))
	if !t.Deviates(NoPartIsEmpty) {
		assert.Error(t, err)
	}
	if err != nil {
		t.Expect(NoBadURL, errors.Is(err, response.CodeBadURL), "%v", err)
	}
	require.NoError(t, c.Noop(t.Ctx))
	assert.Empty(t, t.list(c, "*Pwned*", nil))
}

func testURLPartial(t *T) {
	c := t.Login()
	t.Need(c, response.CapCatenate)
	t.Need(c, response.CapURLPartial)
	url := t.inMessage(c, withZip)(response.Section{Part: []int{1}})
	url.Partial, url.Offset, url.Length = true, 4, 3
	require.NoError(t, t.catenate(c, commands.CatText("Subject: x\r\n\r\n"), commands.CatURL(url), commands.CatText("\r\n")))
	require.NoError(t, c.Noop(t.Ctx))
	all := t.Fetch(c, imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}})
	require.Len(t, all, 2)
	t.sameText("Subject: x\r\n\r\nold\r\n", all[1].Body())
}

// testURLAuth makes a URL of a part, reads it, and makes it void.
func testURLAuth(t *T) {
	c := t.Login()
	if !c.Caps().Has(response.CapURLAuth) {
		_, err := c.GenURLAuth(t.Ctx, "imap://u@h/INBOX/;UID=1;URLAUTH=authuser")
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("URLAUTH")
	}
	u := t.inMessage(c, withZip)(response.Section{Part: []int{1}})
	u.User, u.Host, u.Access = t.User().Name, "localhost", "authuser"
	urls, err := c.GenURLAuth(t.Ctx, u.String())
	t.Expect(URLsOfItsPort, err == nil, "%v", err)
	if err != nil {
		return
	}
	parts, err := c.URLFetch(t.Ctx, urls, commands.URLItems{})
	t.Expect(HangsUpOnURLFetch, err == nil, "%v", err)
	if err != nil {
		return
	}
	assert.Equal(t, "the old text", strings.TrimSpace(string(parts[0].Data)))
	if c.Caps().Has(response.CapURLAuthBinary) {
		u.Section.Part = []int{2}
		zip, err := c.GenURLAuth(t.Ctx, u.String())
		require.NoError(t, err)
		parts, err := c.URLFetch(t.Ctx, zip, commands.URLItems{Structure: true, Binary: true})
		require.NoError(t, err)
		assert.Equal(t, "PK\x05\x06", string(parts[0].Data[:min(4, len(parts[0].Data))]))
		if assert.NotNil(t, parts[0].Structure) {
			assert.True(t, strings.EqualFold("zip", parts[0].Structure.Subtype))
		}
	}
	require.NoError(t, c.ResetKey(t.Ctx, c.Mailbox().Name))
	parts, err = c.URLFetch(t.Ctx, urls, commands.URLItems{})
	require.NoError(t, err)
	assert.True(t, parts[0].Nil, "the key is another one")
}
