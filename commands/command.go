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
	// Effects returns what decides which commands may run at the same time.
	Effects() Effects
	// Encode appends name and arguments, without the tag and the last CRLF.
	Encode(e *Encoder)
}

// Dialect holds the forms of arguments that the session allows.
type Dialect struct {
	LiteralPlus  bool // LITERAL+: literals of any size need no waiting (RFC 7888 §3)
	LiteralMinus bool // LITERAL-, also part of IMAP4rev2: up to 4096 octets (RFC 7888 §5)
	UTF8         bool // UTF8=ACCEPT or IMAP4rev2 is enabled: UTF-8 in quoted strings and mailbox names
	Rev2         bool // IMAP4rev2 is enabled
	Binary       bool // BINARY: with one of the first two, literal8 needs no waiting either (RFC 7888 §6)
	UIDOnly      bool // UIDONLY is enabled: no command may have message sequence numbers; see [Encoder.Numbered]
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

// ArgumentError reports that an argument of a command cannot be encoded, or is not
// allowed there. Nothing was sent.
type ArgumentError struct {
	Command  string // "LOGIN"; empty if the encoder was used without a command
	Argument string // which argument, like "mailbox"
	Value    string // its value, quoted and shortened; empty for secrets and for what is not text
	Msg      string // what is wrong with it, like "contains NUL"; empty: it is invalid
}

// Error returns a sentence: `imap: CREATE: mailbox "a\x00b" contains NUL`, or
// `imap: UID STORE: invalid flag "a b"` if there is no Msg.
func (e *ArgumentError) Error() string {
	msg := "imap: "
	if e.Command != "" {
		msg += printable(e.Command) + ": "
	}
	if e.Msg == "" {
		msg += "invalid "
	}
	for _, s := range []string{e.Argument, e.Value, e.Msg} {
		if s != "" {
			msg += s + " "
		}
	}
	return strings.TrimSuffix(msg, " ")
}

// maxShownValue is how many octets of a value an [ArgumentError] shows.
const maxShownValue = 64

// shown returns a value as an [ArgumentError] shows it.
func shown[S ~string | ~[]byte](value S) string {
	if len(value) > maxShownValue {
		return strconv.Quote(string(value[:maxShownValue])) + "…"
	}
	return strconv.Quote(string(value))
}

// printable quotes command names that have characters that are not printable, which
// no real command has.
func printable(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return !strconv.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return name
}
