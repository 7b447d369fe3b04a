package account

import (
	"errors"
	"io"
	"iter"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
)

// resumable is the reader of a body. If the connection breaks, it goes on over another
// one, at the octet at which it was.
type resumable struct {
	countingReader
	d        *download
	batch    *batch
	uid      imap.UID
	section  imap.FetchSection
	size     int64  // of the section
	failures int    // in a row
	stop     func() // ends the present FETCH of the rest
}

// newResumable returns the reader of a body.
func (d *download) newResumable(b *imap.Body, from *batch) *resumable {
	return &resumable{
		countingReader: countingReader{r: b.Reader}, d: d, batch: from, uid: b.Message.UID,
		section: imap.FetchSection{Section: b.Section, Binary: b.Binary}, size: b.Size,
	}
}

// Read reads from the body. d.mu is held, as it is while sink runs.
func (r *resumable) Read(p []byte) (int, error) {
	for {
		before := r.n
		n, err := r.countingReader.Read(p)
		r.batch.read += int64(n)
		r.batch.progress()
		if r.n > before {
			r.failures = 0
		}
		switch {
		case err == nil || err == io.EOF && r.n == r.size:
			return n, err
		case n > 0:
			return n, nil // the error comes again
		case r.failures >= r.d.a.cfg.MaxAttempts || !r.resume(err):
			return n, err
		}
		r.err = nil
	}
}

// resume opens the rest of the section on another connection. It returns false if that
// is not possible: the message then comes again as a whole.
func (r *resumable) resume(err error) bool {
	d := r.d
	if d.ctx.Err() != nil || d.a.isClosed() || r.section.Binary || !classify(err, phaseCommand, 0).class.retryable() {
		return false
	}
	r.failures++
	r.close()
	if d.reconnect(err) != nil {
		return false
	}
	section := r.section
	section.Partial = &commands.Partial{Offset: r.n, Count: r.size - r.n}
	items := imap.FetchItems{UID: true, Sections: []imap.FetchSection{section}}
	ctx, end := d.a.trace(d.ctx, Operation{Name: "UID FETCH", Mailbox: d.mailbox})
	next, stop := iter.Pull2(d.cn.c.UIDFetchBodies(ctx, imap.UIDs(r.uid), items, nil))
	r.stop = func() {
		stop()
		end(Outcome{Octets: r.n - section.Partial.Offset, Err: r.err})
	}
	b, err, ok := next()
	if !ok || err != nil || b.Message.UID != r.uid || b.Origin != r.n || b.Size != r.size-r.n || b.Nil {
		r.close()
		return false
	}
	r.r = b.Reader
	return true
}

// close ends the FETCH of the rest, if there is one.
func (r *resumable) close() {
	if r.stop != nil {
		r.stop()
		r.stop = nil
	}
}

// reconnect replaces the connection of the download. If it can't, d.cn is nil.
func (d *download) reconnect(err error) error {
	d.a.noteResult(err)
	d.a.release(d.cn, err)
	d.report.Lost++
	d.cn = nil
	w := want{mailbox: d.mailbox, readOnly: true, background: d.opts.Background}
	cn, err := d.a.acquire(d.ctx, w)
	if err != nil {
		return err
	}
	d.cn = cn
	mbox, err := d.a.prepare(d.ctx, cn, w)
	if err == nil && mbox.UIDValidity != d.opts.UIDValidity {
		err = ErrUIDValidity
	}
	if err != nil && cn.dead() {
		err = errors.Join(err, cn.c.Err())
	}
	return err
}
