package imap

import (
	"context"
	"crypto/tls"
	"net"
)

// DialTLS connects to the server at addr, host:port with port 993 or "imaps"
// as a rule, over TLS (RFC 8314), and waits for its greeting. ctx covers all of
// that.
//
// Errors: the network's (a *net.OpError that errors.Is knows as ECONNREFUSED,
// for example), TLS' (a *tls.CertificateVerificationError), those of
// [NewClient].
func DialTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	raw, host, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, err
	}
	cfg := tlsConfig(o.TLSConfig, host)
	conn := tls.Client(raw, cfg)
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return finish(ctx, newClient(conn, raw, &o))
}

// DialStartTLS connects to the server at addr, host:port with port 143 or
// "imap" as a rule, and has the connection go on in TLS by STARTTLS (RFC 9051
// §6.2.1). It never goes on without TLS.
//
// Errors: as of [DialTLS]; an *[UnsupportedError] where the server has no
// STARTTLS; a *[ProtocolError] where somebody put data in between.
func DialStartTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	raw, host, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, err
	}
	c, err := finish(ctx, newClient(raw, raw, &o))
	if err != nil {
		return nil, err
	}
	if err := c.startTLS(ctx, host); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// DialInsecure connects to the server at addr without TLS: everybody on the way
// can read and change everything. It is meant for servers on the same machine.
func DialInsecure(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	raw, _, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, err
	}
	return finish(ctx, newClient(raw, raw, &o))
}

func finish(ctx context.Context, c *Client) (*Client, error) {
	if err := c.start(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// dial opens the network connection to addr.
func dial(ctx context.Context, addr string, o *Options) (conn net.Conn, host string, err error) {
	host, _, err = net.SplitHostPort(addr)
	if err != nil {
		return nil, "", err
	}
	open := o.Dial
	if open == nil {
		open = new(net.Dialer).DialContext
	}
	conn, err = open(ctx, "tcp", addr)
	return conn, host, err
}
