package imap

import (
	"context"
	"crypto/tls"
	"log/slog"
	"math"
	"net"
	"time"
)

// Options are the settings of a connection. The zero value is safe; nil stands for
// it.
type Options struct {
	TLSConfig *tls.Config // cloned; empty ServerName: the host dialled; nil: the system's roots, TLS 1.2 or later
	// Dial opens the network connection, through a proxy for example; nil: a net.Dialer.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// AllowInsecureAuth permits passwords and tokens without TLS. Within this machine
	// they need no permission, unless Dial may lead to another: see docs/security.md.
	AllowInsecureAuth bool
	// ReadOnly guarantees that nothing on the server is changed, \Seen neither: SELECT
	// is sent as EXAMINE, sections are asked for with PEEK, and a command that is not
	// known to change nothing, also one of Do, is a *StateError: see docs/security.md.
	ReadOnly bool
	// RequireChannelBinding forbids AuthPassword all but SCRAM bound to the TLS connection.
	RequireChannelBinding bool
	// AuthMemory has AuthPassword begin with what worked on an earlier connection; nil: none.
	AuthMemory *AuthMemory

	// ReadTimeout is how long a command waits without progress, other than in IDLE; then
	// the connection fails with ErrTimeout: see docs/errors.md.
	ReadTimeout  time.Duration // zero: 2 minutes; negative: no limit
	WriteTimeout time.Duration // how long the server may take nothing of what is sent; zero: 1 minute; negative: no limit
	IdleRenewal  time.Duration // how often IDLE is renewed; zero: 9 minutes, as Gmail ends it after 10; negative: never

	Logger *slog.Logger // gets the protocol at debug level, without secrets and body sections; nil: no log
	// OnEvent is called with unsolicited responses, one at a time and in order, from a
	// goroutine of its own, which Close does not wait for, and may call the Client. If
	// 1,024 or 16 MiB of memory wait, more are dropped, with an *EventsLost.
	OnEvent func(Event)

	// OnCommand is called with each command that has ended, like OnEvent. If 1,024 wait,
	// more are dropped.
	OnCommand func(CommandInfo)

	// The limits, in octets, of what the connection keeps: see docs/large-mailboxes.md.
	MaxResponse    int64         // a response without its body sections, else the connection ends; zero: 16 MiB
	MaxLiteral     int64         // the body sections of a message in memory, else it is a RowError; zero: 64 MiB
	ReadAhead      int64         // what is kept for a loop that is slower than other commands, else ErrReadAhead; zero: 64 MiB
	MaxDiscard     int64         // what is dropped of an abandoned answer, else the connection ends; zero: 16 MiB
	DiscardTimeout time.Duration // how long that may take, else the connection ends; zero: 30 seconds
}

// withDefaults returns a copy with every zero replaced, and what makes no sense
// below zero.
func (o *Options) withDefaults() Options {
	var c Options
	if o != nil {
		c = *o
	}
	c.ReadTimeout = orDefault(c.ReadTimeout, 2*time.Minute)
	c.WriteTimeout = orDefault(c.WriteTimeout, time.Minute)
	c.IdleRenewal = orDefault(c.IdleRenewal, 9*time.Minute)
	if c.IdleRenewal < 0 {
		c.IdleRenewal = math.MaxInt64
	}
	c.MaxResponse = max(c.MaxResponse, 0)
	c.MaxLiteral = orDefault(max(c.MaxLiteral, 0), 64<<20)
	c.ReadAhead = orDefault(max(c.ReadAhead, 0), 64<<20)
	c.MaxDiscard = orDefault(max(c.MaxDiscard, 0), 16<<20)
	c.DiscardTimeout = orDefault(max(c.DiscardTimeout, 0), 30*time.Second)
	return c
}

func orDefault[T ~int64](v, def T) T {
	if v == 0 {
		return def
	}
	return v
}
