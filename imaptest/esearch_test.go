package imaptest_test

import (
	"testing"

	"github.com/seed-090b04e4/imap/imaptest"
)

func TestSearchOfSeveralMailboxes(t *testing.T) {
	message := func(subject string) imaptest.Message { return imaptest.Message{Raw: mail("Subject: " + subject)} }
	srv := imaptest.NewServer(t, &imaptest.Options{Users: []imaptest.Account{{
		Name: "user", Password: "password",
		Mailboxes: []imaptest.Folder{
			{Name: "INBOX", Messages: []imaptest.Message{message("tea"), message("lunch")}},
			{Name: "a", Messages: []imaptest.Message{message("lunch"), message("lunch")}},
			{Name: "a/b", Messages: []imaptest.Message{message("lunch")}},
			{Name: "a/b/c", Messages: []imaptest.Message{message("lunch")}},
			{Name: "Müll", Messages: []imaptest.Message{message("lunch")}},
		},
	}}})
	for _, name := range []string{"INBOX", "a", "a/b", "a/b/c", "Müll"} {
		srv.User("user").Mailbox(name).SetUIDValidity(7)
	}
	converse(t, selected(t, srv), `
		C: a1 ESEARCH IN (PERSONAL) SUBJECT lunch
		S: * ESEARCH (TAG "a1" MAILBOX INBOX UIDVALIDITY 7) UID ALL 2
		S: * ESEARCH (TAG "a1" MAILBOX M&APw-ll UIDVALIDITY 7) UID ALL 1
		S: * ESEARCH (TAG "a1" MAILBOX a UIDVALIDITY 7) UID ALL 1:2
		S: * ESEARCH (TAG "a1" MAILBOX a/b UIDVALIDITY 7) UID ALL 1
		S: * ESEARCH (TAG "a1" MAILBOX a/b/c UIDVALIDITY 7) UID ALL 1
		S: a1 OK ESEARCH completed
		C: a2 ESEARCH IN (SUBTREE-ONE a INBOXES MAILBOXES (a "M&APw-ll")) RETURN (COUNT) SUBJECT lunch
		S: * ESEARCH (TAG "a2" MAILBOX a UIDVALIDITY 7) UID COUNT 2
		S: * ESEARCH (TAG "a2" MAILBOX a/b UIDVALIDITY 7) UID COUNT 1
		S: * ESEARCH (TAG "a2" MAILBOX INBOX UIDVALIDITY 7) UID COUNT 1
		S: * ESEARCH (TAG "a2" MAILBOX M&APw-ll UIDVALIDITY 7) UID COUNT 1
		S: a2 OK ESEARCH completed
		C: a3 ESEARCH SUBJECT tea
		S: * ESEARCH (TAG "a3" MAILBOX INBOX UIDVALIDITY 7) UID ALL 1
		S: a3 OK ESEARCH completed
		C: a4 ESEARCH IN (SUBTREE a/b SELECTED) SUBJECT breakfast
		S: a4 OK ESEARCH completed
		C: a5 ESEARCH IN (SUBSCRIBED) ALL
		S: a5 OK ESEARCH completed
		C: a6 ESEARCH IN (FROB) ALL
		S: a6 BAD ESEARCH: expected a filter for mailboxes at ") ALL"
		C: a7 ESEARCH IN (PERSONAL) RETURN (SAVE) ALL
		S: a7 BAD ESEARCH: SAVE is not for several mailboxes
		C: a8 UNSELECT
		S: a8 OK UNSELECT completed
		C: a9 ESEARCH ALL
		S: a9 BAD ESEARCH: no mailbox is selected
		C: b1 ESEARCH IN (MAILBOXES (INBOX a/b)) OR * UID *
		S: * ESEARCH (TAG "b1" MAILBOX INBOX UIDVALIDITY 7) UID ALL 2
		S: * ESEARCH (TAG "b1" MAILBOX a/b UIDVALIDITY 7) UID ALL 1
		S: b1 OK ESEARCH completed
		C: b2 ESEARCH IN (MAILBOXES a) 2
		S: * ESEARCH (TAG "b2" MAILBOX a UIDVALIDITY 7) UID ALL 2
		S: b2 OK ESEARCH completed`)
}
