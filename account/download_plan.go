package account

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
)

const (
	batchOctets   = 8 << 20
	batchMessages = 500
	firstBatch    = 2 << 20 // by which the speed is measured
	fewMessages   = 32      // that are asked for at once, without their sizes
	aheadOctets   = 1 << 20 // left of a request when the next one is sent
	slowLink      = 10e6    // octets a second, below which compression pays
)

// batch is the messages of one request. It is guarded by download.mu, but for uids.
type batch struct {
	uids   imap.UIDSet
	open   bool  // uids are those that were asked for: there may be few of them, or none
	whole  bool  // the bodies are of whole messages
	octets int64 // of the messages, as far as the server knows; zero: not known
	read   int64 // octets of the bodies that were read
	done   int64 // messages that sink has had

	near  chan struct{} // closed when little is left; nil: no request waits for that
	first time.Time     // when sink had the first message
	own   time.Duration // that sink has taken for itself
}

// progress closes near if no more than aheadOctets are left.
func (b *batch) progress() {
	if b.near == nil || b.octets == 0 {
		return
	}
	left := b.octets - b.read
	if !b.whole {
		left = b.octets - b.octets*b.done/max(b.uids.Len(), 1)
	}
	if left <= aheadOctets {
		b.ended()
	}
}

// ended closes near, if it is open.
func (b *batch) ended() {
	if b.near != nil {
		close(b.near)
		b.near = nil
	}
}

// few reports whether there is so little to do that no sizes are needed for it.
func (d *download) few(mbox *imap.Mailbox) bool {
	return d.todo.Len() <= fewMessages || d.next > 0 && mbox.Messages <= fewMessages
}

// bodies asks for all that is to do.
func (d *download) bodies(ctx context.Context, cn *conn, mbox *imap.Mailbox) error {
	if d.few(mbox) {
		if d.next > 0 && mbox.Messages == 0 {
			return nil
		}
		err := d.measured(ctx, cn, &batch{uids: d.todo.Clone(), open: true})
		if !isRefusal(err) && (err != nil || !d.isAlone()) {
			return err
		}
	}
	batches, err := d.plan(ctx, cn.c)
	if err != nil || len(batches) == 0 {
		return err
	}
	if err = d.measured(ctx, cn, batches[0]); isRefusal(err) {
		err = d.fetch(ctx, cn.c, batches[0])
	}
	if err != nil || len(batches) == 1 {
		return err
	}
	if err := d.compress(ctx, cn); err != nil {
		return err
	}
	return d.fetchAll(ctx, cn.c, batches[1:])
}

// measured fetches a batch while no other is in flight, and takes note of how long its
// bodies took to come.
func (d *download) measured(ctx context.Context, cn *conn, b *batch) error {
	err := d.fetchOnce(ctx, cn.c, b)
	if !b.first.IsZero() {
		cn.bodies += b.read
		cn.took += time.Since(b.first) - b.own
	}
	return err
}

// plan asks for the sizes of the messages and cuts them into batches, the first of
// which is small.
func (d *download) plan(ctx context.Context, c *imap.Client) ([]*batch, error) {
	ctx, end := d.a.trace(ctx, Operation{Name: "UID FETCH", Mailbox: d.mailbox})
	var batches []*batch
	next := &batch{whole: d.whole}
	limit, rows := int64(firstBatch), 0
	var failed error
	for m, err := range c.UIDFetch(ctx, d.todo, imap.FetchItems{UID: true, Size: true}, nil) {
		if err != nil && !imap.RowError(err) {
			failed = err
			break
		}
		rows++
		if m == nil || !d.todo.Contains(m.UID) || next.uids.Contains(m.UID) {
			continue
		}
		if !next.uids.Empty() && (next.octets+m.Size > limit || next.uids.Len() >= batchMessages) {
			batches = append(batches, next)
			next, limit = &batch{whole: d.whole}, d.opts.Batch
		}
		next.uids.AddNum(m.UID)
		next.octets += m.Size
	}
	end(Outcome{Rows: rows, Err: failed})
	if !next.uids.Empty() {
		batches = append(batches, next)
	}
	return batches, failed
}

// fetchAll fetches batches. Each is asked for when the one before is about to end, so
// that the server does not wait for the request, and what comes meanwhile is little.
func (d *download) fetchAll(ctx context.Context, c *imap.Client, batches []*batch) error {
	var running sync.WaitGroup
	defer running.Wait()
	inFlight := make(chan struct{}, 2)
	if d.a.slow() {
		inFlight = make(chan struct{}, 1)
	}
	var first error // guarded by d.mu
	for _, b := range batches {
		near := make(chan struct{})
		b.near = near
		inFlight <- struct{}{}
		d.mu.Lock()
		stop := first != nil
		d.mu.Unlock()
		if stop {
			break
		}
		running.Go(func() {
			defer func() { <-inFlight }()
			err := d.fetch(ctx, c, b)
			d.mu.Lock()
			defer d.mu.Unlock()
			if first == nil {
				first = err
			}
			b.ended()
		})
		<-near
	}
	running.Wait()
	return first
}

// compress turns compression on if the link is slow.
func (d *download) compress(ctx context.Context, cn *conn) error {
	if d.opts.NoCompress || cn.deflated || cn.bodies < firstBatch/2 || !cn.c.Caps().Has(imap.CapCompressDeflate) ||
		float64(cn.bodies) >= slowLink*cn.took.Seconds() {
		return nil
	}
	cn.deflated = true
	ctx, end := d.a.trace(ctx, Operation{Name: "COMPRESS"})
	err := cn.c.Compress(ctx)
	end(Outcome{Err: err})
	if status := (*imap.StatusError)(nil); errors.As(err, &status) && cn.c.Err() == nil {
		return nil // refused, or active already
	}
	return err
}

// rest looks into messages that did not come: those that exist are asked for once
// more, each alone.
func (d *download) rest(ctx context.Context, c *imap.Client, mbox *imap.Mailbox) error {
	left := d.left(d.todo)
	var there imap.UIDSet
	if d.next == 0 || d.came != int64(mbox.Messages) { // else all that existed when it was opened have come
		var err error
		if there, err = d.a.searchUIDs(ctx, c, d.mailbox, left); err != nil {
			return err
		}
	}
	d.mu.Lock()
	gone := left.Difference(there)
	d.report.Gone.AddSet(gone)
	d.todo.Remove(gone)
	d.mu.Unlock()
	for uid := range there.All() {
		if err := d.fetch(ctx, c, &batch{uids: imap.UIDs(uid)}); err != nil {
			return err
		}
		d.fail(uid, errOmitted) // unless it came
	}
	return nil
}
