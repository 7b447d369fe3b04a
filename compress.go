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
// A FETCH loop over a compressed connection never reads by itself, as a read
// that was broken off could not be taken up again; that costs it a little speed.
// What the server sends may be smaller than what it stands for by a factor of
// 250, over 16 MiB; beyond, the connection ends with a *[LimitError].
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
	c.in.inflate = newInflater(c.in, c.rd.Unread())
	c.in.bound = true
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

// inflater undoes the server's compression.
type inflater struct {
	r   io.Reader
	in  countingReader
	out int64 // octets of the present stretch
}

// The bound of decompression: within each stretch of output.
const (
	inflateStretch = 16 << 20
	inflateFactor  = 250
)

// newInflater returns an inflater of what comes after the octets first, which
// have been read already.
func newInflater(in *input, first []byte) *inflater {
	f := &inflater{}
	f.in.r = io.MultiReader(bytes.NewReader(bytes.Clone(first)), readerFunc(in.readConn))
	f.r = flate.NewReader(bufio.NewReaderSize(&f.in, 16<<10))
	return f
}

// Read reads inflated octets.
func (f *inflater) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	f.out += int64(n)
	if f.out >= inflateStretch {
		if f.in.n < f.out/inflateFactor {
			return 0, &LimitError{What: "factor of decompression", Limit: inflateFactor}
		}
		f.out, f.in.n = 0, 0
	}
	if n > 0 {
		return n, nil
	}
	return 0, err
}

// countingReader counts what is read.
type countingReader struct {
	r io.Reader
	n int64
}

func (c *countingReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
