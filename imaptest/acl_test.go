package imaptest_test

import (
	"testing"

	"github.com/seed-090b04e4/imap/imaptest"
)

func TestACL(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, nil)), `
		C: a1 MYRIGHTS inbox
		S: * MYRIGHTS inbox "lrswipakxtecd"
		S: a1 OK MYRIGHTS completed
		C: a2 SETACL INBOX David lrswida
		S: a2 OK SETACL completed
		C: a3 SETACL INBOX -fred +wk
		S: a3 OK SETACL completed
		C: a4 SETACL INBOX David -dw
		S: a4 OK SETACL completed
		C: a5 SETACL INBOX {5+}
		C| jörg ""
		S: a5 OK SETACL completed
		C: a6 GETACL INBOX
		S: * ACL INBOX "user" "lrswipakxtecd" "David" "lrsia" "-fred" "wkc" {5}
		S| jörg ""
		S: a6 OK GETACL completed
		C: a7 DELETEACL INBOX -fred
		S: a7 OK DELETEACL completed
		C: a8 DELETEACL INBOX nobody
		S: a8 OK DELETEACL completed
		C: a9 LISTRIGHTS INBOX David
		S: * LISTRIGHTS INBOX "David" "" l r s w i p a k x t e c d
		S: a9 OK LISTRIGHTS completed
		C: b1 LISTRIGHTS INBOX user
		S: * LISTRIGHTS INBOX "user" "lrswipakxtecd"
		S: b1 OK LISTRIGHTS completed
		C: b2 SETACL INBOX user -a
		S: b2 NO [CANNOT] The owner has all rights for good
		C: b3 DELETEACL INBOX user
		S: b3 NO [CANNOT] The owner has all rights for good
		C: b4 SETACL INBOX John lrQswicda
		S: b4 BAD SETACL: the right "Q" is not supported
		C: b5 SETACL INBOX John lrqswicda
		S: b5 BAD SETACL: the right "q" is not supported
		C: b6 SETACL INBOX "" l
		S: b6 BAD SETACL: no identifier: ""
		C: b7 GETACL nowhere
		S: b7 NO [NONEXISTENT] No such mailbox
		C: b8 SETACL INBOX John
		S: b8 BAD SETACL: expected ' ' at ""
		C: b9 CREATE box
		S: b9 OK <*>
		C: c1 SETACL box fred +l
		S: c1 OK SETACL completed
		C: c2 SETACL box fred +lr
		S: c2 OK SETACL completed
		C: c3 RENAME box moved
		S: c3 OK RENAME completed
		C: c4 GETACL moved
		S: * ACL moved "user" "lrswipakxtecd" "fred" "lr"
		S: c4 OK GETACL completed
		C: c5 DELETE moved
		S: c5 OK DELETE completed
		C: c6 CREATE moved
		S: c6 OK <*>
		C: c7 GETACL moved
		S: * ACL moved "user" "lrswipakxtecd"
		S: c7 OK GETACL completed`)
}

// Without RIGHTS=, the server is one of RFC 2086; without ACL, it knows nothing of
// this.
func TestACLOfOldServers(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Without: []imaptest.Cap{"RIGHTS=kxte"}})
	converse(t, selected(t, srv), `
		C: a1 MYRIGHTS INBOX
		S: * MYRIGHTS INBOX "lrswipacd"
		S: a1 OK MYRIGHTS completed
		C: a2 SETACL INBOX fred lrd
		S: a2 OK SETACL completed
		C: a3 SETACL INBOX fred +x
		S: a3 BAD SETACL: the right "x" is not supported
		C: a4 GETACL INBOX
		S: * ACL INBOX "user" "lrswipacd" "fred" "lrd"
		S: a4 OK GETACL completed`)
	srv = imaptest.NewServer(t, &imaptest.Options{Without: []imaptest.Cap{"ACL"}})
	converse(t, selected(t, srv), `
		C: a1 MYRIGHTS INBOX
		S: a1 BAD Unknown command "MYRIGHTS"`)
}
