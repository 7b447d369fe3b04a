package account

import (
	"context"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/transfer"
)

// PartOptions are the settings of [Account.OpenPart]. Nil and the zero value are the
// defaults.
type PartOptions struct {
	// UIDValidity is of the mailbox when the UID was learned. If it is another one
	// now, the error is [ErrUIDValidity]. Zero: what it is when the part is opened.
	UIDValidity uint32
	// Background has calls of Do without it go first.
	Background bool
}

// OpenPart is [imap.Client.OpenPart] that goes on if the connection breaks: on another
// one, at the octet at which it was, so that the reader yields each octet once. It has
// a connection until it is read to its end, fails or is closed, or ctx ends.
//
// Errors, of OpenPart and of Read: those of [imap.Client.OpenPart] and [Account.Do];
// ErrUIDValidity. A connection that breaks is one of them only after
// Config.MaxAttempts attempts without an octet.
func (a *Account) OpenPart(ctx context.Context, mailbox string, uid imap.UID, part imap.Part, opts *PartOptions) (io.ReadCloser, error) {
	if opts == nil {
		opts = &PartOptions{}
	}
	inner, err := a.enter(ctx)
	if err != nil {
		return nil, err
	}
	encoding := ""
	if part.BodyStructure != nil { // decoded here: what comes before an offset of the content is not known
		stored := *part.BodyStructure
		encoding, stored.Encoding = stored.Encoding, "8BIT"
		part.BodyStructure = &stored
	}
	src := &partSource{
		a: a, ctx: inner, uid: uid, part: part, validity: opts.UIDValidity,
		want: want{mailbox: mailbox, readOnly: true, background: opts.Background},
	}
	if err := src.begin(); err != nil {
		src.end(err)
		return nil, err
	}
	r := &partReader{Reader: transfer.NewReader(encoding, src), src: src}
	r.stop = context.AfterFunc(ctx, func() { src.end(ctx.Err()) })
	return r, nil
}

// partReader reads the content of a part.
type partReader struct {
	io.Reader
	src  *partSource
	stop func() bool // no longer waits for the end of the context
}

// Close gives the connection back. It returns nil.
func (r *partReader) Close() error {
	r.stop()
	r.src.end(fs.ErrClosed)
	return nil
}

// partSource reads a part as it is stored, over one connection after the other.
type partSource struct {
	a        *Account
	ctx      context.Context
	want     want
	uid      imap.UID
	part     imap.Part
	validity uint32
	offset   int64 // octets that were read
	failures int   // in a row

	mu  sync.Mutex // guards what follows, and is held while Read waits
	cn  *conn      // nil: none
	r   *imap.PartReader
	err error // what Read returns from now on
}

// Read reads octets as they are stored.
func (s *partSource) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.err == nil {
		n, err := s.r.Read(p)
		s.offset += int64(n)
		if n > 0 {
			s.failures = 0
			return n, nil
		}
		if err == nil || err == io.EOF {
			if err == io.EOF {
				s.endLocked(err)
			}
			return 0, err
		}
		s.releaseLocked(err)
		if err := s.againLocked(err); err != nil {
			s.endLocked(err)
		}
	}
	return 0, s.err
}

// begin opens the part on a first connection.
func (s *partSource) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.openLocked()
	if err == nil {
		return nil
	}
	return s.againLocked(err)
}

// againLocked opens the part on other connections until that works. It returns an
// error if it is of no use.
func (s *partSource) againLocked(err error) error {
	for {
		s.failures++
		switch {
		case s.ctx.Err() != nil:
			return s.ctx.Err()
		case s.a.isClosed(), s.failures >= s.a.cfg.MaxAttempts, !classify(err, phaseCommand, 0).class.retryable():
			return err
		}
		if s.failures > 1 {
			if err := s.a.sleep(s.ctx, time.Now().Add(s.a.cfg.Backoff.after(s.failures-1, random()))); err != nil {
				return err
			}
		}
		if err = s.openLocked(); err == nil {
			return nil
		}
	}
}

// openLocked opens the part at the offset.
func (s *partSource) openLocked() (err error) {
	if s.cn, err = s.a.acquire(s.ctx, s.want); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			s.releaseLocked(err)
		}
	}()
	mbox, err := s.a.prepare(s.ctx, s.cn, s.want)
	if err != nil {
		return err
	}
	if s.validity == 0 {
		s.validity = mbox.UIDValidity
	}
	if mbox.UIDValidity != s.validity {
		return ErrUIDValidity
	}
	ctx, end := s.a.trace(s.ctx, Operation{Name: "UID FETCH", Mailbox: s.want.mailbox})
	s.r, err = s.cn.c.OpenPart(ctx, s.uid, s.part, &imap.PartOptions{Offset: s.offset})
	end(Outcome{Err: err})
	return err
}

// releaseLocked returns the connection.
func (s *partSource) releaseLocked(err error) {
	if s.r != nil {
		_ = s.r.Close()
	}
	if s.cn != nil {
		s.a.noteResult(err)
		s.a.release(s.cn, err)
	}
	s.cn, s.r = nil, nil
}

// end has Read return err, unless it returns another error already.
func (s *partSource) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(err)
}

func (s *partSource) endLocked(err error) {
	if s.err == nil {
		s.err = err
	}
	s.releaseLocked(nil)
}
