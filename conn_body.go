package imap

import (
	"errors"
	"io"
	"sync"

	"github.com/seed-090b04e4/imap/internal/wire"
	"github.com/seed-090b04e4/imap/response"
)

// bodyReader is a section of a message that a loop reads as it arrives: straight
// from the connection, or from memory if others had to read on meanwhile.
type bodyReader struct {
	s   *stream
	lit *response.LiteralReader // used with the read token

	mu      sync.Mutex // guards what follows
	ahead   []*piece   // read for the loop by others
	ended   bool       // there is no more of it
	err     error
	dropped bool // the loop has gone on
}

// errBodyDropped is what reading a section returns after the loop has gone on.
var errBodyDropped = errors.New("imap: the body of a message is only valid until the loop goes on")

// wanted reports whether there are octets to come that the loop wants. Its caller
// holds the token.
func (b *bodyReader) wanted() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.dropped && b.err == nil && b.lit.Len() > 0
}

// finish says that the reader has gone on after the literal.
func (b *bodyReader) finish() {
	b.mu.Lock()
	b.ended = true
	b.mu.Unlock()
	b.s.signal()
}

// drop says that the loop does not read the section any more.
func (b *bodyReader) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dropped = true
	b.forget()
}

// forget drops what was read ahead. Its caller holds b.mu.
func (b *bodyReader) forget() {
	var n int
	for _, p := range b.ahead {
		n += len(p.octets())
		pieces.Put(p)
	}
	b.ahead = nil
	b.s.freed(int64(n))
}

// piece is a part of a literal that was read ahead.
type piece struct {
	lo, hi int
	buf    [32 << 10]byte
}

func (p *piece) octets() []byte { return p.buf[p.lo:p.hi] }

var pieces = sync.Pool{New: func() any { return new(piece) }}

// readAhead reads a piece of the literal into memory. Its caller holds the token,
// and needs what follows the literal.
func (b *bodyReader) readAhead() error {
	p := pieces.Get().(*piece)
	n, err := b.lit.Read(p.buf[:])
	p.lo, p.hi = 0, n
	if err != nil {
		pieces.Put(p)
		return err
	}
	c := b.s.c
	c.mu.Lock()
	b.s.ahead += int64(n)
	over := b.s.keptLocked() > c.opts.ReadAhead
	if over {
		b.s.overflowLocked()
	}
	c.mu.Unlock()
	b.mu.Lock()
	if over {
		b.err = ErrReadAhead
		b.ahead = append(b.ahead, p)
		b.forget()
	} else {
		b.ahead = append(b.ahead, p)
	}
	b.mu.Unlock()
	b.s.signal()
	return nil
}

// Read reads a piece of the section.
func (b *bodyReader) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	kept, held, err := b.next()
	if err != nil {
		return 0, err
	}
	if !held {
		n = copy(p, kept.octets())
		kept.lo += n
		b.putBack(kept)
		return n, nil
	}
	n, err = b.lit.Read(p)
	if err = b.failed(err); err == nil {
		b.s.c.token.leave(noneHolds)
	}
	return n, err
}

// WriteTo writes the rest of the section to w, without a copy unless it had to be
// read ahead.
func (b *bodyReader) WriteTo(w io.Writer) (total int64, err error) {
	for {
		kept, held, err := b.next()
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		var n int
		if held {
			n, err = b.writeWindow(w)
		} else {
			n, err = w.Write(kept.octets())
			pieces.Put(kept)
		}
		total += int64(n)
		if err != nil {
			return total, err
		}
	}
}

// writeWindow writes a piece of the literal out of the reader's window, which it
// borrows meanwhile. It holds the token, and lets go of it.
func (b *bodyReader) writeWindow(w io.Writer) (int, error) {
	text, err := b.lit.Next()
	if err := b.failed(err); err != nil {
		return 0, err
	}
	loan := b.s.c.token.lendWindow()
	defer b.s.c.token.returnWindow(loan)
	return w.Write(text)
}

// failed deals with the error of a read from the connection, and returns what
// the user gets to see of it. If it returns one, the token is let go of.
func (b *bodyReader) failed(err error) error {
	c := b.s.c
	switch {
	case err == nil:
		return nil
	case errors.Is(err, wire.ErrInterrupted):
		err = b.s.ctx.Err() // nil if it was meant for another loop
		if err != nil {
			c.token.leave(noneHolds)
		}
		return err
	}
	c.fail(asLimit(err))
	c.token.giveBack()
	return b.connError()
}

func (b *bodyReader) connError() error {
	b.s.c.mu.Lock()
	defer b.s.c.mu.Unlock()
	return b.s.c.endError(b.s.call)
}

// next returns a piece that was read ahead, or else held: the read token, with
// octets of the literal to come; or the end of the section.
func (b *bodyReader) next() (kept *piece, held bool, err error) {
	for {
		kept, err = b.takeKept()
		if kept != nil || err != nil {
			return kept, false, err
		}
		if err := b.s.ctx.Err(); err != nil {
			return nil, false, err
		}
		if !b.takeToken() {
			if b.s.c.Err() != nil && !b.readable() {
				return nil, false, b.connError()
			}
			continue
		}
		if err := b.s.ctx.Err(); err != nil || b.readable() {
			b.s.c.token.leave(noneHolds)
			continue // the error was too early for watch to know who reads
		}
		if b.lit.Len() > 0 {
			return nil, true, nil
		}
		b.finish()
		b.s.c.token.leave(noneHolds)
	}
}

// takeToken takes the read token, or waits until it is lent, or something else has
// changed.
func (b *bodyReader) takeToken() bool {
	_, ok := b.s.c.token.takeForLoop()
	if !ok {
		_, ok = b.s.await(false)
	}
	return ok
}

// readable reports whether takeKept has something to return.
func (b *bodyReader) readable() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ahead) > 0 || b.err != nil || b.ended || b.dropped
}

// takeKept returns what was read ahead, or why there is nothing: the end of the
// section as io.EOF, or nil if it has to be read.
func (b *bodyReader) takeKept() (*piece, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.dropped:
		return nil, errBodyDropped
	case len(b.ahead) > 0:
		p := b.ahead[0]
		b.ahead = b.ahead[1:]
		b.s.freed(int64(len(p.octets())))
		return p, nil
	case b.err != nil:
		return nil, b.err
	case b.ended:
		return nil, io.EOF
	}
	return nil, nil
}

// putBack takes back what the loop has not taken of a piece.
func (b *bodyReader) putBack(p *piece) {
	left := int64(len(p.octets()))
	if left == 0 {
		pieces.Put(p)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ahead = append([]*piece{p}, b.ahead...)
	b.s.freed(-left)
}

// freed says that the loop has taken n octets of literals that were kept for it.
func (s *stream) freed(n int64) {
	s.c.mu.Lock()
	s.ahead -= n
	s.c.mu.Unlock()
}
