// Package sasl implements the client side of the SASL mechanisms (RFC 4422)
// that mail servers offer. It does no I/O and knows nothing of the protocol
// that carries the exchange: the caller moves the messages, decodes and
// encodes them (base64 in IMAP) and reports the outcome.
//
// A caller drives a mechanism in this way:
//
//  1. Start yields the name to announce and the initial response. If the
//     protocol cannot carry an initial response, the caller keeps it and sends
//     it as the answer to the first (empty) challenge; Next does not see that
//     challenge.
//  2. Next answers each later challenge. An error from Next means that the
//     exchange has to be cancelled.
//  3. If the server reports success and the mechanism is a [Completer], only a nil
//     result of Done proves the success.
//  4. If the server reports failure and the mechanism is a [Failer], Failure
//     returns what the server gave as the reason inside the exchange.
//
// No value of this package shows a credential when it is printed, logged or
// wrapped in an error.
package sasl

// Names of the mechanisms, as registered with IANA or, for XOAUTH2 and LOGIN,
// as deployed.
const (
	NamePlain       = "PLAIN"
	NameLogin       = "LOGIN"
	NameExternal    = "EXTERNAL"
	NameAnonymous   = "ANONYMOUS"
	NameCramMD5     = "CRAM-MD5"
	NameXOAuth2     = "XOAUTH2"
	NameOAuthBearer = "OAUTHBEARER"
)

// maxChallenge bounds the challenges that Next looks at. No mechanism here
// has a legitimate challenge that comes near it.
const maxChallenge = 64 << 10

// Mechanism is the client side of one SASL exchange (RFC 4422, section 3).
//
// Start begins an exchange; a nil initial response means that the mechanism
// has none, an empty non-nil one means that it is the empty string. Calling
// Start again begins a new exchange with the same credentials, which lets a
// SCRAM mechanism reuse the keys it derived. A Mechanism is not safe for
// concurrent use.
//
// Next never returns a nil response together with a nil error: a message
// without content is an empty slice.
type Mechanism interface {
	Start() (mech string, ir []byte, err error)
	Next(challenge []byte) (response []byte, err error)
}

// Completer is implemented by mechanisms in which the server has to prove
// itself. The caller asks Done when the server reports success: an error
// means that the proof is missing or wrong and that the server must not be
// trusted, whatever it reported. The error wraps [ErrNotVerified].
type Completer interface {
	Done() error
}

// Failer is implemented by mechanisms in which the server explains a failure
// inside the exchange, before it reports the outcome. Failure returns that
// explanation, or nil if there was none.
type Failer interface {
	Failure() error
}

// RevealsSecret reports whether the named mechanism hands the server a
// password or token that can be used again by anyone who reads the connection.
// Such a mechanism is only acceptable on a protected channel.
func RevealsSecret(mech string) bool {
	switch canonical(mech) {
	case NamePlain, NameLogin, NameXOAuth2, NameOAuthBearer:
		return true
	}
	return false
}
