package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// DialTLS connects to the server at addr, host:port with port 993 or "imaps"
// as a rule, over TLS (RFC 8314 §3.2), and waits for its greeting. ctx covers
// all of that, and nothing that comes later.
//
// Errors, which name the address: the network's (a *net.OpError that errors.Is
// knows as ECONNREFUSED, for example), those of TLS (a
// *tls.CertificateVerificationError), ctx.Err(), those of [NewClient].
func DialTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	raw, host, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, dialFailed(addr, err)
	}
	conn := tls.Client(raw, tlsConfig(o.TLSConfig, host))
	if err := handshake(ctx, conn); err != nil {
		raw.Close()
		return nil, dialFailed(addr, err)
	}
	return finish(ctx, addr, newClient(conn, raw, &o))
}

// DialStartTLS connects to the server at addr, host:port with port 143 or
// "imap" as a rule, and has the connection go on in TLS by STARTTLS (RFC 9051
// §6.2.1). It never goes on without TLS.
//
// Errors: as of [DialTLS]; an *[UnsupportedError] where the server has no
// STARTTLS; a *[StatusError] where it refuses; a *[ProtocolError] where somebody
// put data in between, or the server greets with PREAUTH.
func DialStartTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	raw, host, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, dialFailed(addr, err)
	}
	c, err := finish(ctx, addr, newClient(raw, raw, &o))
	if err != nil {
		return nil, err
	}
	if err := c.startTLS(ctx, host); err != nil {
		c.Close()
		return nil, dialFailed(addr, err)
	}
	return c, nil
}

// DialInsecure connects to the server at addr without TLS: everybody on the way
// can read and change everything. It is meant for servers on the same machine;
// to others [Client.Login] sends no password ([ErrInsecure]).
//
// Errors: as of [DialTLS], but for those of TLS.
func DialInsecure(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	raw, _, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, dialFailed(addr, err)
	}
	return finish(ctx, addr, newClient(raw, raw, &o))
}

// finish waits for the greeting.
func finish(ctx context.Context, addr string, c *Client) (*Client, error) {
	if err := c.start(ctx); err != nil {
		if ctx.Err() != nil && c.Greeting() == nil {
			err = fmt.Errorf("no greeting from the server: %w", err)
		}
		return nil, dialFailed(addr, err)
	}
	return c, nil
}

// dialError is why a connection to addr could not be made.
type dialError struct {
	addr string
	err  error
}

func dialFailed(addr string, err error) error { return &dialError{addr, err} }

func (e *dialError) Error() string {
	return "imap: connecting to " + e.addr + ": " + strings.TrimPrefix(e.err.Error(), "imap: ")
}

func (e *dialError) Unwrap() error { return e.err }

// handshake is the handshake of TLS. What the peer is when it hangs up instead,
// io.EOF would not tell.
func handshake(ctx context.Context, conn *tls.Conn) error {
	err := conn.HandshakeContext(ctx)
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("hung up during the TLS handshake: %w", err)
	}
	return err
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
	o.dialledAway = o.Dial != nil && !isLocalHost(host)
	conn, err = open(ctx, "tcp", addr)
	return conn, host, err
}
