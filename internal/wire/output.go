package wire

import (
	"io"
	"net"
	"sync"
	"time"
)

// Output collects what is to be sent. It is used by one goroutine at a time.
type Output struct {
	conn    net.Conn // whose deadlines count
	w       io.Writer
	deflate *deflater // w, after COMPRESS
	ending  bool      // the stream ends with what is sent next
	limit   time.Duration
	sent    func()
	buf     []byte
}

const (
	// FlushAt is how much an [Output] collects before it is sent.
	FlushAt = 64 << 10
	// smallOutput is what an idle connection may keep.
	smallOutput = 4 << 10
	// firstOutput is the buffer of a connection that has sent nothing.
	firstOutput = 512
	// writeAtOnce is how much is written under one time limit.
	writeAtOnce = 32 << 10
)

// NewOutput returns an Output to conn. limit is how long the peer may take nothing;
// zero or negative: any time. sent is called after each write to the connection.
func NewOutput(conn net.Conn, limit time.Duration, sent func()) *Output {
	return &Output{conn: conn, w: conn, limit: limit, sent: sent}
}

// Buffered returns how many octets were collected and not sent.
func (o *Output) Buffered() int { return len(o.buf) }

// Use has the Output go on with another connection, as after STARTTLS.
func (o *Output) Use(conn net.Conn) { o.conn, o.w = conn, conn }

// Deflate has the Output compress what is sent from now on.
func (o *Output) Deflate() {
	o.deflate = &deflater{w: o.conn}
	o.w = o.deflate
}

// EndDeflate has the compressed stream end with what is sent next, after which nothing
// is compressed (RFC 8437 §4.1). It returns false if nothing is compressed now.
func (o *Output) EndDeflate() bool {
	o.ending = o.deflate != nil
	return o.ending
}

// Write collects b, or sends it if that is a lot.
func (o *Output) Write(b []byte) (int, error) {
	if len(o.buf)+len(b) > FlushAt {
		if err := o.Flush(); err != nil {
			return 0, err
		}
		if len(b) >= FlushAt/2 {
			return len(b), o.send(b)
		}
	}
	switch need := len(o.buf) + len(b); {
	case need <= cap(o.buf):
	case need <= firstOutput:
		o.buf = append(make([]byte, 0, firstOutput), o.buf...)
	case need > smallOutput && cap(o.buf) < FlushAt:
		o.buf = append(*outputs.Get().(*[]byte), o.buf...)
	}
	o.buf = append(o.buf, b...)
	return len(b), nil
}

// outputs are buffers for connections that have much to send.
var outputs = sync.Pool{New: func() any {
	b := make([]byte, 0, FlushAt)
	return &b
}}

// Flush sends what was collected.
func (o *Output) Flush() error {
	if len(o.buf) == 0 {
		return nil
	}
	err := o.send(o.buf)
	o.buf = o.buf[:0]
	if cap(o.buf) >= FlushAt {
		b := o.buf
		o.buf = nil
		outputs.Put(&b)
	}
	return err
}

// send writes b: each piece of it within the time limit.
func (o *Output) send(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), writeAtOnce)
		if o.limit > 0 {
			if err := o.conn.SetWriteDeadline(time.Now().Add(o.limit)); err != nil {
				return err
			}
		}
		if _, err := o.w.Write(b[:n]); err != nil {
			return timeoutAs(err)
		}
		o.sent()
		b = b[n:]
	}
	switch {
	case o.ending:
		err := o.deflate.finish()
		o.ending, o.deflate, o.w = false, nil, o.conn
		return timeoutAs(err)
	case o.deflate != nil:
		return timeoutAs(o.deflate.flush())
	}
	return nil
}

// timeoutAs returns ErrTimeout for a timeout of the connection.
func timeoutAs(err error) error {
	if isTimeout(err) {
		return ErrTimeout
	}
	return err
}
