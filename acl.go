package imap

import (
	"context"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// GetACL asks who may do what in a mailbox (RFC 4314 §3.3). It needs the capability
// ACL, and the user [response.RightAdminister] there. Identifiers may be spelled
// otherwise than in SETACL.
func (c *Client) GetACL(ctx context.Context, mailbox string) (*response.ACLData, error) {
	cmd := commands.GetACL{Mailbox: c.wireName(mailbox)}
	d, err := askRights(ctx, c, cmd, "ACL", func(d *response.ACLData) bool {
		return sameMailbox(d.Mailbox, mailbox)
	})
	if err != nil {
		return nil, err
	}
	d.Entries = slices.Clone(d.Entries)
	return d, nil
}

// SetACL changes what an identifier, like a user's name or "anyone", may do in a
// mailbox (RFC 4314 §3.1): op is RightsAdd, RightsRemove or RightsSet. Its needs
// are those of [Client.GetACL]. Rights other than lower case letters and digits are
// an *[ArgumentError], those that the server does not know a *[StatusError] with
// BAD. See docs/rights-and-quotas.md.
func (c *Client) SetACL(ctx context.Context, mailbox, identifier string, op commands.RightsOp, rights response.Rights) error {
	return c.rightsCommand(ctx, commands.SetACL{Mailbox: c.wireName(mailbox), Identifier: identifier, Op: op, Rights: rights})
}

// DeleteACL takes the entry of an identifier out of the list of a mailbox (RFC 4314
// §3.2). What it may do because of another entry, like "anyone", stays. Its needs
// are those of [Client.GetACL].
func (c *Client) DeleteACL(ctx context.Context, mailbox, identifier string) error {
	return c.rightsCommand(ctx, commands.DeleteACL{Mailbox: c.wireName(mailbox), Identifier: identifier})
}

// ListRights asks which rights an identifier always has in a mailbox, and which it
// can be given (RFC 4314 §3.4). Its needs are those of [Client.GetACL].
func (c *Client) ListRights(ctx context.Context, mailbox, identifier string) (*response.ListRightsData, error) {
	cmd := commands.ListRights{Mailbox: c.wireName(mailbox), Identifier: identifier}
	d, err := askRights(ctx, c, cmd, "LISTRIGHTS", func(d *response.ListRightsData) bool {
		return sameMailbox(d.Mailbox, mailbox) && d.Identifier == identifier
	})
	if err != nil {
		return nil, err
	}
	d.Optional = slices.Clone(d.Optional)
	return d, nil
}

// MyRights asks what the user may do in a mailbox (RFC 4314 §3.5), as in
// d.Rights.Has(response.RightInsert). It needs the capability ACL. For many
// mailboxes, see ListOptions.MyRights.
func (c *Client) MyRights(ctx context.Context, mailbox string) (*response.MyRightsData, error) {
	cmd := commands.MyRights{Mailbox: c.wireName(mailbox)}
	return askRights(ctx, c, cmd, "MYRIGHTS", func(d *response.MyRightsData) bool {
		return sameMailbox(d.Mailbox, mailbox)
	})
}

// rightsCommand runs a command of RFC 4314 whose answer says nothing beyond its
// success.
func (c *Client) rightsCommand(ctx context.Context, cmd commands.Command) error {
	if err := c.require(cmd.Name(), response.CapACL); err != nil {
		return err
	}
	return c.simple(ctx, cmd)
}

// askRights runs a command of RFC 4314 that is answered with one response: the
// first that is about what was asked. A second one is for the next command with
// the same question. If none is about it, the last one counts, because servers may
// spell names in their own way: in RFC 4314 §3.4, one that is asked for
// archive/imap is answered for archive.imap. If there is none at all, that is an error.
func askRights[T any, P interface {
	*T
	response.Data
}](ctx context.Context, c *Client, cmd commands.Command, rule string, about func(P) bool) (P, error) {
	if err := c.require(cmd.Name(), response.CapACL); err != nil {
		return nil, err
	}
	var other P
	col := &dataCollector[P]{rule: rule}
	col.accept = func(d P) bool {
		if len(col.all) > 0 || about(d) {
			return len(col.all) == 0
		}
		was := *d // a copy, as it stays an event
		other = &was
		return false
	}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	if len(col.all) > 0 {
		return col.all[0], nil
	}
	if err := col.err(); err != nil {
		return nil, err
	}
	if other == nil {
		return nil, notSent(rule)
	}
	return other, nil
}
