package imaptest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// TestUIDOnly: after ENABLE UIDONLY, no message sequence number goes over the wire
// in either direction (RFC 9586).
func TestUIDOnly(t *testing.T) {
	for name, c := range map[string]string{
		"UIDFETCH in place of FETCH": `
			C: a1 UID FETCH 2 (FLAGS)
			S: * 2 UIDFETCH (FLAGS (\Recent))
			S: a1 OK FETCH completed
			C: a2 UID FETCH 2 (UID)
			S: * 2 UIDFETCH (UID 2)
			S: a2 OK FETCH completed
			C: a3 UID FETCH 2 BODY[TEXT]<0.1>
			S: * 2 UIDFETCH (BODY[TEXT]<0> {1}
			S: H FLAGS (\Seen \Recent))
			S: a3 OK FETCH completed
			C: a4 UID STORE 4 +FLAGS (\Flagged)
			S: * 4 UIDFETCH (FLAGS (\Flagged \Recent))
			S: a4 OK STORE completed
			C: a5 UID STORE 4 (UNCHANGEDSINCE 1) +FLAGS.SILENT (\Flagged)
			S: * OK [HIGHESTMODSEQ <*>] Highest
			S: a5 OK [MODIFIED 4] Conditional STORE failed for some
			C: a6 UID STORE 4 -FLAGS.SILENT (\Flagged)
			S: * 4 UIDFETCH (MODSEQ (<*>))
			S: a6 OK STORE completed`,
		"VANISHED in place of EXPUNGE": `
			C: a1 UID STORE 2:3 +FLAGS.SILENT (\Deleted)
			S: a1 OK STORE completed
			C: a2 UID EXPUNGE 2
			S: * VANISHED 2
			S: a2 OK EXPUNGE completed
			C: a3 EXPUNGE
			S: * VANISHED 3
			S: a3 OK EXPUNGE completed
			C: a4 UID MOVE 4 Archive
			S: * OK [COPYUID 2 4 1] Moved
			S: * VANISHED 4
			S: a4 OK MOVE completed`,
		"searching": `
			C: a1 UID SEARCH 1:2
			S: a1 BAD [UIDREQUIRED] <*>
			C: a2 UID SEARCH NOT (ALL 1)
			S: a2 BAD [UIDREQUIRED] <*>
			C: a3 UID SEARCH UID 2:*
			S: * SEARCH 2 3 4
			S: a3 OK SEARCH completed
			C: a4 UID SORT (REVERSE ARRIVAL) UTF-8 UID 2:*
			S: * SORT 2 3 4
			S: a4 OK SORT completed
			C: a5 UID THREAD REFERENCES UTF-8 UID 2
			S: * THREAD (2)
			S: a5 OK THREAD completed`,
		"opening again": `
			C: a1 ENABLE QRESYNC
			S: * ENABLED QRESYNC
			S: * OK [HIGHESTMODSEQ <*>] Highest
			S: a1 OK ENABLE completed
			C: a2 SELECT INBOX (QRESYNC (1 1 1:4 (1 1)))
			S: a2 BAD [UIDREQUIRED] <*>
			C: a3 SELECT INBOX (QRESYNC (1 4 1:4))
			S: * OK [CLOSED] <*>
			S: * FLAGS <*>
			S: * OK [PERMANENTFLAGS <*>
			S: * 3 EXISTS
			S: * 0 RECENT
			S: * OK [UIDVALIDITY 1] UIDs valid
			S: * OK [UIDNEXT 5] Predicted next UID
			S: * OK [HIGHESTMODSEQ 6] Highest
			S: * OK [MAILBOXID <*>
			S: * VANISHED (EARLIER) 1
			S: * 4 UIDFETCH (FLAGS () MODSEQ (5))
			S: a3 OK [READ-WRITE] SELECT completed`,
	} {
		t.Run(name, func(t *testing.T) {
			srv := withHello(t, 4, nil)
			_, err := srv.User("user").Create("Archive")
			require.NoError(t, err)
			srv.User("user").Mailbox("INBOX").Expunge(1) // so that no UID is a sequence number
			conn := loggedIn(t, srv)
			skip(t, conn, "e ENABLE UIDONLY")
			skip(t, conn, "s SELECT INBOX")
			converse(t, conn, c)
		})
	}
}

// TestUIDOnlyRefusesNumbers: each command with message sequence numbers.
func TestUIDOnlyRefusesNumbers(t *testing.T) {
	conn := selected(t, withHello(t, 1, nil))
	skip(t, conn, "e ENABLE UIDONLY")
	for _, command := range []string{
		"FETCH 1 UID", "STORE 1 +FLAGS (\\Seen)", "SEARCH ALL", "COPY 1 INBOX", "MOVE 1 INBOX", "SORT (DATE) UTF-8 ALL",
		"THREAD REFERENCES UTF-8 ALL", "REPLACE 1 INBOX {4}",
	} {
		converse(t, conn, "C: a1 "+command+"\nS: a1 BAD [UIDREQUIRED] <*>")
	}
	other := selected(t, withHello(t, 1, &imaptest.Options{Without: []imaptest.Cap{"UIDONLY"}}))
	converse(t, other, `
		C: a1 ENABLE UIDONLY
		S: * ENABLED
		S: a1 OK ENABLE completed
		C: a2 FETCH 1 UID
		S: * 1 FETCH (UID 1)
		S: a2 OK FETCH completed`)
}

// TestUIDOnlyOfOthersChanges: what other sessions change.
func TestUIDOnlyOfOthersChanges(t *testing.T) {
	srv := withHello(t, 4, nil)
	box := srv.User("user").Mailbox("INBOX")
	box.Expunge(1)
	conn := selected(t, srv)
	skip(t, conn, "e ENABLE UIDONLY")
	box.Expunge(3)
	box.AddFlags(4, `\Seen`)
	box.Deliver(imaptest.CRLF(hello))
	converse(t, conn, `
		C: a1 NOOP
		S: * VANISHED 3
		S: * 3 EXISTS
		S: * 3 RECENT
		S: * 4 UIDFETCH (FLAGS (\Seen \Recent))
		S: a1 OK NOOP completed`)
}

// withLimits is a session in an INBOX of five messages, with UIDs 2 to 6, of a
// server with that capability.
func withLimits(t *testing.T, limit imaptest.Cap) *convo {
	t.Helper()
	caps := []imaptest.Cap{
		"IMAP4rev1", "UIDPLUS", "MOVE", "MULTIAPPEND", "LITERAL+", "PARTIAL", "ESEARCH", "ENABLE", "CONDSTORE", "QRESYNC", "SORT",
		"THREAD=REFERENCES", limit,
	}
	srv := withHello(t, 6, &imaptest.Options{Capabilities: caps})
	_, err := srv.User("user").Create("Archive")
	require.NoError(t, err)
	srv.User("user").Mailbox("INBOX").Expunge(1)
	conn := selected(t, srv)
	return &convo{srv, func(transcript string) { t.Helper(); converse(t, conn, transcript) }}
}

type convo struct {
	srv *imaptest.Server
	say func(transcript string)
}

// TestMessageLimit: a command processes the messages with the highest UIDs, and
// says how far it came (RFC 9738).
func TestMessageLimit(t *testing.T) {
	for name, c := range map[string]string{
		"FETCH": `
			C: a1 UID FETCH 1:* (UID)
			S: * 5 FETCH (UID 6)
			S: * 4 FETCH (UID 5)
			S: a1 OK [MESSAGELIMIT 2 5] FETCH completed
			C: a2 UID FETCH 1:4 (UID)
			S: * 3 FETCH (UID 4)
			S: * 2 FETCH (UID 3)
			S: a2 OK [MESSAGELIMIT 2 3] FETCH completed
			C: a3 UID FETCH 1:2 (UID)
			S: * 1 FETCH (UID 2)
			S: a3 OK FETCH completed
			C: a4 FETCH 4:5 (UID)
			S: * 4 FETCH (UID 5)
			S: * 5 FETCH (UID 6)
			S: a4 OK FETCH completed`,
		"FETCH with PARTIAL": `
			C: a1 UID FETCH 1:* (UID) (PARTIAL 1:2)
			S: * 1 FETCH (UID 2)
			S: * 2 FETCH (UID 3)
			S: a1 OK FETCH completed
			C: a2 UID FETCH 1:* (UID) (PARTIAL -1:-3)
			S: a2 NO [MESSAGELIMIT 2] Too many messages, try a smaller subset`,
		"SEARCH": `
			C: a1 UID SEARCH ALL
			S: * SEARCH 5 6
			S: a1 OK [MESSAGELIMIT 2 5] SEARCH completed
			C: a2 UID SEARCH UIDBEFORE 5
			S: * SEARCH 3 4
			S: a2 OK [MESSAGELIMIT 2 3] SEARCH completed
			C: a3 UID SEARCH UIDAFTER 4
			S: * SEARCH 5 6
			S: a3 OK SEARCH completed
			C: a4 UID SEARCH UID 1:3 SUBJECT Hello
			S: * SEARCH 2 3
			S: a4 OK SEARCH completed
			C: a5 SEARCH 1:2 SUBJECT nothing
			S: * SEARCH
			S: a5 OK SEARCH completed
			C: a6 UID SEARCH SUBJECT nothing
			S: * SEARCH
			S: a6 OK [MESSAGELIMIT 2 5] SEARCH completed
			C: a7 UID SEARCH RETURN (COUNT) ALL
			S: * ESEARCH (TAG "a7") UID COUNT 2
			S: a7 OK [MESSAGELIMIT 2 5] SEARCH completed
			C: a8 UID SEARCH RETURN (PARTIAL 1:2) ALL
			S: * ESEARCH (TAG "a8") UID PARTIAL (1:2 2:3)
			S: a8 OK SEARCH completed
			C: a9 UID SEARCH RETURN (PARTIAL 1:3) ALL
			S: a9 NO [MESSAGELIMIT 2] Too many messages, try a smaller subset
			C: b1 UID SEARCH UIDAFTER 1:2
			S: b1 BAD <*>
			C: b2 UID SEARCH UIDBEFORE 0
			S: b2 BAD <*>`,
		"STORE": `
			C: a1 UID STORE 1:* +FLAGS.SILENT (\Flagged)
			S: a1 OK [MESSAGELIMIT 2 5] STORE completed
			C: a2 UID SEARCH UIDAFTER 4 FLAGGED
			S: * SEARCH 5 6
			S: a2 OK SEARCH completed
			C: a3 UID SEARCH UID 3:4 FLAGGED
			S: * SEARCH
			S: a3 OK SEARCH completed
			C: a4 UID STORE 1:* (UNCHANGEDSINCE 1) +FLAGS.SILENT (\Seen)
			S: * NO [MESSAGELIMIT 2 5] Not all messages were processed
			S: * OK [HIGHESTMODSEQ <*>] Highest
			S: a4 OK [MODIFIED 5:6] Conditional STORE failed for some`,
		"COPY": `
			C: a1 UID COPY 1:* Archive
			S: a1 NO [MESSAGELIMIT 2 5] Too many messages, try a smaller subset
			C: a2 UID COPY 1:3 Archive
			S: a2 OK [COPYUID 2 2:3 1:2] COPY completed`,
		"MOVE": `
			C: a1 UID MOVE 1:* Archive
			S: * OK [COPYUID 2 5:6 1:2] Moved
			S: * 4 EXPUNGE
			S: * 4 EXPUNGE
			S: a1 OK [MESSAGELIMIT 2 5] MOVE completed
			C: a2 UID MOVE 1:3 Archive
			S: * OK [COPYUID 2 2:3 3:4] Moved
			S: * 1 EXPUNGE
			S: * 1 EXPUNGE
			S: a2 OK MOVE completed`,
		"UID EXPUNGE": `
			C: a1 UID STORE 5:6 +FLAGS.SILENT (\Deleted)
			S: a1 OK STORE completed
			C: a2 UID STORE 2:3 +FLAGS.SILENT (\Deleted)
			S: a2 OK STORE completed
			C: a3 UID EXPUNGE 1:5
			S: * 2 EXPUNGE
			S: * 3 EXPUNGE
			S: a3 OK [MESSAGELIMIT 2 3] EXPUNGE completed
			C: a4 ENABLE QRESYNC
			S: * ENABLED QRESYNC
			S: * OK [HIGHESTMODSEQ <*>] Highest
			S: a4 OK ENABLE completed
			C: a5 EXPUNGE
			S: * VANISHED 2,6
			S: a5 OK [HIGHESTMODSEQ <*>] EXPUNGE completed`,
		"APPEND": `
			C: a1 APPEND Archive {4+}
			C| a: b {4+}
			C| a: b {4+}
			C| a: b
			S: a1 NO [MESSAGELIMIT 2] Too many messages, try a smaller subset`,
		"SORT and THREAD": `
			C: a1 UID SORT (DATE) UTF-8 ALL
			S: a1 NO [MESSAGELIMIT 2] <*>
			C: a2 UID THREAD REFERENCES UTF-8 ALL
			S: a2 NO [MESSAGELIMIT 2] <*>`,
	} {
		t.Run(name, func(t *testing.T) {
			withLimits(t, "MESSAGELIMIT=2").say(c)
		})
	}
}

// TestSaveLimit: COPY and APPEND alone are limited (RFC 9738).
func TestSaveLimit(t *testing.T) {
	withLimits(t, "SAVELIMIT=2").say(`
		C: a1 UID FETCH 2:4 (UID)
		S: * 1 FETCH (UID 2)
		S: * 2 FETCH (UID 3)
		S: * 3 FETCH (UID 4)
		S: a1 OK FETCH completed
		C: a2 UID SEARCH ALL
		S: * SEARCH 2 3 4 5 6
		S: a2 OK SEARCH completed
		C: a3 UID SEARCH UIDAFTER 1
		S: a3 BAD <*>
		C: a4 COPY 1:* Archive
		S: a4 NO [MESSAGELIMIT 2 5] Too many messages, try a smaller subset
		C: a5 MOVE 1:3 Archive
		S: * OK [COPYUID 2 2:4 1:3] Moved
		S: * 1 EXPUNGE
		S: * 1 EXPUNGE
		S: * 1 EXPUNGE
		S: a5 OK MOVE completed`)
}

// TestLimitsAreNumbers: a limit without its number makes no sense.
func TestLimitsAreNumbers(t *testing.T) {
	for _, c := range []response.Cap{"MESSAGELIMIT", "SAVELIMIT", "MESSAGELIMIT=", "SAVELIMIT=x"} {
		_, err := imaptest.Start(&imaptest.Options{Capabilities: []response.Cap{"IMAP4rev1", c}})
		assert.Error(t, err, c)
	}
	srv := imaptest.NewServer(t, &imaptest.Options{Profile: imaptest.Yahoo(), Without: []imaptest.Cap{"MESSAGELIMIT"}})
	converse(t, loggedIn(t, srv), "C: a1 CAPABILITY\nS: * CAPABILITY <*>\nS: a1 OK CAPABILITY completed")
}
