//go:build !lean

package main

import (
	"net"
	"time"
)

// delayed accepts connections and passes them on to addr, holding back every
// chunk for delay in each direction, like a long cable: what is sent while
// another chunk travels, travels beside it.
func delayed(addr string, delay time.Duration) (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", addr)
			if err != nil {
				near.Close()
				continue
			}
			go carry(far, near, delay)
			go carry(near, far, delay)
		}
	}()
	return l.Addr().String(), nil
}

// chunk is what one read got, and when it has arrived.
type chunk struct {
	due time.Time
	b   []byte
}

func carry(dst, src net.Conn, delay time.Duration) {
	travelling := make(chan chunk, 1<<16)
	go func() {
		defer dst.Close()
		for c := range travelling {
			time.Sleep(time.Until(c.due))
			if _, err := dst.Write(c.b); err != nil {
				src.Close()
			}
		}
	}()
	defer close(travelling)
	for {
		b := make([]byte, 64<<10)
		n, err := src.Read(b)
		if n > 0 {
			travelling <- chunk{time.Now().Add(delay), b[:n]}
		}
		if err != nil {
			return
		}
	}
}
