package sasl

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"

	"github.com/xdg-go/scram"
)

// Defaults of [ScramOptions].
const (
	// DefaultMinIterations is what RFC 5802, section 5.1, and RFC 7677,
	// section 4, ask servers to use at least.
	DefaultMinIterations = 4096

	// DefaultMaxIterations is far above what servers use and still costs
	// less than about a second.
	DefaultMaxIterations = 600_000
)

// ScramHash selects the hash function of a SCRAM mechanism.
type ScramHash int

// Hash functions of the SCRAM mechanisms.
const (
	ScramSHA1   ScramHash = iota + 1 // RFC 5802
	ScramSHA256                      // RFC 7677
	ScramSHA512                      // as registered with IANA
)

// String returns the part of the mechanism's name that stands for the hash.
func (h ScramHash) String() string {
	switch h {
	case ScramSHA1:
		return "SHA-1"
	case ScramSHA256:
		return "SHA-256"
	case ScramSHA512:
		return "SHA-512"
	}
	return fmt.Sprintf("ScramHash(%d)", int(h))
}

// generator returns the constructor of the hash, or nil if h is unknown.
func (h ScramHash) generator() scram.HashGeneratorFcn {
	switch h {
	case ScramSHA1:
		return scram.SHA1
	case ScramSHA256:
		return scram.SHA256
	case ScramSHA512:
		return scram.SHA512
	}
	return nil
}

// size returns the length of the hash in octets.
func (h ScramHash) size() int {
	var f func() hash.Hash = h.generator()
	if f == nil {
		return 0
	}
	return f().Size()
}

// ScramOptions adjusts a SCRAM mechanism. The zero value is a good choice.
type ScramOptions struct {
	// Binding makes it the -PLUS form, which binds the exchange to the TLS
	// connection (RFC 5802, section 6).
	Binding *Binding

	// Advertise says to the server that the client could have bound the
	// channel but saw no -PLUS mechanism on offer (the "y" flag of RFC 5802,
	// section 6), which exposes an attacker who removed it from the list.
	// A server that does offer -PLUS refuses the exchange, so it must not be
	// set in that case. Binding takes precedence.
	Advertise bool

	// MinIterations and MaxIterations bound the iteration count that the
	// server may demand; a count outside is refused before any key is
	// derived. Few iterations make the proof cheap to crack, many burn CPU.
	// Values that are not positive select the defaults.
	MinIterations int
	MaxIterations int

	nonce func() string // for tests
}

func (o ScramOptions) withDefaults() ScramOptions {
	if o.Binding != nil {
		o.Binding = &Binding{o.Binding.Type, bytes.Clone(o.Binding.Data)}
	}
	if o.MinIterations <= 0 {
		o.MinIterations = DefaultMinIterations
	}
	if o.MaxIterations <= 0 {
		o.MaxIterations = DefaultMaxIterations
	}
	if o.nonce == nil {
		o.nonce = randomNonce
	}
	return o
}

func (o ScramOptions) mechanism(h ScramHash) string {
	name := "SCRAM-" + h.String()
	if o.Binding != nil {
		name += "-PLUS"
	}
	return name
}

func (o ScramOptions) limits() scramLimits {
	return scramLimits{o.MinIterations, o.MaxIterations}
}

// randomNonce returns 192 random bits in base64.
func randomNonce() string {
	b := make([]byte, 24)
	_, _ = rand.Read(b) // never fails, see its documentation
	return base64.StdEncoding.EncodeToString(b)
}

// scramOpener returns a function that begins conversations. The credentials
// and the keys derived from them live only in its closure.
func scramOpener(name string, h ScramHash, authzID, username, password string, opt ScramOptions) func() (*scramSession, error) {
	var client *scram.Client
	return func() (*scramSession, error) {
		if client == nil {
			c, err := newScramClient(name, h, authzID, username, password, opt)
			if err != nil {
				return nil, err
			}
			client = c
		}
		nonce := opt.nonce()
		client.WithNonceGenerator(func() string { return nonce })
		return &scramSession{step: conversation(client, opt).Step, nonce: nonce}, nil
	}
}

func newScramClient(name string, h ScramHash, authzID, username, password string, opt ScramOptions) (*scram.Client, error) {
	generator := h.generator()
	if generator == nil {
		return nil, &FieldError{name, "hash function", "is unknown"}
	}
	if b := opt.Binding; b != nil && (!isBindingName(b.Type) || len(b.Data) == 0) {
		// The library would fall back to an unbound exchange.
		return nil, &FieldError{name, "channel binding", "is incomplete"}
	}
	if username == "" {
		return nil, &FieldError{name, "user name", "is empty"}
	}
	fields := [...]struct {
		name  string
		value *string
	}{{"authorization identity", &authzID}, {"user name", &username}, {"password", &password}}
	for _, f := range fields {
		prepared, err := prepare(*f.value)
		if err != nil {
			return nil, &FieldError{name, f.name, err.Error()}
		}
		*f.value = prepared
	}
	client, err := generator.NewClientUnprepped(username, password, authzID)
	if err != nil {
		return nil, &FieldError{name, "credentials", "are refused"}
	}
	return client.WithMinIterations(opt.MinIterations), nil
}

func conversation(client *scram.Client, opt ScramOptions) *scram.ClientConversation {
	switch {
	case opt.Binding != nil:
		return client.NewConversationWithChannelBinding(scram.ChannelBinding{
			Type: scram.ChannelBindingType(opt.Binding.Type),
			Data: opt.Binding.Data,
		})
	case opt.Advertise:
		return client.NewConversationAdvertisingChannelBinding()
	}
	return client.NewConversation()
}

// isBindingName checks the cb-name production of RFC 5802, section 7.
func isBindingName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		letter := r|0x20 >= 'a' && r|0x20 <= 'z'
		digit := r >= '0' && r <= '9'
		return !letter && !digit && r != '.' && r != '-'
	})
}
