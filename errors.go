package imap

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// Errors that errors.Is finds in what the methods return.
var (
	// ErrClosed says that the connection is closed: by Close, by the server, or
	// because it broke. net.ErrClosed matches the same errors.
	ErrClosed = errors.New("imap: connection closed")

	// ErrUnsupported says that the server lacks a capability that a call needs,
	// and that there is no safe other way; see [UnsupportedError].
	ErrUnsupported = errors.New("imap: not supported by the server")

	// ErrState says that a call makes no sense in the connection's state; see
	// [StateError]. Nothing was sent.
	ErrState = errors.New("imap: wrong connection state")

	// ErrInsecure says that a password, a token or the like would have crossed
	// the network in the clear; see [Options].AllowInsecureAuth. Nothing was sent.
	ErrInsecure = errors.New("imap: refusing to send credentials without TLS")

	// ErrTimeout says that the server said nothing, or took nothing, for longer
	// than [Options].ReadTimeout or WriteTimeout. It is also an
	// os.ErrDeadlineExceeded.
	ErrTimeout = fmt.Errorf("imap: no progress within the time limit: %w", os.ErrDeadlineExceeded)

	// ErrReadAhead says that a loop over FETCH or LIST was so slow, while other
	// commands wanted answers, that what had to be kept for it went beyond
	// [Options].ReadAhead. The rest of that answer is lost, and nothing else.
	ErrReadAhead = errors.New("imap: too much unread data of a slow loop")
)

// StatusError is a NO or BAD that the server answered to a command, or, within
// a *[ConnError], the BYE with which it ended the connection.
//
// errors.Is finds its code: errors.Is(err, imap.CodeNonExistent). A code's
// arguments are in Code, by type. Servers need not send a code (RFC 9051 §7.1),
// and many do not: Dovecot 2.3 says no more than NO where the mailbox to select
// does not exist. A program that asks for a code has to do without it too.
type StatusError struct {
	Command        string // the command that was refused, like "UID FETCH"; empty for BYE
	StatusResponse        // what the server said: condition, code and text
}

// Error returns the command, and what the server said.
func (e *StatusError) Error() string {
	msg := "imap: "
	if e.Command != "" {
		msg += e.Command + ": "
	}
	msg += e.Type.String()
	if e.Code != nil {
		msg += " [" + string(e.Code.Name()) + "]"
	}
	if e.Text != "" {
		msg += " " + e.Text
	}
	return msg
}

// Is reports whether target is the name of the error's code.
func (e *StatusError) Is(target error) bool {
	name, ok := target.(CodeName)
	return ok && e.HasCode(name)
}

// ConnError says that the connection ended before a command's answer came.
// It matches [ErrClosed] and net.ErrClosed.
type ConnError struct {
	// Sent is set where part of the command may have reached the server, so
	// that its outcome is unknown. A command that is not sent can be repeated.
	Sent bool
	// Err is why: an error of the network, io.EOF where the server hung up
	// without a word, a *StatusError with its BYE, a *LimitError, a *ParseError,
	// a *ProtocolError, an *AppendError, ErrTimeout, or ErrClosed after Close.
	Err error
}

// Error returns the cause.
func (e *ConnError) Error() string {
	switch {
	case errors.Is(e.Err, ErrClosed):
		return e.Err.Error()
	case e.Err == io.EOF:
		return "imap: connection lost: closed by the server"
	}
	return "imap: connection lost: " + strings.TrimPrefix(e.Err.Error(), "imap: ")
}

// Unwrap returns the cause.
func (e *ConnError) Unwrap() error { return e.Err }

// Is reports whether target is ErrClosed or net.ErrClosed.
func (e *ConnError) Is(target error) bool { return target == ErrClosed || target == net.ErrClosed }

// SafeToRetry reports whether err says that nothing of a command reached the
// server, so that it can be issued again, on a new connection if need be.
func SafeToRetry(err error) bool {
	var c *ConnError
	return errors.As(err, &c) && !c.Sent
}

// UnsupportedError names what the server lacks. It matches [ErrUnsupported].
type UnsupportedError struct {
	Command string // the command that was not sent, like "UID MOVE"
	Cap     Cap    // the capability that the server does not offer
}

// Error returns the command, and what the server lacks.
func (e *UnsupportedError) Error() string {
	msg := "imap: "
	if e.Command != string(e.Cap) { // not "MOVE: the server does not offer MOVE"
		msg += e.Command + ": "
	}
	return msg + "the server does not offer " + string(e.Cap)
}

// Is reports whether target is ErrUnsupported.
func (e *UnsupportedError) Is(target error) bool { return target == ErrUnsupported }

// StateError says in which state a call was made that makes no sense in it. It
// matches [ErrState].
type StateError struct {
	Command string // the command that was not sent, like "UID FETCH"
	State   State  // the state of the connection
	Reason  string // what else is wrong; empty: the state alone
}

// Error returns the command and the state.
func (e *StateError) Error() string {
	if e.Reason != "" {
		return "imap: " + e.Command + ": " + e.Reason
	}
	return fmt.Sprintf("imap: %s is not possible in the state %q", e.Command, e.State)
}

// Is reports whether target is ErrState.
func (e *StateError) Is(target error) bool { return target == ErrState }

// ProtocolError says that the server broke the rules of the conversation in a
// way that leaves no safe way on: data between STARTTLS and TLS, an answer to a
// command that was not fully sent, and the like. It ends the connection.
type ProtocolError struct {
	Msg string // what the server did
}

// Error returns what the server did.
func (e *ProtocolError) Error() string { return "imap: protocol violation: " + e.Msg }

// Errors of package response that calls return.
type (
	// ParseError is a response, or one item of it, that breaks the grammar.
	ParseError = response.ParseError
	// LimitError says that the server went beyond one of the client's limits.
	LimitError = response.LimitError
)
