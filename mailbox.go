package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// CreateOptions are the settings of CREATE. Nil and the zero value are the
// defaults.
type CreateOptions struct {
	// SpecialUse gives the mailbox special uses. Needs CREATE-SPECIAL-USE
	// (RFC 6154 §3).
	SpecialUse []MailboxAttr
}

// Create creates a mailbox (RFC 9051 §6.3.4). Names are UTF-8; the hierarchy
// delimiter is that of LIST and NAMESPACE.
//
// The codes of its *[StatusError], where the server sends one, are
// CodeAlreadyExists, CodeCannot, CodeNoPerm, CodeOverQuota and others (RFC 5530
// §3).
func (c *Client) Create(ctx context.Context, mailbox string, opts *CreateOptions) error {
	cmd := commands.Create{Mailbox: c.wireName(mailbox)}
	if opts != nil && len(opts.SpecialUse) > 0 {
		if err := c.require("CREATE", response.CapCreateSpecialUse); err != nil {
			return err
		}
		cmd.SpecialUse = opts.SpecialUse
	}
	return c.simple(ctx, cmd)
}

// Delete removes a mailbox and all messages in it (RFC 9051 §6.3.5). Mailboxes
// below it stay. The codes of its *[StatusError], where the server sends one, are
// CodeNonExistent, CodeHasChildren, CodeInUse and others (RFC 5530 §3, RFC 9051
// §7.1).
func (c *Client) Delete(ctx context.Context, mailbox string) error {
	return c.simple(ctx, commands.Delete{Mailbox: c.wireName(mailbox)})
}

// Rename gives a mailbox, and those below it, another name (RFC 9051 §6.3.6).
// Renaming INBOX moves its messages and leaves it empty.
func (c *Client) Rename(ctx context.Context, mailbox, newName string) error {
	return c.simple(ctx, commands.Rename{Mailbox: c.wireName(mailbox), NewName: c.wireName(newName)})
}

// Subscribe adds a mailbox to those that the user wants to see (RFC 9051 §6.3.7).
func (c *Client) Subscribe(ctx context.Context, mailbox string) error {
	return c.simple(ctx, commands.Subscribe{Mailbox: c.wireName(mailbox)})
}

// Unsubscribe is the reverse of [Client.Subscribe] (RFC 9051 §6.3.8).
func (c *Client) Unsubscribe(ctx context.Context, mailbox string) error {
	return c.simple(ctx, commands.Unsubscribe{Mailbox: c.wireName(mailbox)})
}

// simple runs a command whose answer says nothing beyond its success.
func (c *Client) simple(ctx context.Context, cmd commands.Command) error {
	_, err := c.exec(ctx, request{cmd: cmd})
	return err
}

// Namespace asks where the user's mailboxes, those of other users and shared
// ones are (RFC 9051 §6.3.10, RFC 2342). It needs the capability NAMESPACE or
// IMAP4rev2.
func (c *Client) Namespace(ctx context.Context) (*response.NamespaceData, error) {
	if err := c.require("NAMESPACE", response.CapNamespace); err != nil {
		return nil, err
	}
	col := &dataCollector[*response.NamespaceData]{rule: "NAMESPACE"}
	if _, err := c.exec(ctx, request{cmd: commands.Namespace{}, collect: col}); err != nil {
		return nil, err
	}
	if len(col.all) == 0 {
		return &response.NamespaceData{}, col.err()
	}
	return col.all[len(col.all)-1], nil
}

// Status asks for figures of a mailbox without selecting it (RFC 9051 §6.3.11).
// Items that the server does not know are not asked for: see
// [MailboxStatus].Has for what came. It costs the server some work: ask for the
// selected mailbox with [Client.Mailbox] instead.
//
// Of the items, StatusSize needs STATUS=SIZE, StatusDeleted IMAP4rev2 or
// QUOTA=RES-MESSAGE, StatusHighestModSeq CONDSTORE, StatusAppendLimit
// APPENDLIMIT without a value (with one, it is [Capabilities].AppendLimit for all
// mailboxes), StatusDeletedStorage QUOTA=RES-STORAGE, StatusMailboxID OBJECTID.
func (c *Client) Status(ctx context.Context, mailbox string, items StatusItems) (*MailboxStatus, error) {
	items &= c.statusItems()
	wire := c.wireName(mailbox)
	col := &dataCollector[*MailboxStatus]{rule: "STATUS", accept: func(d *MailboxStatus) bool {
		return sameMailbox(d.Mailbox, mailbox) || sameMailbox(d.Raw, mailbox)
	}}
	if _, err := c.exec(ctx, request{cmd: commands.Status{Mailbox: wire, Items: items}, collect: col}); err != nil {
		return nil, err
	}
	if len(col.all) == 0 {
		if err := col.err(); err != nil {
			return nil, err
		}
		return &MailboxStatus{Mailbox: mailbox, Raw: mailbox}, nil
	}
	return col.all[len(col.all)-1], nil
}

// statusItems returns the items that the server knows.
func (c *Client) statusItems() StatusItems {
	caps := c.Caps()
	items := StatusMessages | StatusUIDNext | StatusUIDValidity | StatusUnseen
	if caps.Lists(CapIMAP4rev1) || !caps.Lists(CapIMAP4rev2) {
		items |= StatusRecent
	}
	for _, x := range []struct {
		item StatusItems
		caps []Cap
	}{
		{StatusSize, []Cap{response.CapStatusSize}},
		{StatusDeleted, []Cap{CapIMAP4rev2, "QUOTA=RES-MESSAGE"}},
		{StatusHighestModSeq, []Cap{CapCondStore, CapQResync}},
		{StatusAppendLimit, []Cap{response.CapAppendLimit}},
		{StatusDeletedStorage, []Cap{"QUOTA=RES-STORAGE"}},
		{StatusMailboxID, []Cap{response.CapObjectID}},
	} {
		for _, want := range x.caps {
			if caps.Has(want) {
				items |= x.item
			}
		}
	}
	return items
}

// sameMailbox compares mailbox names: INBOX in any case.
func sameMailbox(a, b string) bool {
	return a == b || len(a) == 5 && len(b) == 5 && upper(a) == "INBOX" && upper(b) == "INBOX"
}
