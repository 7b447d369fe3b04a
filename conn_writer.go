package imap

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/wire"
	"github.com/seed-090b04e4/imap/literal"
)

// writer sends commands. It is used by the holder of the write lock alone, which
// admit gives to a command, and which passOn, unlock, or the end of the connection
// takes.
type writer struct {
	c   *Client
	out *wire.Output

	reading atomic.Uint64 // the goroutine that reads the message of an APPEND out of its caller's reader; 0: none
}

// readsHere reports whether the present goroutine is within the reader of a message that is
// being sent: no other command can be sent then.
func (wr *writer) readsHere() bool {
	by := wr.reading.Load()
	return by != 0 && by == goroutineID()
}

// goroutineID returns the number of the present goroutine, as net/http's goroutine locks do.
// It is what a stack trace begins with.
func goroutineID() uint64 {
	var b [64]byte
	text := bytes.TrimPrefix(b[:runtime.Stack(b[:], false)], []byte("goroutine "))
	digits, _, _ := bytes.Cut(text, []byte(" "))
	n, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		return 0 // none is known
	}
	return n
}

var encoders = sync.Pool{New: func() any { return new(commands.Encoder) }}

// send encodes a command, waits for its turn, and writes it. An error means
// that there is no answer to wait for.
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
	w := c.newCall(ctx, r)
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
	if err := c.writer.write(ctx, w, enc); err != nil {
		return nil, err
	}
	if w.stream != nil { // from now on the loop reads, if no other caller needs it
		c.mu.Lock()
		if w.interest == wanted {
			w.needNotLocked()
		}
		c.mu.Unlock()
	}
	return w, nil
}

func (c *Client) currentDialect() commands.Dialect {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.dialect
}

// withdraw ends an admitted command of which nothing was written, and sends what
// others may have left to it to send.
func (c *Client) withdraw(w *call, err error) {
	c.mu.Lock()
	c.queue.land(w)
	c.expectLocked()
	w.endLocked(err)
	c.mu.Unlock()
	_ = c.writer.flushAndUnlock(w) // its failure ends the connection; w has its error
}

// advance notes how much of a command has left.
func (w *call) advance(to stage) {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	if w.stage < to {
		w.stage = to
	}
}

// write writes w's parts, and unlocks in the end, in the background if it has to.
func (wr *writer) write(ctx context.Context, w *call, enc *commands.Encoder) error {
	if wr.c.opts.Logger != nil {
		wr.c.traceOut(w.tag, enc)
	}
	w.advance(stageSending)
	w.noteSent(enc)
	if hasSource(enc.Parts()) { // the caller's reader is read here, by its goroutine
		defer context.AfterFunc(ctx, func() { wr.c.fail(&AppendError{Err: ctx.Err()}) })()
		returned := false
		defer func() {
			if !returned { // the reader has panicked, in the middle of a message
				wr.c.fail(&AppendError{Err: errReaderPanic})
			}
		}()
		err := wr.writeParts(w, enc)
		returned = true
		return err
	}
	send := func() error { return wr.writeParts(w, enc) }
	if wr.fits(enc) {
		if _, err := wr.putParts(w, enc); err != nil {
			return wr.failed(w, err)
		}
		if wr.passOn() {
			return nil
		}
		send = func() error { return wr.flushAndUnlock(w) }
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

var errReaderPanic = errors.New("imap: the reader of the message panicked")

// hasSource reports whether parts are to be read from a caller's reader.
func hasSource(parts []commands.Part) bool {
	for _, p := range parts {
		if p.Source != nil && !isInMemory(p.Source) {
			return true
		}
	}
	return false
}

// fits reports whether a command can be added to what is to be sent without
// waiting for anything.
func (wr *writer) fits(enc *commands.Encoder) bool {
	size := int64(wr.out.Buffered())
	for _, p := range enc.Parts() {
		size += int64(len(enc.Bytes(p)))
		if p.Source != nil {
			size += p.Source.Size
		}
		if p.Sync || size > wire.FlushAt {
			return false
		}
	}
	return true
}

// writeParts writes a command, and unlocks.
func (wr *writer) writeParts(w *call, enc *commands.Encoder) error {
	refused, err := wr.putParts(w, enc)
	switch {
	case err != nil:
		return wr.failed(w, err)
	case refused:
		wr.unlock()
		return nil
	}
	return wr.flushAndUnlock(w)
}

// putParts puts the parts of a command out one after the other, waiting for the
// server if a literal is synchronizing. It returns true if the server refuses one:
// the tagged answer has come instead.
func (wr *writer) putParts(w *call, enc *commands.Encoder) (refused bool, err error) {
	defer encoders.Put(enc)
	if err := wr.putTag(w.tag); err != nil {
		return false, err
	}
	if w.endsDeflate && wr.out.EndDeflate() {
		w.pause()
	}
	for _, p := range enc.Parts() {
		if p.Sync { // before its first octet leaves: the server may be quick
			w.expectPlus()
		}
		if _, err := wr.out.Write(enc.Bytes(p)); err != nil {
			return false, err
		}
		if p.Sync {
			if goOn, err := wr.awaitPlus(w); err != nil || !goOn {
				return true, err
			}
		}
		if p.Source != nil {
			if err := wr.writeSource(p.Source); err != nil {
				return false, err
			}
		}
	}
	w.advance(stageSent)
	return false, nil
}

func (wr *writer) putTag(tag uint64) error {
	var b [24]byte
	_, err := wr.out.Write(append(strconv.AppendUint(append(b[:0], 'A'), tag, 10), ' '))
	return err
}

// writeSource sends the content of a literal out of its reader. A caller's reader
// may take its time, during which others' commands must not lie here.
func (wr *writer) writeSource(src *literal.Source) error {
	if m, ok := src.R.(*memoryReader); ok {
		_, err := m.WriteTo(wr.out)
		return err
	}
	if err := wr.out.Flush(); err != nil {
		return err
	}
	buf := sources.Get().(*[]byte)
	defer sources.Put(buf)
	wr.reading.Store(goroutineID())
	defer wr.reading.Store(0)
	return src.CopyTo(wr.out, *buf)
}

// sources are buffers for what is read from callers' readers.
var sources = sync.Pool{New: func() any {
	b := make([]byte, 32<<10)
	return &b
}}

// flushAndUnlock sends what was collected, or leaves that to the next command, and
// unlocks.
func (wr *writer) flushAndUnlock(w *call) error {
	if wr.passOn() {
		return nil
	}
	if err := wr.out.Flush(); err != nil {
		return wr.failed(w, err)
	}
	wr.unlock()
	return nil
}

// passOn passes the write lock on to a command that may be written at once, and will
// send what was collected.
func (wr *writer) passOn() bool {
	q := &wr.c.queue
	wr.c.mu.Lock()
	defer wr.c.mu.Unlock()
	if len(q.waiting) == 0 || wr.out.Buffered() >= wire.FlushAt/2 {
		return false
	}
	q.writing = false
	wr.c.admitLocked()
	passed := q.writing
	q.writing = true
	return passed
}

// unlock lets go of the write lock.
func (wr *writer) unlock() {
	wr.c.mu.Lock()
	defer wr.c.mu.Unlock()
	wr.c.queue.writing = false
	wr.c.admitLocked()
}

// failed ends the connection: part of a command has left and the rest can't.
func (wr *writer) failed(w *call, err error) error {
	var src *literal.ReadError
	if errors.As(err, &src) {
		err = &AppendError{Err: src.Err}
	}
	wr.c.fail(err)
	<-w.done
	var app *AppendError
	if errors.As(w.err, &app) {
		return app
	}
	return w.err
}

// awaitPlus sends what was collected and waits until the server says that the
// literal may come; false if it refuses.
func (wr *writer) awaitPlus(w *call) (bool, error) {
	if err := wr.out.Flush(); err != nil {
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
	return false, wr.c.Err()
}

// sendLine writes a line that is not a command, but belongs to w. No other goroutine
// may be writing, nor begin to before the line has left: the answer may be here by
// then. challenge says that the server may answer with another continuation.
func (c *Client) sendLine(w *call, line string, challenge bool) error {
	c.mu.Lock()
	c.queue.writing = true
	if challenge {
		w.expectPlusLocked()
	}
	c.mu.Unlock()
	_, err := c.writer.out.Write([]byte(line + "\r\n"))
	if err == nil {
		err = c.writer.out.Flush()
	}
	if err != nil {
		return c.writer.failed(w, err)
	}
	c.writer.unlock()
	return nil
}

// AppendError says that the connection was closed because a message could not be
// sent to its end: the context ended, or its reader failed, in the middle.
type AppendError struct {
	Err error // what the reader or the context said
}

// Error returns what happened.
func (e *AppendError) Error() string {
	return "imap: connection closed in the middle of a message: " + e.Err.Error()
}

// Unwrap returns what the reader or the context said.
func (e *AppendError) Unwrap() error { return e.Err }
