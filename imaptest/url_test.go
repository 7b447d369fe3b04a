package imaptest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// TestCatenate is RFC 4469: a message of literals and of parts of others.
func TestCatenate(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(withAttachment))
	_, err := srv.User("user").Create("Entwürfe")
	require.NoError(t, err)
	conn := selected(t, srv)
	converse(t, conn, `
		C: a1 APPEND "Entw&APw-rfe" (\Seen) CATENATE (URL "/INBOX;UIDVALIDITY=1/;UID=1/;SECTION=HEADER" TEXT {10+}
		C| one line
		C|  URL "/INBOX/;UID=1/;section=1" TEXT {2+}
		C| 
		C|  URL ";UID=1/;SECTION=1/;PARTIAL=1.1" URL imap://user@example.org/INBOX/;uid=1/;section=2.MIME)
		S: a1 OK [APPENDUID 2 1] APPEND completed`)
	m := srv.User("user").Mailbox("Entwürfe").Messages()[0]
	header, _, _ := strings.Cut(string(imaptest.CRLF(withAttachment)), "\r\n\r\n")
	assert.Equal(t, header+"\r\n\r\none line\r\nHi\r\niContent-Type: message/rfc822\r\n"+
		"Content-Disposition: attachment; filename=\"a b.eml\"\r\n\r\n", string(m.Raw))
	assert.Equal(t, []imaptest.Flag{`\Seen`}, m.Flags)
	for _, url := range []string{
		"/INBOX/;UID=9", "/None/;UID=1", "/INBOX;UIDVALIDITY=2/;UID=1", "/INBOX/;UID=1/;SECTION=9", "/INBOX/;UID=1/;SECTION=FROB",
		"imap://other@example.org/INBOX/;UID=1", "http://example.org/", "/INBOX", "/INBOX/;UID=0", "/INBOX/;UID=1/;PARTIAL=x",
	} {
		converse(t, conn, fmt.Sprintf("C: b1 APPEND INBOX CATENATE (TEXT {6+}\nC| a: b\nC|  URL \"%s\")\nS: b1 NO [BADURL %s] <*>", url, url))
	}
	converse(t, conn, `
		C: c1 APPEND INBOX CATENATE ()
		S: c1 NO A message can't be empty
		C: c2 APPEND INBOX CATENATE (FROB x)
		S: c2 BAD <*>
		C: c3 APPEND INBOX CATENATE (TEXT {6+}
		C| a: b
		C| ) (\Seen) CATENATE (TEXT {6+}
		C| c: d
		C| )
		S: * 3 EXISTS
		S: * 3 RECENT
		S: c3 OK [APPENDUID 1 2:3] APPEND completed`)
	small := imaptest.NewServer(t, &imaptest.Options{MaxMessage: 10})
	converse(t, loggedIn(t, small), `
		C: a1 APPEND INBOX CATENATE (TEXT {8+}
		C| a: bcd
		C|  TEXT {8+}
		C| a: bcd
		C| )
		S: a1 NO [TOOBIG] The message exceeds the limit`)
}

// TestURLAuth is RFC 4467: URLs that give others access to a part of a message.
func TestURLAuth(t *testing.T) {
	caps := []imaptest.Cap{"IMAP4rev1", "URLAUTH", "UIDPLUS"}
	srv := imaptest.NewServer(t, &imaptest.Options{
		Capabilities: caps, Users: []imaptest.Account{{Name: "user", Password: "password"}, {Name: "fred", Password: "x"}},
	})
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(withAttachment))
	conn := loggedIn(t, srv)
	assert.Contains(t, skip(t, conn, "s SELECT INBOX"), "* OK [URLMECH INTERNAL] Mechanisms")
	generate := func(url string) string {
		lines := skip(t, conn, `a1 GENURLAUTH "`+url+`" INTERNAL`)
		require.Len(t, lines, 1)
		return strings.TrimSuffix(strings.TrimPrefix(lines[0], `* GENURLAUTH "`), `"`)
	}
	const part = "imap://user@example.com/INBOX/;uid=1/;section=1"
	fred := srv.Pipe()
	defer fred.Close()
	converse(t, fred, "S: * OK <*>\nC: l LOGIN fred x\nS: l OK <*>")
	fetch := func(url, want string) {
		t.Helper()
		converse(t, fred, "C: f1 URLFETCH \""+url+"\"\nS: * URLFETCH \""+url+"\" "+want+"\nS: f1 OK URLFETCH completed")
	}
	const text = "{2}\nS: Hi"
	for _, access := range []string{"submit+fred", "user+fred", "authuser", "anonymous"} {
		url := generate(part + ";urlauth=" + access)
		assert.True(t, strings.HasPrefix(url, part+";urlauth="+access+":internal:"), url)
		fetch(url, text)
		fetch(url[:len(url)-1]+"x", "NIL")
		fetch(strings.Replace(url, "section=1", "section=2", 1), "NIL")
	}
	fetch(generate(part+";urlauth=user+ann"), "NIL")
	fetch(generate(part+";expire="+time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+";urlauth=authuser"), text)
	fetch(generate(part+";expire="+time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)+";urlauth=authuser"), "NIL")
	fetch(part, "NIL")
	fetch("imap://user@example.com/INBOX", "NIL")
	url := generate(part + ";urlauth=authuser")
	converse(t, conn, "C: r1 RESETKEY INBOX INTERNAL\nS: r1 OK [URLMECH INTERNAL] RESETKEY completed")
	fetch(url, "NIL")
	url = generate(part + ";urlauth=authuser")
	fetch(url, text)
	converse(t, conn, "C: r2 RESETKEY\nS: r2 OK RESETKEY completed\nC: r3 RESETKEY None\nS: r3 NO <*>\nC: r4 RESETKEY INBOX XSAMPLE\nS: r4 BAD <*>")
	fetch(url, "NIL")
	for _, wrong := range []string{
		part, part + ";urlauth=", part + ";urlauth=frob", part + ";urlauth=user+", strings.Replace(part, "user@", "", 1) + ";urlauth=authuser",
		strings.Replace(part, "user@", "fred@", 1) + ";urlauth=authuser", strings.Replace(part, "INBOX", "None", 1) + ";urlauth=authuser",
		"imap://user@example.com/;urlauth=authuser", part + ";expire=soon;urlauth=authuser",
	} {
		converse(t, conn, `C: w1 GENURLAUTH "`+wrong+`" INTERNAL`+"\nS: w1 BAD <*>")
	}
	converse(t, conn, "C: w2 GENURLAUTH \""+part+";urlauth=authuser\" XSAMPLE\nS: w2 BAD <*>")
	converse(t, loggedIn(t, imaptest.NewServer(t, nil)), "C: a1 URLFETCH \"x\"\nS: a1 BAD <*>")
}
