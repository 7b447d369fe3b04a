package wire

import (
	"bufio"
	"compress/flate"
	"io"
	"sync"
)

// deflater compresses what is written, and sends it when it is flushed, or much:
// otherwise the end of a block would be a segment of its own, which a server that
// has hung up upon LOGOUT would refuse.
//
// A compressor takes more than a megabyte. So each flush ends with it, and what is
// written next does not refer to what was written before.
type deflater struct {
	w   io.Writer
	now *compressor // nil between a flush and the next write
}

// Write compresses b.
func (d *deflater) Write(b []byte) (int, error) {
	if d.now == nil {
		d.now = compressors.Get().(*compressor)
		d.now.reset(d.w)
	}
	return d.now.deflate.Write(b)
}

// flush sends all that was written.
func (d *deflater) flush() error {
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

// finish sends all that was written, and ends the stream.
func (d *deflater) finish() error {
	if d.now == nil {
		d.now = compressors.Get().(*compressor)
		d.now.reset(d.w)
	}
	z := d.now
	d.now = nil
	defer compressors.Put(z)
	defer z.reset(io.Discard)
	if err := z.deflate.Close(); err != nil {
		return err
	}
	return z.out.Flush()
}

// compressors are shared by all connections. None may keep what it has compressed.
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
