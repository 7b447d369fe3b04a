package imap

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"io"
	"sync"

	"github.com/seed-090b04e4/imap/commands"
)

// Compress has both sides compress what they send from now on (COMPRESS=DEFLATE,
// RFC 4978). It needs that capability.
//
// A compressed connection costs a second goroutine and 60 kB, three times as much
// after the server has said a lot at once, and a megabyte more, out of a pool, while
// something is sent. What the server sends may be smaller than what it stands for by a factor
// of 250, over 16 MiB; beyond, the connection ends with a *[LimitError].
func (c *Client) Compress(ctx context.Context) error {
	if err := c.require("COMPRESS", CapCompressDeflate); err != nil {
		return err
	}
	r := request{cmd: commands.Compress{}, pauses: true, whole: true}
	w, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	if err := w.wait(ctx); err != nil {
		if ctx.Err() != nil { // the server may already be compressing
			c.fail(&ConnError{Sent: true, Err: ctx.Err()})
		}
		return err
	}
	c.in.inflate(bytes.Clone(c.rd.Unread()))
	c.out.w = newDeflater(c.conn)
	c.rd.Reset(c.in)
	c.mu.Lock()
	c.deflated = true
	c.mu.Unlock()
	c.resume(w)
	return nil
}

// deflater compresses what is written, and sends it when it is flushed, or much:
// else the end of a block would be a segment of its own, which a server that has
// hung up upon LOGOUT would refuse.
//
// A compressor takes more than a megabyte. So each flush ends with it, and what is
// written next does not refer to what was written before.
type deflater struct {
	w   io.Writer
	now *compressor // nil between a flush and the next write
}

func newDeflater(w io.Writer) *deflater { return &deflater{w: w} }

// Write compresses b.
func (d *deflater) Write(b []byte) (int, error) {
	if d.now == nil {
		d.now = compressors.Get().(*compressor)
		d.now.reset(d.w)
	}
	return d.now.deflate.Write(b)
}

// Flush sends all that was written.
func (d *deflater) Flush() error {
	z := d.now
	if z == nil {
		return nil
	}
	d.now = nil
	defer compressors.Put(z)
	defer z.reset(io.Discard)
	if err := z.deflate.Flush(); err != nil {
		return err
	}
	return z.out.Flush()
}

// compressors are shared by all connections.
var compressors = sync.Pool{New: func() any {
	out := bufio.NewWriterSize(io.Discard, 16<<10)
	deflate, _ := flate.NewWriter(out, flate.BestSpeed) // fails for unknown levels alone
	return &compressor{deflate, out}
}}

type compressor struct {
	deflate *flate.Writer
	out     *bufio.Writer
}

func (z *compressor) reset(w io.Writer) {
	z.out.Reset(w)
	z.deflate.Reset(z.out)
}
