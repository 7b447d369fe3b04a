package bulk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// ExportOptions are the settings of [Export]. Nil and the zero value are the defaults.
type ExportOptions struct {
	// UIDs are the messages to export. Empty: all.
	UIDs imap.UIDSet
	// OnProgress is called by Export as it goes on. It must not use the Client.
	OnProgress func(Progress)

	disk *disk // of tests
}

// Export writes the messages of a mailbox, and adds those that are missing if an earlier
// call was ended or messages have come since. It selects the mailbox by EXAMINE, holds
// it as imap.Client.WithMailbox does, and changes nothing on the server.
//
// A message that can't be had is in Report.Failures, and Export goes on; the error
// matches [ErrIncomplete] then. There is a report with every error.
//
// Other errors: [ErrUIDValidity]; those of imap.Client.UIDFetch, after which Export can
// be called again with another Client; those of the file system.
func Export(ctx context.Context, c *imap.Client, mailbox string, to Store, opts *ExportOptions) (*Report, error) {
	e := &exporter{c: c, to: to, report: &Report{}}
	if opts != nil {
		e.opts = *opts
	}
	if e.opts.disk == nil {
		e.opts.disk = &disk{}
	}
	err := c.WithMailbox(ctx, mailbox, &imap.SelectOptions{ReadOnly: true}, e.run)
	if err == nil {
		err = e.report.outcome()
	}
	return e.report, err
}

// exporter is an Export in progress.
type exporter struct {
	c        *imap.Client
	to       Store
	opts     ExportOptions
	report   *Report
	progress Progress
	validity uint32
	sized    imap.UIDSet // messages that are not empty, as the server says
	sink     sink
	spool    *spool
	pending  *imap.Message // in the spool; it may still lack its flags
	alone    bool          // each message takes a command: see oneByOne
}

func (e *exporter) run(ctx context.Context, mbox *imap.Mailbox) (err error) {
	e.validity = mbox.UIDValidity
	e.spool = &spool{d: e.opts.disk, name: e.to.spoolName()}
	if e.sink, err = e.to.sink(e.opts.disk, mbox.UIDValidity); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.sink.close(), e.spool.close()) }()
	if err := os.Remove(e.spool.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if mbox.Messages == 0 {
		return nil
	}
	batches, err := e.plan(ctx)
	if err != nil {
		return err
	}
	e.show(0)
	for _, batch := range batches {
		if err := e.batch(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// Limits of what one FETCH asks for.
const (
	batchMessages = 1000
	batchOctets   = 32 << 20
)

// plan finds out which messages are to be fetched, and how large they are.
func (e *exporter) plan(ctx context.Context) (batches []imap.UIDSet, err error) {
	all := e.opts.UIDs
	if all.Empty() {
		all = imap.UIDRange(1, imap.Star)
	}
	there := e.sink.done()
	var batch, planned imap.UIDSet
	var octets int64
	add := func(uid imap.UID, size int64) {
		if planned.Contains(uid) {
			return
		}
		planned.AddNum(uid)
		if there.Contains(uid) {
			e.report.Present++
			return
		}
		if !batch.Empty() && (octets+size > batchOctets || batch.Len() >= batchMessages) {
			batches = append(batches, batch)
			batch, octets = imap.UIDSet{}, 0
		}
		batch.AddNum(uid)
		octets += size
		e.progress.TotalMessages++
		e.progress.TotalOctets += size
		if size > 0 {
			e.sized.AddNum(uid)
		}
	}
	unread := false
	for m, err := range e.c.UIDFetch(ctx, all, imap.FetchItems{UID: true, Size: true}, nil) {
		if err != nil && !imap.RowError(err) {
			return nil, err
		}
		if m == nil || m.UID == 0 {
			unread = true
			continue
		}
		add(m.UID, m.Size)
	}
	if m := e.c.Mailbox(); unread || e.opts.UIDs.Empty() && m != nil && planned.Len() < int64(m.Messages) {
		found, err := e.c.UIDSearch(ctx, search.UID(all), nil)
		if err != nil {
			return nil, err
		}
		for uid := range found.All.Difference(planned).All() { // of which the row could not be read, or did not come
			add(uid, 0)
		}
	}
	if !batch.Empty() {
		batches = append(batches, batch)
	}
	return batches, nil
}

// show reports progress; octets are of a message that is not complete.
func (e *exporter) show(octets int64) {
	if e.opts.OnProgress != nil {
		p := e.progress
		p.Octets += octets
		e.opts.OnProgress(p)
	}
}

// batch exports some messages. Those that do not come are looked into.
func (e *exporter) batch(ctx context.Context, batch imap.UIDSet) error {
	missing, err := e.fetch(ctx, batch)
	if err != nil {
		return err
	}
	if !missing.Empty() {
		found, err := e.c.UIDSearch(ctx, search.UID(missing), nil)
		if err != nil {
			return err
		}
		e.report.Gone.AddSet(missing.Difference(found.All))
		for uid := range missing.Intersection(found.All).All() {
			still, err := e.fetch(ctx, imap.UIDs(uid))
			if err != nil {
				return err
			}
			if !still.Empty() {
				e.fail(uid, errOmitted)
			}
		}
	}
	return e.sink.flush()
}

var errOmitted = errors.New("bulk: the server did not return the message")

func (e *exporter) fail(uid imap.UID, err error) {
	e.report.Failures = append(e.report.Failures, Failure{UID: uid, Err: err})
}

// fetch exports messages, and returns those that did not come. If the server refuses to
// return them, they are fetched in halves, so that one that it can't read costs one.
func (e *exporter) fetch(ctx context.Context, uids imap.UIDSet) (missing imap.UIDSet, err error) {
	missing, err = e.fetchOnce(ctx, uids)
	if err == nil || !refused(e.c, err) {
		return missing, err
	}
	n := missing.Len()
	if n <= 1 {
		for uid := range missing.All() {
			e.fail(uid, err)
		}
		return imap.UIDSet{}, nil
	}
	var rest imap.UIDSet
	for half := range missing.Chunks(int(n+1) / 2) {
		left, err := e.fetch(ctx, half)
		if err != nil {
			return rest, err
		}
		rest.AddSet(left)
	}
	return rest, nil
}

// refused reports whether the server has refused a command for what it asks for: not
// because it wants fewer, and the connection goes on.
func refused(c *imap.Client, err error) bool {
	var status *imap.StatusError
	var throttle *imap.ThrottleError
	return errors.As(err, &status) && !errors.As(err, &throttle) && !errors.Is(err, imap.ErrClosed) && c.Err() == nil
}

// fetchOnce exports messages with one command, and returns those that did not come.
func (e *exporter) fetchOnce(ctx context.Context, uids imap.UIDSet) (missing imap.UIDSet, err error) {
	missing = uids.Clone()
	if e.alone && uids.Len() > 1 {
		return e.oneByOne(ctx, missing)
	}
	items := imap.FetchItems{UID: true, Flags: true, InternalDate: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	for b, err := range e.c.UIDFetchBodies(ctx, uids, items, nil) {
		over := err != nil && !imap.RowError(err)
		if failed := e.commit(!over); failed != nil {
			return missing, failed
		}
		switch {
		case ctx.Err() != nil:
			return missing, ctx.Err()
		case over:
			return missing, err
		case err == nil && b.Message.UID == 0 && uids.Len() > 1:
			e.alone = true
		case b == nil || b.Message == nil || !missing.Contains(b.Message.UID):
			continue
		}
		if e.alone && uids.Len() > 1 {
			break
		}
		uid := b.Message.UID
		if err == nil && !b.Section.Equal(imap.Section{}) { // it is not what was asked for
			continue
		}
		missing.Remove(imap.UIDs(uid))
		if err == nil && (b.Nil || b.Size == 0 && e.sized.Contains(uid)) {
			err = errNoContent
		}
		if err != nil {
			e.fail(uid, err)
			continue
		}
		if err := e.spool.fill(&watched{r: b, e: e}); err != nil {
			return missing, err
		}
		e.pending = b.Message
	}
	if e.alone && uids.Len() > 1 {
		return e.oneByOne(ctx, missing)
	}
	return missing, e.commit(true)
}

// oneByOne exports each message by itself: the server sends UIDs after the texts, and which
// message it is must be known before.
func (e *exporter) oneByOne(ctx context.Context, uids imap.UIDSet) (missing imap.UIDSet, err error) {
	for uid := range uids.All() {
		left, err := e.fetch(ctx, imap.UIDs(uid))
		if err != nil {
			return missing, err
		}
		missing.AddSet(left)
	}
	return missing, nil
}

// commit stores the message in the spool, now that the server has sent all of it; if it
// was interrupted (not whole), flags may be missing, and the message comes again.
func (e *exporter) commit(whole bool) error {
	m := e.pending
	if m == nil {
		return nil
	}
	e.pending = nil
	if !m.Has(response.ItemFlags) { // the date may be one that can't be read
		if whole {
			e.fail(m.UID, errNoFlags)
		}
		return nil
	}
	flags := slices.DeleteFunc(slices.Clone(m.Flags), imap.FlagRecent.Equal)
	err := e.sink.put(&meta{validity: e.validity, uid: m.UID, date: m.InternalDate, flags: flags}, e.spool)
	if err != nil {
		return err
	}
	e.report.Messages++
	e.report.Octets += e.spool.lines.size
	e.progress.Messages++
	e.progress.Octets += e.spool.lines.size
	e.show(0)
	return nil
}

var errNoContent = errors.New("bulk: the server returned nothing of the message, which is not empty")

var errNoFlags = errors.New("bulk: the server did not return the flags of the message")

// watched is a body whose progress is shown.
type watched struct {
	r     io.Reader
	e     *exporter
	n     int64
	shown int64
}

// showEach is how many octets of one message come between two calls of OnProgress.
const showEach = 256 << 10

// Read reads from the body.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.n += int64(n); w.n-w.shown >= showEach {
		w.shown = w.n
		w.e.show(w.n)
	}
	return n, err
}
