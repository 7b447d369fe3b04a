package imap

import (
	"context"
	"io"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDReplace puts a message of size octets, read from r, in the place of the one
// with that UID in the selected mailbox (RFC 8508 §3), as one saves a draft: the
// new one is added to mailbox, which need not be the selected one, the old one is
// removed, and nobody sees both or neither. What is said of [Client.Append] of
// sizes, lines and failures holds here too. It takes two round trips, as there are
// servers that would run the text of a message which they refuse.
//
// Where the server has no REPLACE but UIDPLUS, it sends APPEND, UID STORE
// +FLAGS.SILENT (\Deleted) and UID EXPUNGE of the one message instead. Both are then
// there for a moment, and for good where one of the later commands fails: the
// result tells of the new one beside the error. Where it has neither, the error is
// an *[UnsupportedError], and nothing is sent.
func (c *Client) UIDReplace(ctx context.Context, uid UID, mailbox string, size int64, r io.Reader, opts *AppendOptions) (*AppendResult, error) {
	caps := c.Caps()
	if caps.Has(response.CapReplace) {
		m, err := c.replacement(size, r, opts)
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
	res, err := c.Append(ctx, mailbox, size, r, opts)
	if err != nil {
		return nil, err
	}
	if _, err := c.UIDStore(ctx, UIDs(uid), StoreAdd, []Flag{FlagDeleted}, &StoreOptions{Silent: true}); err != nil {
		return res, err
	}
	_, err = c.UIDExpunge(ctx, UIDs(uid))
	return res, err
}

// Replace is [Client.UIDReplace] with a message sequence number. It needs the
// capability REPLACE.
func (c *Client) Replace(ctx context.Context, seq SeqNum, mailbox string, size int64, r io.Reader, opts *AppendOptions) (*AppendResult, error) {
	if err := c.require("REPLACE", response.CapReplace); err != nil {
		return nil, err
	}
	m, err := c.replacement(size, r, opts)
	if err != nil {
		return nil, err
	}
	return c.replace(ctx, commands.SeqReplace{Num: seq, Mailbox: c.wireName(mailbox), Message: m})
}

// replacement checks a message and reads it if it is small.
func (c *Client) replacement(size int64, r io.Reader, opts *AppendOptions) (commands.AppendMessage, error) {
	m := AppendMessage{Size: size, Reader: r}
	if opts != nil {
		m.AppendOptions = *opts
	}
	return c.appendMessage(m)
}

func (c *Client) replace(ctx context.Context, cmd commands.Command) (*AppendResult, error) {
	col := &appendCollector{}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	return &col.AppendResult, nil
}
