package imaptest_test

import (
	"testing"

	"github.com/seed-090b04e4/imap/imaptest"
)

// Zero is a limit on the wire, and none in an Account.
func TestLimitsOfQuotas(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, nil)), `
		C: a1 GETQUOTA ""
		S: * QUOTA "" ()
		S: a1 OK GETQUOTA completed
		C: a2 SETQUOTA "" (STORAGE 9223372036854775807 message 1)
		S: * QUOTA "" (STORAGE 0 9223372036854775807 MESSAGE 0 1)
		S: a2 OK SETQUOTA completed
		C: a3 APPEND INBOX {4+}
		C| a: b
		S: * 1 EXISTS
		S: * 1 RECENT
		S: a3 OK <*>
		C: a4 SETQUOTA "" (STORAGE 0)
		S: * QUOTA "" (STORAGE 1 0)
		S: a4 OK SETQUOTA completed
		C: a5 APPEND INBOX {4+}
		C| a: b
		S: a5 NO [OVERQUOTA] Quota exceeded
		C: a6 SETQUOTA "" ()
		S: * QUOTA "" ()
		S: a6 OK SETQUOTA completed
		C: a7 APPEND INBOX {4+}
		C| a: b
		S: * 2 EXISTS
		S: * 2 RECENT
		S: a7 OK <*>`)
}

// A mailbox need not exist: its quota root is returned all the same.
func TestQuotaRootOfNoMailbox(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, nil)), `
		C: a1 GETQUOTAROOT Entw&APw-rfe
		S: * QUOTAROOT Entw&APw-rfe ""
		S: * QUOTA "" ()
		S: a1 OK GETQUOTAROOT completed`)
}

func TestQuotasThatCannotBeSet(t *testing.T) {
	converse(t, selected(t, imaptest.NewServer(t, nil)), `
		C: a1 SETQUOTA x (STORAGE 1)
		S: a1 NO [NONEXISTENT] No such quota root
		C: a2 SETQUOTA "" (MAILBOX 5 STORAGE 1)
		S: a2 NO [CANNOT] No limits of MAILBOX
		C: a3 SETQUOTA "" (STORAGE -1)
		S: a3 BAD <*>
		C: a4 SETQUOTA "" STORAGE 1
		S: a4 BAD <*>
		C: a5 GETQUOTA ""
		S: * QUOTA "" ()
		S: a5 OK GETQUOTA completed`)
}
