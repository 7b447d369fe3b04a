package account

import (
	"context"
	"errors"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// notThere finds out why SELECT was refused: whether the mailbox was renamed or
// deleted. If neither is certain, it returns the error of SELECT. It returns nil
// with an empty w.st.Mailbox after Deleted.
func (p *pass) notThere(ctx context.Context, refused error) error {
	var status *imap.StatusError
	if !errors.As(refused, &status) || status.Type != imap.NO || errors.Is(refused, imap.ErrClosed) {
		return refused
	}
	if r := classify(refused, phaseCommand, 0); r.class != classOther {
		return refused
	}
	boxes, err := p.a.listAll(ctx, p.c, p.st.ID != "")
	if err != nil {
		return refused // silence is not deletion
	}
	inbox := false
	for _, b := range boxes {
		inbox = inbox || sameMailbox(b.Mailbox, "INBOX")
		if sameMailbox(b.Mailbox, p.st.Mailbox) && !b.HasAttr(imap.AttrNonExistent) {
			if p.refusedAgain(ctx) {
				return refused // NOPERM, \Noselect, a fault of the server
			}
			return errAgain // it was made anew at this moment
		}
	}
	if !inbox {
		return refused // no list that can be relied on
	}
	if p.st.ID != "" {
		for _, b := range boxes {
			if b.Status != nil && b.Status.MailboxID == p.st.ID && !sameMailbox(b.Mailbox, p.st.Mailbox) {
				return p.renamed(b.Mailbox)
			}
		}
	}
	if !errors.Is(refused, imap.CodeNonExistent) && !p.refusedAgain(ctx) {
		return refused
	}
	return p.deleted()
}

// refusedAgain selects once more.
func (p *pass) refusedAgain(ctx context.Context) bool {
	_, err := p.a.selectMailbox(ctx, p.cn, p.st.Mailbox, &imap.SelectOptions{ReadOnly: true})
	var status *imap.StatusError
	return errors.As(err, &status) && status.Type == imap.NO && !errors.Is(err, imap.ErrClosed)
}

// renamed goes on under the new name.
func (p *pass) renamed(to string) error {
	from := p.st.Mailbox
	p.st.Mailbox = to
	if err := p.emit(&Change{Kind: Renamed, Mailbox: from, To: to}); err != nil {
		return err
	}
	return errAgain
}

// deleted ends the pass.
func (p *pass) deleted() error {
	name := p.st.Mailbox
	p.st = State{}
	return p.emit(&Change{Kind: Deleted, Mailbox: name})
}

// listAll lists all mailboxes, with their MAILBOXIDs if asked for and there are any.
func (a *Account) listAll(ctx context.Context, c *imap.Client, ids bool) ([]*imap.MailboxInfo, error) {
	opts := &imap.ListOptions{}
	if ids && c.Caps().Has(response.CapObjectID) {
		opts.Status = imap.StatusMailboxID
	}
	return a.list(ctx, c, opts)
}

// list is LIST of all mailboxes.
func (a *Account) list(ctx context.Context, c *imap.Client, opts *imap.ListOptions) ([]*imap.MailboxInfo, error) {
	ctx, end := a.trace(ctx, Operation{Name: "LIST"})
	var boxes []*imap.MailboxInfo
	var failed error
	for b, err := range c.List(ctx, "*", opts) {
		if err != nil {
			failed = err
			if !imap.RowError(err) {
				break
			}
			continue
		}
		boxes = append(boxes, b)
	}
	end(Outcome{Rows: len(boxes), Err: failed})
	return boxes, failed
}
