package imap

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/sasl"
	"github.com/seed-090b04e4/imap/response"
)

// Login logs in with the command LOGIN (RFC 9051 §6.2.3). [Client.AuthPassword] is
// better: it picks the strongest mechanism that the server offers.
//
// Errors: [ErrInsecure] without TLS; an *[UnsupportedError] if the server lists
// LOGINDISABLED; a *[StatusError], mostly with CodeAuthenticationFailed or no code;
// a *[ThrottleError], which says nothing about the password.
func (c *Client) Login(ctx context.Context, user, password string) error {
	if c.State() == StateNotAuthenticated && c.Caps().Lists(CapLoginDisabled) {
		return c.passwordsForbidden("LOGIN")
	}
	if err := c.permitSecret(); err != nil {
		return err
	}
	c.secrets.add(user, password)
	_, err := c.exec(ctx, c.loginRequest(commands.Login{User: user, Password: password}, nil))
	if err != nil {
		return err
	}
	c.secrets.forget()
	return c.refreshCapabilities(ctx)
}

// AuthPassword logs in with a password, by the strongest means that the server
// offers: SCRAM bound to the TLS connection, SCRAM, PLAIN, LOGIN, CRAM-MD5. If the
// server refuses one for what it is, the next weaker is tried, three at most: see
// docs/security.md for what a wrong password costs then, and what an attacker
// gains. [Options].RequireChannelBinding forbids all but the first, and
// [Options].AuthMemory spares later logins what was refused.
//
// Errors: those of [Client.Authenticate], of the last means tried; an
// *[UnsupportedError] if the server offers nothing that fits.
func (c *Client) AuthPassword(ctx context.Context, user, password string) error {
	visit := c.opts.AuthMemory.visit(c, user, password)
	ways, err := c.passwordWays(user, password, c.opts.RequireChannelBinding || visit.requiresBinding())
	if err != nil {
		return err
	}
	ways = visit.skip(ways)
	for i, way := range ways[:min(len(ways), maxWays)] {
		if i > 0 && !c.mayFollow(ways[i-1].Strength, way.Strength) {
			break
		}
		if way.Mechanism == nil {
			err = c.Login(ctx, user, password)
		} else {
			err = c.Authenticate(ctx, way.Mechanism)
		}
		if err == nil {
			visit.worked(way, i > 0)
			return nil
		}
		if !refusesMeans(err) {
			break
		}
		visit.failed()
	}
	return err
}

// maxWays bounds how often AuthPassword tries: servers lock out who fails too often.
const maxWays = 3

// passwordWays returns the ways to log in with a password, the best first. One without
// a Mechanism is the command LOGIN. bind says that channel binding is required.
func (c *Client) passwordWays(user, password string, bind bool) ([]sasl.Choice, error) {
	caps := c.Caps()
	opt := sasl.Options{Protected: c.permitSecret() == nil}
	if b, err := c.channelBinding(); err == nil {
		opt.Binding = b
	}
	offered := caps.Values("AUTH")
	ways := sasl.Rank(offered, user, password, opt)
	if bind {
		if len(ways) == 0 || ways[0].Strength != sasl.Bound {
			return nil, &UnsupportedError{Command: "AUTHENTICATE", Cap: "AUTH=SCRAM-SHA-256-PLUS", Reason: c.whyUnbound(opt.Binding)}
		}
		return ways[:1], nil
	}
	if len(ways) > 1 && ways[1].Strength == sasl.Mutual && c.cannotBind() {
		ways = ways[1:]
	}
	if opt.Protected && !caps.Lists(CapLoginDisabled) {
		i := slices.IndexFunc(ways, func(w sasl.Choice) bool { return w.Strength == sasl.Recorded })
		if i <= 0 { // CRAM-MD5 goes first if it is alone, else last
			i = len(ways)
		}
		ways = slices.Insert(ways, i, sasl.Choice{Name: "LOGIN", Strength: sasl.Cleartext})
	}
	switch {
	case len(ways) > 0:
		return ways, nil
	case caps.Lists(CapLoginDisabled):
		return nil, c.passwordsForbidden("AUTHENTICATE")
	}
	return nil, ErrInsecure
}

// mayFollow reports whether a means of one strength may be tried after one of another
// was refused. A refusal of SCRAM may come from who wants to see the password.
func (c *Client) mayFollow(refused, next sasl.Strength) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch refused {
	case sasl.Bound:
		return next == sasl.Mutual
	case sasl.Mutual, sasl.Recorded:
		return next == sasl.Cleartext && (c.transport.isTLS || c.isLocalLocked())
	}
	return next == sasl.Cleartext
}

// refusesMeans reports whether the server refused the means to log in, or may have
// done, and not the user or the password.
func refusesMeans(err error) bool {
	var st *StatusError
	var throttled *ThrottleError
	if !errors.As(err, &st) || st.Type == BYE || errors.As(err, &throttled) || errors.Is(err, ErrClosed) {
		return false
	}
	var failure sasl.ScramFailure
	if errors.As(err, &failure) {
		switch failure {
		case "invalid-proof", "unknown-user", "server-does-support-channel-binding":
			return false
		}
	}
	return st.Code == nil || st.HasCode(CodeCannot) || st.HasCode(response.CodeClientBug)
}

// passwordsForbidden is the error if the server lists LOGINDISABLED (RFC 9051 §6.2.3)
// and offers no mechanism that fits.
func (c *Client) passwordsForbidden(command string) error {
	e := &UnsupportedError{Command: command, Cap: "AUTH=PLAIN", Reason: "the server forbids passwords before TLS"}
	if c.TLS() != nil {
		e.Reason = "the server forbids the command LOGIN"
	}
	if command != "LOGIN" && c.TLS() != nil {
		e.Reason += " and offers no mechanism for a password that the library has" + historic(c.Caps())
	}
	return e
}

// historic says why DIGEST-MD5 is not used, if the server offers it.
func historic(caps Capabilities) string {
	if !caps.Has("AUTH=DIGEST-MD5") {
		return ""
	}
	return ": DIGEST-MD5 protects nothing any more (RFC 6331)"
}

// whyUnbound says why there is no login that is bound to the connection.
func (c *Client) whyUnbound(binding *sasl.Binding) string {
	switch {
	case c.TLS() == nil:
		return "channel binding is required, and the connection has no TLS"
	case binding == nil:
		return "channel binding is required, and the TLS connection has none"
	}
	return "channel binding is required, and the server does not offer SCRAM with it"
}

// permitSecret refuses to send what must not be read on its way.
func (c *Client) permitSecret() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.transport.isTLS || c.opts.AllowInsecureAuth || c.isLocalLocked() {
		return nil
	}
	return ErrInsecure
}

// isLocalLocked reports whether the connection does not leave the machine. If
// [Options].Dial made it, its peer may be a proxy on this machine, so that the address
// that was dialled counts too.
func (c *Client) isLocalLocked() bool {
	host := c.transport.host // empty for NewClient
	return isLocal(c.transport.raw) && (c.opts.Dial == nil || host == "" || isLocalHost(host))
}

// isLocal reports whether the peer of a connection is on this machine: a loopback
// address, a Unix domain socket or a net.Pipe, and nothing that is not known.
func isLocal(conn net.Conn) bool {
	switch addr := conn.RemoteAddr().(type) {
	case *net.TCPAddr:
		return addr != nil && addr.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	default:
		return addr == pipeAddr
	}
}

// pipeAddr is the address of both ends of every net.Pipe.
var pipeAddr = func() net.Addr {
	conn, peer := net.Pipe()
	defer conn.Close()
	defer peer.Close()
	return conn.RemoteAddr()
}()

// isLocalHost reports whether a host that is to be dialled is this machine by its name
// alone (RFC 6761 §6.3), whatever a resolver or a proxy makes of it.
func isLocalHost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
