package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
)

// Compress has both sides compress what they send from now on (RFC 4978). It needs
// the capability COMPRESS=DEFLATE, and 40 kB of memory, a megabyte while something
// is sent. If the server sends what expands by a factor above 250, over 16 MiB, the
// connection ends with a *[LimitError].
func (c *Client) Compress(ctx context.Context) error {
	if err := c.require("COMPRESS", CapCompressDeflate); err != nil {
		return err
	}
	w, err := c.send(ctx, request{cmd: commands.Compress{}, pauses: true, whole: true})
	if err != nil {
		return err
	}
	if err := w.wait(ctx); err != nil {
		if ctx.Err() != nil { // the server may already be compressing
			c.fail(&ConnError{Sent: true, Err: ctx.Err()})
		}
		return err
	}
	r := &c.token.reader // which waits in awaitTransport
	c.in.Inflate(r.rd.Unread())
	c.writer.out.Deflate()
	r.rd.Reset(c.in)
	c.resume(w)
	return nil
}
