package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// CopyResult tells where COPY or MOVE put the messages, as far as the server
// told (UIDPLUS, RFC 4315): the n-th UID of Source became the n-th of Dest.
type CopyResult struct {
	UIDValidity  uint32 // of the destination; zero: not told
	Source, Dest UIDSet
}

// UIDCopy copies messages named by UID to another mailbox (RFC 9051 §6.4.7,
// §6.4.9): all of them or none. CodeTryCreate in its *[StatusError] says that
// there is no such mailbox.
func (c *Client) UIDCopy(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	return c.copy(ctx, commands.UIDCopy{Set: uids, Mailbox: c.wireName(mailbox)})
}

// Copy is [Client.UIDCopy] with message sequence numbers.
func (c *Client) Copy(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	return c.copy(ctx, commands.SeqCopy{Set: seqs, Mailbox: c.wireName(mailbox)})
}

func (c *Client) copy(ctx context.Context, cmd commands.Command) (*CopyResult, error) {
	col := &copyCollector{}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	return &col.CopyResult, nil
}

// UIDMove moves messages named by UID to another mailbox (RFC 9051 §6.4.8,
// RFC 6851). Where the server has no MOVE but UIDPLUS, it sends UID COPY, UID
// STORE +FLAGS.SILENT (\Deleted) and UID EXPUNGE of these messages instead; the
// messages are then for a moment in both places. Where it has neither, the error
// is an *[UnsupportedError]: a plain EXPUNGE would remove others' messages too.
func (c *Client) UIDMove(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	caps := c.Capabilities()
	if caps.Has(CapMove) {
		return c.copy(ctx, commands.UIDMove{Set: uids, Mailbox: c.wireName(mailbox)})
	}
	if !caps.Has(CapUIDPlus) {
		return nil, &UnsupportedError{Command: "UID MOVE", Cap: CapMove}
	}
	res, err := c.UIDCopy(ctx, uids, mailbox)
	if err != nil {
		return nil, err
	}
	if _, err := c.UIDStore(ctx, uids, StoreAdd, []Flag{FlagDeleted}, &StoreOptions{Silent: true}); err != nil {
		return res, err
	}
	_, err = c.UIDExpunge(ctx, uids)
	return res, err
}

// Move is [Client.UIDMove] with message sequence numbers. It needs the
// capability MOVE or IMAP4rev2.
func (c *Client) Move(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if err := c.require("MOVE", CapMove); err != nil {
		return nil, err
	}
	return c.copy(ctx, commands.SeqMove{Set: seqs, Mailbox: c.wireName(mailbox)})
}

// copyCollector takes the code that tells where the messages went, which MOVE
// sends before its end, and the removals that MOVE brings about.
type copyCollector struct{ CopyResult }

func (x *copyCollector) claim(d response.Data) bool {
	if st, ok := d.(*Status); ok {
		if code, ok := st.Code.(CopyUIDCode); ok {
			x.UIDValidity = code.UIDValidity
			x.Source.AddSet(code.Source)
			x.Dest.AddSet(code.Dest)
			return true
		}
	}
	return false
}

// ExpungeResult tells which messages are gone.
type ExpungeResult struct {
	// SeqNums are the numbers as the server told them: each counts after the
	// removals before it (RFC 9051 §7.5.1).
	SeqNums []SeqNum
	UIDs    UIDSet // with QRESYNC or UIDONLY enabled, in place of SeqNums
}

// Expunge removes all messages from the selected mailbox that are marked
// \Deleted, whoever marked them (RFC 9051 §6.4.3). [Client.UIDExpunge] removes
// one's own only.
func (c *Client) Expunge(ctx context.Context) (*ExpungeResult, error) {
	return c.expunge(ctx, commands.Expunge{})
}

// UIDExpunge removes those of the messages that are marked \Deleted (RFC 9051
// §6.4.9, RFC 4315 §2.1). It needs the capability UIDPLUS or IMAP4rev2.
func (c *Client) UIDExpunge(ctx context.Context, uids UIDSet) (*ExpungeResult, error) {
	if err := c.require("UID EXPUNGE", CapUIDPlus); err != nil {
		return nil, err
	}
	return c.expunge(ctx, commands.UIDExpunge{UIDs: uids})
}

func (c *Client) expunge(ctx context.Context, cmd commands.Command) (*ExpungeResult, error) {
	col := &expungeCollector{}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	return &col.ExpungeResult, nil
}

type expungeCollector struct{ ExpungeResult }

func (x *expungeCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *ExpungeData:
		x.SeqNums = append(x.SeqNums, d.SeqNum)
		return true
	case *VanishedData:
		x.UIDs.AddSet(d.UIDs)
		return !d.Earlier
	}
	return false
}
