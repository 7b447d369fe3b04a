package imap

import (
	"io"
	"net"
	"sync"
	"time"
)

// output collects what is to be sent, so that commands which are issued
// together leave in one segment. It belongs to the holder of the turn to write.
type output struct {
	c    *Client
	conn net.Conn // whose deadlines count
	w    io.Writer
	buf  []byte
}

// flushAt is how much is collected before it is sent.
const flushAt = 64 << 10

func newOutput(c *Client, conn net.Conn) *output { return &output{c: c, conn: conn, w: conn} }

// Write collects b, or sends it where that is a lot.
func (o *output) Write(b []byte) (int, error) {
	if len(o.buf)+len(b) > flushAt {
		if err := o.flush(); err != nil {
			return 0, err
		}
		if len(b) >= flushAt/2 {
			return len(b), o.send(b)
		}
	}
	if len(o.buf)+len(b) > smallOutput && cap(o.buf) < flushAt {
		o.buf = append(*outputs.Get().(*[]byte), o.buf...)
	}
	o.buf = append(o.buf, b...)
	return len(b), nil
}

// outputs are buffers for connections that have much to send; an idle one keeps
// little.
var outputs = sync.Pool{New: func() any {
	b := make([]byte, 0, flushAt)
	return &b
}}

const smallOutput = 4 << 10

// flush sends what was collected.
func (o *output) flush() error {
	if len(o.buf) == 0 {
		return nil
	}
	err := o.send(o.buf)
	o.buf = o.buf[:0]
	if cap(o.buf) >= flushAt {
		b := o.buf
		o.buf = nil
		outputs.Put(&b)
	}
	return err
}

// writeAtOnce is how much is written under one time limit.
const writeAtOnce = 32 << 10

// send writes b: each piece of it within the time limit.
func (o *output) send(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), writeAtOnce)
		if limit := o.c.opts.WriteTimeout; limit > 0 {
			o.conn.SetWriteDeadline(time.Now().Add(limit))
		}
		if _, err := o.w.Write(b[:n]); err != nil {
			return timeoutAs(err)
		}
		o.c.in.spoke()
		b = b[n:]
	}
	if f, ok := o.w.(interface{ Flush() error }); ok {
		return timeoutAs(f.Flush())
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
