package imap

import (
	"context"
	"io"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDReplace puts a message of size octets, read from r, in the place of the one
// with that UID in the selected mailbox (RFC 8508 §3), as one saves a draft; it
// goes to mailbox, which may be another. See [Client.Append] for sizes and
// failures.
//
// If the server has no REPLACE but UIDPLUS, it appends, marks and expunges instead:
// if a later command fails, or another mailbox is selected (a *[StateError]), both
// are there, and the result has the new one beside the error. With neither, it is
// an *[UnsupportedError]. See docs/changing-mail.md.
func (c *Client) UIDReplace(ctx context.Context, uid UID, mailbox string, size int64, r io.Reader, opts *AppendOptions) (*AppendResult, error) {
	caps := c.Caps()
	if caps.Has(response.CapReplace) {
		m, err := c.replacement(ctx, mailbox, size, r, opts)
		if err != nil {
			return nil, err
		}
		return c.replace(ctx, commands.UIDReplace{Num: uid, Mailbox: c.wireName(mailbox), Message: m})
	}
	if !caps.Has(CapUIDPlus) {
		return nil, &UnsupportedError{Command: "UID REPLACE", Cap: response.CapReplace}
	}
	if uid == 0 {
		return nil, &ArgumentError{Command: "UID REPLACE", Argument: "message", Msg: "is zero"}
	}
	if state := c.State(); state != StateSelected {
		return nil, &StateError{Command: "UID REPLACE", State: state}
	}
	pinned, err := c.pin(ctx, "UID REPLACE") // not held: r may do anything
	if err != nil {
		return nil, err
	}
	res, err := c.Append(pinned, mailbox, size, r, opts)
	if err != nil {
		return nil, err
	}
	held, release, err := c.hold(pinned, "UID REPLACE")
	if err != nil {
		return res, partlyDone(err)
	}
	defer release()
	return res, partlyDone(c.remove(held, UIDs(uid)))
}

// Replace is [Client.UIDReplace] with a message sequence number.
func (c *Client) Replace(ctx context.Context, seq SeqNum, mailbox string, size int64, r io.Reader, opts *AppendOptions) (*AppendResult, error) {
	if err := c.require("REPLACE", response.CapReplace); err != nil {
		return nil, err
	}
	if err := c.numbersAllowed("REPLACE"); err != nil {
		return nil, err
	}
	m, err := c.replacement(ctx, mailbox, size, r, opts)
	if err != nil {
		return nil, err
	}
	return c.replace(ctx, commands.SeqReplace{Num: seq, Mailbox: c.wireName(mailbox), Message: m})
}

// replacement checks a message and reads it if it is small.
func (c *Client) replacement(ctx context.Context, mailbox string, size int64, r io.Reader, opts *AppendOptions) (commands.AppendMessage, error) {
	m := AppendMessage{Size: size, Reader: r}
	if opts != nil {
		m.AppendOptions = *opts
	}
	limit, err := c.limitFor(ctx, mailbox, []AppendMessage{m})
	if err != nil {
		return commands.AppendMessage{}, err
	}
	return c.appendMessage(ctx, m, limit)
}

func (c *Client) replace(ctx context.Context, cmd commands.Command) (*AppendResult, error) {
	col := &appendCollector{}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	return &col.AppendResult, nil
}
