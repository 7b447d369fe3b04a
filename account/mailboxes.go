package account

import (
	"context"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// Mailboxes lists all mailboxes, with what they are for if the server says so
// (RFC 6154), and with their MAILBOXIDs if it has those (RFC 8474).
//
// Errors: those of [Account.Do]. A list that is not complete is not returned.
func (a *Account) Mailboxes(ctx context.Context) ([]*imap.MailboxInfo, error) {
	var boxes []*imap.MailboxInfo
	err := a.Do(ctx, "", &DoOptions{Retry: true}, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) (err error) {
		opts := &imap.ListOptions{SpecialUse: c.Caps().Has(response.CapSpecialUse)}
		if c.Caps().Has(response.CapObjectID) && c.Caps().Has(response.CapListStatus) {
			opts.Status = imap.StatusMailboxID
		}
		boxes, err = a.list(ctx, c, opts)
		return err
	})
	return boxes, err
}
