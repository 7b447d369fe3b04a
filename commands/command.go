package commands

import (
	"strconv"
	"strings"
)

// Command is one command. It is a value and does no I/O; its methods may be
// called any number of times.
type Command interface {
	// Name returns the command's name as traces and errors show it, like
	// "UID FETCH".
	Name() string
	// Effects tells which commands may run at the same time.
	Effects() Effects
	// Encode appends name and arguments, without the tag and the last CRLF.
	Encode(e *Encoder)
}

// Dialect is what the session allows a command to look like.
type Dialect struct {
	LiteralPlus  bool // LITERAL+: literals of any size need no waiting (RFC 7888 §3)
	LiteralMinus bool // LITERAL-, also part of IMAP4rev2: up to 4096 octets (RFC 7888 §5)
	UTF8         bool // UTF8=ACCEPT or IMAP4rev2 is enabled: UTF-8 in quoted strings and mailbox names
	Rev2         bool // IMAP4rev2 is enabled
	Binary       bool // BINARY: with one of the first two, literal8 needs no waiting either (RFC 7888 §6)
	ReadOnly     bool // SELECT is sent as EXAMINE, and FETCH asks for every section with PEEK; see [Encoder.ReadsOnly]
}

// maxMinusLiteral is the largest literal that LITERAL- sends without waiting
// (RFC 7888 §5).
const maxMinusLiteral = 4096

// nonSync reports whether a literal of size octets, or with binary a literal8, may
// be sent without waiting for the server. Only what the server has announced
// counts: one that does not know the form takes the content for commands.
func (d Dialect) nonSync(size int64, binary bool) bool {
	if binary && !d.Binary {
		return false
	}
	return d.LiteralPlus || d.LiteralMinus && size <= maxMinusLiteral
}

// ArgumentError says that a command's argument has no form on the wire, or
// makes no sense there. Nothing was sent.
type ArgumentError struct {
	Command  string // "LOGIN"; empty where the encoder was used without one
	Argument string // which argument, like "mailbox"
	Msg      string // what is wrong with it; never the value itself
}

// Error returns the command, the argument, and what is wrong with it.
func (e *ArgumentError) Error() string {
	msg := "imap: "
	if e.Command != "" {
		msg += printable(e.Command) + ": "
	}
	if e.Argument != "" {
		msg += e.Argument + ": "
	}
	return msg + e.Msg
}

// printable quotes names that would disturb a log; no real command has one.
func printable(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}
