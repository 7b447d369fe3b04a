package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// DownloadOptions are the settings of [Account.Download]. Nil and the zero value are
// the defaults.
type DownloadOptions struct {
	// Items are asked for of each message. Flags, date and size come before the
	// body. Without sections, the whole message is the body.
	Items imap.FetchItems
	// UIDValidity is of the mailbox when the UIDs were learned. If it is another one
	// now, nothing is downloaded: the error is [ErrUIDValidity]. Zero: not checked.
	UIDValidity uint32
	// Batch is how many octets one FETCH asks for, about. Default 8 MiB.
	Batch int64
	// NoCompress keeps the connection uncompressed. Otherwise it is compressed
	// (RFC 4978) if the server offers that and the first two MiB come at less than
	// 10 MB a second.
	NoCompress bool
	// Background has calls of Do without it go first.
	Background bool
}

// ErrUIDValidity says that the UIDs of a call are void: the mailbox has another
// UIDVALIDITY now. Nothing was sent.
var ErrUIDValidity = errors.New("account: the mailbox has another UIDVALIDITY")

// Report is what a Download has done.
type Report struct {
	Done     imap.UIDSet // given to sink, which returned nil
	Gone     imap.UIDSet // do not exist any more
	Failures []Failure   // exist, and could not be had
	Octets   int64       // of bodies
	Duration time.Duration
	Requests int // FETCH commands with bodies
	Lost     int // connections that were lost on the way
}

// Failure is a message that could not be had.
type Failure struct {
	UID imap.UID
	Err error
}

// errOmitted is the error of a message that exists and that FETCH did not return.
var errOmitted = errors.New("account: the server did not return the message")

const (
	batchOctets   = 8 << 20
	batchMessages = 500
	firstBatch    = 2 << 20 // by which the speed is measured
	slowLink      = 10e6    // octets a second, below which compression pays
)

// Download streams the bodies of messages to sink, one at a time, in any order, in a
// few large requests of which two are in flight. Each body is valid until sink
// returns. Messages that were asked for and did not come are in the report, each
// with the reason; there is a report with every error.
//
// If the connection breaks, the rest is asked for again on another one. The message
// that is being read goes on where it was. If that is not possible, its reader fails,
// and it is given to sink again, from its beginning: sink must not have kept it.
//
// An error of sink ends the download and is returned, unless reading failed before.
//
// Errors: those of [Account.Do]; ErrUIDValidity; sink's.
func (a *Account) Download(ctx context.Context, mailbox string, uids imap.UIDSet, sink func(*imap.Body) error, opts *DownloadOptions) (*Report, error) {
	d := &download{a: a, mailbox: mailbox, sink: sink, todo: uids.Clone(), alone: map[imap.UID]int{}}
	if opts != nil {
		d.opts = *opts
	}
	d.opts.Batch = orDefault(d.opts.Batch, batchOctets)
	d.items = d.opts.Items
	if d.items.Mask()&response.ItemSections == 0 && len(d.items.Sections) == 0 {
		d.items.Sections = []imap.FetchSection{imap.WholeMessage()}
	}
	d.items.UID = true
	start := time.Now()
	err := d.run(ctx)
	d.report.Duration = time.Since(start)
	return &d.report, err
}

// download is a Download in progress.
type download struct {
	a       *Account
	mailbox string
	sink    func(*imap.Body) error
	opts    DownloadOptions
	items   imap.FetchItems
	report  Report

	ctx context.Context // of the connections

	mu      sync.Mutex // guards what follows, and is held while sink runs
	cn      *conn      // nil: none
	todo    imap.UIDSet
	alone   map[imap.UID]int // how often a message was asked for alone
	readFor time.Duration    // time spent in reading, to measure the speed
	stop    error            // sink's
}

// run downloads on one connection after the other.
func (d *download) run(ctx context.Context) error {
	w := want{mailbox: d.mailbox, readOnly: true, background: d.opts.Background}
	inner, err := d.a.enter(ctx)
	if err != nil {
		return err
	}
	d.ctx = inner
	for attempt := 1; !d.todo.Empty(); attempt++ {
		cn, err := d.a.acquire(ctx, w)
		if err != nil {
			return err
		}
		before := d.todo.Len()
		d.cn = cn
		err = d.on(inner, cn, w)
		dead := cn.dead()
		if d.cn == cn {
			d.a.noteResult(err)
			if dead {
				d.report.Lost++
			}
		}
		if d.cn != nil {
			d.a.release(d.cn, err)
		}
		if d.todo.Len() < before {
			attempt = 0
		}
		switch {
		case err == nil:
		case d.stop != nil:
			return d.stop
		case ctx.Err() != nil:
			return ctx.Err()
		case d.a.isClosed(), !classify(err, phaseCommand, 0).class.retryable(), attempt >= d.a.cfg.MaxAttempts:
			return err
		case !dead:
			if err := d.a.sleep(ctx, time.Now().Add(d.a.cfg.Backoff.after(attempt+1, random()))); err != nil {
				return err
			}
		}
	}
	return nil
}

// on downloads on one connection, until nothing is left to do or it fails.
func (d *download) on(ctx context.Context, cn *conn, w want) error {
	mbox, err := d.a.prepare(ctx, cn, w)
	if err != nil {
		return err
	}
	if d.opts.UIDValidity != 0 && mbox.UIDValidity != d.opts.UIDValidity {
		return ErrUIDValidity
	}
	d.opts.UIDValidity = mbox.UIDValidity // of the other connections too
	batches, err := d.plan(ctx, cn.c)
	if err != nil {
		return err
	}
	if len(batches) > 0 {
		if err := d.fetch(ctx, cn.c, batches[0]); err != nil {
			return err
		}
		if err := d.compress(ctx, cn.c); err != nil {
			return err
		}
		batches = batches[1:]
	}
	if err := d.fetchAll(ctx, cn.c, batches); err != nil {
		return err
	}
	return d.rest(ctx, cn.c)
}

// plan asks for the sizes of the messages and cuts them into batches, the first of
// which is small.
func (d *download) plan(ctx context.Context, c *imap.Client) ([]imap.UIDSet, error) {
	ctx, end := d.a.trace(ctx, Operation{Name: "UID FETCH", Mailbox: d.mailbox})
	var batches []imap.UIDSet
	var batch imap.UIDSet
	octets, limit, rows := int64(0), int64(firstBatch), 0
	var failed error
	for m, err := range c.UIDFetch(ctx, d.todo, imap.FetchItems{UID: true, Size: true}, nil) {
		if err != nil && !imap.RowError(err) {
			failed = err
			break
		}
		rows++
		if m == nil || !d.todo.Contains(m.UID) || batch.Contains(m.UID) {
			continue
		}
		if !batch.Empty() && (octets+m.Size > limit || batch.Len() >= batchMessages) {
			batches = append(batches, batch)
			batch, octets, limit = imap.UIDSet{}, 0, d.opts.Batch
		}
		batch.AddNum(m.UID)
		octets += m.Size
	}
	end(Outcome{Rows: rows, Err: failed})
	if !batch.Empty() {
		batches = append(batches, batch)
	}
	return batches, failed
}

// fetchAll fetches batches, two at a time, so that the server does not wait for the
// next request.
func (d *download) fetchAll(ctx context.Context, c *imap.Client, batches []imap.UIDSet) error {
	inFlight := 2
	if d.a.slow() {
		inFlight = 1
	}
	var mu sync.Mutex
	var first error
	next := func() (imap.UIDSet, bool) {
		mu.Lock()
		defer mu.Unlock()
		if first != nil || len(batches) == 0 {
			return imap.UIDSet{}, false
		}
		batch := batches[0]
		batches = batches[1:]
		return batch, true
	}
	var running sync.WaitGroup
	for range min(inFlight, len(batches)) {
		running.Go(func() {
			for batch, ok := next(); ok; batch, ok = next() {
				if err := d.fetch(ctx, c, batch); err != nil {
					mu.Lock()
					if first == nil {
						first = err
					}
					mu.Unlock()
				}
			}
		})
	}
	running.Wait()
	return first
}

// fetch fetches one batch. A batch that the server refuses is fetched in halves, so
// that one message that it can't read costs one message.
func (d *download) fetch(ctx context.Context, c *imap.Client, batch imap.UIDSet) error {
	batch = d.left(batch)
	if batch.Empty() {
		return nil
	}
	err := d.fetchOnce(ctx, c, batch)
	var status *imap.StatusError
	if err == nil || !errors.As(err, &status) || errors.Is(err, imap.ErrClosed) || classify(err, phaseCommand, 0).class != classOther {
		return err
	}
	batch = d.left(batch)
	if n := batch.Len(); n > 1 {
		for half := range batch.Chunks(int(n+1) / 2) {
			if err := d.fetch(ctx, c, half); err != nil {
				return err
			}
		}
		return nil
	}
	for uid := range batch.All() {
		d.fail(uid, err)
	}
	return nil
}

// left returns those of the messages that are still to be done.
func (d *download) left(uids imap.UIDSet) imap.UIDSet {
	d.mu.Lock()
	defer d.mu.Unlock()
	return uids.Intersection(d.todo)
}

func (d *download) fail(uid imap.UID, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.todo.Contains(uid) {
		d.todo.Remove(imap.UIDs(uid))
		d.report.Failures = append(d.report.Failures, Failure{uid, err})
	}
}

// fetchOnce fetches the bodies of a batch with one command.
func (d *download) fetchOnce(ctx context.Context, c *imap.Client, batch imap.UIDSet) error {
	ctx, end := d.a.trace(ctx, Operation{Name: "UID FETCH", Mailbox: d.mailbox})
	var out Outcome
	d.mu.Lock()
	d.report.Requests++
	d.mu.Unlock()
	for b, err := range c.UIDFetchBodies(ctx, batch, d.items, nil) {
		if err != nil && !imap.RowError(err) {
			out.Err = err
			break
		}
		out.Rows++
		if err != nil {
			if b != nil && b.Message != nil && batch.Contains(b.Message.UID) {
				d.fail(b.Message.UID, err)
			}
			continue
		}
		if !d.asked(b) {
			continue
		}
		if b.Nil && b.Section.Equal(imap.Section{}) { // a message has at least a header
			d.fail(b.Message.UID, errNoContent)
			continue
		}
		n, err := d.give(b, batch)
		out.Octets += n
		if err != nil {
			out.Err = err
			break
		}
	}
	end(out)
	return out.Err
}

var errNoContent = errors.New("account: the server returned nothing of the message")

// asked reports whether a section is one of those that were asked for.
func (d *download) asked(b *imap.Body) bool {
	return slices.ContainsFunc(d.items.Sections, func(s imap.FetchSection) bool {
		return s.Section.Equal(b.Section) && s.Binary == b.Binary
	}) || len(d.items.Sections) == 0
}

// give gives one body to sink.
func (d *download) give(b *imap.Body, batch imap.UIDSet) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stop != nil {
		return 0, d.stop
	}
	uid := b.Message.UID
	if !batch.Contains(uid) || !d.todo.Contains(uid) && len(d.items.Sections) == 1 {
		return 0, nil
	}
	r := d.newResumable(b)
	defer r.close()
	given := *b
	given.Reader = r
	err := d.sink(&given)
	d.readFor += r.took
	d.report.Octets += r.n
	switch {
	case r.err != nil:
		return r.n, r.err // the message comes again
	case err != nil:
		d.stop = fmt.Errorf("account: message %d: %w", uid, err)
		return r.n, d.stop
	}
	d.todo.Remove(imap.UIDs(uid))
	d.report.Done.AddNum(uid)
	return r.n, nil
}

// countingReader counts what is read, and remembers why reading failed.
type countingReader struct {
	r    io.Reader
	n    int64
	took time.Duration
	err  error
}

// Read reads from the body.
func (r *countingReader) Read(p []byte) (int, error) {
	start := time.Now()
	n, err := r.r.Read(p)
	r.took += time.Since(start)
	r.n += int64(n)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// compress turns compression on if the link is slow.
func (d *download) compress(ctx context.Context, c *imap.Client) error {
	d.mu.Lock()
	octets, took := d.report.Octets, d.readFor
	d.mu.Unlock()
	if d.opts.NoCompress || octets < firstBatch/2 || !c.Caps().Has(imap.CapCompressDeflate) || float64(octets) >= slowLink*took.Seconds() {
		return nil
	}
	ctx, end := d.a.trace(ctx, Operation{Name: "COMPRESS"})
	err := c.Compress(ctx)
	end(Outcome{Err: err})
	if status := (*imap.StatusError)(nil); errors.As(err, &status) && c.Err() == nil {
		return nil // refused, or active already
	}
	return err
}

// rest looks into messages that did not come: those that exist are asked for once
// more, each alone.
func (d *download) rest(ctx context.Context, c *imap.Client) error {
	left := d.left(d.todo)
	there, err := d.a.searchUIDs(ctx, c, d.mailbox, left)
	if err != nil {
		return err
	}
	d.mu.Lock()
	gone := left.Difference(there)
	d.report.Gone.AddSet(gone)
	d.todo.Remove(gone)
	d.mu.Unlock()
	for uid := range there.All() {
		if err := d.fetch(ctx, c, imap.UIDs(uid)); err != nil {
			return err
		}
		d.fail(uid, errOmitted) // unless it came
	}
	return nil
}
