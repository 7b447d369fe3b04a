package imap

import (
	"context"
	"errors"
	"iter"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// CopyResult says where COPY or MOVE put the messages, as far as the server
// said so (UIDPLUS, RFC 4315 §3). It belongs to the caller.
type CopyResult struct {
	UIDValidity uint32 // of the destination; zero: not known
	Source      UIDSet // the UIDs in the selected mailbox; empty: not known
	Dest        UIDSet // the UIDs in the destination; empty: not known

	// HighestModSeq is the mod-sequence of the selected mailbox after MOVE; zero: the
	// server does not say.
	HighestModSeq uint64

	codes []response.CopyUIDCode // MOVE may be answered with several
}

// Pairs iterates over the messages in the server's order: the UID that one had in
// the selected mailbox, and that of its copy in the destination. There are none
// if the server has not said.
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
// §6.4.9): all of them or none. A set that is too long for one command, or names
// more messages than the server copies at once (MESSAGELIMIT, SAVELIMIT, RFC 9738),
// is copied in several: if a later one fails, the copies that were made stay, and
// the result names them beside the error. An empty set asks for nothing, and nothing
// is sent. CodeTryCreate in its *[StatusError], if the server sends a code, says that
// there is no such mailbox.
func (c *Client) UIDCopy(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	if uids.Empty() {
		return &CopyResult{}, nil
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

// Copy is [Client.UIDCopy] with message sequence numbers. A set of them is not split:
// one that is too long for one command is an *[ArgumentError].
func (c *Client) Copy(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if seqs.Empty() {
		return &CopyResult{}, nil
	}
	if err := checkSeqs("COPY", seqs); err != nil {
		return nil, err
	}
	col := &copyCollector{}
	return col.result(c, c.runOnce(ctx, commands.SeqCopy{Set: seqs, Mailbox: c.wireName(mailbox)}, col))
}

// UIDMove moves messages named by UID to another mailbox (RFC 9051 §6.4.8,
// RFC 6851). A long set is split as that of [Client.UIDCopy] is.
//
// If the server has no MOVE but UIDPLUS, it sends UID COPY, UID STORE
// +FLAGS.SILENT (\Deleted) and UID EXPUNGE of these messages instead, while no other
// call can select another mailbox, and a UID SEARCH before, if messages that arrive
// meanwhile could be among them. The messages are then for a moment in both places,
// and for good if one of the later commands fails: the result names the copies beside
// the error. Nothing is removed but what was asked for and copied. If the server has
// neither, the error is an *[UnsupportedError]: a plain EXPUNGE would remove other
// messages too. An empty set asks for nothing, and nothing is sent.
func (c *Client) UIDMove(ctx context.Context, uids UIDSet, mailbox string) (*CopyResult, error) {
	if uids.Empty() {
		return &CopyResult{}, nil
	}
	caps := c.Caps()
	if caps.Has(response.CapMove) {
		wire, col := c.wireName(mailbox), &copyCollector{}
		return col.result(c, c.split(ctx, uids, true, col, func(piece UIDSet) commands.Command {
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
	ranges := uids.Ranges()
	last := ranges[len(ranges)-1]
	if !uids.Dynamic() && (last.Start == last.Stop || last.Stop < next) {
		return uids, nil
	}
	return c.existing(ctx, uids)
}

// Move is [Client.UIDMove] with message sequence numbers. It needs the
// capability MOVE or IMAP4rev2. A set that is too long for one command is an
// *[ArgumentError].
func (c *Client) Move(ctx context.Context, seqs SeqSet, mailbox string) (*CopyResult, error) {
	if seqs.Empty() {
		return &CopyResult{}, nil
	}
	if err := c.require("MOVE", CapMove); err != nil {
		return nil, err
	}
	if err := checkSeqs("MOVE", seqs); err != nil {
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
			x.codes = append(x.codes, code)
			return true
		}
	}
	return false
}

// ExpungeResult says which messages are gone: those that others have removed
// meanwhile too. It belongs to the caller.
type ExpungeResult struct {
	// SeqNums are the numbers as the server sent them: each counts after the
	// removals before it (RFC 9051 §7.5.1).
	SeqNums []SeqNum
	// UIDs is in place of SeqNums with QRESYNC or UIDONLY enabled (RFC 7162
	// §3.2.10, RFC 9586 §3.4).
	UIDs UIDSet
	// HighestModSeq is the mod-sequence of the mailbox after the removals (RFC 7162
	// §3.2.7, §3.2.9); zero: the server does not say.
	HighestModSeq uint64
}

// Expunge removes all messages from the selected mailbox that are marked
// \Deleted, whoever marked them (RFC 9051 §6.4.3). [Client.UIDExpunge] removes
// one's own only.
func (c *Client) Expunge(ctx context.Context) (*ExpungeResult, error) {
	col := &expungeCollector{}
	if err := c.runOnce(ctx, commands.Expunge{}, col); err != nil {
		return nil, err
	}
	col.UIDs = col.uids.set()
	return &col.ExpungeResult, nil
}

// UIDExpunge removes those of the messages that are marked \Deleted (RFC 9051
// §6.4.9, RFC 4315 §2.1). It needs the capability UIDPLUS or IMAP4rev2. A set that
// is too long for one command, or names more messages than the server removes at
// once, is split: if a later command fails, the result has what was removed, beside
// the error. An empty set asks for nothing, and nothing is sent.
func (c *Client) UIDExpunge(ctx context.Context, uids UIDSet) (*ExpungeResult, error) {
	if uids.Empty() {
		return &ExpungeResult{}, nil
	}
	if err := c.require("UID EXPUNGE", CapUIDPlus); err != nil {
		return nil, err
	}
	col := &expungeCollector{}
	err := c.split(ctx, uids, true, col, func(piece UIDSet) commands.Command { return commands.UIDExpunge{UIDs: piece} })
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
