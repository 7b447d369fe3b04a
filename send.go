package imap

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"sync"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/literal"
)

var encoders = sync.Pool{New: func() any { return new(commands.Encoder) }}

// send encodes a command, waits for its turn, and writes it. An error means
// that no answer is to be waited for.
func (c *Client) send(ctx context.Context, r request) (*call, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	enc := encoders.Get().(*commands.Encoder)
	dialect := c.currentDialect()
	if err := c.encode(enc, dialect, r.cmd); err != nil {
		encoders.Put(enc)
		return nil, err
	}
	w := c.newCall(r)
	if w.stream != nil {
		w.stream.call = w
	}
	if err := c.admit(ctx, w); err != nil {
		encoders.Put(enc)
		return nil, err
	}
	if d := c.currentDialect(); d != dialect { // ENABLE came in between
		if err := c.encode(enc, d, r.cmd); err != nil {
			c.withdraw(w, err)
			encoders.Put(enc)
			return nil, err
		}
	}
	if r.whole {
		ctx = context.WithoutCancel(ctx)
	}
	if err := c.write(ctx, w, enc); err != nil {
		return nil, err
	}
	if w.stream != nil { // from now on the loop reads, if nobody else does
		c.mu.Lock()
		if !w.gone {
			w.needNotLocked()
		}
		c.mu.Unlock()
	}
	return w, nil
}

func (c *Client) currentDialect() commands.Dialect {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dialect
}

// withdraw ends an admitted command of which nothing was written, and sends
// what others may have left to it to send.
func (c *Client) withdraw(w *call, err error) {
	c.mu.Lock()
	c.removeLocked(w)
	w.endLocked(err)
	c.mu.Unlock()
	c.flushAndLeave(w)
}

// write writes w's parts. It holds the turn to write, and lets go of it in the
// end, in the background if it has to.
func (c *Client) write(ctx context.Context, w *call, enc *commands.Encoder) error {
	if c.opts.Logger != nil {
		c.traceOut(w.tag, enc)
	}
	c.mu.Lock()
	w.sent = sentPart
	c.mu.Unlock()
	if len(c.out.buf) == 0 && cap(c.out.buf) == 0 {
		c.out.buf = make([]byte, 0, 512)
	}
	c.out.buf = append(c.out.buf, 'A')
	c.out.buf = strconv.AppendUint(c.out.buf, w.tag, 10)
	c.out.buf = append(c.out.buf, ' ')

	if hasSource(enc.Parts()) { // the caller's reader is read here, by its goroutine
		defer context.AfterFunc(ctx, func() { c.fail(&AppendError{Err: ctx.Err()}) })()
		return c.writeParts(w, enc)
	}
	send := func() error { return c.writeParts(w, enc) }
	if c.fits(enc) {
		if _, err := c.putParts(w, enc); err != nil {
			return c.writeFailed(w, err)
		}
		if c.passOn() {
			return nil
		}
		send = func() error { return c.flushAndLeave(w) }
	}
	if ctx.Done() == nil {
		return send()
	}
	result := make(chan error, 1)
	go func() { result <- send() }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		w.abandon() // the line is finished all the same
		return ctx.Err()
	}
}

// hasSource reports whether parts are to be read from a caller's reader.
func hasSource(parts []commands.Part) bool {
	for _, p := range parts {
		if p.Source != nil && !inMemory(p.Source) {
			return true
		}
	}
	return false
}

// memoryReader is a source that was read before anything was sent.
type memoryReader struct{ bytes.Reader }

func inMemory(src *literal.Source) bool {
	_, ok := src.R.(*memoryReader)
	return ok
}

// fits reports whether a command can be added to what is to be sent without
// waiting for anything.
func (c *Client) fits(enc *commands.Encoder) bool {
	size := int64(len(c.out.buf))
	for _, p := range enc.Parts() {
		size += int64(len(enc.Bytes(p)))
		if p.Source != nil {
			size += p.Source.Size
		}
		if p.Sync || size > flushAt {
			return false
		}
	}
	return true
}

// writeParts writes a command, and lets go of the turn to write.
func (c *Client) writeParts(w *call, enc *commands.Encoder) error {
	refused, err := c.putParts(w, enc)
	switch {
	case err != nil:
		return c.writeFailed(w, err)
	case refused:
		c.written(w)
		return nil
	}
	return c.flushAndLeave(w)
}

// putParts puts the parts of a command out one after the other, waiting for the
// server where a literal is synchronizing. It returns true if the server refuses
// one: the tagged answer has come instead.
func (c *Client) putParts(w *call, enc *commands.Encoder) (refused bool, err error) {
	defer encoders.Put(enc)
	for _, p := range enc.Parts() {
		if _, err := c.out.Write(enc.Bytes(p)); err != nil {
			return false, err
		}
		if p.Sync {
			if goOn, err := c.awaitPlus(w); err != nil || !goOn {
				return true, err
			}
		}
		if p.Source != nil {
			if err := c.writeSource(p.Source); err != nil {
				return false, err
			}
		}
	}
	c.mu.Lock()
	w.sent = sentAll
	c.mu.Unlock()
	return false, nil
}

// writeSource sends the content of a literal out of its reader. A caller's
// reader may take its time, during which others' commands must not lie here.
func (c *Client) writeSource(src *literal.Source) error {
	if m, ok := src.R.(*memoryReader); ok {
		_, err := m.WriteTo(c.out)
		return err
	}
	if err := c.out.flush(); err != nil {
		return err
	}
	buf := sources.Get().(*[]byte)
	defer sources.Put(buf)
	return src.CopyTo(c.out, *buf)
}

// sources are buffers for what is read from callers' readers.
var sources = sync.Pool{New: func() any {
	b := make([]byte, 32<<10)
	return &b
}}

// flushAndLeave sends what was collected, or leaves that to the next command, and
// lets go of the turn to write.
func (c *Client) flushAndLeave(w *call) error {
	if c.passOn() {
		return nil
	}
	if err := c.out.flush(); err != nil {
		return c.writeFailed(w, err)
	}
	c.written(w)
	return nil
}

// passOn passes the turn to write on to a command that may be written at once, and
// will send what was collected.
func (c *Client) passOn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.waiting) == 0 || len(c.out.buf) >= flushAt/2 {
		return false
	}
	c.writing = false
	c.admitLocked()
	passed := c.writing
	c.writing = true
	return passed
}

// written lets go of the turn to write.
func (c *Client) written(*call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writing = false
	c.admitLocked()
}

// writeFailed ends the connection: part of a command has left and the rest can't.
func (c *Client) writeFailed(w *call, err error) error {
	var src *literal.ReadError
	if errors.As(err, &src) {
		err = &AppendError{Err: src.Err}
	}
	c.fail(err)
	<-w.done
	var app *AppendError
	if errors.As(w.err, &app) {
		return app
	}
	return w.err
}

// awaitPlus sends what was collected and waits until the server says that the
// literal may come; false where it refuses.
func (c *Client) awaitPlus(w *call) (bool, error) {
	c.mu.Lock()
	w.wantPlus = true
	if w.plus == nil {
		w.plus = make(chan string, 1)
	}
	c.mu.Unlock()
	if err := c.out.flush(); err != nil {
		return false, err
	}
	select {
	case <-w.plus:
		return true, nil
	case <-w.done:
	}
	select {
	case <-w.plus: // both: the server counts on the literal
		return true, nil
	default:
	}
	return false, c.Err()
}

// AppendError says that the connection was closed because the content of a
// message could not be sent to its end: the context ended or the reader failed
// in the middle, and the server was still owed octets.
type AppendError struct {
	Err error // what the reader or the context said
}

// Error returns what happened.
func (e *AppendError) Error() string {
	return "imap: connection closed in the middle of a message: " + e.Err.Error()
}

// Unwrap returns what the reader or the context said.
func (e *AppendError) Unwrap() error { return e.Err }

func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
