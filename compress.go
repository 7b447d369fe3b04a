package imap

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"io"

	"github.com/seed-090b04e4/imap/commands"
)

// Compress has both sides compress what they send from now on (COMPRESS=DEFLATE,
// RFC 4978). It needs that capability.
//
// A compressed connection costs a second goroutine and 100 kB. What the server
// sends may be smaller than what it stands for by a factor of 250, over 16 MiB;
// beyond, the connection ends with a *[LimitError].
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
	c.resume(w)
	return nil
}

// deflater compresses what is written, and sends it when it is flushed, or much:
// else the end of a block would be a segment of its own, which a server that has
// hung up upon LOGOUT would refuse.
type deflater struct {
	*flate.Writer
	out *bufio.Writer
}

func newDeflater(w io.Writer) *deflater {
	out := bufio.NewWriterSize(w, 16<<10)
	deflate, _ := flate.NewWriter(out, flate.BestSpeed) // fails for unknown levels alone
	return &deflater{deflate, out}
}

// Flush sends all that was written.
func (d *deflater) Flush() error {
	if err := d.Writer.Flush(); err != nil {
		return err
	}
	return d.out.Flush()
}
