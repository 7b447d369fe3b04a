package promises_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// draftFlags are those of the examples of RFC 4469.
var draftFlags = []imap.Flag{imap.FlagSeen, imap.FlagDraft, imap.FlagMDNSent}

func catURL(text string) commands.CatPart { return commands.CatPart{URL: text} }

func catText(text ...string) commands.CatPart {
	return commands.CatText(strings.Join(text, "\r\n") + "\r\n")
}

// catenate appends a message of parts.
func catenate(t *testing.T, c *imap.Client, mailbox string, flags []imap.Flag, parts ...commands.CatPart) (*imap.AppendResult, error) {
	return c.Append(t.Context(), mailbox, 0, nil, &imap.AppendOptions{Flags: flags, Catenate: parts})
}

const catExample1 = `
C: A003 APPEND Drafts (\Seen \Draft $MDNSent) CATENATE
 (URL "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER"
 TEXT {42}
S: + Ready for literal data
C:
C: --------------030308070208000400050907
C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1.MIME"
 URL "/Drafts;UIDVALIDITY=385759045/;UID=20/;section=1" TEXT {42}
S: + Ready for literal data
C:
C: --------------030308070208000400050907
C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=30" TEXT {44}
S: + Ready for literal data
C:
C: --------------030308070208000400050907--
C: )
S: A003 OK catenate append completed`

// The document counts 738 octets for the text of example 2, and 541 for that of example
// 4: there are fewer.
const catExample2 = `
C: A003 APPEND Drafts (\Seen \Draft $MDNSent) CATENATE (TEXT {721}
S: + Ready for literal data
C: Return-Path: <bar@example.org>
C: Received: from [127.0.0.2]
C:           by rufus.example.org via TCP (internal) with ESMTPA;
C:           Thu, 11 Nov 2004 16:57:07 +0000
C: Message-ID: <419399E1.6000505@example.org>
C: Date: Thu, 12 Nov 2004 16:57:05 +0000
C: From: Bob Ar <bar@example.org>
C: X-Accept-Language: en-us, en
C: MIME-Version: 1.0
C: To: foo@example.net
C: Subject: About our holiday trip
C: Content-Type: multipart/mixed;
C:               boundary="------------030308070208000400050907"
C:
C: --------------030308070208000400050907
C: Content-Type: text/plain; charset=us-ascii; format=flowed
C: Content-Transfer-Encoding: 7bit
C:
C: Our travel agent has sent the updated schedule.
C:
C: Cheers,
C: Bob
C: --------------030308070208000400050907
C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=20/;Section=2.MIME"
 URL "/Drafts;UIDVALIDITY=385759045/;UID=20/;Section=2" TEXT {44}
S: + Ready for literal data
C:
C: --------------030308070208000400050907--
C: )
S: A003 OK [APPENDUID 385759045 45] append Completed
C: A004 UID STORE 20 +FLAGS.SILENT (\Deleted)
S: A004 OK STORE completed`

const catExample3 = `
C: A003 APPEND Drafts (\Seen \Draft $MDNSent) CATENATE
 (URL "/Drafts;UIDVALIDITY=385759045/;UID=21/;section=HEADER"
 TEXT {42}
S: + Ready for literal data
C:
C: --------------030308070208000400050903
C:  URL "/Drafts;UIDVALIDITY=385759045/;UID=21/;section=1.MIME"
 URL "/Drafts;UIDVALIDITY=385759045/;UID=21/;section=1" TEXT {255}
S: + Ready for literal data
C:
C: --------------030308070208000400050903
C: Content-type: text/plain; charset="us-ascii"
C: Content-transfer-encoding: 7bit
C:
C: This body part contained a Power Point presentation that was
C: deleted upon your request.
C: --------------030308070208000400050903--
C: )
S: A003 OK append Completed`

const catExample4 = `
C: A003 APPEND Sent (\Seen $MDNSent) CATENATE (TEXT {540}
S: + Ready for literal data
C: Return-Path: <foo@example.org>
C: Received: from [127.0.0.2]
C:           by rufus.example.org via TCP (internal) with ESMTPA;
C:           Thu, 11 Nov 2004 16:57:07 +0000
C: Message-ID: <419399E1.6000505@example.org>
C: Date: Thu, 21 Nov 2004 16:57:05 +0000
C: From: Farren Oo <foo@example.org>
C: X-Accept-Language: en-us, en
C: MIME-Version: 1.0
C: To: bar@example.org
C: Subject: Digest of the mailing list for today
C: Content-Type: multipart/digest;
C:               boundary="------------030308070208000400050904"
C:
C: --------------030308070208000400050904
C:  URL "/INBOX;UIDVALIDITY=785799047/;UID=11467" TEXT {42}
S: + Ready for literal data
C:
C: --------------030308070208000400050904
C:  URL "/INBOX;UIDVALIDITY=785799047/;UID=113330/;section=1.5.9"
 TEXT {42}
S: + Ready for literal data
C:
C: --------------030308070208000400050904
C:  URL "/INBOX;UIDVALIDITY=785799047/;UID=11916" TEXT {44}
S: + Ready for literal data
C:
C: --------------030308070208000400050904--
C: )
S: A003 NO [BADURL "/INBOX;UIDVALIDITY=785799047/;UID=113330; section=1.5.9"] CATENATE append has failed, one message expunged`

// firstText returns the first text of an example, without its last CRLF.
func firstText(t *testing.T, example string) commands.CatPart {
	command := quotedExchanges(t, example)[0].command
	_, text, _ := strings.Cut(command, "TEXT {")
	_, text, _ = strings.Cut(text, "\r\n")
	text, _, _ = strings.Cut(text, "\r\n URL")
	return catText(text)
}

// The examples of RFC 4469 Appendix A, with the octets of the client.
func TestCatenateAsInRFC4469(t *testing.T) {
	const base, inbox = "/Drafts;UIDVALIDITY=385759045/;UID=", "/INBOX;UIDVALIDITY=785799047/;UID="
	const boundary = "--------------0303080702080004000509"
	asInRFC(t, "CATENATE", catExample1, func(t *testing.T, c *imap.Client) {
		_, err := catenate(t, c, "Drafts", draftFlags, catURL(base+"20/;section=HEADER"), catText("", boundary+"07"),
			catURL(base+"20/;section=1.MIME"), catURL(base+"20/;section=1"), catText("", boundary+"07"), catURL(base+"30"), catText("", boundary+"07--"))
		require.NoError(t, err)
	})
	asInRFC(t, "CATENATE UIDPLUS", "C: A0 SELECT Drafts\nS: A0 OK done"+catExample2, func(t *testing.T, c *imap.Client) {
		_, err := c.Select(t.Context(), "Drafts", nil)
		require.NoError(t, err)
		put, err := catenate(t, c, "Drafts", draftFlags, firstText(t, catExample2),
			catURL(base+"20/;Section=2.MIME"), catURL(base+"20/;Section=2"), catText("", boundary+"07--"))
		require.NoError(t, err)
		assert.EqualValues(t, 385759045, put.UIDValidity)
		assert.EqualValues(t, 45, put.UID())
		_, err = c.UIDStore(t.Context(), imap.UIDs(20), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, &imap.StoreOptions{Silent: true})
		require.NoError(t, err)
	})
	asInRFC(t, "CATENATE", catExample3, func(t *testing.T, c *imap.Client) {
		_, err := catenate(t, c, "Drafts", draftFlags, catURL(base+"21/;section=HEADER"), catText("", boundary+"03"),
			catURL(base+"21/;section=1.MIME"), catURL(base+"21/;section=1"),
			catText("", boundary+"03", `Content-type: text/plain; charset="us-ascii"`, "Content-transfer-encoding: 7bit", "",
				"This body part contained a Power Point presentation that was", "deleted upon your request.", boundary+"03--"))
		require.NoError(t, err)
	})
	asInRFC(t, "CATENATE", catExample4, func(t *testing.T, c *imap.Client) {
		_, err := catenate(t, c, "Sent", []imap.Flag{imap.FlagSeen, imap.FlagMDNSent}, firstText(t, catExample4), catURL(inbox+"11467"),
			catText("", boundary+"04"), catURL(inbox+"113330/;section=1.5.9"), catText("", boundary+"04"), catURL(inbox+"11916"), catText("", boundary+"04--"))
		require.ErrorIs(t, err, response.CodeBadURL)
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, response.BadURLCode{URL: "/INBOX;UIDVALIDITY=785799047/;UID=113330; section=1.5.9"}, refused.Code)
	})
}

// A text of CATENATE waits for the server, whatever that takes without waiting: one that
// refuses a URL before it may read it as commands.
func TestCatenateTextsWait(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const text = "\r\nZZ DELETE INBOX\r\n"
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ CATENATE REPLACE UIDPLUS] ready")
			for range 2 {
				line := p.Line()
				assert.True(p.T, strings.HasSuffix(line, ` CATENATE (URL "/x/;UID=1" TEXT {19}`), line)
				tag, _, _ := strings.Cut(line, " ")
				p.Sendf("%s NO [BADURL /x/;UID=1] gone", tag)
				p.Answer("SELECT x")
			}
			p.Serve(nil)
		})
		message := func() *imap.AppendOptions {
			u := response.URL{User: "joe", Host: "a", Mailbox: "x", UID: 1}
			return &imap.AppendOptions{Catenate: []commands.CatPart{commands.CatURL(u), commands.CatText(text)}}
		}
		_, err := c.Append(t.Context(), "x", 0, nil, message())
		require.ErrorIs(t, err, response.CodeBadURL)
		_, err = c.Select(t.Context(), "x", nil)
		require.NoError(t, err)
		_, err = c.UIDReplace(t.Context(), 1, "x", 0, nil, message())
		require.ErrorIs(t, err, response.CodeBadURL)
		_, err = c.Select(t.Context(), "x", nil)
		require.NoError(t, err)
		works(t, c)
	})
}

// What cannot be is refused before anything is sent.
func TestCatenateThatCanNotBe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 CATENATE BINARY APPENDLIMIT=10] ready")
			p.Answer("NOOP")
			p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1")
			p.Answer("NOOP")
		})
		broken := errors.New("broken")
		var bad *imap.ArgumentError
		text := func() commands.CatPart { return commands.CatText("x") }
		for _, opts := range []imap.AppendOptions{
			{Catenate: []commands.CatPart{{URL: "/ü"}}}, {Catenate: []commands.CatPart{{URL: "/a b"}}}, {Catenate: []commands.CatPart{{URL: "/a\r\nb"}}},
			{Catenate: []commands.CatPart{{URL: "/a", Text: text().Text}}}, {Catenate: []commands.CatPart{text()}, Binary: true},
			{Catenate: []commands.CatPart{{Text: literal.Source{Size: 3}}}}, {Catenate: []commands.CatPart{{Text: literal.Source{Size: -3}}}},
			{Catenate: []commands.CatPart{{Text: literal.Source{R: strings.NewReader("long"), Size: 2}}}},
		} {
			_, err := c.Append(t.Context(), "x", 0, nil, &opts)
			require.ErrorAs(t, err, &bad, "%+v", opts)
		}
		_, err := c.Append(t.Context(), "x", 1, strings.NewReader("x"), &imap.AppendOptions{Catenate: []commands.CatPart{catURL("/a/;UID=1")}})
		require.ErrorAs(t, err, &bad)
		_, err = catenate(t, c, "x", nil, commands.CatPart{Text: literal.Source{R: iotest.ErrReader(broken), Size: 5}})
		require.ErrorIs(t, err, broken)
		var limit *imap.LimitError
		_, err = catenate(t, c, "x", nil, commands.CatText("123456"), commands.CatText("123456"))
		require.ErrorAs(t, err, &limit)
		require.NoError(t, c.Noop(t.Context()))
		_, err = c.Capability(t.Context())
		require.NoError(t, err)
		var lacks *imap.UnsupportedError
		_, err = catenate(t, c, "x", nil, catURL("/a/;UID=1"))
		require.ErrorAs(t, err, &lacks)
		assert.Equal(t, response.CapCatenate, lacks.Cap)
		require.NoError(t, c.Noop(t.Context()))
	})
}

// TestCatenateAtImaptest has a draft's text replaced without sending its attachment.
func TestCatenateAtImaptest(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{MaxMessage: 4000})
	old := imap.CRLF("Subject: draft\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nold\n--b\nContent-Type: application/zip\n\nzipped\n--b--\n")
	uid := srv.User("user").Mailbox("INBOX").Deliver(old)
	c, err := imap.NewClient(t.Context(), srv.Pipe(), nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(t.Context(), "user", "password"))
	mbox, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	of := func(section imap.Section) commands.CatPart {
		return commands.CatURL(response.URL{Mailbox: "INBOX", UIDValidity: mbox.UIDValidity, UID: uid, Section: section})
	}
	put, err := catenate(t, c, "INBOX", []imap.Flag{imap.FlagDraft}, of(imap.Section{Specifier: response.SpecifierHeader}),
		catText("--b", "", "new", "--b"), of(imap.Section{Part: []int{2}, Specifier: response.SpecifierMIME}), of(imap.Section{Part: []int{2}}), catText("", "--b--"))
	require.NoError(t, err)
	all, err := imap.Collect(c.UIDFetch(t.Context(), put.UIDs, imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}, nil))
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, strings.Replace(string(old), "old", "new", 1), string(all[0].Body()))

	_, err = catenate(t, c, "INBOX", nil, of(imap.Section{Part: []int{7}}), catText("x"))
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	u, err := response.ParseURL(refused.Code.(response.BadURLCode).URL)
	require.NoError(t, err)
	assert.Equal(t, []int{7}, u.Section.Part)
	require.NoError(t, c.Noop(t.Context()))
}
