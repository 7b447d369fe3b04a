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
	// ErrClosed says that the connection is closed, for any reason. net.ErrClosed matches too.
	ErrClosed = errors.New("imap: connection closed")
	// ErrUnsupported is what an *UnsupportedError matches.
	ErrUnsupported = errors.New("imap: not supported by the server")
	// ErrState is what a *StateError matches.
	ErrState = errors.New("imap: wrong connection state")
	// ErrInsecure says that credentials need TLS, or Options.AllowInsecureAuth. Nothing was sent.
	ErrInsecure = errors.New("imap: refusing to send credentials without TLS")
	// ErrTimeout says that Options.ReadTimeout or WriteTimeout has passed. os.ErrDeadlineExceeded matches too.
	ErrTimeout = wire.ErrTimeout
	// ErrReadAhead says that a slow loop needed more than Options.ReadAhead. It alone has lost its rows.
	ErrReadAhead = errors.New("imap: too much unread data of a slow loop")
)

// StatusError is a NO or BAD that the server answered to a command, or, within a
// *[ConnError], the BYE with which it ended the connection. errors.Is finds its
// code, as in errors.Is(err, imap.CodeNonExistent); the code's arguments are in
// Code, by type. Servers need not send a code, and many do not (RFC 9051 §7.1). It
// comes within a *[ThrottleError] if the server wants fewer requests.
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

// ConnError says that the connection ended before a command's answer came. It
// matches [ErrClosed] and net.ErrClosed.
type ConnError struct {
	Sent bool // part of the command may have reached the server, so that its outcome is unknown
	// Err is the cause: an error of the network, io.EOF if the server closed the connection,
	// a *StatusError with its BYE, a *LimitError, *ParseError, *ProtocolError or
	// *AppendError, ErrTimeout, or ErrClosed after Close.
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

// UnsupportedError says what the server lacks. It matches [ErrUnsupported].
type UnsupportedError struct {
	Command string // the command that was not sent, like "UID MOVE"
	Cap     Cap    // the capability that the server does not offer
	Reason  string // like "the server forbids passwords before TLS"; empty: the capability is missing
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

// StateError says that a command makes no sense in the state of the connection, or
// of the mailbox that it was meant for, or that [Options].ReadOnly forbids it.
// Nothing was sent. It matches [ErrState].
type StateError struct {
	Command string // the command that was not sent, like "UID FETCH"
	State   State  // the state of the connection
	Reason  string // like "the connection is read-only"; empty: the state says why
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

// ProtocolError says that the server broke the rules of the conversation so that it
// is not safe to go on: data between STARTTLS and TLS, an answer to a command that
// was not fully sent, and the like. It ends the connection.
type ProtocolError struct {
	Msg string // what the server did
	Err error  // what it said, a *[StatusError]; nil: nothing that explains it
}

// Error returns what the server did, and what it said.
func (e *ProtocolError) Error() string {
	msg := "imap: protocol violation: " + e.Msg
	if e.Err != nil {
		msg += ": " + strings.TrimPrefix(e.Err.Error(), "imap: ")
	}
	return msg
}

// Unwrap returns what the server said.
func (e *ProtocolError) Unwrap() error { return e.Err }

// Errors of package response that calls return.
type (
	// ParseError is a response, or one item of it, that breaks the grammar.
	ParseError = response.ParseError
	// LimitError says that the server went beyond one of the client's limits.
	LimitError = response.LimitError
)
