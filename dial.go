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

// DialTLS connects to the server at addr over TLS (RFC 8314 §3.2), and waits for
// its greeting. addr is a host name or an address, with a port unless that is 993.
// ctx covers no more than that.
//
// Errors, which name the address: those of the network and of TLS, as package net
// and crypto/tls return them; ctx.Err(); those of [NewClient].
func DialTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	addr = withPort(addr, "993")
	t, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, dialFailed(addr, err)
	}
	conn := tls.Client(t.raw, tlsConfig(o.TLSConfig, t.host))
	if err := handshake(ctx, conn); err != nil {
		_ = t.raw.Close() // the handshake's error counts
		return nil, dialFailed(addr, err)
	}
	t.conn, t.isTLS = conn, true
	return greet(ctx, addr, newClient(t, &o))
}

// DialStartTLS is [DialTLS] by STARTTLS (RFC 9051 §6.2.1); the port is 143 unless
// addr has one. It never goes on without TLS, and forgets what the server said
// before: see [Client.StartTLS]. If data was put in between, or the server greets
// with PREAUTH, the error is a *[ProtocolError].
func DialStartTLS(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	addr = withPort(addr, "143")
	t, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, dialFailed(addr, err)
	}
	c := newClient(t, &o)
	c.events.held = true
	if _, err := greet(ctx, addr, c); err != nil {
		return nil, err
	}
	if c.State() != StateNotAuthenticated {
		err = &ProtocolError{Msg: "PREAUTH, but STARTTLS was asked for"}
	} else {
		err = c.StartTLS(ctx, nil)
	}
	if err != nil {
		c.Close()
		return nil, dialFailed(addr, err)
	}
	return c, nil
}

// DialInsecure connects without TLS: anyone on the way can read and change
// everything. The port is 143 unless addr has one. It is meant for servers on the
// same machine; to others, no password or token is sent ([ErrInsecure]).
func DialInsecure(ctx context.Context, addr string, opts *Options) (*Client, error) {
	o := opts.withDefaults()
	addr = withPort(addr, "143")
	t, err := dial(ctx, addr, &o)
	if err != nil {
		return nil, dialFailed(addr, err)
	}
	return greet(ctx, addr, newClient(t, &o))
}

// withPort returns addr with a port: the given one if it has none.
func withPort(addr, port string) string {
	if _, _, err := net.SplitHostPort(addr); err == nil {
		return addr
	}
	host := strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
	if host == "" || strings.Contains(host, ":") && net.ParseIP(host) == nil {
		return addr // dial says what is wrong with it
	}
	return net.JoinHostPort(host, port)
}

// greet waits for the greeting.
func greet(ctx context.Context, addr string, c *Client) (*Client, error) {
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
// io.EOF does not say.
func handshake(ctx context.Context, conn *tls.Conn) error {
	err := conn.HandshakeContext(ctx)
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("hung up during the TLS handshake: %w", err)
	}
	return err
}

// dial opens the network connection to addr.
func dial(ctx context.Context, addr string, o *Options) (transport, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return transport{}, err
	}
	open := o.Dial
	if open == nil {
		open = new(net.Dialer).DialContext
	}
	conn, err := open(ctx, "tcp", addr)
	if err != nil {
		return transport{}, err
	}
	return transport{raw: conn, conn: conn, host: host}, nil
}
