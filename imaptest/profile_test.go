package imaptest_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

const withAttachment = `From: undisclosed:;
Subject: nested
Message-ID: <n@example.org>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8
Content-Language: en, de

Hi
--b
Content-Type: message/rfc822
Content-Disposition: attachment; filename="a b.eml"

Subject: inner
Content-Type: multipart/alternative; boundary=c

--c

plain
--c
Content-Type: text/html
Content-Transfer-Encoding: base64

PGI+aGk8L2I+
--c--
--b--
`

func TestGmail(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Profile: imaptest.Gmail()})
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(hello))
	conn := loggedIn(t, srv)
	converse(t, conn, `
		C: a1 LIST "" "%"
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\Noselect \HasChildren) "/" "[Gmail]"
		S: a1 OK LIST completed`)
	skip(t, conn, `a2 SELECT "[Gmail]/All Mail"`)
	converse(t, conn, `
		C: a3 FETCH 1 (X-GM-MSGID X-GM-THRID X-GM-LABELS)
		S: * 1 FETCH (X-GM-MSGID <*> X-GM-THRID <*> X-GM-LABELS ("\\Inbox"))
		S: a3 OK FETCH completed
		C: a4 STORE 1 +X-GM-LABELS (\Starred "two words")
		S: * 1 FETCH (X-GM-LABELS ("\\Inbox" "\\Starred" "two words"))
		S: a4 OK STORE completed
		C: a5 STORE 1 -X-GM-LABELS.SILENT (\Inbox)
		S: a5 OK STORE completed
		C: a6 SEARCH X-GM-RAW "from:bob -subject:bye is:unread"
		S: * SEARCH 1
		S: a6 OK SEARCH completed
		C: a7 SEARCH X-GM-LABELS "two words"
		S: * SEARCH 1
		S: a7 OK SEARCH completed`)
	assert.Zero(t, srv.User("user").Mailbox("INBOX").Len())
	assert.Equal(t, 1, srv.User("user").Mailbox("[Gmail]/Starred").Len())
}

func TestHabits(t *testing.T) {
	for _, c := range []struct {
		profile    *imaptest.Profile
		transcript string
	}{
		{imaptest.Exchange(), `
			C: a1 COPY 1 Archive
			S: a1 OK [COPYUID 2 1 1] COPY completed
			C: a2 UID MOVE 1 Archive
			S: * OK [COPYUID 2 1 2]
			S: * 1 EXPUNGE
			S: a2 OK MOVE completed
			C: a3 UID COPY 77 Archive
			S: a3 OK [COPYUID 701  ] COPY completed
			C: a4 FROB
			S: * BAD Command Error. 12
			S: a4 BAD Command Argument Error. 11
			C: a6 SEARCH CHARSET UTF-8 SUBJECT {9}
			S: a6 NO [BADCHARSET (US-ASCII)] The specified charset is not supported.
			C: a7 SEARCH CHARSET US-ASCII SUBJECT nested
			S: * SEARCH 1
			S: a7 OK SEARCH completed
			C: a5 FETCH 1 BODY
			S: * 1 FETCH (BODY (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 2 0)("message" "rfc822" NIL NIL NIL "7bit" -1 (<*>`},
		{imaptest.Yahoo(), `
			C: a1 FETCH 2 (ENVELOPE)
			S: * 2 FETCH (ENVELOPE (<*> () NIL NIL NIL "<n@example.org>") )
			S: a1 OK FETCH completed`},
		{imaptest.ICloud(), `
			C: a1 FETCH 1 (UID RFC822)
			S: * 1 FETCH (UID 1 RFC822 "" FLAGS (\Seen \Recent))
			S: a1 OK FETCH completed`},
		{imaptest.Courier(), `
			C: a1 LIST "" *
			S: * LIST (\HasChildren) "." INBOX
			S: * LIST (\HasNoChildren) "." INBOX.Drafts
			S: * LIST (\HasNoChildren) "." INBOX.Sent
			S: * LIST (\HasNoChildren) "." INBOX.Trash
			S: a1 OK LIST completed
			C: a2 FROB
			S: a2 NO Error in IMAP command received by server.`},
		{imaptest.Domino(), `
			C: a1 NAMESPACE
			S: * NAMESPACE (("" "\\")) (("Other\\" "\\")) (("Shared\\" "\\"))
			S: a1 OK NAMESPACE completed
			C: a2 FETCH 1 (UID BODYSTRUCTURE)
			S: * 1 FETCH ((UID 1 BODYSTRUCTURE (<*>)))
			S: a2 OK FETCH completed`},
	} {
		t.Run(c.profile.Name, func(t *testing.T) {
			srv := withHello(t, 1, &imaptest.Options{Profile: c.profile})
			srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(withAttachment))
			converse(t, selected(t, srv), c.transcript)
		})
	}
}

func TestStructure(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(withAttachment))
	converse(t, selected(t, srv), `
		C: a1 FETCH 1 BODYSTRUCTURE
		S: * 1 FETCH (BODYSTRUCTURE (("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 2 0 NIL NIL ("en" "de") NIL)("message" "rfc822" NIL NIL NIL "7bit" 167 (NIL "inner" NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 5 0 NIL NIL NIL NIL)("text" "html" NIL NIL NIL "base64" 12 0 NIL NIL NIL NIL) "alternative" ("boundary" "c") NIL NIL NIL) 11 NIL ("attachment" ("filename" "a b.eml")) NIL NIL) "mixed" ("boundary" "b") NIL NIL NIL))
		S: a1 OK FETCH completed
		C: a2 FETCH 1 (ENVELOPE BINARY.SIZE[2.2] BINARY.PEEK[2.2] BODY.PEEK[2.1] BODY.PEEK[2.2.MIME] BODY.PEEK[2.HEADER] BODY.PEEK[2.3] BODY.PEEK[1.1])
		S: * 1 FETCH (ENVELOPE (NIL "nested" ((NIL NIL "undisclosed" NIL)(NIL NIL NIL NIL)) ((NIL NIL "undisclosed" NIL)(NIL NIL NIL NIL)) ((NIL NIL "undisclosed" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL "<n@example.org>") BINARY.SIZE[2.2] 9 BINARY[2.2] ~{9}
		S: <b>hi</b> BODY[2.1] {5}
		S: plain BODY[2.2.MIME] {62}
		S| Content-Type: text/html
		S| Content-Transfer-Encoding: base64
		S| 
		S:  BODY[2.HEADER] {67}
		S| Subject: inner
		S| Content-Type: multipart/alternative; boundary=c
		S| 
		S:  BODY[2.3] NIL BODY[1.1] NIL)
		S: a2 OK FETCH completed`)
}

func TestSeeding(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Users: []imaptest.Account{{
		Name: "ann", Password: "x",
		Mailboxes: []imaptest.Folder{
			{Name: "Sent", SpecialUse: `\Sent`, Subscribed: true, Messages: []imaptest.Message{
				{Raw: imaptest.CRLF(hello), Flags: []imaptest.Flag{`\Seen`}, InternalDate: when},
			}},
			{Name: "Fixed", ReadOnly: true},
		},
		FS: fstest.MapFS{
			"a.eml":        {Data: []byte(hello)},
			"Lists/go.eml": {Data: []byte(hello)},
			"Lists/README": {Data: []byte("no message")},
		},
	}}})
	ann := srv.User("ann")
	assert.Equal(t, []string{"INBOX", "Fixed", "Lists", "Sent"}, ann.Mailboxes())
	assert.Equal(t, []string{"Sent"}, ann.Subscriptions())
	assert.Equal(t, 1, ann.Mailbox("Lists").Len())
	m := ann.Mailbox("Sent").Messages()[0]
	assert.Equal(t, []imaptest.Flag{`\Seen`}, m.Flags)
	assert.True(t, when.Equal(m.InternalDate))
	assert.Equal(t, imaptest.UID(1), m.UID)
	assert.Panics(t, func() { srv.User("bob") })
	assert.Panics(t, func() { ann.Mailbox("none") })
	_, err := imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{Name: "x", Mailboxes: []imaptest.Folder{{Name: "/a"}}}}})
	require.EqualError(t, err, `imaptest: mailbox "/a": that name can not be used`)
}
