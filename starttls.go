package imap

import (
	"context"
	"crypto/tls"
	"time"

	"github.com/seed-090b04e4/imap/commands"
)

// StartTLS has the connection go on in TLS (RFC 9051 §6.2.1); [DialStartTLS] is the
// usual way. cfg nil means [Options].TLSConfig. It needs the capability STARTTLS.
// What the server said before, which anyone on the way may have put in, is
// forgotten, but for [Client.Greeting].
//
// It is a *[StateError] after login or PREAUTH, with TLS on, and while other
// commands are in flight. Any other error, but an *[UnsupportedError] or
// *[StatusError], ends the connection.
func (c *Client) StartTLS(ctx context.Context, cfg *tls.Config) error {
	if err := c.mayStartTLS(); err != nil {
		return err
	}
	if err := c.require("STARTTLS", CapStartTLS); err != nil {
		return err
	}
	w, err := c.send(ctx, request{cmd: commands.StartTLS{}, states: StateNotAuthenticated, pauses: true, whole: true})
	if err != nil {
		return err
	}
	if err := w.wait(ctx); err != nil {
		if ctx.Err() != nil { // the server may already wait for a handshake
			c.fail(&ConnError{Sent: true, Err: ctx.Err()})
		}
		return err
	}
	if cfg == nil {
		cfg = c.opts.TLSConfig
	}
	if err := c.switchToTLS(ctx, cfg); err != nil {
		c.fail(err)
		return err
	}
	c.resume(w)
	return c.refreshCapabilities(ctx)
}

// mayStartTLS returns a *StateError if it is too late for STARTTLS.
func (c *Client) mayStartTLS() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	refuse := func(reason string) error {
		return &StateError{Command: "STARTTLS", State: c.session.state, Reason: reason}
	}
	switch {
	case c.life.err != nil:
		return c.endError(nil)
	case c.transport.isTLS:
		return refuse("TLS is on already")
	case c.session.state != StateNotAuthenticated:
		return refuse("")
	case len(c.queue.flight)+len(c.queue.waiting) > 0:
		return refuse("another command is in flight")
	}
	return nil
}

// switchToTLS shakes hands, and forgets what was said in the clear. The reader
// waits in awaitTransport.
func (c *Client) switchToTLS(ctx context.Context, cfg *tls.Config) error {
	raw := c.transport.raw
	if err := raw.SetDeadline(time.Time{}); err != nil { // ctx counts during the handshake
		return err
	}
	conn := tls.Client(raw, tlsConfig(cfg, c.transport.host))
	if err := handshake(ctx, conn); err != nil {
		return err
	}
	c.mu.Lock()
	c.transport.conn, c.transport.isTLS = conn, true
	c.session.forgetAll()
	c.events.forgetLocked()
	c.mu.Unlock()
	c.in.Use(conn)
	c.writer.out.Use(conn)
	c.token.reader.rd.Reset(c.in)
	return nil
}

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
