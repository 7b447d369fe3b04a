package imaptest_test

import (
	"testing"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// conversations are transcripts of selected sessions: INBOX holds three
// messages, "Hello 1" to "Hello 3".
var conversations = []struct {
	name       string
	opts       *imaptest.Options
	transcript string
}{
	{"any state", nil, `
		C: a1 NOOP
		S: a1 OK NOOP completed
		C: a2 CAPABILITY
		S: * CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE IDLE <*>
		S: a2 OK CAPABILITY completed
		C: a3 ID ("name" "test")
		S: * ID ("name" "imaptest" "vendor" "imaptest")
		S: a3 OK ID completed
		C: a4 ID NIL
		S: * ID ("name" "imaptest" "vendor" "imaptest")
		S: a4 OK ID completed
		C: a5 NAMESPACE
		S: * NAMESPACE (("" "/")) NIL NIL
		S: a5 OK NAMESPACE completed
		C: a6 LOGOUT
		S: * BYE Logging out
		S: a6 OK LOGOUT completed`},
	{"wrong words", nil, `
		C: a1 FROB
		S: a1 BAD Unknown command "FROB"
		C: a2 LOGIN user password
		S: a2 BAD LOGIN is not possible now
		C: a3 FETCH 1 (FLAGS
		S: a3 BAD FETCH: expected ' ' at ""
		C: a4 FETCH 4 FLAGS
		S: a4 BAD FETCH: no such message
		C: a5 UID FETCH 9 FLAGS
		S: a5 OK FETCH completed
		C: a6 FETCH 1 FROB
		S: a6 BAD FETCH: unknown item "FROB"
		C: a7 UID NOOP
		S: a7 BAD Unknown command "UID NOOP"
		C: 
		S: * BAD Invalid tag
		C: a8 STORE 1 FLAGS (\Frob)
		S: a8 BAD STORE: \Frob can not be stored
		C: a9 NOOP 1
		S: a9 BAD NOOP: expected the end of the command at " 1"`},
	{"select and examine", nil, `
		C: a1 SELECT nowhere
		S: a1 NO [NONEXISTENT] No such mailbox
		C: a2 FETCH 1 FLAGS
		S: a2 BAD FETCH is not possible now
		C: a3 EXAMINE inbox
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
		S: * OK [PERMANENTFLAGS ()] Nothing can be changed
		S: * 3 EXISTS
		S: * 0 RECENT
		S: * OK [UNSEEN 1] First unseen message
		S: * OK [UIDVALIDITY 1] UIDs valid
		S: * OK [UIDNEXT 4] Predicted next UID
		S: * OK [HIGHESTMODSEQ 4] Highest
		S: * OK [MAILBOXID (<*>)] Identified
		S: a3 OK [READ-ONLY] EXAMINE completed
		C: a4 STORE 1 +FLAGS \Seen
		S: a4 NO [READ-ONLY] Mailbox is read-only
		C: a5 UNSELECT
		S: a5 OK UNSELECT completed`},
	{"fetch sections", nil, `
		C: a1 FETCH 1 (BODY.PEEK[HEADER.FIELDS (SUBJECT from)] BODY.PEEK[TEXT]<7.5> BODY.PEEK[2] BODY.PEEK[1])
		S: * 1 FETCH (BODY[HEADER.FIELDS (SUBJECT from)] {57}
		S| From: Bob Example <bob@example.org>
		S| Subject: Hello 1
		S| 
		S:  BODY[TEXT]<7> {5}
		S: world BODY[2] NIL BODY[1] {15}
		S| Hello, world!
		S: )
		S: a1 OK FETCH completed
		C: a2 FETCH 1 FLAGS
		S: * 1 FETCH (FLAGS (\Recent))
		S: a2 OK FETCH completed
		C: a3 UID FETCH 1 BODY[TEXT]<0.5>
		S: * 1 FETCH (UID 1 BODY[TEXT]<0> {5}
		S: Hello FLAGS (\Seen \Recent))
		S: a3 OK FETCH completed
		C: a4 FETCH 1 (BODY[TEXT]<100.1>)
		S: * 1 FETCH (BODY[TEXT]<100> {0}
		S: )
		S: a4 OK FETCH completed`},
	{"fetch envelope and structure", nil, `
		C: a1 FETCH 2 FULL
		S: * 2 FETCH (FLAGS (\Recent) INTERNALDATE " 2-Mar-2026 09:00:00 +0000" RFC822.SIZE 165 ENVELOPE ("Mon, 2 Mar 2026 10:00:00 +0100" "Hello 2" (("Bob Example" NIL "bob" "example.org")) (("Bob Example" NIL "bob" "example.org")) (("Bob Example" NIL "bob" "example.org")) ((NIL NIL "user" "example.org")) NIL NIL NIL "<hello@example.org>") BODY ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 15 1))
		S: a1 OK FETCH completed
		C: a2 FETCH 2 (BODYSTRUCTURE UID PREVIEW)
		S: * 2 FETCH (BODYSTRUCTURE ("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 15 1 NIL NIL NIL NIL) UID 2 PREVIEW "Hello, world!")
		S: a2 OK FETCH completed
		C: a3 FETCH 2 (BINARY.SIZE[1] BINARY.PEEK[1] EMAILID SAVEDATE MODSEQ)
		S: * 2 FETCH (BINARY.SIZE[1] 15 BINARY[1] ~{15}
		S| Hello, world!
		S:  EMAILID (M<*>) SAVEDATE "<*>" MODSEQ (3))
		S: * OK [HIGHESTMODSEQ 4] Highest
		S: a3 OK FETCH completed`},
	{"store", nil, `
		C: a1 STORE 1:2 +FLAGS (\Flagged $Work)
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Work \*)] Flags kept
		S: * 1 FETCH (FLAGS (\Flagged $Work \Recent))
		S: * 2 FETCH (FLAGS (\Flagged $Work \Recent))
		S: a1 OK STORE completed
		C: a2 STORE 1 -FLAGS.SILENT ($work)
		S: a2 OK STORE completed
		C: a3 UID STORE 1 FLAGS \Answered \Draft
		S: * 1 FETCH (UID 1 FLAGS (\Answered \Draft \Recent))
		S: a3 OK STORE completed
		C: a4 UID STORE 1:* (UNCHANGEDSINCE 5) +FLAGS.SILENT (\Deleted)
		S: * 3 FETCH (UID 3 MODSEQ (9))
		S: * OK [HIGHESTMODSEQ 9] Highest
		S: a4 OK [MODIFIED 1:2] Conditional STORE failed for some`},
	{"expunge", nil, `
		C: a1 STORE 1,3 +FLAGS.SILENT (\Deleted)
		S: a1 OK STORE completed
		C: a2 UID EXPUNGE 3:*
		S: * 3 EXPUNGE
		S: a2 OK EXPUNGE completed
		C: a3 EXPUNGE
		S: * 1 EXPUNGE
		S: a3 OK EXPUNGE completed
		C: a4 STORE 1 +FLAGS.SILENT \Deleted
		S: a4 OK STORE completed
		C: a5 CLOSE
		S: a5 OK CLOSE completed
		C: a6 STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT DELETED SIZE HIGHESTMODSEQ APPENDLIMIT)
		S: * STATUS INBOX (MESSAGES 0 UIDNEXT 4 UIDVALIDITY 1 UNSEEN 0 RECENT 0 DELETED 0 SIZE 0 HIGHESTMODSEQ 10 APPENDLIMIT 52428800)
		S: a6 OK STATUS completed
		C: a7 STATUS INBOX ()
		S: a7 BAD STATUS: expected a STATUS item at ""
		C: a8 STATUS INBOX (FROB)
		S: a8 BAD STATUS: unknown STATUS item "FROB"`},
	{"copy and move", nil, `
		C: a1 COPY 1:2 Else
		S: a1 NO [TRYCREATE] No such mailbox
		C: a2 CREATE Else/Where
		S: a2 OK [MAILBOXID (F<*>)] CREATE completed
		C: a3 COPY 1:2 Else
		S: a3 OK [COPYUID 2 1:2 1:2] COPY completed
		C: a4 UID MOVE 1,3 Else/Where
		S: * OK [COPYUID 3 1,3 1:2] Moved
		S: * 1 EXPUNGE
		S: * 2 EXPUNGE
		S: a4 OK MOVE completed
		C: a5 UID COPY 99 Else
		S: a5 OK COPY completed`},
	{"mailboxes", nil, `
		C: a1 CREATE INBOX
		S: a1 NO [ALREADYEXISTS] Mailbox exists already
		C: a2 CREATE a//b
		S: a2 NO [CANNOT] that name can not be used
		C: a3 CREATE Sent (USE (\Sent))
		S: a3 OK [MAILBOXID (F<*>)] CREATE completed
		C: a4 CREATE Sent2 (USE (\Sent))
		S: a4 NO [USEATTR] Another mailbox has that use
		C: a5 CREATE "a/b/c"
		S: a5 OK <*>
		C: a6 DELETE a
		S: a6 OK DELETE completed
		C: a7 DELETE a
		S: a7 NO [HASCHILDREN] Mailbox has children
		C: a8 RENAME a z
		S: a8 OK RENAME completed
		C: a9 LIST "" *
		S: * LIST (\HasNoChildren) "/" INBOX
		S: * LIST (\HasNoChildren \Sent) "/" Sent
		S: * LIST (\Noselect \HasChildren) "/" z
		S: * LIST (\HasChildren) "/" z/b
		S: * LIST (\HasNoChildren) "/" z/b/c
		S: a9 OK LIST completed
		C: b1 DELETE INBOX
		S: b1 NO [CANNOT] INBOX can not be removed
		C: b2 RENAME x y
		S: b2 NO [NONEXISTENT] No such mailbox
		C: b3 RENAME Sent z/b
		S: b3 NO [ALREADYEXISTS] Mailbox exists already
		C: b4 CREATE "&Jjo-"
		S: b4 OK <*>
		C: b5 LIST "" "&Jjo-"
		S: * LIST (\HasNoChildren) "/" &Jjo-
		S: b5 OK LIST completed
		C: b6 CREATE "&Jjo"
		S: b6 NO [CANNOT] Mailbox name is not valid modified UTF-7
		C: b7 SUBSCRIBE nothing
		S: b7 NO [NONEXISTENT] No such mailbox
		C: b8 RENAME INBOX Old
		S: * 1 EXPUNGE
		S: * 1 EXPUNGE
		S: * 1 EXPUNGE
		S: b8 OK RENAME completed
		C: b9 STATUS Old (MESSAGES)
		S: * STATUS Old (MESSAGES 3)
		S: b9 OK STATUS completed`},
	{"list extended", nil, `
		C: a1 LIST "" ""
		S: * LIST (\Noselect) "/" ""
		S: a1 OK LIST completed
		C: a2 CREATE a/b
		S: a2 OK <*>
		C: a3 SUBSCRIBE a/b
		S: a3 OK SUBSCRIBE completed
		C: a4 SUBSCRIBE a
		S: a4 OK SUBSCRIBE completed
		C: a5 DELETE a/b
		S: a5 OK DELETE completed
		C: a6 LIST (SUBSCRIBED) "" * RETURN (CHILDREN)
		S: * LIST (\Subscribed \HasNoChildren) "/" a
		S: * LIST (\NonExistent \Subscribed \HasNoChildren) "/" a/b
		S: a6 OK LIST completed
		C: a7 LIST (SUBSCRIBED RECURSIVEMATCH) "" %
		S: * LIST (\Subscribed) "/" a ("CHILDINFO" ("SUBSCRIBED"))
		S: a7 OK LIST completed
		C: a8 LIST "" (INBOX "a%") RETURN (STATUS (MESSAGES) SUBSCRIBED)
		S: * LIST () "/" INBOX
		S: * STATUS INBOX (MESSAGES 3)
		S: * LIST (\Subscribed) "/" a
		S: * STATUS a (MESSAGES 0)
		S: a8 OK LIST completed
		C: a9 LSUB "" "%"
		S: * LSUB () "/" a
		S: a9 OK LSUB completed
		C: b1 UNSUBSCRIBE a
		S: b1 OK UNSUBSCRIBE completed
		C: b2 LSUB "" "%"
		S: * LSUB (\Noselect) "/" a
		S: b2 OK LSUB completed
		C: b3 LIST (RECURSIVEMATCH) "" *
		S: b3 BAD LIST: RECURSIVEMATCH needs another selection option`},
	{"search", nil, `
		C: a1 SEARCH SUBJECT "hello 2"
		S: * SEARCH 2
		S: a1 OK SEARCH completed
		C: a2 UID SEARCH OR 1 (NOT UID 1:2)
		S: * SEARCH 1 3
		S: a2 OK SEARCH completed
		C: a3 SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN
		S: * ESEARCH (TAG "a3") MIN 1 MAX 3 COUNT 3 ALL 1:3
		S: a3 OK SEARCH completed
		C: a4 UID SEARCH RETURN (SAVE) 2:3
		S: a4 OK SEARCH completed
		C: a5 UID FETCH $ UID
		S: * 2 FETCH (UID 2)
		S: * 3 FETCH (UID 3)
		S: a5 OK FETCH completed
		C: a6 SEARCH RETURN (COUNT) $ FROM "bob"
		S: * ESEARCH (TAG "a6") COUNT 2
		S: a6 OK SEARCH completed
		C: a7 SEARCH SINCE 2-Mar-2026 BEFORE 3-Mar-2026 SENTON "2-Mar-2026" LARGER 10 SMALLER 1000
		S: * SEARCH 1 2 3
		S: a7 OK SEARCH completed
		C: a8 SEARCH CHARSET X-NONE TEXT x
		S: a8 NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset
		C: a9 SEARCH MODSEQ 3
		S: * SEARCH 2 3 (MODSEQ 4)
		S: * OK [HIGHESTMODSEQ 4] Highest
		S: a9 OK SEARCH completed
		C: b1 SEARCH BODY "no such text"
		S: * SEARCH
		S: b1 OK SEARCH completed
		C: b2 SEARCH FROB
		S: b2 BAD SEARCH: unknown key "FROB"
		C: b3 SEARCH YOUNGER 10 UNKEYWORD x HEADER Message-ID hello RECENT
		S: * SEARCH
		S: b3 OK SEARCH completed
		C: b4 SEARCH 99 OLD
		S: * SEARCH
		S: b4 OK SEARCH completed
		C: b5 SEARCH RETURN () ALL
		S: * ESEARCH (TAG "b5") ALL 1:3
		S: b5 OK SEARCH completed`},
	{"rev2", nil, `
		C: a1 ENABLE IMAP4rev2 FROB
		S: * ENABLED IMAP4REV2
		S: a1 OK ENABLE completed
		C: a2 SELECT INBOX
		S: * OK [CLOSED] Previous mailbox is closed
		S: * FLAGS <*>
		S: * OK [PERMANENTFLAGS <*>
		S: * 3 EXISTS
		S: * OK [UIDVALIDITY 1] UIDs valid
		S: * OK [UIDNEXT 4] Predicted next UID
		S: * OK [HIGHESTMODSEQ 4] Highest
		S: * OK [MAILBOXID <*>
		S: * LIST () "/" INBOX
		S: a2 OK [READ-WRITE] SELECT completed
		C: a3 SEARCH ALL
		S: * ESEARCH (TAG "a3") ALL 1:3
		S: a3 OK SEARCH completed
		C: a4 SEARCH TEXT absent
		S: * ESEARCH (TAG "a4")
		S: a4 OK SEARCH completed
		C: a5 CREATE "☺"
		S: a5 OK <*>
		C: a6 LIST "" "☺"
		S: * LIST (\HasNoChildren) "/" "☺"
		S: a6 OK LIST completed`},
	{"append", nil, `
		C: a1 APPEND Missing {10}
		S: a1 NO [TRYCREATE] No such mailbox
		C: a2 APPEND INBOX FROB {10+}
		C| Subject: x
		S: a2 BAD APPEND: expected a literal at "FROB {10+}"
		C: a3 APPEND INBOX {4+}
		C| a: b (\Seen) " 1-Jan-2026 00:00:00 -0000" {4+}
		C| c: d
		S: * 5 EXISTS
		S: * 5 RECENT
		S: a3 OK [APPENDUID 1 4:5] APPEND completed
		C: a4 FETCH 5 (FLAGS INTERNALDATE)
		S: * 5 FETCH (FLAGS (\Seen \Recent) INTERNALDATE " 1-Jan-2026 00:00:00 +0000")
		S: a4 OK FETCH completed
		C: a5 APPEND INBOX {0+}
		C|
		S: a5 NO A message can't be empty
		C: a6 APPEND INBOX {99999999}
		S: a6 NO [TOOBIG] Literal exceeds the limit
		C: a7 APPEND INBOX "1-Jan-2026" {4+}
		C| c: d
		S: a7 BAD APPEND: expected a date-time at " {4+}"
		C: a8 APPEND INBOX ~{5}
		S: + Ready for literal data
		C| a: bc
		S: * 6 EXISTS
		S: * 6 RECENT
		S: a8 OK [APPENDUID 1 6] APPEND completed`},
	{"qresync", nil, `
		C: a1 ENABLE QRESYNC
		S: * ENABLED QRESYNC
		S: * OK [HIGHESTMODSEQ 4] Highest
		S: a1 OK ENABLE completed
		C: a2 STORE 1:2 +FLAGS.SILENT \Deleted
		S: * 1 FETCH (UID 1 MODSEQ (5))
		S: * 2 FETCH (UID 2 MODSEQ (6))
		S: a2 OK STORE completed
		C: a3 EXPUNGE
		S: * VANISHED 1:2
		S: a3 OK [HIGHESTMODSEQ 8] EXPUNGE completed
		C: a4 UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4 VANISHED)
		S: * VANISHED (EARLIER) 1:2
		S: a4 OK FETCH completed
		C: a5 SELECT INBOX (QRESYNC (1 6 1:5))
		S: * OK [CLOSED] Previous mailbox is closed
		S: * FLAGS <*>
		S: * OK [PERMANENTFLAGS <*>
		S: * 1 EXISTS
		S: * 0 RECENT
		S: * OK [UNSEEN 1] First unseen message
		S: * OK [UIDVALIDITY 1] UIDs valid
		S: * OK [UIDNEXT 4] Predicted next UID
		S: * OK [HIGHESTMODSEQ 8] Highest
		S: * OK [MAILBOXID <*>
		S: * VANISHED (EARLIER) 1:2
		S: a5 OK [READ-WRITE] SELECT completed`},
	{"without extensions", &imaptest.Options{Without: []response.Cap{
		"MOVE", "UIDPLUS", "ESEARCH", "CONDSTORE", "QRESYNC", "OBJECTID", "LITERAL+", "IDLE", "NAMESPACE", "LIST-EXTENDED",
		"SPECIAL-USE", "CHILDREN", "UNSELECT", "ENABLE", "BINARY", "ID",
	}}, `
		C: a1 CAPABILITY
		S: * CAPABILITY IMAP4rev1 SEARCHRES LIST-STATUS CREATE-SPECIAL-USE STATUS=SIZE <*>
		S: a1 OK CAPABILITY completed
		C: a2 MOVE 1 x
		S: a2 BAD Unknown command "MOVE"
		C: a3 UID EXPUNGE 1
		S: a3 BAD Unknown command "UID EXPUNGE"
		C: a4 SEARCH RETURN () ALL
		S: a4 BAD SEARCH: no result options here
		C: a5 IDLE
		S: a5 BAD Unknown command "IDLE"
		C: a6 COPY 1 INBOX
		S: * 4 EXISTS
		S: * 4 RECENT
		S: a6 OK COPY completed
		C: a7 CREATE x
		S: a7 OK CREATE completed
		C: a8 LIST "" x
		S: * LIST () "/" x
		S: a8 OK LIST completed
		C: a9 FETCH 1 (FLAGS) (CHANGEDSINCE 1)
		S: a9 BAD FETCH: expected a FETCH modifier at " 1)"
		C: b1 FETCH 1 BINARY[1]
		S: b1 BAD FETCH: unknown item "BINARY"
		C: b2 NOOP {3+}
		S: b2 BAD NOOP: expected the end of the command at " {3+}"
		C: b3 CREATE {3+}
		S: b3 BAD CREATE: no such literals here
		C: abc
		S: * BAD Invalid tag`},
}

func TestCommands(t *testing.T) {
	for _, c := range conversations {
		t.Run(c.name, func(t *testing.T) {
			conn := selected(t, withHello(t, 3, c.opts))
			converse(t, conn, c.transcript)
		})
	}
}
