package imap

import (
	"context"
	"errors"
	"math"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDBatches divides the messages of the selected mailbox into batches of about size,
// the newest first: ranges of UIDs without a gap, for [Client.UIDFetch] and the like.
// It asks the server by UIDBATCHES (RFC 10022), or by SEARCH if the server lacks that
// or has another minimum, which is 500 or less. A MESSAGELIMIT bounds size (RFC 9738).
func (c *Client) UIDBatches(ctx context.Context, size int) ([]UIDSet, error) {
	if size < 1 {
		return nil, &ArgumentError{Command: "UIDBATCHES", Argument: "batch size", Msg: "is not positive"}
	}
	if limit := c.messageLimit(false); limit > 0 {
		size = min(size, limit)
	}
	held, release, err := c.hold(ctx, "UIDBATCHES")
	if err != nil {
		return nil, err
	}
	defer release()
	if m := c.Mailbox(); m != nil && m.Messages == 0 {
		return nil, nil
	}
	if c.Caps().Has(response.CapUIDBatches) {
		batches, err := c.askBatches(held, size)
		if !errors.Is(err, response.CodeTooFew) && !errors.Is(err, response.CodeTooMany) {
			return batches, err
		}
	}
	found, err := c.UIDSearch(held, nil, nil)
	if err != nil {
		return nil, err
	}
	var j batchJoin
	for _, chunk := range slices.Backward(slices.Collect(found.All.Chunks(size))) {
		first, _ := chunk.Min()
		last, _ := chunk.Max()
		j.add(response.Range[UID]{Start: first, Stop: last})
	}
	return j.done(), nil
}

// maxBatched is how many messages any server divides in one command (RFC 10022 §3.1.4).
const maxBatched = 100_000

// askBatches asks the server, in several commands if that is too much for one. The
// mailbox is held.
func (c *Client) askBatches(ctx context.Context, size int) ([]UIDSet, error) {
	cmd := commands.UIDBatches{Size: size}
	step := max(maxBatched/size, 1)
	if m := c.Mailbox(); m != nil && m.Messages > maxBatched {
		cmd.First, cmd.Last = 1, step
	}
	var j batchJoin
	for {
		col := &batchesCollector{}
		_, err := c.exec(ctx, request{cmd: cmd, collect: col})
		if errors.Is(err, response.CodeTooMany) && step > 1 {
			if cmd.First != 0 {
				step /= 2
			}
			cmd.First = max(cmd.First, 1)
			cmd.Last = cmd.First + step - 1
			continue
		}
		switch {
		case err != nil:
			return nil, err
		case col.bad != nil:
			return nil, col.bad
		case !col.came:
			return nil, notSent("UIDBATCHES")
		}
		more := false
		for _, r := range col.batches {
			more = j.add(r) || more
		}
		if cmd.First == 0 || len(col.batches) < step || j.ended() {
			return j.done(), nil
		}
		if !more || cmd.Last > math.MaxInt32-step {
			return nil, &ParseError{Response: "UIDBATCHES", Msg: "the server says the same batches again"}
		}
		cmd.First, cmd.Last = cmd.Last+1, cmd.Last+step
	}
}

// batchJoin puts batches together, which come from the newest to the oldest: each ends
// where the one before it begins, as messages may come and go while they are asked for.
type batchJoin struct {
	sets  []UIDSet
	first UID // of the last batch
	last  UID
}

// add adds a batch, and reports whether it has anything that the others have not.
func (j *batchJoin) add(r response.Range[UID]) bool {
	if j.first != 0 {
		if r.Start >= j.first {
			return false
		}
		j.sets = append(j.sets, UIDRange(j.first, j.last))
		r.Stop = j.first - 1
	}
	j.first, j.last = r.Start, r.Stop
	return true
}

// ended reports whether there can't be an older batch.
func (j *batchJoin) ended() bool { return j.first == 1 }

// done returns the batches: the last one has all UIDs that are left.
func (j *batchJoin) done() []UIDSet {
	if j.first == 0 {
		return nil
	}
	return append(j.sets, UIDRange(1, j.last))
}

// batchesCollector takes the answer to one UIDBATCHES.
type batchesCollector struct {
	noCollector
	call    *call
	batches []response.Range[UID]
	came    bool
	bad     *ParseError
}

func (b *batchesCollector) begin(w *call) { b.call = w }

func (b *batchesCollector) claim(d response.Data) bool {
	v, ok := d.(*response.UIDBatchesData)
	if !ok || v.Tag != "" && v.Tag != tagName(b.call.tag) {
		return false
	}
	b.batches, b.came = append(b.batches, v.Batches...), true
	return true
}

func (b *batchesCollector) lost(_ *Message, err *ParseError) bool {
	if err.Response != "UIDBATCHES" || b.bad != nil {
		return false
	}
	b.bad = err
	return true
}
