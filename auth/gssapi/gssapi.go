// Package gssapi has the SASL mechanism GSSAPI (RFC 4752): a login with a ticket of
// Kerberos V5, without a password. It is a module of its own, so that no other program
// gets its dependency, github.com/jcmturner/gokrb5.
//
//	cfg, err := config.Load("/etc/krb5.conf")
//	krb := client.NewWithPassword("alice", "EXAMPLE.ORG", password, cfg) // or a keytab, or a ccache
//	err = c.Authenticate(ctx, gssapi.Mechanism(krb, "imap/mail.example.org", ""))
//
// The server proves that it has the service's key. No security layer is used: the
// connection should have TLS.
package gssapi

import (
	"errors"
	"fmt"
	"io"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/crypto"
	gss "github.com/jcmturner/gokrb5/v8/gssapi"
	"github.com/jcmturner/gokrb5/v8/iana/flags"
	"github.com/jcmturner/gokrb5/v8/iana/keyusage"
	"github.com/jcmturner/gokrb5/v8/messages"
	"github.com/jcmturner/gokrb5/v8/spnego"
	"github.com/jcmturner/gokrb5/v8/types"

	"github.com/seed-090b04e4/imap"
)

// Mechanism returns GSSAPI for the user of krb. service is the name of the server's
// principal, "imap/" and its host name. authzID is whom to act as; empty: the user.
//
// Its Start gets a ticket for the service from the key distribution center, unless krb
// has one; krb's configuration says how long that may take.
func Mechanism(krb *client.Client, service, authzID string) imap.Mechanism {
	return &mechanism{authzID: authzID, open: func() (*initiator, []byte, error) {
		ticket, key, err := krb.GetServiceTicket(service)
		if err != nil {
			return nil, nil, fmt.Errorf("gssapi: no ticket for %s: %w", service, err)
		}
		return newInitiator(krb, ticket, key)
	}}
}

// mechanism is one exchange.
type mechanism struct {
	authzID string
	open    func() (*initiator, []byte, error) // hides the keys from printers

	context *initiator
	step    step
}

// step is what comes next in the exchange (RFC 4752 §3.1).
type step uint8

const (
	wantsReply step = iota // the server's AP-REP
	wantsLayer             // the server's choice of security layers
	complete               // the tagged OK
	broken
)

// Start returns the first token, with the ticket.
func (m *mechanism) Start() (string, []byte, error) {
	m.context, m.step = nil, broken
	context, token, err := m.open()
	if err != nil {
		return "", nil, err
	}
	m.context, m.step = context, wantsReply
	return "GSSAPI", token, nil
}

// Next answers the server's token.
func (m *mechanism) Next(challenge []byte) ([]byte, error) {
	at := m.step
	m.step = broken
	switch at {
	case wantsReply:
		if err := m.context.verifyReply(challenge); err != nil {
			return nil, err
		}
		m.step = wantsLayer
		return []byte{}, nil
	case wantsLayer:
		response, err := m.context.refuseLayers(challenge, m.authzID)
		if err != nil {
			return nil, err
		}
		m.step = complete
		return response, nil
	}
	return nil, errors.New("gssapi: a challenge after the last message")
}

// Done returns nil if the server has proved that it has the service's key.
func (m *mechanism) Done() error {
	if m.step != complete {
		return errors.New("gssapi: the server has not proved that it has the key of the service")
	}
	return nil
}

// Format shows nothing but the name.
func (m *mechanism) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "gssapi.Mechanism{credentials hidden}") // what prints it sees the error
}

// initiator is the client's side of a context of Kerberos V5 (RFC 4121).
type initiator struct {
	key  types.EncryptionKey // of the ticket, until the server has chosen another
	sub  bool                // it has
	sent types.Authenticator // what the server has to give back
}

// newInitiator returns a context and its first token.
func newInitiator(krb *client.Client, ticket messages.Ticket, key types.EncryptionKey) (*initiator, []byte, error) {
	token, err := spnego.NewKRB5TokenAPREQ(krb, ticket, key,
		[]int{gss.ContextFlagMutual, gss.ContextFlagInteg}, []int{flags.APOptionMutualRequired})
	if err != nil {
		return nil, nil, fmt.Errorf("gssapi: %w", err)
	}
	b, err := token.Marshal()
	if err != nil {
		return nil, nil, fmt.Errorf("gssapi: %w", err)
	}
	if err := token.APReq.DecryptAuthenticator(key); err != nil {
		return nil, nil, fmt.Errorf("gssapi: %w", err)
	}
	return &initiator{key: key, sent: token.APReq.Authenticator}, b, nil
}

// verifyReply checks the server's AP-REP (RFC 4120 §3.2.5, RFC 4121 §4.1), which no one
// can make who does not have the service's key.
func (c *initiator) verifyReply(token []byte) error {
	var reply spnego.KRB5Token
	if len(token) == 0 {
		return errors.New("gssapi: the server sent no token")
	}
	if err := reply.Unmarshal(token); err != nil {
		return fmt.Errorf("gssapi: %w", err)
	}
	if reply.IsKRBError() {
		return fmt.Errorf("gssapi: the server refuses the ticket: %w", reply.KRBError)
	}
	if !reply.IsAPRep() {
		return errors.New("gssapi: the server's token is not the answer to a ticket")
	}
	b, err := crypto.DecryptEncPart(reply.APRep.EncPart, c.key, keyusage.AP_REP_ENCPART)
	if err != nil {
		return fmt.Errorf("gssapi: the server does not have the key of the service: %w", err)
	}
	var part messages.EncAPRepPart
	if err := part.Unmarshal(b); err != nil {
		return fmt.Errorf("gssapi: %w", err)
	}
	if part.CTime.Unix() != c.sent.CTime.Unix() || part.Cusec != c.sent.Cusec {
		return errors.New("gssapi: the server answers another client's ticket")
	}
	if part.Subkey.KeyType != 0 {
		c.key, c.sub = part.Subkey, true
	}
	return nil
}

// The first octet of the last two messages (RFC 4752 §3.3), and flags of their tokens (RFC
// 4121 §4.2.2).
const (
	layerNone       = 1
	sealed          = 2
	byAcceptorKey   = 4
	wrapHeader      = 16
	maxLayerMessage = 4 << 10
)

// refuseLayers answers the server's list of security layers with none of them (RFC 4752
// §3.1), and the identity to act as.
func (c *initiator) refuseLayers(token []byte, authzID string) ([]byte, error) {
	offer, err := c.unwrap(token)
	if err != nil {
		return nil, err
	}
	if len(offer) != 4 {
		return nil, errors.New("gssapi: the server's list of security layers is malformed")
	}
	if offer[0]&layerNone == 0 {
		return nil, errors.New("gssapi: the server demands a security layer, which the library does not have: use TLS in its place")
	}
	return c.wrap(append([]byte{layerNone, 0, 0, 0}, authzID...))
}

// unwrap returns the message in a token that is signed and not encrypted.
func (c *initiator) unwrap(token []byte) ([]byte, error) {
	if len(token) < wrapHeader || len(token) > maxLayerMessage {
		return nil, errors.New("gssapi: the server's token has an impossible length")
	}
	var w gss.WrapToken
	if err := w.Unmarshal(unrotated(token), true); err != nil {
		return nil, fmt.Errorf("gssapi: %w", err)
	}
	if w.Flags&sealed != 0 {
		return nil, errors.New("gssapi: the server encrypts its list of security layers")
	}
	if ok, err := w.Verify(c.key, keyusage.GSSAPI_ACCEPTOR_SEAL); err != nil || !ok {
		return nil, fmt.Errorf("gssapi: the server's token is not signed with its key: %w", err)
	}
	return w.Payload, nil
}

// unrotated returns a token without the rotation of RFC 4121 §4.2.5.
func unrotated(token []byte) []byte {
	body := token[wrapHeader:]
	count := int(token[6])<<8 | int(token[7])
	if len(body) == 0 || count == 0 {
		return token
	}
	count %= len(body)
	b := append([]byte(nil), token[:wrapHeader]...)
	b = append(b, body[count:]...)
	return append(b, body[:count]...)
}

// wrap returns a message in a signed token (RFC 4121 §4.2.6.2).
func (c *initiator) wrap(message []byte) ([]byte, error) {
	kind, err := crypto.GetEtype(c.key.KeyType)
	if err != nil {
		return nil, fmt.Errorf("gssapi: %w", err)
	}
	w := gss.WrapToken{
		EC: uint16(kind.GetHMACBitLength() / 8), SndSeqNum: uint64(c.sent.SeqNumber), Payload: message,
	}
	if c.sub {
		w.Flags = byAcceptorKey
	}
	if err := w.SetCheckSum(c.key, keyusage.GSSAPI_INITIATOR_SEAL); err != nil {
		return nil, fmt.Errorf("gssapi: %w", err)
	}
	b, err := w.Marshal()
	if err != nil {
		return nil, fmt.Errorf("gssapi: %w", err)
	}
	return b, nil
}
