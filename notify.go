package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
)

// Notify says what the server is to report unsolicited from now on, of the selected
// mailbox and of others, also while no command is in progress (RFC 5465 §3.1). It
// replaces what was said before; without groups, nothing is reported any more. It
// returns the status of the mailboxes where that was asked for. It needs the
// capability NOTIFY.
//
// What the server reports are events, for [Options].OnEvent and the loops over
// [Client.Idle]: a *[MailboxStatus] for messages of another mailbox, a *[MailboxInfo]
// where mailboxes come, go or are renamed, a *[Message], *[ExistsData] or
// *[ExpungeData] for the selected mailbox. The *[StatusResponse] event with the code
// NOTIFICATIONOVERFLOW says that it was too much, and that nothing is reported any
// more.
//
// With FilterSelected, messages may go at any time, so that message sequence
// numbers in commands may mean others than those that were meant: use UIDs, or
// FilterSelectedDelayed.
//
// Errors: a *[StatusError] with a [response.BadEventCode] if the server does not know an
// event, which names those that it knows.
func (c *Client) Notify(ctx context.Context, groups []commands.NotifyGroup, opts *commands.NotifyOptions) ([]*MailboxStatus, error) {
	cmd := commands.Notify{Status: opts != nil && opts.Status}
	for _, g := range groups {
		g.Mailboxes = c.wireNames(g.Mailboxes)
		cmd.Groups = append(cmd.Groups, g)
	}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return nil, err
	}
	col := &dataCollector[*MailboxStatus]{accept: func(*MailboxStatus) bool { return cmd.Status }}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	return col.all, nil
}
