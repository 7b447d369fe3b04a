package imaptest_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// TestHostileClients sends what no client should; the server has to live on.
func TestHostileClients(t *testing.T) {
	for name, c := range map[string]struct{ send, want string }{
		"nested search":   {"a1 SEARCH " + strings.Repeat("(", 5000) + "ALL\r\n", "a1 BAD SEARCH: nested too deeply"},
		"nested not":      {"a1 SEARCH " + strings.Repeat("NOT ", 5000) + "ALL\r\n", "a1 BAD SEARCH: nested too deeply"},
		"nested lists":    {"a1 FETCH 1 " + strings.Repeat("(", 5000) + "\r\n", "a1 BAD FETCH: unknown item \"\""},
		"endless line":    {strings.Repeat("x", 200_000), "* BYE [CLIENTBUG] Line too long"},
		"huge literal":    {"a1 LIST \"\" {99999999999}\r\n", "a1 NO [TOOBIG] Literal exceeds the limit"},
		"absurd literal":  {"a1 LIST \"\" {99999999999999999999999}\r\n", "a1 BAD LIST: expected a literal at \"{99999999999999999999999\""},
		"negative":        {"a1 LIST \"\" {-1}\r\n", "a1 BAD LIST: expected a literal at \"{-1}\""},
		"wide set":        {"a1 UID FETCH 1:4294967295 UID\r\n", "* 1 FETCH (UID 1)"},
		"overlapping set": {"a1 UID FETCH 1" + strings.Repeat(",1:*", 10_000) + " UID\r\n", "* 1 FETCH (UID 1)"},
		"zero":            {"a1 FETCH 0 UID\r\n", "a1 BAD FETCH: expected a sequence set at \"0 UID\""},
		"NUL in literal":  {"a1 LIST \"\" {2+}\r\na\x00\r\n", "a1 BAD LIST: NUL in a literal"},
		"NUL in quoted":   {"a1 LIST \"\" \"a\x00\"\r\n", "a1 BAD LIST: expected a quoted character at \"\\x00\\\"\""},
		"8-bit quoted":    {"a1 LIST \"\" \"\xff\"\r\n", "a1 BAD LIST: 8-bit characters in a quoted string"},
		"deep section":    {"a1 FETCH 1 BODY.PEEK[" + strings.Repeat("1.", 5000) + "1]\r\n", "a1 BAD FETCH: expected a part number at \".1.1.1.1.1.1.1.1.1.1.1.1\""},
		"partial":         {"a1 FETCH 1 BODY.PEEK[TEXT]<9223372036854775807.9223372036854775807>\r\n", "* 1 FETCH (BODY[TEXT]<9223372036854775807> {0}"},
		"pattern":         {"a1 LIST \"\" \"" + strings.Repeat("*%", 1000) + "x\"\r\n", "a1 OK LIST completed"},
		"known numbers":   {"a1 ENABLE QRESYNC\r\na2 SELECT INBOX (QRESYNC (1 1 1:4294967295 (1:4294967295 1:4294967295)))\r\n", "* ENABLED QRESYNC"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := withHello(t, 1, nil)
			conn := selected(t, srv)
			go func() { _, _ = io.WriteString(conn, c.send) }() // the server may hang up before the end
			converse(t, conn, "S: "+c.want)
			converse(t, selected(t, srv), "C: z1 NOOP\nS: z1 OK NOOP completed")
		})
	}
}

// TestOddMessages delivers messages that are no messages.
func TestOddMessages(t *testing.T) {
	nested := strings.Repeat("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 500)
	wide := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\n", 1000)
	srv := imaptest.NewServer(t, nil)
	box := srv.User("user").Mailbox("INBOX")
	for _, raw := range []string{
		"", "\r\n", "x", ":", "a:b", "Content-Type: multipart/mixed\r\n\r\n", "Content-Type: ;;=\"\r\n\r\n", nested, wide,
		strings.Repeat("Content-Type: message/rfc822\r\n\r\n", 500),
		"From: \"<,;:(\r\nTo: a:b:c;d@;<@x,@y:z@w>,,(\r\nSubject: \x80\xff\r\nDate: \x00\r\n\r\n",
		"Content-Disposition: \r\nContent-Language: ,\r\nContent-Transfer-Encoding: (x)\r\n\r\n",
	} {
		box.Deliver([]byte(raw))
	}
	conn := selected(t, srv)
	skip(t, conn, "a1 FETCH 1:* (ENVELOPE BODYSTRUCTURE BODY PREVIEW BODY.PEEK[1.1.1] BODY.PEEK[HEADER.FIELDS.NOT (x)] BINARY.SIZE[1])")
	skip(t, conn, "a2 SEARCH TEXT x BODY y SENTBEFORE 1-Jan-2026 FROM z")
}

func TestIdleTimeout(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{IdleTimeout: 10 * time.Millisecond})
	conn := srv.Pipe()
	rest, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.Contains(t, string(rest), "* BYE Autologout; idle for too long")
}

// FuzzServer sends commands of a logged-in client.
func FuzzServer(f *testing.F) {
	for _, c := range conversations {
		var b strings.Builder
		for line := range strings.Lines(c.transcript) {
			if text, is := strings.CutPrefix(strings.TrimSpace(line), "C: "); is {
				b.WriteString(text + "\r\n")
			}
		}
		f.Add([]byte(b.String()))
	}
	f.Add([]byte("a AUTHENTICATE PLAIN\r\n*\r\na LIST (RECURSIVEMATCH) \"\" (* %) RETURN (STATUS (MESSAGES))\r\n"))
	for _, said := range []string{
		"NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[1]) MessageExpunge)) (SUBTREE x (MailboxName))\r\na2 APPEND INBOX {4+}\r\na: b\r\n",
		"UID SORT RETURN (UPDATE ALL) (REVERSE SUBJECT DATE) UTF-8 UNSEEN\r\na2 UID STORE 1:* +FLAGS ($x)\r\na3 CANCELUPDATE \"a1\"\r\n",
		"APPEND INBOX CATENATE (URL \"/INBOX/;UID=1/;SECTION=1\" TEXT {1+}\r\nx)\r\n", "GENURLAUTH \"imap://user@h/INBOX/;uid=1;urlauth=anonymous\" INTERNAL\r\n",
		"SEARCH RETURN (MIN MAX COUNT SAVE PARTIAL -1:-2 RELEVANCY) FUZZY OR NOT 1:* UID $ MODSEQ 1\r\na2 FETCH $ (FLAGS)\r\n",
		"ENABLE UIDONLY QRESYNC\r\na2 SELECT INBOX (QRESYNC (1 1 1:3))\r\na3 UID FETCH 1:* (BODY[HEADER.FIELDS (a \"b\")]<1.2> BINARY.SIZE[1] PREVIEW (LAZY)) (PARTIAL 1:2)\r\n",
		"THREAD REFERENCES UTF-8 ALL\r\na2 MOVE 1:2 INBOX\r\na3 EXPUNGE\r\na4 REPLACE 1 INBOX ~{3+}\r\n\x00\x01\x02\r\n",
		"LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (% *) RETURN (STATUS (MESSAGES) MYRIGHTS METADATA (\"/shared/x\"))\r\na2 GETMETADATA (DEPTH 1) INBOX (/shared)\r\n",
		"ESEARCH IN (SUBTREE (INBOX x) PERSONAL) RETURN (ALL) TEXT x\r\na2 UNAUTHENTICATE\r\na3 LOGIN user {8+}\r\npassword\r\n",
	} {
		f.Add([]byte("a1 " + said))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		srv, err := imaptest.Start(&imaptest.Options{MaxMessage: 1 << 16})
		if err != nil {
			t.Fatal(err)
		}
		defer srv.Close()
		srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(withAttachment))
		conn := srv.Pipe()
		go func() {
			_, _ = io.WriteString(conn, "l LOGIN user password\r\ns SELECT INBOX\r\n")
			_, _ = io.Copy(conn, bytes.NewReader(input))
			_, _ = io.WriteString(conn, "\r\nDONE\r\nz LOGOUT\r\n")
			_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		}()
		_, _ = io.Copy(io.Discard, conn)
		assert.NotContains(t, srv.Transcript()[0], "SERVERBUG")
	})
}
