package imaptest_test

import (
	"testing"

	"github.com/seed-090b04e4/imap/imaptest"
)

func TestBasics(t *testing.T) {
	srv := imaptest.NewServer(t, nil)
	converse(t, loggedIn(t, srv), `
		C: a1 SELECT INBOX
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags kept
		S: * 0 EXISTS
		S: * 0 RECENT
		S: * OK [UIDVALIDITY 1] UIDs valid
		S: * OK [UIDNEXT 1] Predicted next UID
		S: * OK [HIGHESTMODSEQ 1] Highest
		S: * OK [MAILBOXID (<*>)] Identified
		S: a1 OK [READ-WRITE] SELECT completed
		C: a2 APPEND INBOX (\Seen) "02-Mar-2026 10:00:00 +0100" {17}
		S: + Ready for literal data
		C| Subject: x
		C| 
		C| y
		C|
		S: * 1 EXISTS
		S: * 1 RECENT
		S: a2 OK [APPENDUID 1 1] APPEND completed
		C: a3 FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY[TEXT])
		S: * 1 FETCH (FLAGS (\Seen \Recent) INTERNALDATE " 2-Mar-2026 10:00:00 +0100" RFC822.SIZE 17 BODY[TEXT] {3}
		S| y
		S: )
		S: a3 OK FETCH completed`)
}
