package imap

import (
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
	z.err = newInflater(compressed, to).run()
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

// inflater undoes the server's compression. What it has inflated it hands over when
// that is a lot, and before it waits for the server.
type inflater struct {
	z          io.Reader // inflates
	compressed io.Reader
	to         io.Writer

	in       []byte // from the server
	r, w     int    // in[r:w] is not inflated yet
	out      []byte // inflated
	from, at int    // out[from:at] is not handed over yet

	taken, given int64 // octets of the present stretch; taken with what is not inflated yet
}

const (
	smallInflate = 4 << 10  // buffer of a server that has little to say
	largeInflate = 64 << 10 // and of one that says a lot
)

// The bound of decompression: within each stretch of output.
const (
	inflateStretch = 16 << 20
	inflateFactor  = 250
)

func newInflater(compressed io.Reader, to io.Writer) *inflater {
	f := &inflater{compressed: compressed, to: to, in: make([]byte, smallInflate), out: make([]byte, smallInflate)}
	f.z = flate.NewReader(f)
	return f
}

// run inflates until the server's end, and returns what that was.
func (f *inflater) run() error {
	for {
		if f.from == f.at {
			f.from, f.at = 0, 0
			if len(f.out) != len(f.in) {
				f.out = make([]byte, len(f.in))
			}
		}
		n, err := f.z.Read(f.out[f.at:])
		f.at += n
		if f.given += int64(n); f.given >= inflateStretch {
			left := int64(f.w - f.r)
			if f.taken-left < f.given/inflateFactor {
				return &LimitError{What: "factor of decompression", Limit: inflateFactor}
			}
			f.given, f.taken = 0, left
		}
		if f.at == len(f.out) || err != nil {
			if err := f.handOver(); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
}

func (f *inflater) handOver() error {
	if f.from == f.at {
		return nil
	}
	_, err := f.to.Write(f.out[f.from:f.at])
	f.from = f.at
	return err
}

// fill waits for the server, with a large buffer if it has just said more than fits
// into a small one.
func (f *inflater) fill() error {
	if err := f.handOver(); err != nil {
		return err
	}
	size := smallInflate
	if f.w == len(f.in) || f.w > smallInflate {
		size = largeInflate
	}
	if len(f.in) != size {
		f.in = make([]byte, size)
	}
	n, err := f.compressed.Read(f.in)
	f.r, f.w = 0, n
	f.taken += int64(n)
	if n > 0 {
		return nil
	}
	if err == nil {
		err = io.ErrNoProgress
	}
	return err
}

// Read and ReadByte are how compress/flate takes what the server sends.
func (f *inflater) Read(b []byte) (int, error) {
	if f.r == f.w {
		if err := f.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(b, f.in[f.r:f.w])
	f.r += n
	return n, nil
}

func (f *inflater) ReadByte() (byte, error) {
	if f.r == f.w {
		if err := f.fill(); err != nil {
			return 0, err
		}
	}
	b := f.in[f.r]
	f.r++
	return b, nil
}
