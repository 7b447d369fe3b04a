package imaptest_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// TestFaultsOfAnswers plays the faults that answer, but not as they should.
func TestFaultsOfAnswers(t *testing.T) {
	fetch := imaptest.Nth{Command: "FETCH"}
	for _, c := range []struct {
		name       string
		faults     []imaptest.Fault
		transcript string
	}{
		{"no tag", []imaptest.Fault{imaptest.NoTag{On: imaptest.Nth{N: 2}}}, `
			C: a1 NOOP
			S: a1 OK NOOP completed
			C: a2 NOOP
			S: OK NOOP completed
			C: a3 NOOP
			S: a3 OK NOOP completed`},
		{"no tag and a refusal", []imaptest.Fault{
			imaptest.NoTag{On: fetch}, imaptest.Refuse{On: fetch, Status: "BAD", Code: "CLIENTBUG", Text: "Not now"},
		}, `
			C: a1 FETCH 1 UID
			S: BAD [CLIENTBUG] Not now`},
		{"rows after the tagged answer", []imaptest.Fault{imaptest.LateRows{On: fetch}}, `
			C: a1 FETCH 1:2 UID
			S: a1 OK FETCH completed
			S: * 1 FETCH (UID 1)
			S: * 2 FETCH (UID 2)
			C: a2 FETCH 3 UID
			S: * 3 FETCH (UID 3)
			S: a2 OK FETCH completed`},
		{"some rows after the tagged answer", []imaptest.Fault{imaptest.LateRows{On: fetch, Row: 3}}, `
			C: a1 FETCH 1:3 UID
			S: * 1 FETCH (UID 1)
			S: * 2 FETCH (UID 2)
			S: a1 OK FETCH completed
			S: * 3 FETCH (UID 3)
			C: a2 NOOP
			S: a2 OK NOOP completed`},
		{"other rows after the tagged answer", []imaptest.Fault{imaptest.LateRows{On: imaptest.Nth{Every: true}}}, `
			C: a1 SEARCH ALL
			S: a1 OK SEARCH completed
			S: * SEARCH 1 2 3
			C: a2 LIST "" INBOX
			S: a2 OK LIST completed
			S: * LIST (\HasNoChildren) "/" INBOX
			C: a3 APPEND INBOX {4+}
			C| a: b
			S: * 4 EXISTS
			S: * 4 RECENT
			S: a3 OK [APPENDUID 1 4] APPEND completed
			C: a4 ENABLE CONDSTORE
			S: * ENABLED CONDSTORE
			S: * OK [HIGHESTMODSEQ 5] Highest
			S: a4 OK ENABLE completed`},
		{"literals after the tagged answer", []imaptest.Fault{imaptest.LateRows{On: fetch}}, `
			C: a1 FETCH 1 BODY.PEEK[TEXT]<0.2>
			S: a1 OK FETCH completed
			S: * 1 FETCH (BODY[TEXT]<0> {2}
			S: He)`},
		{"the first section only", []imaptest.Fault{imaptest.FirstSectionOnly{}}, `
			C: a1 FETCH 1 (BODY.PEEK[TEXT]<0.2> FLAGS BODY.PEEK[HEADER] BINARY.SIZE[1] BINARY.PEEK[1])
			S: * 1 FETCH (BODY[TEXT]<0> {2}
			S: He FLAGS (\Recent) BINARY.SIZE[1] 15)
			S: a1 OK FETCH completed`},
		{"progress", []imaptest.Fault{imaptest.Progress{On: imaptest.Nth{N: 2}, Goal: 300}, imaptest.Progress{On: imaptest.Nth{N: 3}, Steps: 1}}, `
			C: a1 NOOP
			S: a1 OK NOOP completed
			C: a2 NOOP
			S: * OK [INPROGRESS ("a2" 100 300)] Still working
			S: * OK [INPROGRESS ("a2" 200 300)] Still working
			S: * OK [INPROGRESS ("a2" 300 300)] Still working
			S: a2 OK NOOP completed
			C: a3 NOOP
			S: * OK [INPROGRESS ("a3" NIL NIL)] Still working
			S: a3 OK NOOP completed`},
		{"partial ignored", []imaptest.Fault{imaptest.IgnorePartial{}}, `
			C: a1 FETCH 1 BODY.PEEK[TEXT]<4.2>
			S: * 1 FETCH (BODY[TEXT] {15}
			S| Hello, world!
			S: )
			S: a1 OK FETCH completed`},
		{"partial ignored, origin repeated", []imaptest.Fault{imaptest.IgnorePartial{Origin: true}}, `
			C: a1 FETCH 1 BODY.PEEK[TEXT]<4.2>
			S: * 1 FETCH (BODY[TEXT]<4> {15}
			S| Hello, world!
			S: )
			S: a1 OK FETCH completed`},
		{"partial ignored, from zero", []imaptest.Fault{imaptest.IgnorePartial{Zero: true}}, `
			C: a1 FETCH 1 BODY.PEEK[TEXT]<4.2>
			S: * 1 FETCH (BODY[TEXT]<0> {15}
			S| Hello, world!
			S: )
			S: a1 OK FETCH completed`},
		{"short pieces", []imaptest.Fault{imaptest.ShortPartial{Max: 3}}, `
			C: a1 FETCH 1 BODY.PEEK[TEXT]<4.6>
			S: * 1 FETCH (BODY[TEXT]<4> {3}
			S: o, )
			S: a1 OK FETCH completed
			C: a2 FETCH 1 BODY.PEEK[TEXT]<14.6>
			S: * 1 FETCH (BODY[TEXT]<14> {1}
			S| 
			S: )
			S: a2 OK FETCH completed`},
		{"empty pieces", []imaptest.Fault{imaptest.ShortPartial{}}, `
			C: a1 FETCH 1 BODY.PEEK[TEXT]<4.6>
			S: * 1 FETCH (BODY[TEXT]<4> {0}
			S: )
			S: a1 OK FETCH completed`},
		{"RETURN refused", []imaptest.Fault{imaptest.RefuseReturn{}}, `
			C: a1 LIST "" INBOX RETURN (CHILDREN)
			S: a1 BAD Error in IMAP command LIST: Unknown RETURN option
			C: a2 LIST "" INBOX
			S: * LIST (\HasNoChildren) "/" INBOX
			S: a2 OK LIST completed
			C: a3 LSUB "" %
			S: a3 OK LSUB completed`},
		{"STATUS and LSUB refused", []imaptest.Fault{imaptest.RefuseReturn{Options: []string{"Status"}, LSub: true}}, `
			C: a1 LIST "" INBOX RETURN (CHILDREN STATUS (MESSAGES))
			S: a1 BAD Error in IMAP command LIST: Unknown RETURN option
			C: a2 LIST "" INBOX RETURN (CHILDREN)
			S: * LIST (\HasNoChildren) "/" INBOX
			S: a2 OK LIST completed
			C: a3 LSUB "" %
			S: a3 BAD Unknown command LSUB`},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := withHello(t, 3, nil)
			conn := selected(t, srv)
			srv.Fault(c.faults...)
			converse(t, conn, c.transcript)
		})
	}
}

// TestCoremail: no initial response, no mailbox without ID, no STATUS of the
// selected mailbox.
func TestCoremail(t *testing.T) {
	srv := withHello(t, 1, &imaptest.Options{Profile: imaptest.Coremail()})
	conn := srv.Pipe()
	defer conn.Close()
	converse(t, conn, `
		S: * OK Coremail <*>
		C: a1 AUTHENTICATE PLAIN AHVzZXIAcGFzc3dvcmQ=
		S: a1 BAD Request not ending with \r\n
		C: a2 AUTHENTICATE PLAIN
		S: +<*>
		C: AHVzZXIAcGFzc3dvcmQ=
		S: a2 OK AUTHENTICATE completed
		C: a3 SELECT INBOX
		S: a3 NO SELECT Unsafe Login. Please contact kefu@188.com for help
		C: a4 ID NIL
		S: * ID ("name" "Coremail Imap" "vendor" "Mailtech" "TransID" "imaptest")
		S: a4 OK ID completed
		C: a5 STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 1)
		S: a5 OK STATUS completed`)
	skip(t, conn, "a6 SELECT INBOX")
	converse(t, conn, `
		C: a7 STATUS INBOX (MESSAGES)
		S: * STATUS INBOX ()
		S: a7 OK STATUS completed
		C: a8 LIST "" %
		S: * LIST () "/" INBOX
		S: * LIST (\Junk) "/" &V4NXPpCuTvY-
		S: * LIST (\Trash) "/" &XfJSIJZk-
		S: * LIST (\Sent) "/" &XfJT0ZAB-
		S: * LIST (\Drafts) "/" &g0l6P3ux-
		S: a8 OK LIST completed`)
}

// TestYahooShowsPartOfAMailbox: without UIDONLY, the newest messages; with it, all,
// in pages.
func TestYahooShowsPartOfAMailbox(t *testing.T) {
	yahoo := imaptest.Yahoo()
	yahoo.Visible = 3
	srv := withHello(t, 5, &imaptest.Options{Profile: yahoo})
	conn := loggedIn(t, srv)
	assert.Contains(t, skip(t, conn, "a1 SELECT INBOX"), "* 3 EXISTS")
	converse(t, conn, `
		C: a2 STATUS INBOX (MESSAGES)
		S: * STATUS INBOX (MESSAGES 5)
		S: a2 OK STATUS completed
		C: a3 UID SEARCH ALL
		S: * SEARCH 3 4 5
		S: a3 OK SEARCH completed
		C: a4 UID FETCH 1:* (UID)
		S: * 1 FETCH (UID 3 )
		S: * 2 FETCH (UID 4 )
		S: * 3 FETCH (UID 5 )
		S: a4 OK FETCH completed
		C: a5 ENABLE UIDONLY
		S: * ENABLED UIDONLY
		S: a5 OK ENABLE completed`)
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF(hello))
	converse(t, conn, "C: a6 NOOP\nS: * 4 EXISTS\nS: * 4 RECENT\nS: a6 OK NOOP completed")
	assert.Contains(t, skip(t, conn, "a7 SELECT INBOX"), "* 6 EXISTS")
	converse(t, conn, `
		C: a8 UID FETCH 1:* (FLAGS) (PARTIAL 1:2)
		S: * 1 UIDFETCH (FLAGS () )
		S: * 2 UIDFETCH (FLAGS () )
		S: a8 OK FETCH completed`)
}

// TestYahooLimitsCommands: 1,000 messages.
func TestYahooLimitsCommands(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Profile: imaptest.Yahoo()})
	for range 1001 {
		srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("a: b\n\n"))
	}
	conn := selected(t, srv)
	converse(t, conn, `
		C: a1 UID SEARCH RETURN (COUNT) ALL
		S: a1 BAD <*>
		C: a2 UID SEARCH ALL
		S: * SEARCH 2 3 4 <*> 1001
		S: a2 OK [MESSAGELIMIT 1000 2] SEARCH completed`)
}

// TestStrato: IMAP4rev2 is enabled without being announced, and ESEARCH has no ALL.
func TestStrato(t *testing.T) {
	srv := withHello(t, 3, &imaptest.Options{Profile: imaptest.Strato()})
	conn := selected(t, srv)
	for _, line := range skip(t, conn, "a0 CAPABILITY") {
		assert.NotContains(t, line, "IMAP4rev2")
	}
	converse(t, conn, `
		C: a1 UID SEARCH RETURN (ALL COUNT) ALL
		S: * ESEARCH (TAG "a1") UID COUNT 3
		S: a1 OK SEARCH completed
		C: a2 UID SEARCH ALL
		S: * SEARCH 1 2 3
		S: a2 OK SEARCH completed
		C: a3 ENABLE CONDSTORE IMAP4REV2
		S: * ENABLED CONDSTORE IMAP4REV2
		S: * OK [HIGHESTMODSEQ 4] Highest
		S: a3 OK ENABLE completed
		C: a4 UID SEARCH ALL
		S: * ESEARCH (TAG "a4") UID
		S: a4 OK SEARCH completed`)
}

// TestJames: the first section only, and every other FETCH of one answers late.
func TestJames(t *testing.T) {
	conn := selected(t, withHello(t, 1, &imaptest.Options{Profile: imaptest.James()}))
	converse(t, conn, `
		C: a1 FETCH 1 (UID FLAGS)
		S: * 1 FETCH (UID 1 FLAGS (\Recent))
		S: a1 OK FETCH completed
		C: a2 UID FETCH 1 (BODY.PEEK[TEXT]<0.1> BODY.PEEK[HEADER])
		S: a2 OK FETCH completed
		S: * 1 FETCH (UID 1 BODY[TEXT]<0> {1}
		S: H)
		C: a3 UID FETCH 1 (BODY.PEEK[TEXT]<0.1> BODY.PEEK[HEADER])
		S: * 1 FETCH (UID 1 BODY[TEXT]<0> {1}
		S: H)
		S: a3 OK FETCH completed`)
}

// TestProfilesAnnounceWhatTheyKnow: each profile starts, and the commands of what it
// announces are there.
func TestProfilesAnnounceWhatTheyKnow(t *testing.T) {
	for _, p := range []*imaptest.Profile{
		imaptest.Gmail(), imaptest.Exchange(), imaptest.Yahoo(), imaptest.ICloud(), imaptest.Courier(), imaptest.Domino(),
		imaptest.Coremail(), imaptest.Strato(), imaptest.James(),
	} {
		srv := imaptest.NewServer(t, &imaptest.Options{Profile: p})
		conn := loggedIn(t, srv)
		lines := skip(t, conn, "a1 CAPABILITY")
		require.Len(t, lines, 1, p.Name)
		assert.Contains(t, lines[0], " IMAP4rev1", p.Name)
		skip(t, conn, `a2 LIST "" %`)
		for _, f := range p.Folders {
			assert.Equal(t, !f.NoSelect, srv.User("user").HasMailbox(f.Name), fmt.Sprint(p.Name, " ", f.Name))
		}
	}
}
