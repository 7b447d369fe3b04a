package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-090b04e4/imap/internal/wire"
	"github.com/seed-090b04e4/imap/response"
)

// Client is a connection to an IMAP server. It is safe for concurrent use: commands
// that may be in flight together are pipelined, others wait (RFC 9051 §5.5).
//
// A method that sends a command returns when the server has answered. Unless its
// comment says more, its error is one of these (see docs/errors.md):
//
//   - a *[StatusError]: the server answered NO or BAD; within a *[ThrottleError] if
//     it wants fewer requests for a while
//   - ctx.Err(): the command was abandoned, and the connection goes on
//   - a *[ConnError]: the connection ended before the answer came
//   - a *[StateError], *[UnsupportedError] or *[ArgumentError]: nothing was sent
//   - a *[LimitError] or *[ParseError]: the answer was too large, or could not be
//     read
type Client struct {
	opts   Options
	in     *wire.Input
	token  readToken    // has the reader, for its holder
	writer writer       // for the holder of the write lock
	parts  atomic.Int32 // PartReaders that have something to fetch still

	mu        sync.Mutex // guards what follows; see docs/ARCHITECTURE.md for the order of locks
	life      lifetime
	transport transport
	queue     queue
	session   session
	selection selectionLock
	events    events
	hook      commandHook
	idle      idler

	secrets secrets // what a login has sent; has a lock of its own
}

// lifetime is how far the connection is between its greeting and its end. The channels
// need no lock.
type lifetime struct {
	greeted chan struct{} // closed after the greeting
	done    chan struct{} // closed when the connection has ended; err is set before
	err     error         // why the connection ended
	leaving *time.Timer   // ends the connection after BYE
}

func newLifetime() lifetime {
	return lifetime{greeted: make(chan struct{}), done: make(chan struct{})}
}

// transport is what a Client speaks over.
type transport struct {
	raw   net.Conn // the network connection, under TLS if there is TLS
	conn  net.Conn // what is read and written
	host  string   // the host name that was dialled; empty: not known
	isTLS bool
}

// NewClient makes a Client of an open connection, over which nothing has been read,
// and waits for the greeting and the capabilities. It owns conn from then on, and
// closes it if NewClient fails. If conn is a *tls.Conn, TLS counts as on.
//
// Errors: ctx.Err(), or a *[ConnError], with a *[StatusError] in it if the server
// says BYE, or a *[ParseError] or *[ProtocolError] if it does not speak IMAP.
func NewClient(ctx context.Context, conn net.Conn, opts *Options) (*Client, error) {
	_, isTLS := conn.(*tls.Conn)
	c := newClient(transport{raw: conn, conn: conn, isTLS: isTLS}, opts)
	if err := c.start(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// newClient makes a Client without starting it.
func newClient(t transport, opts *Options) *Client {
	c := &Client{
		opts:      opts.withDefaults(),
		life:      newLifetime(),
		transport: t,
	}
	c.session.state = StateConnecting
	r := &c.token.reader
	c.in = wire.NewInput(t.conn, wire.Limits{
		Timeout: c.opts.ReadTimeout, Discard: c.opts.MaxDiscard, DiscardTime: c.opts.DiscardTimeout,
	}, r.withinResponse)
	r.init(c)
	c.token.wake = make(chan struct{}, 1)
	c.writer = writer{c: c, out: wire.NewOutput(t.conn, c.opts.WriteTimeout, c.in.Progress)}
	c.events.init(c)
	return c
}

// start waits for the greeting and makes sure that the capabilities are known.
func (c *Client) start(ctx context.Context) error {
	go c.readLoop()
	select {
	case <-c.life.greeted:
	case <-c.life.done:
		c.Close()
		return c.endError(nil)
	case <-ctx.Done():
		c.Close()
		return ctx.Err()
	}
	if err := c.refreshCapabilities(ctx); err != nil {
		c.Close()
		return err
	}
	return nil
}

// Close closes the connection at once, without LOGOUT, and returns nil, also if
// called again. Commands in flight fail with a *[ConnError].
func (c *Client) Close() error {
	c.fail(ErrClosed)
	return nil
}

// Done returns a channel that is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.life.done }

// Err returns why the connection ended, and nil while it lasts: [ErrClosed] after
// Close and LOGOUT, a *[StatusError] after the server's BYE.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.life.err
}

// fail ends the connection. The first reason counts, but the server's BYE more
// than the end of the connection that follows it.
func (c *Client) fail(err error) {
	c.mu.Lock()
	if c.life.err != nil {
		c.mu.Unlock()
		return
	}
	switch {
	case c.leavingLocked(err):
		err = ErrClosed
	case c.session.bye != nil && err != ErrClosed:
		err = statusError("", c.session.bye)
	}
	c.life.err = err
	c.session.forgetMailbox()
	c.session.state = StateLogout
	for _, w := range c.queue.clear() {
		w.endLocked(c.endError(w))
	}
	c.events.closeLocked()
	c.idle.release()
	c.stopTimersLocked()
	close(c.life.done)
	raw := c.transport.raw
	c.mu.Unlock()
	c.token.reader.rd.Stop()
	_ = raw.Close() // nothing more is wanted of it
}

// leavingLocked reports whether err is what LOGOUT was to bring about.
func (c *Client) leavingLocked(err error) bool {
	if c.session.bye == nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	return c.session.loggedOut || c.queue.leaving()
}

// endError returns the error of a call that the end of the connection ended.
// Its caller holds c.mu, or has seen c.life.done closed.
func (c *Client) endError(w *call) error {
	return &ConnError{Sent: w != nil && w.stage >= stageSending, Err: c.life.err}
}

// refused returns the error for a status response that refuses a command.
func refused(w *call, st *StatusResponse) error {
	if st.Type == response.OK {
		return nil
	}
	return statusError(w.name, st)
}
