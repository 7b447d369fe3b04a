package sasl

import (
	"errors"
	"fmt"
)

// Causes that an [*Error] may wrap.
var (
	// ErrNotVerified says that the server did not prove that it knows the
	// user's credentials (RFC 5802, section 5), so it may be an impostor.
	ErrNotVerified = errors.New("server is not authenticated")

	// ErrUnexpectedChallenge says that the server sent a challenge when the
	// mechanism has none.
	ErrUnexpectedChallenge = errors.New("unexpected challenge")

	// ErrChallengeTooLong says that a challenge exceeds any sensible size.
	ErrChallengeTooLong = errors.New("challenge too long")

	// ErrMalformed says that a challenge does not follow the grammar.
	ErrMalformed = errors.New("malformed challenge")

	// ErrNonce says that the server's nonce does not extend the client's.
	ErrNonce = errors.New("invalid nonce")

	// ErrIterations says that the iteration count is outside the limits of
	// [ScramOptions].
	ErrIterations = errors.New("iteration count out of bounds")

	// ErrExtension says that the server demands a mandatory extension that
	// this client does not know (RFC 5802, section 5.1, attribute "m").
	ErrExtension = errors.New("unsupported mandatory extension")
)

// Error reports that the server broke the rules of a mechanism or gave up the
// exchange. Err is the cause; it is one of the Err values of this package, a
// [ScramFailure], or an error of a lower layer.
type Error struct {
	Mechanism string
	Text      string
	Err       error
}

// Error describes the violation. It quotes at most a short piece of what the
// server sent and nothing of what the client sent.
func (e *Error) Error() string {
	s := "sasl: " + e.Mechanism
	if e.Text != "" {
		s += ": " + e.Text
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// FieldError reports that a mechanism cannot carry a value which the caller
// supplied. It names the field but does not show the value.
type FieldError struct {
	Mechanism string
	Field     string
	Text      string
}

// Error names the mechanism, the field and what is wrong with it.
func (e *FieldError) Error() string {
	return fmt.Sprintf("sasl: %s: %s %s", e.Mechanism, e.Field, e.Text)
}

// unexpected is the answer to a challenge after the last message.
func unexpected(mech string) error {
	return &Error{Mechanism: mech, Err: ErrUnexpectedChallenge}
}

// checkLength refuses oversized challenges before anything parses them.
func checkLength(mech string, challenge []byte) error {
	if len(challenge) <= maxChallenge {
		return nil
	}
	return &Error{Mechanism: mech, Text: fmt.Sprintf("%d octets", len(challenge)), Err: ErrChallengeTooLong}
}

// clip shortens text of the server for use in an error.
func clip(s string) string {
	const limit = 80
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "..."
}
