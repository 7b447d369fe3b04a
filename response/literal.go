package response

import (
	"errors"
	"io"
)

// LiteralReader reads the content of a literal: first what lies in the window,
// then straight from the connection.
//
// A failed read may be repeated if the failure was temporary; nothing
// is lost.
type LiteralReader struct {
	Size   int64 // octets that were announced
	Before int64 // octets of the response's earlier literals that were read on their own

	r    *Reader
	left int64
}

// Len returns how many octets have not been read.
func (l *LiteralReader) Len() int64 { return l.left }

// Read reads up to len(b) octets; io.EOF marks the end of the literal.
func (l *LiteralReader) Read(b []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	if int64(len(b)) > l.left {
		b = b[:l.left]
	}
	if l.r.stopped.Load() {
		return 0, ErrStopped
	}
	n, err := l.r.readRaw(b)
	l.left -= int64(n)
	if n > 0 {
		return n, nil
	}
	return 0, noEOF(err)
}

// Next returns some octets of the literal without copying them, valid until the
// next call of any of the Reader's methods; io.EOF marks the end.
func (l *LiteralReader) Next() ([]byte, error) {
	if l.left == 0 {
		return nil, io.EOF
	}
	r := l.r
	if r.stopped.Load() {
		return nil, ErrStopped
	}
	if r.start == r.end {
		if err := r.fill(); err != nil {
			return nil, noEOF(err)
		}
	}
	n := int(min(int64(r.end-r.start), l.left))
	b := r.buf[r.start : r.start+n]
	r.start += n
	r.scan, r.line = r.start, r.start
	l.left -= int64(n)
	return b, nil
}

// ReadAll appends the rest of the literal to dst. Memory grows with what
// arrives, not with what was announced.
func (l *LiteralReader) ReadAll(dst []byte) ([]byte, error) {
	const step = 1 << 20
	for l.left > 0 {
		if len(dst) == cap(dst) {
			grown := make([]byte, len(dst), len(dst)+int(min(l.left, int64(max(step, len(dst))))))
			copy(grown, dst)
			dst = grown
		}
		n, err := l.Read(dst[len(dst):cap(dst)])
		dst = dst[:len(dst)+n]
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

// discard reads the rest of the literal and forgets it.
func (l *LiteralReader) discard() error {
	for l.left > 0 {
		if _, err := l.Next(); err != nil {
			return err
		}
	}
	return nil
}

// readRaw reads octets that are no part of a line: out of the window, or past
// it if there are none and b is large.
func (r *Reader) readRaw(b []byte) (int, error) {
	if r.start == r.end {
		if len(b) >= fullWindow/2 {
			return r.src.Read(b)
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, r.buf[r.start:r.end])
	r.start += n
	r.scan, r.line = r.start, r.start
	return n, nil
}

// noEOF returns what an end of the connection within a literal is.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
