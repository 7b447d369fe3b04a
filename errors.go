package imap

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/seed-090b04e4/imap/internal/wire"
	"github.com/seed-090b04e4/imap/response"
)

// Errors that errors.Is finds in what the methods return.
var (
	// ErrClosed says that the connection is closed: by Close, by the server, or
	// because it broke. net.ErrClosed matches the same errors.
	ErrClosed = errors.New("imap: connection closed")

	// ErrUnsupported says that the server lacks a capability that a call needs,
	// and that there is no safe substitute; see [UnsupportedError].
	ErrUnsupported = errors.New("imap: not supported by the server")

	// ErrState says that a call makes no sense in the connection's state, or is
	// forbidden by [Options].ReadOnly; see [StateError]. Nothing was sent.
	ErrState = errors.New("imap: wrong connection state")

	// ErrInsecure says that a password, a token or the like would have crossed
	// the network in the clear; see [Options].AllowInsecureAuth. Nothing was sent.
	ErrInsecure = errors.New("imap: refusing to send credentials without TLS")

	// ErrTimeout says that the server sent nothing, or accepted nothing, for longer
	// than [Options].ReadTimeout or WriteTimeout. It is also an
	// os.ErrDeadlineExceeded.
	ErrTimeout = wire.ErrTimeout

	// ErrReadAhead says that a loop over FETCH or LIST was so slow, while other
	// commands waited for their answers, that what had to be buffered for it
	// exceeded [Options].ReadAhead. The rest of that answer is lost, and nothing else.
	ErrReadAhead = errors.New("imap: too much unread data of a slow loop")
)

// StatusError is a NO or BAD that the server answered to a command, or, within
// a *[ConnError], the BYE with which it ended the connection.
//
// errors.Is finds its code: errors.Is(err, imap.CodeNonExistent). A code's
// arguments are in Code, by type. Servers need not send a code (RFC 9051 §7.1),
// and many do not: Dovecot 2.3 says no more than NO if the mailbox to select
// does not exist. A program that asks for a code has to do without it too.
//
// If the answer says that the server wants fewer requests for a while, the error
// is a *[ThrottleError], in which errors.As finds the *StatusError.
type StatusError struct {
	Command        string // the command that was refused, like "UID FETCH"; empty for BYE
	StatusResponse        // what the server sent: condition, code and text
}

// Error returns the command, and what the server sent.
func (e *StatusError) Error() string {
	msg := "imap: "
	if e.Command != "" {
		msg += e.Command + ": "
	}
	return msg + e.answer()
}

// answer returns what the server sent on one line, like "NO [LIMIT] too many".
func (e *StatusError) answer() string {
	msg := e.Type.String()
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
	// Sent is set if part of the command may have reached the server, so
	// that its outcome is unknown. A command that was not sent can be issued again.
	Sent bool
	// Err is the cause: an error of the network, io.EOF if the server closed the
	// connection without a word, a *StatusError with its BYE (within a
	// *ThrottleError if it says so), a *LimitError, a *ParseError,
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

// UnsupportedError names what the server lacks. It matches [ErrUnsupported].
type UnsupportedError struct {
	Command string // the command that was not sent, like "UID MOVE"
	Cap     Cap    // the capability that the server does not offer
	// Reason is what stands in the way if that is not the missing capability
	// alone, like "the server forbids passwords before TLS"; mostly empty.
	Reason string
}

// Error returns the command, and what the server lacks.
func (e *UnsupportedError) Error() string {
	msg := "imap: "
	if e.Command != string(e.Cap) { // not "MOVE: the server does not offer MOVE"
		msg += e.Command + ": "
	}
	if e.Reason != "" {
		return msg + e.Reason
	}
	return msg + "the server does not offer " + string(e.Cap)
}

// Is reports whether target is ErrUnsupported.
func (e *UnsupportedError) Is(target error) bool { return target == ErrUnsupported }

// StateError says that a command makes no sense in the state of the connection,
// or of the mailbox that it was meant for, or that [Options].ReadOnly forbids it.
// It was not sent. A StateError matches [ErrState].
type StateError struct {
	Command string // the command that was not sent, like "UID FETCH"
	State   State  // the state of the connection
	// Reason is what forbids the command if State alone does not, like
	// "the connection is read-only"; empty otherwise.
	Reason string
}

// Error returns the command, and the state or the reason.
func (e *StateError) Error() string {
	if e.Reason != "" {
		return "imap: " + e.Command + " was not sent: " + e.Reason
	}
	return fmt.Sprintf("imap: %s is not possible in the state %q", e.Command, e.State)
}

// Is reports whether target is ErrState.
func (e *StateError) Is(target error) bool { return target == ErrState }

// ProtocolError says that the server broke the rules of the conversation in a
// way after which it is not safe to go on: data between STARTTLS and TLS, an answer
// to a command that was not fully sent, and the like. It ends the connection.
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
