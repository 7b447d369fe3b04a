package commands_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

func TestNotify(t *testing.T) {
	messages := []NotifyEvent{NotifyMessageNew, NotifyMessageExpunge}
	set := func(groups ...NotifyGroup) Notify { return Notify{Groups: groups} }
	header := FetchItems{UID: true, Sections: []FetchSection{HeaderFields("From", "Subject")}}
	check(t, []golden{
		{rev1, Notify{Status: true}, "NOTIFY NONE"},
		{rev1, Notify{true, []NotifyGroup{ // RFC 5465 §3.1
			{Filter: FilterSelected, Events: messages, Fetch: header},
			{Filter: FilterSubtree, Mailboxes: []string{"Lists"}, Events: messages},
		}}, "NOTIFY SET STATUS (SELECTED (MessageNew (UID BODY.PEEK[HEADER.FIELDS (From Subject)]) MessageExpunge)) (SUBTREE (Lists) (MessageNew MessageExpunge))"},
		{rev1, set(NotifyGroup{Filter: FilterSelectedDelayed}, NotifyGroup{Filter: FilterPersonal, Events: []NotifyEvent{NotifyMailboxName, "X-NEW"}}),
			"NOTIFY SET (SELECTED-DELAYED NONE) (PERSONAL (MailboxName X-NEW))"},
		{rev1, set(NotifyGroup{Filter: FilterMailboxes, Mailboxes: []string{"Müll", "a b"}, Events: messages}), `NOTIFY SET (MAILBOXES (M&APw-ll "a b") (MessageNew MessageExpunge))`},
		{rev1, set(NotifyGroup{Events: messages}), "error: NOTIFY: filter is empty"},
		{rev1, set(NotifyGroup{Filter: FilterMailboxes}), `error: NOTIFY: filter "MAILBOXES" needs mailbox names`},
		{rev1, set(NotifyGroup{Filter: FilterInboxes, Mailboxes: []string{"a"}}), `error: NOTIFY: filter "INBOXES" takes no mailbox names`},
		{rev1, set(NotifyGroup{Filter: FilterInboxes, Events: messages, Fetch: header}), "error: NOTIFY: fetch items are only allowed for the selected mailbox"},
		{rev1, set(NotifyGroup{Filter: FilterInboxes, Events: []NotifyEvent{"A) (B"}}), `error: NOTIFY: event "A) (B" contains a character that is not allowed in an atom`},
	})
	assert.Equal(t, []response.Cap{"NOTIFY", "PREVIEW"}, set(NotifyGroup{Fetch: FetchItems{Preview: true}}).Needs())
	assert.Equal(t, MayExpunge|AnyStatus, Notify{Status: true}.Effects())
}
