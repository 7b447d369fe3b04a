package promises_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/response"
)

var newMail = []commands.NotifyEvent{commands.NotifyMessageNew, commands.NotifyMessageExpunge}

// What is told of other mailboxes comes as events, without a command in progress;
// the status that was asked for is the answer.
func TestNotifyTellsOfOtherMailboxes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		events := make(chan imap.Event, 10)
		opts := &imap.Options{OnEvent: func(e imap.Event) { events <- e }}
		c := connect(t, opts, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 NOTIFY] ready")
			p.Answer("NOTIFY SET STATUS (SELECTED-DELAYED NONE) (SUBTREE (Lists) (MessageNew MessageExpunge))",
				"* STATUS Lists/a (UIDVALIDITY 4 UIDNEXT 9999 MESSAGES 500)", "* STATUS Lists/b (UIDVALIDITY 9 UIDNEXT 1 MESSAGES 0)")
			p.Send("* STATUS Lists/a (UIDVALIDITY 4 UIDNEXT 10000 MESSAGES 501)", `* LIST () "/" new ("OLDNAME" ("old"))`, "* OK [NOTIFICATIONOVERFLOW] too much")
			p.Answer("NOTIFY NONE")
		})
		ctx := t.Context()
		all, err := c.Notify(ctx, []commands.NotifyGroup{
			{Filter: commands.FilterSelectedDelayed},
			{Filter: commands.FilterSubtree, Mailboxes: []string{"Lists"}, Events: newMail},
		}, &commands.NotifyOptions{Status: true})
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.EqualValues(t, 500, all[0].Messages)

		news := (<-events).(*imap.MailboxStatus)
		assert.Equal(t, "Lists/a", news.Mailbox)
		assert.EqualValues(t, 501, news.Messages)
		renamed := (<-events).(*imap.MailboxInfo)
		assert.Equal(t, "new", renamed.Mailbox)
		assert.Equal(t, "old", renamed.Ext.OldName)
		over := (<-events).(*imap.StatusResponse)
		assert.True(t, over.HasCode(response.CodeNotificationOverflow))
		all, err = c.Notify(ctx, nil, nil)
		require.NoError(t, err)
		assert.Empty(t, all)
	})
}

func TestNotifyThatCanNotBe(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 NOTIFY] ready")
			cmd := p.Want("NOTIFY SET (PERSONAL (AnnotationChange))")
			p.Send(cmd.Tag + " NO [BADEVENT (MessageNew MessageExpunge)] what is that")
		})
		ctx := t.Context()
		_, err := c.Notify(ctx, []commands.NotifyGroup{{Filter: commands.FilterPersonal, Events: []commands.NotifyEvent{commands.NotifyAnnotationChange}}}, nil)
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused)
		assert.Equal(t, response.BadEventCode{Events: []string{"MessageNew", "MessageExpunge"}}, refused.Code)
		var wrong *imap.ArgumentError
		_, err = c.Notify(ctx, []commands.NotifyGroup{{Filter: "PERSONAL NONE)\r\nA9 LOGOUT"}}, nil)
		require.ErrorAs(t, err, &wrong)
		var lacking *imap.UnsupportedError
		_, err = c.Notify(ctx, []commands.NotifyGroup{{Filter: commands.FilterSelected, Events: newMail, Fetch: imap.FetchItems{Preview: true}}}, nil)
		require.ErrorAs(t, err, &lacking)
		assert.Equal(t, response.CapPreview, lacking.Cap)
	})
}
