package commands

import (
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// Raw is a command that the library has no type for. Its name is an atom, or
// several with one space between them, like "UID SORT"; its arguments can't
// inject. Its literals are synchronizing ones: a server that does not know the
// command would take others for commands.
type Raw struct {
	Command string // like "XLIST"
	Args    []Arg  // with a space before each
	// Does is the effects of the command. Zero is [Barrier]: it runs alone.
	Does Effects
}

// Name returns the command's name.
func (c Raw) Name() string { return c.Command }

// Effects returns Does, or Barrier if that is zero.
func (c Raw) Effects() Effects {
	if c.Does == 0 {
		return Barrier
	}
	return c.Does
}

// Encode implements [Command].
func (c Raw) Encode(e *Encoder) {
	e.Synchronize()
	for name := range strings.SplitSeq(c.Command, " ") {
		e.SP()
		e.Argument("name").Atom(name)
	}
	for _, a := range c.Args {
		e.SP()
		a.Encode(e)
	}
}

// Arg is an argument of a [Raw] command, made by one of the functions whose names
// begin with Arg. The zero value is NIL.
type Arg struct {
	put  func(*Encoder)
	text bool // it has strings that are not ASCII
}

// Encode appends the argument.
func (a Arg) Encode(e *Encoder) {
	if a.put == nil {
		e.Nil()
		return
	}
	a.put(e)
}

// ASCII reports whether all strings in the argument are ASCII. Mailbox names count
// as ASCII, because they have an encoding of their own.
func (a Arg) ASCII() bool { return !a.text }

// ArgNil returns NIL.
func ArgNil() Arg { return Arg{} }

// ArgAtom returns an atom. Anything else fails when it is encoded.
func ArgAtom(s string) Arg { return Arg{put: func(e *Encoder) { e.Atom(s) }} }

// ArgString returns a string: quoted, or a literal.
func ArgString(s string) Arg { return Arg{func(e *Encoder) { e.String(s) }, !isASCII(s)} }

// ArgAString returns an atom if s can be one, else a string.
func ArgAString(s string) Arg { return Arg{func(e *Encoder) { e.AString(s) }, !isASCII(s)} }

// ArgNumber returns a number.
func ArgNumber(n uint64) Arg { return Arg{put: func(e *Encoder) { e.Number(n) }} }

// ArgMailbox returns the name of a mailbox.
func ArgMailbox(name string) Arg { return Arg{put: func(e *Encoder) { e.Mailbox(name) }} }

// ArgFlag returns a flag.
func ArgFlag(f response.Flag) Arg { return Arg{put: func(e *Encoder) { e.Flag(f) }} }

// ArgUIDs returns a set of UIDs.
func ArgUIDs(s response.UIDSet) Arg { return Arg{put: func(e *Encoder) { e.UIDs(s) }} }

// ArgSeqs returns a set of message sequence numbers.
func ArgSeqs(s response.SeqSet) Arg { return Arg{put: func(e *Encoder) { e.Seqs(s) }} }

// ArgDate returns the calendar date of t in its own location.
func ArgDate(t time.Time) Arg { return Arg{put: func(e *Encoder) { e.Date(t) }} }

// ArgDateTime returns t with its zone.
func ArgDateTime(t time.Time) Arg { return Arg{put: func(e *Encoder) { e.DateTime(t) }} }

// ArgLiteral returns a literal with this content.
func ArgLiteral(content []byte) Arg {
	return Arg{func(e *Encoder) { e.Literal(content) }, !isASCII(content)}
}

// ArgLiteralFrom returns a literal, or with binary a literal8, whose content is
// read when the command is sent.
func ArgLiteralFrom(src literal.Source, binary bool) Arg {
	return Arg{put: func(e *Encoder) { e.LiteralFrom(&src, binary) }}
}

// ArgKey returns a search key; nil is ALL. Several keys in one, as And makes them,
// are encoded without parentheses.
func ArgKey(key SearchKey) Arg {
	return Arg{func(e *Encoder) { e.searchKey(key) }, key != nil && !key.ASCII()}
}

// ArgList returns arguments in parentheses.
func ArgList(args ...Arg) Arg {
	text := false
	for _, a := range args {
		text = text || a.text
	}
	return Arg{func(e *Encoder) {
		e.BeginList()
		for _, a := range args {
			e.SP()
			a.Encode(e)
		}
		e.EndList()
	}, text}
}

// ArgSecret returns a as a secret: neither traces nor errors show it.
func ArgSecret(a Arg) Arg {
	return Arg{func(e *Encoder) { e.Secret(func() { a.Encode(e) }) }, a.text}
}
