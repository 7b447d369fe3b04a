package imaptest_test

import (
	"bufio"
	"compress/flate"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

func TestCompress(t *testing.T) {
	conn := selected(t, withHello(t, 1, nil))
	converse(t, conn, "C: a1 COMPRESS DEFLATE\nS: a1 OK DEFLATE active")
	w, err := flate.NewWriter(conn, flate.BestSpeed)
	require.NoError(t, err)
	_, err = fmt.Fprint(w, "a2 FETCH 1 UID\r\na3 COMPRESS DEFLATE\r\n")
	require.NoError(t, err)
	go func() { _ = w.Flush() }()
	r := bufio.NewScanner(flate.NewReader(conn))
	for _, want := range []string{"* 1 FETCH (UID 1)", "a2 OK FETCH completed", "a3 NO [COMPRESSIONACTIVE] DEFLATE is active already"} {
		require.True(t, r.Scan())
		assert.Equal(t, want, r.Text())
	}
}

func TestCharsets(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	box := srv.User("user").Mailbox("INBOX")
	box.Deliver([]byte("Subject: =?iso-8859-1?Q?Gr=FC=DFe?=\r\n\r\nplain"))
	box.Deliver([]byte("Content-Type: text/plain; charset=iso-8859-1\r\n\r\nviele Gr\xfc\xdfe"))
	box.Deliver([]byte("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n0J/RgNC40LLQtdGCLCBHUsOcw5/DiQ=="))
	conn := selected(t, srv)
	converse(t, conn, `
		C: a1 SEARCH CHARSET UTF-8 SUBJECT {7+}
		C| grüße
		S: * SEARCH 1
		S: a1 OK SEARCH completed
		C: a2 SEARCH CHARSET UTF-8 TEXT {6+}
		C| grüß
		S: * SEARCH 1 2 3
		S: a2 OK SEARCH completed
		C: a3 SEARCH TEXT {6+}
		C| grüß
		S: a3 BAD SEARCH: 8-bit characters without a charset
		C: a4 SEARCH CHARSET KOI8-R BODY {6+}`)
	_, err := conn.Write([]byte("\xd0\xd2\xc9\xd7\xc5\xd4\r\n"))
	require.NoError(t, err)
	converse(t, conn, `
		S: * SEARCH 3
		S: a4 OK SEARCH completed
		C: a5 ENABLE UTF8=ACCEPT
		S: * ENABLED UTF8=ACCEPT
		S: a5 OK ENABLE completed
		C: a6 SEARCH BODY "привет"
		S: * SEARCH 3
		S: a6 OK SEARCH completed
		C: a7 SEARCH CHARSET UTF-8 ALL
		S: a7 BAD SEARCH: no CHARSET after ENABLE UTF8=ACCEPT
		C: a8 CREATE "Grüße"
		S: a8 OK <*>
		C: a9 APPEND "Grüße" UTF8 (~{11+}
		C| Subject: ü)
		S: a9 OK [APPENDUID 2 1] APPEND completed
		C: b1 STATUS "Grüße" (MESSAGES)
		S: * STATUS "Grüße" (MESSAGES 1)
		S: b1 OK STATUS completed`)
}

func TestUnknownEncoding(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	srv.User("user").Mailbox("INBOX").Deliver([]byte("Content-Transfer-Encoding: x-odd\r\n\r\nabc"))
	converse(t, selected(t, srv), `
		C: a1 FETCH 1 (UID BINARY.PEEK[1])
		S: * 1 FETCH (UID 1 BINARY[1] NIL)
		S: a1 NO [UNKNOWN-CTE] Some part can not be decoded`)
}

// TestResync selects a mailbox again with what the client knew.
func TestResync(t *testing.T) {
	srv := withHello(t, 5, nil)
	box := srv.User("user").Mailbox("INBOX")
	known := box.HighestModSeq()
	box.Expunge(2, 4)
	box.AddFlags(3, `\Flagged`)
	box.RaiseModSeq(1 << 40)
	box.AddFlags(5, `\Seen`)
	conn := loggedIn(t, srv)
	skip(t, conn, "a1 ENABLE QRESYNC")
	lines := skip(t, conn, fmt.Sprintf("a2 SELECT INBOX (QRESYNC (1 %d 1:5 (1,3 1,3)))", known))
	assert.Equal(t, []string{
		"* VANISHED (EARLIER) 2,4",
		`* 2 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (9))`,
		`* 3 FETCH (UID 5 FLAGS (\Seen \Recent) MODSEQ (1099511627786))`,
	}, lines[len(lines)-3:])
	lines = skip(t, conn, fmt.Sprintf("a3 SELECT INBOX (QRESYNC (99 %d))", known))
	assert.Contains(t, lines[len(lines)-1], "MAILBOXID")
	skip(t, conn, "a4 UID SEARCH RETURN (ALL) MODSEQ 9")
	box.SetUIDValidity(77)
	converse(t, conn, "C: a5 NOOP\nS: * BYE <*>")
	assert.Equal(t, uint32(77), box.UIDValidity())
	assert.Equal(t, []imaptest.UID{1, 2, 3}, uids(box))
}

func uids(box *imaptest.Mailbox) (out []imaptest.UID) {
	for _, m := range box.Messages() {
		out = append(out, m.UID)
	}
	return out
}

// mail returns a message with the header fields given.
func mail(fields ...string) []byte {
	return imaptest.CRLF(strings.Join(fields, "\n") + "\n\nx\n")
}

func TestSortAndThread(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	box := srv.User("user").Mailbox("INBOX")
	box.Deliver(mail("Subject: Re: [list] Beans", "From: Zoe <c@x>", "Date: 3 Mar 2026 10:00:00 +0000", "Message-ID: <3@x>", "In-Reply-To: <1@x>"))
	box.Deliver(mail("Subject: Apples (fwd)", "From: Yan <b@x>", "Date: 2 Mar 2026 10:00:00 +0000", "Message-ID: <2@x>"))
	box.Deliver(mail("Subject: beans", "From: <a@x>", "Date: 1 Mar 2026 10:00:00 +0000", "Message-ID: <1@x>"))
	box.Deliver(mail("Subject: other", "Date: 5 Mar 2026 10:00:00 +0000", "Message-ID: <5@x>", "References: <gone@x> <1@x> <3@x>"))
	box.Deliver(mail("Subject: other", "Date: 6 Mar 2026 10:00:00 +0000", "Message-ID: <6@x>", "References: <lost@x>"))
	box.Deliver(mail("Subject: more", "Date: 7 Mar 2026 10:00:00 +0000", "References: <lost@x>"))
	converse(t, selected(t, srv), `
		C: a1 SORT (SUBJECT REVERSE DATE) UTF-8 1:3
		S: * SORT 2 1 3
		S: a1 OK SORT completed
		C: a2 UID SORT (FROM) UTF-8 1:3
		S: * SORT 3 2 1
		S: a2 OK SORT completed
		C: a3 SORT (DISPLAYFROM) UTF-8 1:3
		S: * SORT 3 2 1
		S: a3 OK SORT completed
		C: a4 SORT RETURN (ALL COUNT PARTIAL 2:3) (DATE) UTF-8 ALL
		S: * ESEARCH (TAG "a4") COUNT 6 ALL 3,2,1,4:6 PARTIAL (2:3 2,1)
		S: a4 OK SORT completed
		C: a5 THREAD ORDEREDSUBJECT UTF-8 ALL
		S: * THREAD (3 1)(2)(4 5)(6)
		S: a5 OK THREAD completed
		C: a6 UID THREAD REFERENCES UTF-8 ALL
		S: * THREAD (3 1 4)(2)((5)(6))
		S: a6 OK THREAD completed
		C: a7 SORT (FROB) UTF-8 ALL
		S: a7 BAD SORT: expected a sort key at ") UTF-8 ALL"
		C: a8 THREAD FROB UTF-8 ALL
		S: a8 BAD THREAD: unknown algorithm "FROB"
		C: a9 UID SEARCH RETURN (PARTIAL -1:-2) ALL
		S: * ESEARCH (TAG "a9") UID PARTIAL (-1:-2 5:6)
		S: a9 OK SEARCH completed
		C: b1 UID FETCH 1:* UID (PARTIAL -1:-1)
		S: * 6 FETCH (UID 6)
		S: b1 OK FETCH completed
		C: b2 UID SEARCH RETURN (PARTIAL 10:20) ALL
		S: * ESEARCH (TAG "b2") UID PARTIAL (10:20 NIL)
		S: b2 OK SEARCH completed`)
}

func TestReplace(t *testing.T) {
	srv := withHello(t, 2, nil)
	converse(t, selected(t, srv), `
		C: a1 REPLACE 1 INBOX (\Seen) {4+}
		C| a: b
		S: * OK [APPENDUID 1 3] Replacement stored
		S: * 1 EXPUNGE
		S: * 2 EXISTS
		S: * 2 RECENT
		S: a1 OK REPLACE completed
		C: a2 UID REPLACE 9 INBOX {4+}
		C| a: b
		S: a2 NO There is no such message to be replaced`)
	assert.Equal(t, []imaptest.UID{2, 3}, uids(srv.User("user").Mailbox("INBOX")))
}

func TestQuota(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Users: []imaptest.Account{
		{Name: "user", Password: "password", QuotaMessages: 1, QuotaStorage: 100},
	}})
	converse(t, selected(t, srv), `
		C: a1 APPEND INBOX {4+}
		C| a: b
		S: * 1 EXISTS
		S: * 1 RECENT
		S: a1 OK <*>
		C: a2 GETQUOTAROOT INBOX
		S: * QUOTAROOT INBOX ""
		S: * QUOTA "" (STORAGE 1 100 MESSAGE 1 1)
		S: a2 OK GETQUOTAROOT completed
		C: a3 APPEND INBOX {4+}
		C| a: b
		S: a3 NO [OVERQUOTA] Quota exceeded
		C: a4 COPY 1 INBOX
		S: a4 NO [OVERQUOTA] Quota exceeded
		C: a5 SETQUOTA "" (MESSAGE 10)
		S: * QUOTA "" (MESSAGE 1 10)
		S: a5 OK SETQUOTA completed
		C: a6 GETQUOTA x
		S: a6 NO [NONEXISTENT] No such quota root`)
}

func TestMetadata(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, nil)), `
		C: a1 SETMETADATA INBOX (/private/comment "mine" /Shared/comment {2+}
		C| hi)
		S: a1 OK SETMETADATA completed
		C: a2 GETMETADATA INBOX (/private/comment /shared/other)
		S: * METADATA INBOX (/private/comment "mine" /shared/other NIL)
		S: a2 OK GETMETADATA completed
		C: a3 GETMETADATA (DEPTH infinity MAXSIZE 3) INBOX (/private /shared)
		S: * METADATA INBOX (/shared/comment "hi")
		S: a3 OK [METADATA LONGENTRIES 4] GETMETADATA completed
		C: a4 SETMETADATA "" (/shared/comment NIL)
		S: a4 OK SETMETADATA completed
		C: a5 GETMETADATA nowhere /private/x
		S: a5 NO [NONEXISTENT] No such mailbox
		C: a6 GETMETADATA INBOX /x
		S: a6 BAD GETMETADATA: no entry's name: "/x"`)
}
