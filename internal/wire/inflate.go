package wire

import (
	"bytes"
	"io"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// The bound of decompression: within each stretch of output, the input must be no
// smaller than by this factor.
const (
	inflateStretch = 16 << 20
	inflateFactor  = 250
)

// compressed is the decompression of an [Input].
type compressed struct {
	z       *inflate.Reader
	raw     *withFirst // what z reads
	in, out int64      // octets up to the present stretch
}

// Inflate has the Input inflate what comes from now on. The octets first of it have
// been read already.
func (in *Input) Inflate(first []byte) {
	in.mu.Lock()
	conn := in.conn
	in.mu.Unlock()
	raw := &withFirst{first: bytes.Clone(first), Reader: conn}
	in.compressed = &compressed{z: inflate.NewReader(raw), raw: raw}
	in.src = in.compressed.z
}

// Release gives back the memory of the decompression. The connection has ended.
func (in *Input) Release() {
	if in.compressed != nil {
		in.compressed.z.Release()
	}
}

// check returns an error if the peer has compressed too well.
func (c *compressed) check() error {
	if c == nil {
		return nil
	}
	out := c.z.Out()
	if out-c.out < inflateStretch {
		return nil
	}
	if c.z.In()-c.in < (out-c.out)/inflateFactor {
		return &BudgetError{"factor of decompression", inflateFactor}
	}
	c.in, c.out = c.z.In(), out
	return nil
}

// withFirst returns first, and then what Reader does.
type withFirst struct {
	first []byte
	io.Reader
}

// peek returns the next octet, which is still to come.
func (r *withFirst) peek() (byte, error) {
	if len(r.first) > 0 {
		return r.first[0], nil
	}
	b := make([]byte, 1)
	if _, err := io.ReadFull(r.Reader, b); err != nil {
		return 0, err
	}
	r.first = b
	return b[0], nil
}

// unread has b returned again, before what is still to come.
func (r *withFirst) unread(b []byte) { r.first = append(bytes.Clone(b), r.first...) }

func (r *withFirst) Read(b []byte) (int, error) {
	if len(r.first) == 0 {
		return r.Reader.Read(b)
	}
	n := copy(b, r.first)
	if r.first = r.first[n:]; len(r.first) == 0 {
		r.first = nil
	}
	return n, nil
}
