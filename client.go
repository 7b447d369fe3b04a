package imap

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Client is a connection to an IMAP server. It is safe for concurrent use:
// commands that may be in flight together are pipelined, the others wait for
// each other (RFC 9051 §5.5).
//
// A method that sends a command returns when the server has answered. Unless its
// comment says more, its error is one of
//
//   - a *[StatusError]: the server answered NO or BAD; within a *[ThrottleError] if
//     it wants fewer requests for a while
//   - ctx.Err(): the command was abandoned, and the connection goes on
//   - a *[ConnError]: the connection ended before the answer came
//   - a *[StateError]: the command makes no sense now; nothing was sent
//   - an *[UnsupportedError]: the server lacks a capability; nothing was sent
//   - an *[ArgumentError]: an argument has no form on the wire; nothing was sent
//   - a *[LimitError]: the answer was too large
//   - a *[ParseError]: the answer could not be read
//   - a *[github.com/seed-090b04e4/imap/literal.ReadError]: the content of a message could not be read from its
//     reader; nothing was sent
//
// A connection lives as follows. NewClient starts the keeper, a goroutine that
// reads what the server says (keeper.go). A command is encoded, waits until no
// command is in flight that it must not run beside (admit.go), is written
// (send.go), and waits for its tagged answer (call.go). What the server says is
// applied to the connection's state first (state.go), then offered to the
// commands in flight, the oldest first, and is an event where none wants it
// (dispatch.go). Only then does a waiting caller wake. A FETCH loop takes over
// the reading from the keeper, as long as nobody else waits (turn.go).
type Client struct {
	opts Options

	// used by whoever holds the turn to read
	rd       *response.Reader
	in       *input
	body     *bodyReader // the text that the reader stands in, if a loop has it in hand
	owner    *call       // of the FETCH response that the reader stands in
	at, size int64       // octets read up to and in that response
	tooLarge *LimitError // a text of that response was too large to keep

	turn   turn
	needed atomic.Int32  // how many wait for what the server says, but for a loop that reads itself
	done   chan struct{} // closed when the connection has ended; err is set before
	kept   chan struct{} // closed when the keeper has ended

	mu       sync.Mutex // guards what follows
	err      error      // why the connection ended
	flight   []*call    // commands sent, the oldest first
	running  running    // what they do
	waiting  []*call    // commands to be sent, the oldest first
	writing  bool       // somebody holds the turn to write
	lastTag  uint64
	streams  int // live FETCH loops in flight
	greeted  chan struct{}
	state    State
	caps     Capabilities
	capsSeen bool // the server has told its capabilities in this state
	enabled  Capabilities
	greeting *StatusResponse
	bye      *StatusResponse
	left     bool // LOGOUT has succeeded
	deflated bool // COMPRESS has succeeded
	mailbox  *Mailbox
	opening  *Mailbox // what SELECT has told so far
	dialect  commands.Dialect
	rawNames map[string]bool // mailbox names that did not decode, as they came
	events   events
	idle     idler

	// used by the holder of the turn to write
	raw   net.Conn // the network connection, under TLS if any
	conn  net.Conn // what is read and written
	out   *output
	isTLS bool
}

// NewClient makes a Client of an open connection, over which nothing has been
// read, and waits for the server's greeting, and for its capabilities where the
// greeting does not tell them. The Client owns conn from then on, and closes it
// where NewClient fails. Where conn is a *tls.Conn, TLS counts as on.
//
// Errors: a *[ConnError], with a *[StatusError] in it where the server turns the
// client away by BYE, and a *[ParseError] or a *[ProtocolError] where it does not
// speak IMAP; ctx.Err().
func NewClient(ctx context.Context, conn net.Conn, opts *Options) (*Client, error) {
	c := newClient(conn, conn, opts)
	if err := c.start(ctx); err != nil {
		return nil, err
	}
	return c, nil
}

// newClient makes a Client without starting it. raw is the network connection
// below conn.
func newClient(conn, raw net.Conn, opts *Options) *Client {
	c := &Client{
		opts:    opts.withDefaults(),
		done:    make(chan struct{}),
		kept:    make(chan struct{}),
		greeted: make(chan struct{}),
		state:   StateConnecting,
		conn:    conn,
		raw:     raw,
	}
	c.turn.wake = make(chan struct{}, 1)
	c.in = newInput(c, conn)
	c.out = newOutput(c, conn)
	c.isTLS = conn != raw || isTLSConn(conn)
	c.rd = response.NewReader(c.in, response.Limits{Line: c.opts.MaxResponse})
	if c.opts.Logger != nil {
		c.rd.OnLine = c.traceIn
	}
	c.events.init(c)
	return c
}

// start waits for the greeting and makes sure that the capabilities are known.
func (c *Client) start(ctx context.Context) error {
	go c.keep()
	select {
	case <-c.greeted:
	case <-c.done:
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

// Close closes the connection at once, without LOGOUT. Commands in flight fail
// with a *[ConnError]. It may be called any number of times, from anywhere, and
// returns nil. A call of [Options].OnEvent that is under way goes on.
func (c *Client) Close() error {
	c.fail(ErrClosed)
	return nil
}

// Done returns a channel that is closed when the connection has ended, for
// whatever reason; Err tells which.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns why the connection ended, and nil while it lasts. It is
// [ErrClosed] after Close and after LOGOUT, a *[StatusError] after the server's
// BYE.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// fail ends the connection. The first reason counts, but the server's BYE more
// than the end of the connection that follows it.
func (c *Client) fail(err error) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		return
	}
	switch {
	case c.leavingLocked(err):
		err = ErrClosed
	case c.bye != nil && err != ErrClosed:
		err = statusError("", c.bye)
	}
	c.err = err
	c.state = StateLogout
	c.mailbox = nil
	calls := append(c.flight, c.waiting...)
	c.flight, c.waiting = nil, nil
	for _, w := range calls {
		w.endLocked(c.endError(w))
	}
	c.events.closeLocked()
	c.idle.release()
	close(c.done)
	c.mu.Unlock()
	c.raw.Close()
}

// leavingLocked reports whether err is what LOGOUT was to bring about.
func (c *Client) leavingLocked(err error) bool {
	if c.bye == nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	for _, w := range c.flight {
		if w.name == "LOGOUT" && w.sent == sentAll {
			return true
		}
	}
	return c.left
}

// endError returns the error of a call that the end of the connection ended.
// Its caller holds c.mu, or has seen c.done closed.
func (c *Client) endError(w *call) error {
	return &ConnError{Sent: w != nil && w.sent != sentNothing, Err: c.err}
}
