package imap

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/seed-090b04e4/imap/commands"
)

// startTLS has the connection go on in TLS (RFC 9051 §6.2.1). It is part of
// dialling, where nothing else can have been said before.
func (c *Client) startTLS(ctx context.Context, host string) error {
	if c.State() != StateNotAuthenticated {
		return &ProtocolError{"PREAUTH where STARTTLS was asked for"}
	}
	if err := c.require("STARTTLS", CapStartTLS); err != nil {
		return err
	}
	w, err := c.send(ctx, request{cmd: commands.StartTLS{}, states: StateNotAuthenticated, pauses: true, whole: true})
	if err != nil {
		return err
	}
	if err := w.wait(ctx); err != nil {
		return err
	}
	c.raw.SetDeadline(time.Time{}) // ctx counts during the handshake
	conn := tls.Client(c.raw, tlsConfig(c.opts.TLSConfig, host))
	if err := handshake(ctx, conn); err != nil {
		return err
	}
	c.mu.Lock()
	c.conn, c.isTLS = conn, true
	c.caps, c.capsSeen = nil, false // what was said in the clear does not count
	c.mu.Unlock()
	c.in.use(conn)
	c.out.use(conn)
	c.rd.Reset(c.in)
	c.resume(w)
	return c.refreshCapabilities(ctx)
}

func (in *input) use(conn net.Conn) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.conn = conn
	in.armed = time.Time{}
}

func (o *output) use(conn net.Conn) { o.conn, o.w = conn, conn }

// tlsConfig returns the configuration to use with host.
func tlsConfig(cfg *tls.Config, host string) *tls.Config {
	if cfg == nil {
		cfg = &tls.Config{}
	}
	cfg = cfg.Clone()
	if cfg.ServerName == "" {
		cfg.ServerName = host
	}
	if cfg.MinVersion == 0 {
		cfg.MinVersion = tls.VersionTLS12
	}
	return cfg
}

func isTLSConn(conn net.Conn) bool {
	_, ok := conn.(*tls.Conn)
	return ok
}
