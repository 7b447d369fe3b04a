package response

import (
	"bytes"
	"io"
)

// findLF finds the next end of a line in the window.
func (r *Reader) findLF() bool {
	if r.lf >= r.scan && r.lf > 0 {
		return true
	}
	i := bytes.IndexByte(r.buf[r.scan:r.end], '\n')
	if i < 0 {
		return false
	}
	r.lf = r.scan + i
	return true
}

func trimCRLF(b []byte) []byte {
	b = b[:len(b)-1]
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b
}

// fill reads more into the window.
func (r *Reader) fill() error {
	if int64(r.end-r.start) > r.limits.Line {
		return &LimitError{What: "response", Limit: r.limits.Line}
	}
	if r.stopped.Load() {
		return ErrStopped
	}
	r.makeRoom()
	n, err := r.src.Read(r.buf[r.end:])
	r.end += n
	r.full = r.end == len(r.buf)
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// makeRoom slides the unread octets to the front, or grows the window, if
// there is little room after them.
func (r *Reader) makeRoom() {
	if r.start == r.end {
		r.move(0)
		if len(r.buf) > keptWindow { // a very long line has come and gone
			r.buf = make([]byte, fullWindow)
		}
	}
	room := len(r.buf) - r.end
	switch {
	case len(r.buf) == 0:
		r.buf = make([]byte, smallWindow)
	case r.full && len(r.buf) < fullWindow:
		r.grow(fullWindow)
	case r.full && len(r.buf) < textWindow && r.lit.left > 0:
		r.grow(textWindow)
	case room < len(r.buf)/4 && r.start >= len(r.buf)/2:
		r.move(0)
	case room == 0 && r.start > 0:
		r.move(0)
	case room == 0:
		r.grow(2 * len(r.buf))
	}
}

// move slides the unread octets to the offset to.
func (r *Reader) move(to int) {
	copy(r.buf[to:], r.buf[r.start:r.end])
	d := r.start - to
	r.start, r.scan, r.line, r.end = r.start-d, r.scan-d, r.line-d, r.end-d
	r.lf = max(r.lf-d, 0)
}

func (r *Reader) grow(size int) {
	old := r.buf[r.start:r.end]
	r.buf = make([]byte, size)
	copy(r.buf, old)
	d := r.start
	r.start, r.scan, r.line, r.end = 0, r.scan-d, r.line-d, r.end-d
	r.lf = max(r.lf-d, 0)
}
