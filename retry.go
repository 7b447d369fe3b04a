package imap

import "slices"

// SafeToRetry reports whether err says that no command of the operation can have
// taken effect, so that it can be issued again: on a new connection if err is a
// *[ConnError], or after [ThrottleError].RetryAfter. False does not say that
// something happened: a program has to look. See docs/errors.md.
func SafeToRetry(err error) bool { return effectOf(err) == effectNone }

// effect is what an error says about the effect of its operation.
type effect uint8

const (
	effectUnknown  effect = iota // the error does not say
	effectNone                   // nothing can have happened
	effectPossible               // something may have happened
)

// effectOf looks at err, and at what it wraps or joins: one error that speaks of a
// possible effect outweighs all others.
func effectOf(err error) effect {
	switch e := err.(type) {
	case *partlyDoneError, *AppendError, *StatusError:
		return effectPossible
	case *ConnError:
		if e.Sent {
			return effectPossible
		}
		return effectNone
	case *ThrottleError:
		if e.mayBeHalfDone() {
			return effectPossible
		}
		return effectNone
	case interface{ Unwrap() error }:
		return effectOf(e.Unwrap())
	case interface{ Unwrap() []error }:
		all := effectUnknown
		for _, one := range e.Unwrap() {
			all = max(all, effectOf(one))
		}
		return all
	}
	return effectUnknown
}

// mayBeHalfDone reports whether the command may have done part of its work before
// it was refused. APPEND and COPY are done as a whole or not at all (RFC 9051
// §6.3.12, §6.4.7); for REPLACE that is only encouraged (RFC 8508 §1).
func (e *ThrottleError) mayBeHalfDone() bool {
	return slices.Contains([]string{
		"STORE", "UID STORE", "MOVE", "UID MOVE", "EXPUNGE", "UID EXPUNGE", "CLOSE",
		"REPLACE", "UID REPLACE", "SETMETADATA",
	}, e.Command)
}

// partlyDone marks the error of an operation of several commands, of which an
// earlier one may have taken effect, for [SafeToRetry]. Nil stays nil.
func partlyDone(err error) error {
	if err == nil {
		return nil
	}
	return &partlyDoneError{err}
}

// partlyDoneError reads as the error in it.
type partlyDoneError struct{ err error }

func (e *partlyDoneError) Error() string { return e.err.Error() }

func (e *partlyDoneError) Unwrap() error { return e.err }
