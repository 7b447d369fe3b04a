package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
)

// Notify says what the server is to report unsolicited from now on, of the selected
// mailbox and of others (RFC 5465 §3.1), in place of what was said before; without
// groups, nothing any more. It returns the status of mailboxes if that was asked
// for. Reports are an [Event]. It needs the capability NOTIFY. If the server does
// not know an event, the *[StatusError] has a [response.BadEventCode]. See
// docs/watching.md.
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
