package imap

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"net"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/sasl"
	"github.com/seed-090b04e4/imap/response"
)

// Mechanism is the client's side of a SASL exchange (RFC 4422). It has the shape
// of the Client of github.com/emersion/go-sasl, whose values can be used too.
// One Mechanism is for one exchange: make a new one for the next try.
//
// Passwords and tokens appear in no error and no log. Those of [Plain],
// [SASLLogin], [XOAuth2] and [OAuthBearer] are shown to the server, and to
// everybody who can read the connection: see [Options].AllowInsecureAuth.
type Mechanism interface {
	// Start returns the mechanism's name and its initial response: nil for none,
	// empty for an empty one.
	Start() (mech string, ir []byte, err error)
	// Next returns the response to a challenge.
	Next(challenge []byte) (response []byte, err error)
}

// OAuthError is what a server says of a token that it refuses, with XOAUTH2 and
// OAUTHBEARER (RFC 7628 §3.2.2). It comes along with the *[StatusError].
type OAuthError = sasl.OAuthError

// Plain is PLAIN (RFC 4616). authzID is whom to act as; empty: the user.
func Plain(authzID, user, password string) Mechanism { return sasl.Plain(authzID, user, password) }

// SASLLogin is the mechanism LOGIN, which is obsolete and still the only one
// that some servers have.
func SASLLogin(user, password string) Mechanism { return sasl.Login(user, password) }

// External is EXTERNAL (RFC 4422 Appendix A): the client's certificate counts.
func External(authzID string) Mechanism { return sasl.External(authzID) }

// Anonymous is ANONYMOUS (RFC 4505). trace tells the server who is there.
func Anonymous(trace string) Mechanism { return sasl.Anonymous(trace) }

// CramMD5 is CRAM-MD5 (RFC 2195), which is obsolete: use SCRAM where it can be had.
func CramMD5(user, password string) Mechanism { return sasl.CramMD5(user, password) }

// XOAuth2 is Google's and Microsoft's XOAUTH2 with an OAuth access token.
func XOAuth2(user, token string) Mechanism { return sasl.XOAuth2(user, token) }

// OAuthBearer is OAUTHBEARER (RFC 7628) with an OAuth access token. host and
// port are those of the server, or empty and zero.
func OAuthBearer(user, token, host string, port int) Mechanism {
	return sasl.OAuthBearer(user, token, host, port)
}

// ScramHash is the hash function of a SCRAM mechanism.
type ScramHash = sasl.ScramHash

// The hash functions of SCRAM.
const (
	ScramSHA1   = sasl.ScramSHA1   // RFC 5802
	ScramSHA256 = sasl.ScramSHA256 // RFC 7677
	ScramSHA512 = sasl.ScramSHA512 // in no RFC, and offered by some servers
)

// Scram is SCRAM-SHA-1, SCRAM-SHA-256 or SCRAM-SHA-512 without channel binding
// (RFC 5802, RFC 7677): the server never learns the password, and proves that
// it knows it; where it does not, the connection is closed. With channel binding,
// [Client.ScramPlus] makes one.
func Scram(hash ScramHash, user, password string) Mechanism {
	return sasl.Scram(hash, "", user, password, sasl.ScramOptions{})
}

// ScramPlus is SCRAM bound to the client's TLS connection, so that nobody can
// stand in the middle: tls-exporter with TLS 1.3 (RFC 9266), tls-unique with
// TLS 1.2, or else tls-server-end-point (RFC 5929). The error says why the
// connection has no such binding.
func (c *Client) ScramPlus(hash ScramHash, user, password string) (Mechanism, error) {
	b, err := c.channelBinding()
	if err != nil {
		return nil, err
	}
	return sasl.Scram(hash, "", user, password, sasl.ScramOptions{Binding: b}), nil
}

func (c *Client) channelBinding() (*sasl.Binding, error) {
	cs := c.TLS()
	if cs == nil {
		return nil, sasl.ErrNoBinding
	}
	b, err := sasl.DefaultBinding(cs)
	return &b, err
}

// TLS returns the state of the TLS connection, and nil where there is none.
func (c *Client) TLS() *tls.ConnectionState {
	c.mu.Lock()
	conn, ok := c.transport.conn.(*tls.Conn)
	c.mu.Unlock()
	if !ok {
		return nil
	}
	cs := conn.ConnectionState()
	return &cs
}

// Login logs in with the command LOGIN (RFC 9051 §6.2.3). [Client.AuthPassword]
// is better: it picks the strongest mechanism that the server offers.
//
// Errors: [ErrInsecure] without TLS; an *[UnsupportedError] where the server
// lists LOGINDISABLED; a *[StatusError], mostly with CodeAuthenticationFailed
// (RFC 5530 §3).
func (c *Client) Login(ctx context.Context, user, password string) error {
	if c.State() == StateNotAuthenticated && c.Caps().Lists(CapLoginDisabled) {
		return &UnsupportedError{Command: "LOGIN (LOGINDISABLED)", Cap: "AUTH=PLAIN"}
	}
	if err := c.permitSecret(); err != nil {
		return err
	}
	_, err := c.exec(ctx, c.loginRequest(commands.Login{User: user, Password: password}, nil))
	if err != nil {
		return err
	}
	return c.refreshCapabilities(ctx)
}

// loginRequest is a command that ends in the authenticated state.
func (c *Client) loginRequest(cmd commands.Command, counts func() bool) request {
	col := &capsCollector{}
	return request{cmd: cmd, states: StateNotAuthenticated, collect: col, finish: func(st *StatusResponse) {
		if st.Type != OK || counts != nil && !counts() {
			return
		}
		c.session.state = StateAuthenticated
		if !col.told {
			c.session.forgetCaps()
		}
	}}
}

// capsCollector notices whether the server tells its capabilities unasked.
type capsCollector struct {
	noCollector
	told bool
}

func (l *capsCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *response.CapabilityData:
		l.told = true
		return true
	case *StatusResponse:
		l.told = l.told || d.HasCode(response.CodeCapability)
	}
	return false
}

// permitSecret refuses to send what must not be read on its way.
func (c *Client) permitSecret() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.transport.isTLS || c.opts.AllowInsecureAuth || isLocal(c.transport.raw) {
		return nil
	}
	return ErrInsecure
}

// isLocal reports whether a connection does not leave the machine.
func isLocal(conn net.Conn) bool {
	switch addr := conn.RemoteAddr().(type) {
	case *net.TCPAddr:
		return addr.IP.IsLoopback()
	case *net.UnixAddr:
		return true
	case nil:
		return false
	default:
		return addr.Network() == "pipe"
	}
}

// AuthPassword logs in with a password, by the strongest means that the server
// offers: SCRAM bound to the TLS connection, SCRAM, PLAIN, LOGIN (both as a
// mechanism and as the command), and CRAM-MD5 where there is nothing else.
//
// A server that refuses SCRAM with channel binding, and does not say that the
// password is wrong, is tried again with SCRAM alone: some offer a binding that
// they do not have with TLS 1.3.
//
// Errors: as of [Client.Authenticate]; an *[UnsupportedError] where the server
// offers nothing that fits.
func (c *Client) AuthPassword(ctx context.Context, user, password string) error {
	caps := c.Caps()
	opt := sasl.Options{TLS: c.permitSecret() == nil}
	if b, err := c.channelBinding(); err == nil {
		opt.Scram.Binding = b
	}
	if m, ok := sasl.Choose(caps.Values("AUTH"), user, password, opt); ok {
		err := c.Authenticate(ctx, m)
		if opt.Scram.Binding == nil || !bindingRefused(err) {
			return err
		}
		opt.Scram.Binding = nil // Cyrus up to 3.12 knows tls-unique alone
		opt.Allow = func(name string) bool { return strings.HasPrefix(name, "SCRAM-") }
		if m, ok = sasl.Choose(caps.Values("AUTH"), user, password, opt); !ok {
			return err
		}
		return c.Authenticate(ctx, m)
	}
	if caps.Lists(CapLoginDisabled) {
		return &UnsupportedError{Command: "AUTHENTICATE", Cap: "AUTH=PLAIN"}
	}
	return c.Login(ctx, user, password)
}

// bindingRefused reports whether a NO may be about the channel binding.
func bindingRefused(err error) bool {
	var st *StatusError
	return errors.As(err, &st) && st.Type == NO && st.Code == nil
}

// Authenticate logs in with a SASL mechanism (RFC 9051 §6.2.2). It does not
// require that the server lists the mechanism, as some don't.
//
// Where the mechanism fails, the exchange is broken off and the connection
// stays usable; where the server does not prove what the mechanism wants proof
// of, the connection is closed.
//
// Errors: [ErrInsecure] for a mechanism that reveals its secret, without TLS; a
// *[StatusError], joined with the *[OAuthError] where the server gave one; the
// mechanism's own.
func (c *Client) Authenticate(ctx context.Context, m Mechanism) error {
	name, ir, err := m.Start()
	if err != nil {
		return err
	}
	if sasl.RevealsSecret(name) {
		if err := c.permitSecret(); err != nil {
			return err
		}
	}
	cmd := commands.Authenticate{Mechanism: name}
	x := &saslExchange{c: c, m: m, proof: errUnasked}
	if ir != nil && c.Caps().Has(response.CapSASLIR) {
		cmd.InitialResponse, cmd.HasInitial = ir, true
		x.proof = verified(m)
	} else {
		x.ir = ir
	}
	r := c.loginRequest(cmd, func() bool { return x.proof == nil })
	r.awaitsPlus, r.whole = true, true
	if x.w, err = c.send(ctx, r); err != nil {
		return err
	}
	if err := x.run(ctx); err != nil {
		return err
	}
	return c.refreshCapabilities(ctx)
}

// verified asks a mechanism with mutual authentication whether the server has
// proved itself.
func verified(m Mechanism) error {
	if d, ok := m.(sasl.Completer); ok {
		return d.Done()
	}
	return nil
}

// errUnasked says that the server accepted somebody who had said nothing yet.
var errUnasked = &ProtocolError{Msg: "AUTHENTICATE succeeded before the server had asked"}

// saslExchange is an AUTHENTICATE in progress. Nothing else is in flight.
type saslExchange struct {
	c     *Client
	w     *call
	m     Mechanism
	ir    []byte // initial response that was not sent with the command
	err   error  // of the mechanism
	proof error  // why the server's OK does not count; guarded by Client.mu
}

func (x *saslExchange) run(ctx context.Context) error {
	for {
		select {
		case text := <-x.w.plus:
			if err := x.respond(text); err != nil {
				return err
			}
		case <-x.w.done:
			return x.result()
		case <-ctx.Done():
			x.err = ctx.Err()
			x.w.abandon()
			go x.breakOff()
			return ctx.Err()
		}
	}
}

// breakOff ends an exchange that nobody waits for any more: the server may be
// about to ask, and nobody else can speak before it has its answer.
func (x *saslExchange) breakOff() {
	for {
		select {
		case <-x.w.plus:
			if x.say("*") != nil {
				return
			}
		case <-x.w.done:
			x.result()
			return
		}
	}
}

// respond answers a challenge, or breaks the exchange off.
func (x *saslExchange) respond(text string) error {
	resp, err := x.response(text)
	line, proof := "*", err
	if err != nil {
		x.err = err
	} else {
		line, proof = base64.StdEncoding.EncodeToString(resp), verified(x.m)
	}
	x.c.mu.Lock()
	x.proof = proof
	x.c.mu.Unlock()
	return x.say(line)
}

// say sends a line, to which the server may answer with another challenge.
func (x *saslExchange) say(line string) error {
	x.c.traceText("***")
	return x.c.sendLine(x.w, line, true)
}

func (x *saslExchange) response(text string) ([]byte, error) {
	if x.err != nil {
		return nil, x.err
	}
	challenge, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, &ProtocolError{Msg: "a SASL challenge that is not base64"}
	}
	if x.ir != nil {
		ir := x.ir
		x.ir = nil
		if len(challenge) == 0 {
			return ir, nil
		}
	}
	return x.m.Next(challenge)
}

// result returns the outcome of the exchange: the mechanism's error before the
// server's, and the server's with what the mechanism knows about it. A success
// that does not count ends the connection.
func (x *saslExchange) result() error {
	if x.w.err == nil {
		if x.proof != nil {
			x.c.fail(x.proof)
		}
		return x.proof
	}
	if x.err != nil {
		return x.err
	}
	if f, ok := x.m.(sasl.Failer); ok {
		if why := f.Failure(); why != nil {
			return errors.Join(x.w.err, why)
		}
	}
	return x.w.err
}
