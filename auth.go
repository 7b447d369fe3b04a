package imap

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/sasl"
	"github.com/seed-090b04e4/imap/response"
)

// Mechanism is the client's side of one SASL exchange (RFC 4422). It has the shape
// of the Client of github.com/emersion/go-sasl, whose values can be used too, and
// may have three more methods: see docs/security.md. Secrets are in no error and no
// log.
type Mechanism interface {
	// Start returns the mechanism's name and initial response: nil for none, empty for an empty one.
	Start() (mech string, ir []byte, err error)
	// Next returns the response to a challenge.
	Next(challenge []byte) (response []byte, err error)
}

// OAuthError is what a server says of a token that it refuses (RFC 7628 §3.2.2):
// Status, like "invalid_token", Schemes, Scope and OpenIDConfiguration, as far as it
// does, and Raw, the octets that came. It is joined with the *[StatusError].
type OAuthError = sasl.OAuthError

// Plain is PLAIN (RFC 4616). authzID is whom to act as; empty: the user.
func Plain(authzID, user, password string) Mechanism { return sasl.Plain(authzID, user, password) }

// SASLLogin is the mechanism LOGIN, which is obsolete: for servers with no other.
func SASLLogin(user, password string) Mechanism { return sasl.Login(user, password) }

// External is EXTERNAL (RFC 4422 Appendix A): the client's certificate counts.
func External(authzID string) Mechanism { return sasl.External(authzID) }

// Anonymous is ANONYMOUS (RFC 4505). trace is for the server's log.
func Anonymous(trace string) Mechanism { return sasl.Anonymous(trace) }

// CramMD5 is CRAM-MD5 (RFC 2195), which is obsolete: prefer SCRAM.
func CramMD5(user, password string) Mechanism { return sasl.CramMD5(user, password) }

// XOAuth2 is Google's and Microsoft's XOAUTH2 with an OAuth access token.
func XOAuth2(user, token string) Mechanism { return sasl.XOAuth2(user, token) }

// OAuthBearer is OAUTHBEARER (RFC 7628) with an OAuth access token. host and port
// are those of the server, or empty and zero.
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

// Scram is SCRAM (RFC 5802, RFC 7677): the server never learns the password, and
// proves that it knows it. [Client.ScramPlus] adds channel binding.
func Scram(hash ScramHash, user, password string) Mechanism {
	return sasl.Scram(hash, "", user, password, sasl.ScramOptions{})
}

// ScramPlus is SCRAM bound to the client's TLS connection, so that it is of no use
// to an attacker who relays it from another one (RFC 9266, RFC 5929). The error
// says why the connection has no such binding.
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

// TLS returns the state of the TLS connection, and nil if there is none.
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

// loginRequest is a command that ends in the authenticated state.
func (c *Client) loginRequest(cmd commands.Command, counts func() bool) request {
	col := &capsCollector{}
	return request{cmd: cmd, states: StateNotAuthenticated, collect: col, finish: func(st *StatusResponse) {
		if st.Type != OK || counts != nil && !counts() {
			return
		}
		c.session.state = StateAuthenticated
		if !col.sent {
			c.session.forgetCaps()
		}
	}}
}

// capsCollector notices whether the server sends its capabilities by itself.
type capsCollector struct {
	noCollector
	sent bool
}

func (l *capsCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *response.CapabilityData:
		l.sent = true
		return true
	case *StatusResponse:
		l.sent = l.sent || d.HasCode(response.CodeCapability)
	}
	return false
}

// Authenticate logs in with a SASL mechanism (RFC 9051 §6.2.2), also if the server
// does not list it, as some do not. If the mechanism fails, the connection stays
// usable, unless the server has not proved what it should.
//
// Errors: [ErrInsecure] for a mechanism that reveals its secret, without TLS; a
// *[StatusError], joined with an *[OAuthError] if there is one; a *[ThrottleError],
// which says nothing about the password; a *[ProtocolError]; the mechanism's.
func (c *Client) Authenticate(ctx context.Context, m Mechanism) error {
	name, ir, err := m.Start()
	if err != nil {
		return err
	}
	if revealsSecret(name, m) {
		if err := c.permitSecret(); err != nil {
			return err
		}
	}
	with := ir != nil && c.Caps().Has(response.CapSASLIR)
	asked, err := c.authenticate(ctx, m, commands.Authenticate{Mechanism: name, InitialResponse: ir, HasInitial: with})
	if with && !asked && isBAD(err) {
		_, err = c.authenticate(ctx, m, commands.Authenticate{Mechanism: name, InitialResponse: ir})
	}
	if err != nil {
		return err
	}
	return c.refreshCapabilities(ctx)
}

// authenticate runs one AUTHENTICATE, which has the initial response in it if
// HasInitial is set; otherwise it is the answer to the server's first challenge. asked
// reports whether there was any challenge.
func (c *Client) authenticate(ctx context.Context, m Mechanism, cmd commands.Authenticate) (asked bool, err error) {
	x := &saslExchange{c: c, m: m, proof: errUnasked, reveals: revealsSecret(cmd.Mechanism, m)}
	if cmd.HasInitial {
		c.secrets.addMessage(cmd.InitialResponse, x.reveals)
		x.proof = verified(m)
	} else {
		x.ir, cmd.InitialResponse = cmd.InitialResponse, nil
	}
	r := c.loginRequest(cmd, func() bool { return x.proof == nil })
	r.awaitsPlus, r.whole = true, true
	if x.w, err = c.send(ctx, r); err != nil {
		return false, err
	}
	err = x.run(ctx)
	return x.rounds > 0, err
}

// revealsSecret reports whether a mechanism shows the server a password or a token that
// can be used again.
func revealsSecret(name string, m Mechanism) bool {
	if r, ok := m.(interface{ RevealsSecret() bool }); ok {
		return r.RevealsSecret()
	}
	return sasl.RevealsSecret(name)
}

// isBAD reports whether the server did not understand a command.
func isBAD(err error) bool {
	var st *StatusError
	var throttled *ThrottleError
	return errors.As(err, &st) && st.Type == BAD && !errors.As(err, &throttled)
}

// verified asks a mechanism with mutual authentication whether the server has
// proved itself.
func verified(m Mechanism) error {
	if d, ok := m.(sasl.Completer); ok {
		return d.Done()
	}
	return nil
}

// errUnasked says that the server accepted a client that had said nothing yet.
var errUnasked = &ProtocolError{Msg: "AUTHENTICATE succeeded before the server had asked"}

// maxRounds bounds the challenges of an exchange: no mechanism needs more than five.
const maxRounds = 32

var (
	errManyRounds = &ProtocolError{Msg: "too many challenges in one AUTHENTICATE"}
	errAfterStar  = &ProtocolError{Msg: "a challenge after the client had broken off AUTHENTICATE"}
)

// saslExchange is an AUTHENTICATE in progress. Nothing else is in flight.
type saslExchange struct {
	c     *Client
	w     *call
	m     Mechanism
	ir    []byte // initial response that was not sent with the command
	err   error  // of the mechanism
	proof error  // why the server's OK does not count; guarded by Client.mu

	reveals bool // the mechanism shows a password or token
	rounds  int  // challenges so far
}

func (x *saslExchange) run(ctx context.Context) (err error) {
	err = errMechanismPanic
	defer func() {
		if err == errMechanismPanic { // the server waits for an answer that does not come
			x.c.fail(err)
		}
	}()
	return x.converse(ctx)
}

// errMechanismPanic is why the connection ends when a mechanism panics.
var errMechanismPanic = errors.New("imap: the SASL mechanism panicked")

// converse answers challenges until the exchange has ended.
func (x *saslExchange) converse(ctx context.Context) error {
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

// breakOff ends an exchange whose caller has gone: the server may be about to ask,
// and no other command can be sent before it has its answer.
func (x *saslExchange) breakOff() {
	for said := false; ; said = true {
		select {
		case <-x.w.plus:
			if said {
				x.c.fail(errAfterStar)
				return
			}
			if x.say("*") != nil {
				return
			}
		case <-x.w.done:
			x.result()
			return
		}
	}
}

// respond answers a challenge, or breaks the exchange off (RFC 9051 §6.2.2): what
// comes after that can only be the tagged answer.
func (x *saslExchange) respond(text string) error {
	if x.err != nil {
		x.c.fail(errAfterStar)
		<-x.w.done
		return x.err
	}
	x.rounds++
	resp, err := x.response(text)
	line, proof := "*", err
	if err != nil {
		x.err = err
	} else {
		line, proof = base64.StdEncoding.EncodeToString(resp), verified(x.m)
		x.c.secrets.addMessage(resp, x.reveals)
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
	if x.rounds > maxRounds {
		return nil, errManyRounds
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
		} else {
			x.c.secrets.forget()
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
