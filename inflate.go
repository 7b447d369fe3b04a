package imap

import (
	"bufio"
	"bytes"
	"compress/flate"
	"io"
	"net"
	"time"
)

// inflated is a compressed connection as it is read. A read of compress/flate
// can't be broken off and taken up again, so that a goroutine does nothing but
// inflate, into a pipe whose reads can.
type inflated struct {
	net.Conn               // the end of the pipe that is read
	ended    chan struct{} // closed when the goroutine has ended
	err      error         // why it has; valid then
}

// inflate has what comes from now on inflated. The octets first of it have been
// read already. Its caller holds the turn to read.
func (in *input) inflate(first []byte) {
	compressed := in.conn
	compressed.SetReadDeadline(time.Time{})
	to, from := net.Pipe()
	z := &inflated{Conn: from, ended: make(chan struct{})}
	go z.run(to, io.MultiReader(bytes.NewReader(first), compressed))
	in.mu.Lock()
	defer in.mu.Unlock()
	in.conn, in.inflated = z, z
	in.armLocked()
}

func (z *inflated) run(to net.Conn, compressed io.Reader) {
	defer to.Close()
	defer close(z.ended)
	_, z.err = io.Copy(to, newInflater(compressed))
	if z.err == nil {
		z.err = io.EOF
	}
}

// Read reads inflated octets.
func (z *inflated) Read(b []byte) (int, error) {
	n, err := z.Conn.Read(b)
	if err == io.EOF {
		<-z.ended
		err = z.err
	}
	return n, err
}

// stop waits for the goroutine's end, if there is one. The connection has been
// closed.
func (in *input) stop() {
	in.mu.Lock()
	z := in.inflated
	in.mu.Unlock()
	if z != nil {
		z.Close()
		<-z.ended
	}
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

func newInflater(compressed io.Reader) *inflater {
	f := &inflater{in: countingReader{r: compressed}}
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
	return n, err
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
