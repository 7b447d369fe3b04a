package imap

import (
	"context"
	"iter"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	searchkey "github.com/seed-090b04e4/imap/search"
)

// CopyResult tells where COPY or MOVE put the messages, as far as the server
// told (UIDPLUS, RFC 4315 §3). It belongs to the caller.
type CopyResult struct {
	UIDValidity uint32 // of the destination; zero: not told
	Source      UIDSet // the UIDs in the selected mailbox; empty: not told
	Dest        UIDSet // the UIDs in the destination; empty: not told

	codes []response.CopyUIDCode // MOVE may be answered with several
}

// Pairs iterates over the messages in the server's order: the UID that one had in
// the selected mailbox, and that of its copy in the destination. There are none
// where the server has not told.
func (r *CopyResult) Pairs() iter.Seq2[UID, UID] {
	return func(yield func(UID, UID) bool) {
		for _, code := range r.codes {
			for source, dest := range code.Pairs() {
				if !yield(source, dest) {
					return
				}
			}
		}
	}
}

// UIDCopy copies messages named by UID to another mailbox (RFC 9051 §6.4.7,
// §6.4.9): all of them or none. An empty set asks for nothing, and nothing is
// sent. CodeTryCreate in its *[StatusError], where the server sends a code, says
// that there is no such mailbox.
func (c *Client) UIDCopy(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	if uids.Empty() {
		return &CopyResult{}, nil
	}
	return c.copy(ctx, commands.UIDCopy{Set: uids, Mailbox: c.wireName(mailbox)})
}

// Copy is [Client.UIDCopy] with message sequence numbers.
func (c *Client) Copy(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if seqs.Empty() {
		return &CopyResult{}, nil
	}
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
// STORE +FLAGS.SILENT (\Deleted) and UID EXPUNGE of these messages instead, and a
// UID SEARCH before, where messages that come meanwhile could be among them. The
// messages are then for a moment in both places, and for good where one of the
// later commands fails: the result tells the copies beside the error. Where it has
// neither, the error is an *[UnsupportedError]: a plain EXPUNGE would remove
// others' messages too. An empty set asks for nothing, and nothing is sent.
func (c *Client) UIDMove(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	if uids.Empty() {
		return &CopyResult{}, nil
	}
	caps := c.Caps()
	if caps.Has(CapMove) {
		return c.copy(ctx, commands.UIDMove{Set: uids, Mailbox: c.wireName(mailbox)})
	}
	if !caps.Has(CapUIDPlus) {
		return nil, &UnsupportedError{Command: "UID MOVE", Cap: CapMove}
	}
	uids, err := c.settled(ctx, uids)
	if err != nil {
		return nil, err
	}
	res, err := c.UIDCopy(ctx, uids, mailbox)
	if err != nil {
		return nil, err
	}
	if !res.Source.Empty() {
		uids = res.Source
	}
	if _, err := c.UIDStore(ctx, uids, StoreAdd, []Flag{FlagDeleted}, &StoreOptions{Silent: true}); err != nil {
		return res, err
	}
	_, err = c.UIDExpunge(ctx, uids)
	return res, err
}

// settled returns those of the UIDs that there are, where new messages could fall
// into a range of them: what comes while messages are moved must not be removed.
func (c *Client) settled(ctx context.Context, uids UIDSet) (UIDSet, error) {
	var next UID
	if m := c.Mailbox(); m != nil {
		next = m.UIDNext
	}
	ranges := uids.Ranges()
	last := ranges[len(ranges)-1]
	if !uids.Dynamic() && (last.Start == last.Stop || last.Stop < next) {
		return uids, nil
	}
	found, err := c.UIDSearch(ctx, searchkey.UID(uids), nil)
	if err != nil {
		return UIDSet{}, err
	}
	return found.All, nil
}

// Move is [Client.UIDMove] with message sequence numbers. It needs the
// capability MOVE or IMAP4rev2.
func (c *Client) Move(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if seqs.Empty() {
		return &CopyResult{}, nil
	}
	if err := c.require("MOVE", CapMove); err != nil {
		return nil, err
	}
	return c.copy(ctx, commands.SeqMove{Set: seqs, Mailbox: c.wireName(mailbox)})
}

// copyCollector takes the code that tells where the messages went, which MOVE
// sends before its end, and the removals that MOVE brings about.
type copyCollector struct {
	noCollector
	CopyResult
}

func (x *copyCollector) claim(d response.Data) bool {
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.CopyUIDCode); ok {
			x.UIDValidity = code.UIDValidity
			x.Source.AddSet(code.Source)
			x.Dest.AddSet(code.Dest)
			x.codes = append(x.codes, code)
			return true
		}
	}
	return false
}

// ExpungeResult tells which messages are gone: those that others have removed
// meanwhile too. It belongs to the caller.
type ExpungeResult struct {
	// SeqNums are the numbers as the server told them: each counts after the
	// removals before it (RFC 9051 §7.5.1).
	SeqNums []SeqNum
	// UIDs is in place of SeqNums with QRESYNC or UIDONLY enabled (RFC 7162
	// §3.2.10, RFC 9586 §3.4).
	UIDs UIDSet
}

// Expunge removes all messages from the selected mailbox that are marked
// \Deleted, whoever marked them (RFC 9051 §6.4.3). [Client.UIDExpunge] removes
// one's own only.
func (c *Client) Expunge(ctx context.Context) (*ExpungeResult, error) {
	return c.expunge(ctx, commands.Expunge{})
}

// UIDExpunge removes those of the messages that are marked \Deleted (RFC 9051
// §6.4.9, RFC 4315 §2.1). It needs the capability UIDPLUS or IMAP4rev2. An empty
// set asks for nothing, and nothing is sent.
func (c *Client) UIDExpunge(ctx context.Context, uids UIDSet) (*ExpungeResult, error) {
	if uids.Empty() {
		return &ExpungeResult{}, nil
	}
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

type expungeCollector struct {
	noCollector
	ExpungeResult
}

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
