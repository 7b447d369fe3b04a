package account

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"time"

	"github.com/seed-090b04e4/imap"
)

// Config says which account to open, and how. URL and Credentials are required.
type Config struct {
	// URL names the server and the user: imaps://user@host[:port] for TLS from the
	// first octet (RFC 8314 §3.2), imap://user@host[:port] for STARTTLS. Special
	// characters of the user name are percent-encoded: imaps://a%40b.org@host.
	// A password in it is an error, because URLs end up in logs.
	URL string

	// Credentials is called at every login. See [Password] and [Token].
	Credentials Credentials

	// MaxConns is how many connections the account may have at a time, those that
	// wait in IDLE included. Default 3; 1 works. A server that refuses further
	// connections lowers it for a while.
	MaxConns int

	// Client is the settings of each connection. Dial, TLSConfig, Logger and the
	// limits are used as they are. OnEvent is called with the events of all
	// connections, from a goroutine for each. AuthMemory is the account's own if it
	// is nil.
	Client imap.Options

	// Insecure has imap:// go without TLS: for servers on the same machine.
	Insecure bool

	// ID is sent after each login if the server offers ID (RFC 2971). Some
	// providers refuse SELECT without it; then a name is sent even if ID is nil.
	ID []imap.IDParam

	// Backoff is how long to wait between attempts to connect.
	Backoff Backoff

	// MaxAttempts is how often one call of Do, Sync or Download connects before it
	// returns the error. Default 3. Watch does not give up.
	MaxAttempts int

	// MaxWait is how long such a call waits for the time at which the next attempt
	// is allowed; if that is further away, it returns the error at once. Default
	// one minute.
	MaxWait time.Duration

	// ConnectTimeout bounds an attempt: dialing, TLS, greeting and login. Default
	// one minute.
	ConnectTimeout time.Duration

	// Logger receives what happens to connections. Nil: no log. Secrets are never
	// in it.
	Logger *slog.Logger

	// Tracer is called for each command that the package sends. Nil: none.
	Tracer Tracer

	// Lazy has Open return without a first login.
	Lazy bool
}

// endpoint is what a Config's URL says.
type endpoint struct {
	tls  bool
	user string
	host string // without port
	addr string // host:port
}

// parseURL reads a Config's URL. Its errors never contain the URL, which might
// have a password in it.
func parseURL(text string) (endpoint, error) {
	u, err := url.Parse(text)
	if err != nil {
		return endpoint{}, errors.New("account: invalid URL") // the cause may quote a password
	}
	var ep endpoint
	port := ""
	switch u.Scheme {
	case "imaps":
		ep.tls, port = true, "993"
	case "imap":
		port = "143"
	default:
		return endpoint{}, fmt.Errorf("account: invalid URL: the scheme must be imaps or imap, not %q", u.Scheme)
	}
	if _, secret := u.User.Password(); secret {
		return endpoint{}, errors.New("account: invalid URL: it must not have a password; see Config.Credentials")
	}
	if ep.user = u.User.Username(); ep.user == "" {
		return endpoint{}, errors.New("account: invalid URL: it has no user")
	}
	if ep.host = u.Hostname(); ep.host == "" {
		return endpoint{}, errors.New("account: invalid URL: it has no host")
	}
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
		return endpoint{}, errors.New("account: invalid URL: nothing may follow the host")
	}
	if u.Port() != "" {
		port = u.Port()
	}
	ep.addr = net.JoinHostPort(ep.host, port)
	return ep, nil
}

// withDefaults returns a copy with every zero replaced.
func (cfg Config) withDefaults() Config {
	cfg.MaxConns = orDefault(cfg.MaxConns, 3)
	cfg.MaxAttempts = orDefault(cfg.MaxAttempts, 3)
	cfg.MaxWait = orDefault(cfg.MaxWait, time.Minute)
	cfg.ConnectTimeout = orDefault(cfg.ConnectTimeout, time.Minute)
	cfg.Backoff = cfg.Backoff.withDefaults()
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Client.AuthMemory == nil {
		cfg.Client.AuthMemory = new(imap.AuthMemory)
	}
	if cfg.Client.IdleRenewal == 0 {
		cfg.Client.IdleRenewal = idleCheck + time.Minute // Watch checks the connection before
	}
	return cfg
}

func orDefault[T ~int | ~int64](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}
