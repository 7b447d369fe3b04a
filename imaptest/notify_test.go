package imaptest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
)

// TestNotify plays NOTIFY (RFC 5465) in a session that has INBOX selected; act is
// what other sessions do, after which what is expected comes without a command.
func TestNotify(t *testing.T) {
	for name, c := range map[string]struct {
		begin string
		act   func(user *imaptest.User)
		then  string
	}{
		"new messages, with what was asked for of them": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (Subject)]) MessageExpunge))
			S: a1 OK NOTIFY completed`,
			func(user *imaptest.User) { user.Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: x\n\n")) }, `
			S: * 4 EXISTS
			S: * 4 RECENT
			S: * 4 FETCH (UID 4 BODY[HEADER.FIELDS (Subject)] {14}
			S| Subject: x
			S| 
			S: )`},
		"messages that go, at once": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew MessageExpunge))
			S: a1 OK NOTIFY completed`,
			func(user *imaptest.User) { user.Mailbox("INBOX").Expunge(2) }, `
			S: * 2 EXPUNGE
			C: a2 FETCH 1:* (UID)
			S: * 1 FETCH (UID 1)
			S: * 2 FETCH (UID 3)
			S: a2 OK FETCH completed`},
		"messages that go, later": {`
			C: a1 NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))
			S: a1 OK NOTIFY completed`,
			func(user *imaptest.User) {
				user.Mailbox("INBOX").Expunge(2)
				user.Mailbox("INBOX").AddFlags(3, `\Seen`)
			}, `
			S: * 3 FETCH (UID 3 FLAGS (\Seen \Recent))
			C: a2 FETCH 3 (UID)
			S: * 3 FETCH (UID 3)
			S: a2 OK FETCH completed
			C: a3 NOOP
			S: * 2 EXPUNGE
			S: a3 OK NOOP completed`},
		"no flags if they were not asked for": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge))
			S: a1 OK NOTIFY completed`,
			func(user *imaptest.User) {
				user.Mailbox("INBOX").AddFlags(1, `\Seen`)
				user.Mailbox("INBOX").Deliver(imaptest.CRLF(hello))
			}, `
			S: * 4 EXISTS
			S: * 4 RECENT
			S: * 4 FETCH (UID 4)
			C: a2 NOOP
			S: a2 OK NOOP completed`},
		"nothing of the selected mailbox": {`
			C: a1 NOTIFY SET (MAILBOXES Work (MessageNew MessageExpunge))
			S: a1 OK NOTIFY completed`,
			func(user *imaptest.User) {
				user.Mailbox("INBOX").Expunge(1)
				user.Mailbox("Work").Deliver(imaptest.CRLF(hello))
			}, `
			S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2)
			C: a2 NOOP
			S: a2 OK NOOP completed
			C: a3 APPEND INBOX {4+}
			C| a: b
			S: * 1 EXPUNGE
			S: * 3 EXISTS
			S: * 3 RECENT
			S: a3 OK [APPENDUID 1 4] APPEND completed`},
		"NONE": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew MessageExpunge)) (PERSONAL (MailboxName))
			S: a1 OK NOTIFY completed
			C: a2 NOTIFY NONE
			S: a2 OK NOTIFY completed`,
			func(user *imaptest.User) {
				user.Mailbox("INBOX").Deliver(imaptest.CRLF(hello))
				_, _ = user.Create("New")
			}, `
			C: a3 NOOP
			S: a3 OK NOOP completed`},
		"the status of the mailboxes, and their flags": {`
			C: a1 NOTIFY SET STATUS (SELECTED-DELAYED NONE) (PERSONAL (MessageNew MessageExpunge FlagChange))
			S: * STATUS Work (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 2 UNSEEN 0)
			S: * STATUS Work/2026 (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 3 UNSEEN 0)
			S: a1 OK NOTIFY completed
			C: a2 ENABLE CONDSTORE
			S: * ENABLED CONDSTORE
			S: * OK [HIGHESTMODSEQ <*>
			S: a2 OK ENABLE completed`,
			func(user *imaptest.User) {
				user.Mailbox("Work/2026").Deliver(imaptest.CRLF(hello), `\Seen`)
			}, `
			S: * STATUS Work/2026 (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 3 HIGHESTMODSEQ 2)`},
		"names": {`
			C: a1 NOTIFY SET (PERSONAL (MailboxName SubscriptionChange))
			S: a1 OK NOTIFY completed`,
			func(user *imaptest.User) { _, _ = user.Create("Work/New"); _ = user.Delete("Work/2026") }, `
			S: * LIST () "/" Work/New
			S: * LIST () "/" Work
			S: * LIST (\NonExistent) "/" Work/2026
			S: * LIST () "/" Work`},
		"annotations": {`
			C: a1 NOTIFY SET (SUBTREE Work (MailboxMetadataChange)) (PERSONAL (ServerMetadataChange))
			S: a1 OK NOTIFY completed
			C: a2 SETMETADATA Work (/shared/comment "x")
			S: * METADATA Work "/shared/comment"
			S: a2 OK SETMETADATA completed
			C: a3 SETMETADATA INBOX (/shared/comment "x")
			S: a3 OK SETMETADATA completed
			C: a4 SETMETADATA "" (/shared/comment "x")
			S: * METADATA "" "/shared/comment"
			S: a4 OK SETMETADATA completed
			C: a5 SUBSCRIBE Work
			S: a5 OK SUBSCRIBE completed`, nil, ""},
		"renamed": {`
			C: a1 NOTIFY SET (PERSONAL (MailboxName SubscriptionChange))
			S: a1 OK NOTIFY completed
			C: a2 RENAME Work/2026 Old
			S: * LIST () "/" Old ("OLDNAME" (Work/2026))
			S: a2 OK RENAME completed
			C: a3 SUBSCRIBE Old
			S: * LIST (\Subscribed) "/" Old
			S: a3 OK SUBSCRIBE completed`, nil, ""},
		"the client's own messages are not fetched": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge))
			S: a1 OK NOTIFY completed
			C: a2 APPEND INBOX {4+}
			C| a: b
			S: * 4 EXISTS
			S: * 4 RECENT
			S: a2 OK [APPENDUID 1 4] APPEND completed`, nil, ""},
		"while idling, the same": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew (UID) MessageExpunge)) (MAILBOXES Work (MessageNew MessageExpunge))
			S: a1 OK NOTIFY completed
			C: a2 IDLE
			S: + idling`,
			func(user *imaptest.User) {
				user.Mailbox("Work").Deliver(imaptest.CRLF(hello))
				user.Mailbox("INBOX").Deliver(imaptest.CRLF(hello))
			}, `
			S: * STATUS Work (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 2)
			S: * 4 EXISTS
			S: * 4 RECENT
			S: * 4 FETCH (UID 4)
			C: DONE
			S: a2 OK IDLE completed`},
		"what makes no sense": {`
			C: a1 NOTIFY SET (SELECTED (MessageNew))
			S: a1 BAD <*>
			C: a2 NOTIFY SET (PERSONAL (FlagChange))
			S: a2 BAD <*>
			C: a3 NOTIFY SET (SELECTED (MailboxName))
			S: a3 BAD <*>
			C: a4 NOTIFY SET (SELECTED NONE) (SELECTED-DELAYED NONE)
			S: a4 BAD <*>
			C: a5 NOTIFY SET (PERSONAL (AnnotationChange))
			S: a5 NO [BADEVENT (MessageNew MessageExpunge FlagChange <*>
			C: a6 NOTIFY SET
			S: a6 BAD <*>
			C: a7 NOTIFY SET (subtree Work MessageNew MessageExpunge)
			S: a7 OK NOTIFY completed`, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			srv := withHello(t, 3, nil)
			user := srv.User("user")
			_, err := user.Create("Work/2026")
			require.NoError(t, err)
			conn := selected(t, srv)
			converse(t, conn, c.begin)
			if c.act != nil {
				c.act(user)
			}
			converse(t, conn, c.then)
			converse(t, conn, "C: z1 UNSELECT\nS: z1 OK UNSELECT completed\nC: z2 LOGOUT\nS: * BYE <*>\nS: z2 OK <*>")
		})
	}
}

// TestNotifyOverflow: what is too much is said once, and NOTIFY ends.
func TestNotifyOverflow(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true})
	conn := loggedIn(t, srv)
	converse(t, conn, "C: a1 NOTIFY SET (PERSONAL (SubscriptionChange))\nS: a1 OK NOTIFY completed")
	srv.Fault(imaptest.Chunks{Size: 1}) // so that the session is busy
	other := loggedIn(t, srv)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 1500 {
			skip(t, other, "b1 SUBSCRIBE INBOX")
		}
	}()
	<-done
	seen := false
	for _, line := range skip(t, conn, "a2 NOOP") {
		seen = seen || line == "* OK [NOTIFICATIONOVERFLOW] Too much has happened"
	}
	require.True(t, seen)
	converse(t, conn, "C: a3 NOOP\nS: a3 OK NOOP completed")
}
