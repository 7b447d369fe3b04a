package account

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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
	// Batch is how many octets one FETCH asks for, about. Default 8 MiB. Up to 32
	// messages are asked for at once, however large they are.
	Batch int64
	// NoCompress keeps the connection uncompressed. Otherwise it is compressed
	// (RFC 4978) if the server offers that and the first two MiB come at less than
	// 10 MB a second, or did so in an earlier Download.
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

// Download streams the bodies of messages to sink, one at a time, in any order, in a
// few large requests, the next of which is sent when 1 MiB is left of the one before: a
// slow sink has about Batch octets waiting at most. Each body is valid until sink
// returns. Messages that were asked for and did not come are in the report, each with
// the reason; there is a report with every error.
//
// If the connection breaks, the rest is asked for again on another one. The message
// that is being read goes on where it was. If that is not possible, its reader fails,
// and it is given to sink again, from its beginning: sink must not have kept it.
//
// An error of sink ends the download and is returned, unless reading failed before.
//
// Errors: those of [Account.Do]; ErrUIDValidity; sink's.
func (a *Account) Download(ctx context.Context, mailbox string, uids imap.UIDSet, sink func(*imap.Body) error, opts *DownloadOptions) (*Report, error) {
	d := &download{a: a, mailbox: mailbox, sink: sink, todo: uids.Clone(), mu: make(sinkLock, 1)}
	if opts != nil {
		d.opts = *opts
	}
	d.opts.Batch = orDefault(d.opts.Batch, batchOctets)
	d.items = d.opts.Items
	if d.items.Mask()&response.ItemSections == 0 && len(d.items.Sections) == 0 {
		d.items.Sections = []imap.FetchSection{imap.WholeMessage()}
		d.whole = true
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
	whole   bool // the bodies are of whole messages
	report  Report

	ctx context.Context // of the connections

	mu   sinkLock // guards what follows, and is held while sink runs
	cn   *conn    // nil: none
	todo imap.UIDSet
	came int64    // how many messages were given to sink since it was opened, but for new ones
	next imap.UID // UIDNEXT when it was opened; zero: not known
	stop error    // sink's

	alone bool // each message takes a request: see oneByOne
}

// sinkLock is a mutex that may be held for long: in tests with testing/synctest, time
// goes on for those that wait for a channel.
type sinkLock chan struct{}

func (l sinkLock) Lock()   { l <- struct{}{} }
func (l sinkLock) Unlock() { <-l }

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
	fresh := cn.selected(w) == nil
	mbox, err := d.a.prepare(ctx, cn, w)
	if err != nil {
		return err
	}
	if d.opts.UIDValidity != 0 && mbox.UIDValidity != d.opts.UIDValidity {
		return ErrUIDValidity
	}
	d.opts.UIDValidity = mbox.UIDValidity // of the other connections too
	d.came, d.next = 0, 0
	if fresh {
		d.next = mbox.UIDNext
	}
	if err := d.compress(ctx, cn); err != nil {
		return err
	}
	if err := d.bodies(ctx, cn, mbox); err != nil {
		return err
	}
	return d.rest(ctx, cn.c, mbox)
}

// fetch fetches one batch. A batch that the server refuses is fetched in halves, so
// that one message that it can't read costs one message.
func (d *download) fetch(ctx context.Context, c *imap.Client, b *batch) error {
	b.uids = d.left(b.uids)
	if b.uids.Empty() {
		return nil
	}
	if d.isAlone() && b.uids.Len() > 1 {
		return d.oneByOne(ctx, c, b)
	}
	err := d.fetchOnce(ctx, c, b)
	if !isRefusal(err) {
		return err
	}
	left := d.left(b.uids)
	if n := left.Len(); n > 1 {
		for half := range left.Chunks(int(n+1) / 2) {
			if err := d.fetch(ctx, c, &batch{uids: half}); err != nil {
				return err
			}
		}
		return nil
	}
	for uid := range left.All() {
		d.fail(uid, err)
	}
	return nil
}

// oneByOne fetches each message by itself: the server sends UIDs after the bodies, and
// which body it is must be known before.
func (d *download) oneByOne(ctx context.Context, c *imap.Client, b *batch) error {
	for uid := range d.left(b.uids).All() {
		if err := d.fetch(ctx, c, &batch{uids: imap.UIDs(uid)}); err != nil {
			return err
		}
	}
	return nil
}

func (d *download) isAlone() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.alone
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
func (d *download) fetchOnce(ctx context.Context, c *imap.Client, b *batch) error {
	ctx, end := d.a.trace(ctx, Operation{Name: "UID FETCH", Mailbox: d.mailbox})
	var out Outcome
	d.mu.Lock()
	d.report.Requests++
	d.mu.Unlock()
	for body, err := range c.UIDFetchBodies(ctx, b.uids, d.items, nil) {
		if err != nil && !imap.RowError(err) {
			out.Err = err
			break
		}
		out.Rows++
		if err != nil {
			if body != nil && body.Message != nil && b.uids.Contains(body.Message.UID) {
				d.fail(body.Message.UID, err)
			}
			continue
		}
		if body.Message.UID == 0 && b.uids.Len() > 1 {
			d.mu.Lock()
			d.alone = true
			d.mu.Unlock()
			break
		}
		if !d.asked(body) {
			continue
		}
		if body.Nil && body.Section.Equal(imap.Section{}) { // a message has at least a header
			d.fail(body.Message.UID, errNoContent)
			continue
		}
		n, err := d.give(body, b)
		out.Octets += n
		if err != nil {
			out.Err = err
			break
		}
	}
	end(out)
	if out.Err == nil && d.isAlone() && !b.open && b.uids.Len() > 1 {
		return d.oneByOne(ctx, c, b)
	}
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
func (d *download) give(b *imap.Body, from *batch) (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stop != nil {
		return 0, d.stop
	}
	uid := b.Message.UID
	if !from.uids.Contains(uid) || !d.todo.Contains(uid) && len(d.items.Sections) == 1 {
		return 0, nil
	}
	r := d.newResumable(b, from)
	defer r.close()
	given := *b
	given.Reader = r
	start := time.Now()
	if from.first.IsZero() {
		from.first = start
	}
	err := d.sink(&given)
	from.own += time.Since(start) - r.took
	from.done++
	from.progress()
	d.report.Octets += r.n
	switch {
	case r.err != nil:
		return r.n, r.err // the message comes again
	case err != nil:
		d.stop = fmt.Errorf("account: message %d: %w", uid, err)
		return r.n, d.stop
	}
	if d.todo.Contains(uid) && uid < d.next {
		d.came++
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
