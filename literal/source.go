package literal

import (
	"errors"
	"fmt"
	"io"
)

// ErrShort is matched by the error of a source that ended before the announced
// size was reached.
var ErrShort = errors.New("imap: literal source ended early")

// Source is the content of a literal to be sent: Size octets of R.
//
// Octets of R beyond Size are not read.
type Source struct {
	R    io.Reader // the content
	Size int64     // in octets
}

// ReadError is an error of the reader that supplied a literal's content, as
// opposed to one of the connection that it was written to.
type ReadError struct {
	Sent int64 // octets that were read before
	Err  error // the reader's error; matches ErrShort if the reader ended early
}

// Error returns how far the reader got, and its error.
func (e *ReadError) Error() string {
	return fmt.Sprintf("imap: reading the literal's content after %d octets: %v", e.Sent, e.Err)
}

// Unwrap returns the reader's error.
func (e *ReadError) Unwrap() error { return e.Err }

// CopyTo writes exactly Size octets to w through buf. A failure of the source
// is a *ReadError; any other error is w's.
func (s Source) CopyTo(w io.Writer, buf []byte) error {
	const maxEmptyReads = 100 // as in bufio: without octets and without an error
	var sent int64
	empty := 0
	for sent < s.Size {
		chunk := buf
		if left := s.Size - sent; left < int64(len(chunk)) {
			chunk = chunk[:left]
		}
		n, err := s.R.Read(chunk)
		if n > 0 {
			if _, werr := w.Write(chunk[:n]); werr != nil {
				return werr
			}
			sent += int64(n)
			empty = 0
		} else if empty++; err == nil && empty > maxEmptyReads {
			err = io.ErrNoProgress
		}
		if err == nil || sent == s.Size {
			continue
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = fmt.Errorf("%w: %d of %d octets", ErrShort, sent, s.Size)
		}
		return &ReadError{Sent: sent, Err: err}
	}
	return nil
}
