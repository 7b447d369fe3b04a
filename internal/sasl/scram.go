package sasl

import (
	"errors"
	"fmt"
)

// ScramFailure is the value of the attribute "e" with which a server reports
// why it gave up a SCRAM exchange (RFC 5802, section 7), such as
// "invalid-proof" or "channel-bindings-dont-match".
type ScramFailure string

// Error quotes the value.
func (f ScramFailure) Error() string { return fmt.Sprintf("server reports %q", string(f)) }

// Scram returns the SCRAM mechanism for the given hash function (RFC 5802,
// RFC 7677), in its -PLUS form if the options hold a channel binding. An empty
// authzID asks for the identity that belongs to username.
//
// The mechanism is a [Completer]: success counts only if the server proved
// that it knows the user's credentials. It is a [Failer] as well: if the server
// gives up with an error attribute, Next acknowledges it with an empty
// response and Failure returns an [*Error] that wraps a [ScramFailure].
//
// Start fails with a [*FieldError] if a value cannot be sent.
func Scram(hash ScramHash, authzID, username, password string, opt ScramOptions) Mechanism {
	opt = opt.withDefaults()
	name := opt.mechanism(hash)
	return &scramMechanism{
		hidden: hidden{name},
		size:   hash.size(),
		limits: opt.limits(),
		open:   scramOpener(name, hash, authzID, username, password, opt),
	}
}

// scramMechanism drives one conversation of the SCRAM library. It checks every
// message before the library sees it, for two reasons: the library derives
// keys with whatever iteration count the server names, and it can be led to
// accept an empty signature if it is asked again after an error.
type scramMechanism struct {
	hidden
	size   int // octets of a hash, and so of a signature
	limits scramLimits
	open   func() (*scramSession, error)

	session *scramSession
}

// scramSession is the state of one exchange. The step function hides the
// credentials and the keys.
type scramSession struct {
	step    func(string) (string, error)
	nonce   string
	stage   scramStage
	err     error // why the stage is scramBroken
	failure error // what the server reported, if it did
}

type scramStage int

const (
	scramFirst    scramStage = iota // expects the server-first-message
	scramFinal                      // expects the server-final-message
	scramVerified                   // has seen a valid signature
	scramBroken                     // has seen an error
)

// Start returns the client-first-message.
func (m *scramMechanism) Start() (string, []byte, error) {
	m.session = nil
	s, err := m.open()
	if err != nil {
		return "", nil, err
	}
	ir, err := s.step("")
	if err != nil {
		return "", nil, fmt.Errorf("sasl: %s: %w", m.name, err)
	}
	m.session = s
	return m.name, []byte(ir), nil
}

// Next answers the server-first-message with the proof and the
// server-final-message, whose signature it verifies, with an empty response.
func (m *scramMechanism) Next(challenge []byte) ([]byte, error) {
	s := m.session
	if s == nil {
		return nil, unexpected(m.name)
	}
	response, err := m.next(s, challenge)
	if err != nil {
		s.stage, s.err = scramBroken, err
		return nil, err
	}
	return response, nil
}

func (m *scramMechanism) next(s *scramSession, challenge []byte) ([]byte, error) {
	if err := checkLength(m.name, challenge); err != nil {
		return nil, err
	}
	if s.stage != scramFirst && s.stage != scramFinal {
		return nil, unexpected(m.name)
	}
	fields, err := splitScram(string(challenge))
	if err != nil {
		return nil, m.violation(err)
	}
	if value, ok := fields.failure(); ok {
		s.failure = m.violation(ScramFailure(clip(value)))
		s.stage, s.err = scramBroken, s.failure
		return []byte{}, nil
	}
	if s.stage == scramFirst {
		return m.prove(s, fields)
	}
	return m.verify(s, fields)
}

// prove answers the server-first-message with the client-final-message.
func (m *scramMechanism) prove(s *scramSession, fields scramFields) ([]byte, error) {
	if err := fields.checkFirst(s.nonce, m.limits); err != nil {
		return nil, m.violation(err)
	}
	response, err := s.step(fields.String())
	if err != nil {
		return nil, &Error{Mechanism: m.name, Text: "cannot compute the proof", Err: err}
	}
	s.stage = scramFinal
	return []byte(response), nil
}

// verify checks the server-final-message.
func (m *scramMechanism) verify(s *scramSession, fields scramFields) ([]byte, error) {
	if err := fields.checkFinal(m.size); err != nil {
		return nil, m.violation(err)
	}
	if _, err := s.step(fields.String()); err != nil {
		return nil, &Error{Mechanism: m.name, Text: "wrong server signature", Err: ErrNotVerified}
	}
	s.stage = scramVerified
	return []byte{}, nil
}

// Done returns nil if and only if the server's signature was verified and
// nothing went wrong after it.
func (m *scramMechanism) Done() error {
	s := m.session
	switch {
	case s != nil && s.stage == scramVerified:
		return nil
	case s == nil || s.err == nil:
		return &Error{Mechanism: m.name, Text: "exchange ended without the server's signature", Err: ErrNotVerified}
	case errors.Is(s.err, ErrNotVerified):
		return s.err
	}
	return &Error{Mechanism: m.name, Err: fmt.Errorf("%w: %w", ErrNotVerified, s.err)}
}

// Failure returns what the server reported with the attribute "e", or nil.
func (m *scramMechanism) Failure() error {
	if m.session == nil {
		return nil
	}
	return m.session.failure
}

func (m *scramMechanism) violation(err error) error {
	return &Error{Mechanism: m.name, Err: err}
}
