package imap

import (
	"context"
	"errors"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDCopy copies messages to another mailbox (RFC 9051 §6.4.7): all of them or
// none. If one of several commands for a long set fails, the result names the
// copies that were made, beside the error. The *[StatusError] may have
// CodeTryCreate: there is no such mailbox.
func (c *Client) UIDCopy(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	if uids.Empty() {
		return &CopyResult{}, nil
	}
	if err := c.require("UID COPY", setNeeds(uids)...); err != nil {
		return nil, err
	}
	wire := c.wireName(mailbox)
	col := &copyCollector{}
	limit := c.messageLimit(true)
	if limit == 0 && fitsLine(uids) {
		first := &limitCollector{collector: col}
		_, err := c.exec(ctx, request{cmd: commands.UIDCopy{Set: uids, Mailbox: wire}, collect: first})
		if limit = stoppedAt(err); limit == 0 {
			return col.result(c, err)
		}
		ctx = c.sameSelection(ctx, first.call)
	}
	held, release, err := c.hold(ctx, "UID COPY")
	if err != nil {
		return nil, err
	}
	defer release()
	return col.result(c, c.copyPieces(held, uids, limit, wire, col))
}

// copyPieces copies at most limit messages at once, unless that is zero.
func (c *Client) copyPieces(ctx context.Context, uids UIDSet, limit int, mailbox string, col *copyCollector) error {
	if limit > 0 && (uids.Dynamic() || uids.Len() > int64(limit)) {
		var err error
		if uids, err = c.existing(ctx, uids); err != nil {
			return err
		}
	}
	if uids.Empty() {
		return nil
	}
	queue := splitSet(uids, limit)
	for done := 0; len(queue) > 0; done++ {
		_, err := c.exec(ctx, request{cmd: commands.UIDCopy{Set: queue[0], Mailbox: mailbox}, collect: col})
		if n := stoppedAt(err); n > 0 && (limit == 0 || n < limit) {
			rest := queue[0].Clone() // the pieces share memory with the caller's set
			for _, piece := range queue[1:] {
				rest.AddSet(piece)
			}
			return afterChange(done > 0, c.copyPieces(ctx, rest, n, mailbox, col))
		}
		if err != nil {
			return afterChange(done > 0, err)
		}
		queue = queue[1:]
	}
	return nil
}

// Copy is [Client.UIDCopy] with message sequence numbers.
func (c *Client) Copy(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if seqs.Empty() {
		return &CopyResult{}, nil
	}
	if err := c.require("COPY", setNeeds(seqs)...); err != nil {
		return nil, err
	}
	if err := checkWhole(c, "COPY", seqs); err != nil {
		return nil, err
	}
	col := &copyCollector{}
	return col.result(c, c.runOnce(ctx, commands.SeqCopy{Set: seqs, Mailbox: c.wireName(mailbox)}, col))
}

// UIDMove moves messages to another mailbox (RFC 9051 §6.4.8, RFC 6851). A long set
// is split as that of [Client.UIDCopy] is.
//
// If the server has no MOVE but UIDPLUS, it copies, marks and expunges these
// messages instead, while no other call can select another mailbox. If a later
// command fails, they are in both places: the result names the copies beside the
// error. With neither, it is an *[UnsupportedError]. See docs/changing-mail.md.
func (c *Client) UIDMove(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	if uids.Empty() {
		return &CopyResult{}, nil
	}
	if err := c.require("UID MOVE", setNeeds(uids)...); err != nil {
		return nil, err
	}
	caps := c.Caps()
	if caps.Has(response.CapMove) {
		wire, col := c.wireName(mailbox), &copyCollector{}
		return col.result(c, c.split(ctx, uids, col, func(piece UIDSet) commands.Command {
			return commands.UIDMove{Set: piece, Mailbox: wire}
		}))
	}
	if !caps.Has(CapUIDPlus) {
		return nil, &UnsupportedError{Command: "UID MOVE", Cap: response.CapMove}
	}
	held, release, err := c.hold(ctx, "UID MOVE")
	if err != nil {
		return nil, err
	}
	defer release()
	return c.copyAndRemove(held, uids, mailbox)
}

// copyAndRemove stands for MOVE. The selected mailbox is held.
func (c *Client) copyAndRemove(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	uids, err := c.settled(ctx, uids)
	if err != nil || uids.Empty() {
		return &CopyResult{}, err
	}
	res, err := c.UIDCopy(ctx, uids, mailbox)
	if err != nil {
		return res, err
	}
	if !res.Source.Empty() {
		if uids = uids.Intersection(res.Source); uids.Empty() {
			return res, partlyDone(errOtherCopies)
		}
	}
	return res, partlyDone(c.remove(ctx, uids))
}

var errOtherCopies = errors.New("imap: UID MOVE: the server reports copies of messages that were not asked for: nothing was removed")

// remove marks messages as \Deleted and expunges them. The selected mailbox is held.
func (c *Client) remove(ctx context.Context, uids UIDSet) error {
	if _, err := c.UIDStore(ctx, uids, StoreAdd, []Flag{FlagDeleted}, &StoreOptions{Silent: true}); err != nil {
		return err
	}
	_, err := c.UIDExpunge(ctx, uids)
	return err
}

// settled returns those of the UIDs that there are, if new messages could get a UID
// in a range of them: what arrives while messages are moved must not be removed.
func (c *Client) settled(ctx context.Context, uids UIDSet) (UIDSet, error) {
	var next UID
	if m := c.Mailbox(); m != nil {
		next = m.UIDNext
	}
	if uids.Dynamic() {
		return c.existing(ctx, uids)
	}
	ranges := uids.Ranges()
	last := ranges[len(ranges)-1]
	if last.Start == last.Stop || last.Stop < next {
		return uids, nil
	}
	return c.existing(ctx, uids)
}

// Move is [Client.UIDMove] with message sequence numbers. It needs MOVE.
func (c *Client) Move(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if seqs.Empty() {
		return &CopyResult{}, nil
	}
	if err := c.require("MOVE", append(setNeeds(seqs), CapMove)...); err != nil {
		return nil, err
	}
	if err := checkWhole(c, "MOVE", seqs); err != nil {
		return nil, err
	}
	col := &copyCollector{}
	return col.result(c, c.runOnce(ctx, commands.SeqMove{Set: seqs, Mailbox: c.wireName(mailbox)}, col))
}

// copyCollector takes the code that says where the messages went, which MOVE is
// answered with before its end.
type copyCollector struct {
	noCollector
	CopyResult
}

// result returns what was copied, and nothing beside an error if nothing was.
func (x *copyCollector) result(c *Client, err error) (*CopyResult, error) {
	c.mu.Lock() // the answer to an abandoned command still comes
	res := x.CopyResult
	res.Source, res.Dest = x.Source.Clone(), x.Dest.Clone()
	c.mu.Unlock()
	if err != nil && res.Source.Empty() && res.Dest.Empty() {
		return nil, err
	}
	return &res, err
}

func (x *copyCollector) claim(d response.Data) bool {
	x.HighestModSeq = highest(d, x.HighestModSeq)
	if st, ok := d.(*StatusResponse); ok {
		if code, ok := st.Code.(response.CopyUIDCode); ok {
			x.UIDValidity = code.UIDValidity
			x.Source.AddSet(code.Source)
			x.Dest.AddSet(code.Dest)
			x.Codes = append(x.Codes, code)
			return true
		}
	}
	return false
}

// Expunge removes all messages marked \Deleted from the selected mailbox, also
// those that others have marked (RFC 9051 §6.4.3): see [Client.UIDExpunge].
func (c *Client) Expunge(ctx context.Context) (*ExpungeResult, error) {
	col := &expungeCollector{}
	if err := c.runOnce(ctx, commands.Expunge{}, col); err != nil {
		return nil, err
	}
	col.UIDs = col.uids.set()
	return &col.ExpungeResult, nil
}

// UIDExpunge removes those of the messages that are marked \Deleted (RFC 9051
// §6.4.9, RFC 4315 §2.1). It needs UIDPLUS or IMAP4rev2. If one of several commands
// for a long set fails, the result has what was removed, beside the error.
func (c *Client) UIDExpunge(ctx context.Context, uids UIDSet) (*ExpungeResult, error) {
	if uids.Empty() {
		return &ExpungeResult{}, nil
	}
	if err := c.require("UID EXPUNGE", append(setNeeds(uids), CapUIDPlus)...); err != nil {
		return nil, err
	}
	if uids.IsSaved() { // it may take a search, which must mean the same mailbox
		held, release, err := c.hold(ctx, "UID EXPUNGE")
		if err != nil {
			return nil, err
		}
		defer release()
		ctx = held
	}
	col := &expungeCollector{}
	expunge := func(piece UIDSet) commands.Command { return commands.UIDExpunge{UIDs: piece} }
	err := c.split(ctx, uids, col, expunge)
	var st *StatusError
	if uids.IsSaved() && errors.As(err, &st) && st.Type == BAD { // Cyrus 3.12 does not know "$" here
		if uids, err = c.existing(ctx, uids); err == nil && !uids.Empty() {
			err = c.split(ctx, uids, col, expunge)
		}
	}
	c.mu.Lock() // the answer to an abandoned command still comes
	res := col.ExpungeResult
	res.UIDs = col.uids.set().Clone()
	c.mu.Unlock()
	if err != nil && len(res.SeqNums) == 0 && res.UIDs.Empty() {
		return nil, err
	}
	return &res, err
}

type expungeCollector struct {
	noCollector
	ExpungeResult
	uids pile
}

func (x *expungeCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *ExpungeData:
		x.SeqNums = append(x.SeqNums, d.SeqNum)
		return true
	case *StatusResponse:
		x.HighestModSeq = highest(d, x.HighestModSeq)
	case *VanishedData:
		if d.Earlier {
			return false
		}
		x.uids.add(d.UIDs)
		return true
	}
	return false
}
