package imap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed-090b04e4/imap/literal"
)

// inMemoryAppend is how much of a message is read before anything is sent, so that
// a failure of its reader costs nothing.
const inMemoryAppend = 256 << 10

// prepare puts the first octets of a literal into memory, and refuses one whose reader
// is known to have more than its size.
func (c *Client) prepare(ctx context.Context, src *literal.Source) error {
	if n, ok := left(src.R); ok && n > src.Size && src.Size >= 0 {
		return errMoreThanSize
	}
	r, err := c.prepared(ctx, src.R, src.Size)
	src.R = r
	return err
}

// prepared returns the reader of a message of size octets with its first octets in
// memory, or an error of the reader. nil stays nil if there is something to be read: the
// encoder refuses it, and negative sizes.
func (c *Client) prepared(ctx context.Context, r io.Reader, size int64) (io.Reader, error) {
	switch {
	case size < 0, r == nil && size > 0:
		return r, nil
	case r == nil:
		return inMemory(nil), nil
	}
	of := c.origin(r)
	if of != elsewhere && size > max(c.opts.ReadAhead, inMemoryAppend) {
		return nil, errAppendAhead
	}
	if size <= inMemoryAppend || of == fetched || size <= c.opts.ReadAhead && c.mayWrapPart(r) {
		buf, err := readExactly(r, size)
		return inMemory(buf), err
	}
	if err := c.awaitLoops(ctx); err != nil {
		return nil, err
	}
	first := make([]byte, inMemoryAppend)
	if n, err := io.ReadFull(r, first); err != nil {
		return nil, sourceError(n, err)
	}
	return io.MultiReader(bytes.NewReader(first), r), nil
}

// mayWrapPart reports whether r may be a reader over a PartReader of the client, which can
// fetch nothing while a message is being sent.
func (c *Client) mayWrapPart(r io.Reader) bool {
	switch r.(type) {
	case *bytes.Reader, *bytes.Buffer, *strings.Reader, *os.File:
		return false
	}
	return c.parts.Load() > 0
}

var errAppendAhead = fmt.Errorf("imap: APPEND was not sent, as its message is read from the same client: %w", ErrReadAhead)

// readExactly reads size octets, after which r must end.
func readExactly(r io.Reader, size int64) ([]byte, error) {
	buf := make([]byte, size+1) // the last octet must not come
	n, err := io.ReadFull(r, buf)
	switch {
	case err == nil:
		return nil, errMoreThanSize
	case int64(n) < size, !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, sourceError(n, err)
	}
	return buf[:n], nil
}

var errMoreThanSize = &ArgumentError{Command: "APPEND", Argument: "size", Msg: "is less than what the reader has"}

// sourceError returns the error of a reader that has failed after n octets.
func sourceError(n int, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = literal.ErrShort
	}
	return &literal.ReadError{Sent: int64(n), Err: err}
}

// memoryReader is a source that was read before anything was sent.
type memoryReader struct {
	bytes.Reader
	octets []byte // all of it
}

func inMemory(b []byte) *memoryReader {
	m := &memoryReader{octets: b}
	m.Reset(b)
	return m
}

// left returns how many octets a reader still has, if it can say so without reading.
func left(r io.Reader) (int64, bool) {
	switch r := r.(type) {
	case interface{ Len() int }: // bytes.Reader, bytes.Buffer, strings.Reader
		return int64(r.Len()), true
	case io.Seeker:
		at, err := r.Seek(0, io.SeekCurrent)
		if err != nil {
			return 0, false
		}
		end, err := r.Seek(0, io.SeekEnd)
		if _, back := r.Seek(at, io.SeekStart); err != nil || back != nil {
			return 0, false
		}
		return end - at, true
	}
	return 0, false
}

// origin is where a reader has its octets from.
type origin uint8

const (
	elsewhere origin = iota
	streamed         // the answer to a command of the client that is in flight
	fetched          // commands of the client that are sent while it is read
)

// origin returns where r has its octets from: nothing can be fetched in the middle of
// another command.
func (c *Client) origin(r io.Reader) origin {
	switch r := r.(type) {
	case *Body:
		return c.origin(r.Reader)
	case *bodyReader:
		if r.s.c == c {
			return streamed
		}
	case *PartReader:
		if r.src.c == c {
			return fetched
		}
	case *io.LimitedReader:
		return c.origin(r.R)
	}
	return elsewhere
}

// awaitLoops waits until the loops in flight have been answered, and what they have not
// taken is kept for them, or lost by them alone. The server sends all of it before it
// reads another command. A message that is read from a loop must fail before a part of
// it has been sent, not in the middle.
func (c *Client) awaitLoops(ctx context.Context) error {
	c.mu.Lock()
	var loops []*call
	for _, w := range c.queue.flight {
		if w.stream != nil {
			loops = append(loops, w)
		}
	}
	c.mu.Unlock()
	if len(loops) == 0 {
		return nil
	}
	c.token.needed.Add(1)
	defer c.token.needed.Add(-1)
	c.token.call()
	for _, w := range loops {
		select {
		case <-w.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func isInMemory(src *literal.Source) bool {
	_, ok := src.R.(*memoryReader)
	return ok
}
