package imap

import (
	"io"
	"net"
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
	o.buf = append(o.buf, b...)
	return len(b), nil
}

// flush sends what was collected.
func (o *output) flush() error {
	if len(o.buf) == 0 {
		return nil
	}
	err := o.send(o.buf)
	o.buf = o.buf[:0]
	if cap(o.buf) > 4<<10 { // an idle connection keeps little
		o.buf = nil
	}
	return err
}

// send writes b within the time limit.
func (o *output) send(b []byte) error {
	if limit := o.c.opts.WriteTimeout; limit > 0 {
		o.conn.SetWriteDeadline(time.Now().Add(limit))
	}
	_, err := o.w.Write(b)
	if err == nil {
		if f, ok := o.w.(interface{ Flush() error }); ok {
			err = f.Flush()
		}
	}
	if isTimeout(err) {
		return ErrTimeout
	}
	return err
}
