package conformance_test

import (
	"context"
	"io"
	"net"
	"sync"
)

// relay is a network that breaks: what it carries towards the client is cut off, or
// stalls, after so many octets.
type relay struct {
	mu    sync.Mutex
	conns []net.Conn
	cut   int64 // octets of each new connection after which it is cut; 0: never
	stall bool  // it stalls in place of being cut
}

// dial connects to addr.
func (r *relay) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns = append(r.conns, c)
	return &relayed{Conn: c, left: r.cut, limited: r.cut > 0, stall: r.stall}, nil
}

// set says how later connections break.
func (r *relay) set(cut int64, stall bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cut, r.stall = cut, stall
}

// cutAll cuts all connections.
func (r *relay) cutAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
}

type relayed struct {
	net.Conn
	left    int64
	limited bool
	stall   bool
}

// Read reads until the connection breaks.
func (c *relayed) Read(p []byte) (int, error) {
	if !c.limited {
		return c.Conn.Read(p)
	}
	if c.left <= 0 {
		if c.stall {
			for { // until it is closed or its deadline is over
				if _, err := c.Conn.Read(p); err != nil {
					return 0, err
				}
			}
		}
		_ = c.Conn.Close()
		return 0, io.ErrUnexpectedEOF
	}
	n, err := c.Conn.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	return n, err
}
