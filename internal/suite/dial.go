package suite

import (
	"context"
	"net"
	"sync/atomic"
)

var addresses atomic.Uint32

// nextAddress returns another loopback address each time: servers slow down
// addresses from which logins have failed, and limit how many connections come
// from one.
func nextAddress() net.Addr {
	n := addresses.Add(1)
	return &net.TCPAddr{IP: net.IPv4(127, byte(1+n%200), byte(n/200), 9)}
}

// dialFrom connects from an address, if the system has it.
func dialFrom(from net.Addr) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{LocalAddr: from}).DialContext(ctx, network, addr)
		if err != nil && ctx.Err() == nil {
			return (&net.Dialer{}).DialContext(ctx, network, addr)
		}
		return conn, err
	}
}
