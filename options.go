package imap

import (
	"context"
	"crypto/tls"
	"log/slog"
	"math"
	"net"
	"time"
)

// Options are the settings of a connection. The zero value, and nil in place of
// a *Options, are the defaults, which are safe. It is copied when a connection
// is made.
type Options struct {
	// TLSConfig is used for TLS and STARTTLS. Nil: the system's roots, the host
	// name of the address, TLS 1.2 or later. It is cloned; if ServerName is
	// empty, the host name of the address is filled in.
	TLSConfig *tls.Config

	// Dial opens the network connection, through a proxy for example. Nil: a
	// net.Dialer that tries the host's addresses in turn, with TCP keep-alive.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// AllowInsecureAuth permits LOGIN and mechanisms that reveal the password or
	// token without TLS. Connections within this machine need no permission: to
	// loopback addresses, over Unix domain sockets and over net.Pipe, and if Dial is
	// set only to hosts that are "localhost" or loopback addresses themselves, as
	// what it returns may lead to a proxy.
	AllowInsecureAuth bool

	// ReadOnly guarantees that nothing on the server is changed over this
	// connection: no message, no flag (\Seen neither), no mailbox, no subscription,
	// no setting. SELECT is sent as EXAMINE, and every section of a message is asked
	// for with PEEK. A command that is not known to change nothing, also one given to
	// [Client.Do], fails with a *[StateError] before anything of it is sent; what
	// counts is the octets that it would send, not its type. CLOSE is among them:
	// [Client.Unselect] closes a mailbox. So are FETCH items that the library does
	// not know, RFC822 and RFC822.TEXT, which have no form with PEEK.
	ReadOnly bool

	// RequireChannelBinding forbids [Client.AuthPassword] everything but SCRAM bound
	// to the TLS connection: see there what an attacker in the middle of the connection
	// gains otherwise. A server that offers no such mechanism is refused with an
	// *[UnsupportedError].
	RequireChannelBinding bool

	// ReadTimeout is how long a command waits without progress; then the
	// connection fails with ErrTimeout. Progress is what belongs to a command in
	// flight, and each octet of a response that has begun; a server that keeps
	// saying the same ("* OK still here") makes none. Anything else that it does,
	// new mail for example, counts for 32 times the limit at most. It does not run
	// during IDLE. Default 2 minutes; negative: none.
	ReadTimeout time.Duration

	// WriteTimeout is how long the server may take nothing of what is sent.
	// Default 1 minute; negative: none.
	WriteTimeout time.Duration

	// IdleRenewal is the interval at which IDLE is renewed, so that servers and
	// routers do not drop the connection. Default 9 minutes, as Gmail ends an
	// IDLE after 10; negative: never.
	IdleRenewal time.Duration

	// Logger receives the protocol at debug level: lines without passwords,
	// tokens and SASL payloads, body sections as sizes. Nil: no log.
	Logger *slog.Logger

	// OnEvent is called with unsolicited responses: see [Event]. The
	// calls come one at a time, in order, from a goroutine of their own that
	// may call the Client. Events that come while 1,024, or 16 MiB of memory, wait
	// are dropped, which an *EventsLost reports. Nil: events are dropped.
	//
	// Close does not wait for that goroutine: it goes on until OnEvent has had
	// what was sent before the end, and if OnEvent blocks, it stays.
	OnEvent func(Event)

	// OnCommand is called with each command that has ended: for logs, metrics and
	// traces. The calls come one at a time, in the order of the ends, from a goroutine
	// of their own, which Close does not wait for. Commands that end while 1,024 wait
	// are dropped. Nil: nothing is noted.
	OnCommand func(CommandInfo)

	// MaxResponse is the longest response in octets, body sections not counted.
	// A longer one ends the connection with a *LimitError. Default 16 MiB.
	MaxResponse int64

	// MaxLiteral is the largest body section in octets that FETCH keeps in
	// memory; a larger one costs its row, with a *LimitError, and so do more octets
	// in one message than the sections that were asked for may have together. It
	// does not bound streams. Default 64 MiB.
	MaxLiteral int64

	// ReadAhead is how many octets of memory are kept for a FETCH or LIST loop that is
	// slower than the commands issued beside it; see [ErrReadAhead]. What the loop
	// has taken over, and not yet shown to its body, does not count, so that the
	// memory of a loop may reach twice of this. Default 64 MiB.
	ReadAhead int64

	// MaxDiscard is how many octets of the answer to an abandoned command
	// are read and dropped; beyond, the connection is closed. Default 16 MiB.
	MaxDiscard int64

	// DiscardTimeout is how long that may take; beyond, the connection is closed.
	// Default 30 seconds.
	DiscardTimeout time.Duration
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
