package commands

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/literal"
)

// Encoder builds one command at a time. Its methods are named after the rules of
// the grammar (RFC 9051 §9) and append. The first value that does not fit its rule
// makes the command fail, and [Encoder.Err] returns the reason. The zero value is
// ready for a session that allows nothing beyond IMAP4rev1.
//
// An Encoder reuses its memory for the next command. It is not safe for concurrent
// use.
//
//	buf: UID FETCH 1:5 (BODY.PEEK[HEADER.FIELDS ({7}␍␊Subject)])
//	     └──────── parts[0], Sync ──────────────────┘└ parts[1] ┘
type Encoder struct {
	dialect Dialect
	buf     []byte // everything but the content of streamed literals
	parts   []Part // buf[:run], in order
	run     int    // where the part that is being written begins
	fresh   bool   // right after "(": SP does nothing
	wait    bool   // every literal is a synchronizing one
	seqs    bool   // a set of message sequence numbers was encoded
	line    int    // where the current line begins: after the last literal
	marks   []mark // what traces show differently
	scratch []byte // for names before they are appended to buf

	name   string // of the command, for errors
	arg    string // of the argument that is being encoded, for errors
	secret bool   // within Secret: errors do not show values
	err    *ArgumentError
}

// Part is a piece of an encoded command: a run of bytes, and what must be done
// before the next one is sent.
type Part struct {
	Start, End int             // the bytes; see [Encoder.Bytes]
	Sync       bool            // then wait for the server's "+" (RFC 9051 §7.6)
	Source     *literal.Source // then send this content; nil: none
}

// Reset discards what was encoded and sets the dialect for the next command.
func (e *Encoder) Reset(d Dialect) {
	e.discard()
	*e = Encoder{
		dialect: d, buf: e.buf[:0], parts: e.parts[:0], marks: e.marks[:0], scratch: e.scratch[:0],
		fresh: true,
	}
}

// maxKept is the largest buffer that an encoder reuses for its next command, so
// that one command with a long argument does not cost memory forever.
const maxKept = 64 << 10

// discard removes what was encoded, and overwrites secrets in the memory that is
// reused.
func (e *Encoder) discard() {
	for _, m := range e.marks {
		if m.kind == markSecret {
			clear(e.buf[m.start:m.end])
		}
	}
	clear(e.parts) // the sources
	e.buf, e.parts, e.marks, e.run, e.line = e.buf[:0], e.parts[:0], e.marks[:0], 0, 0
	if cap(e.buf) > maxKept {
		e.buf = nil
	}
}

// Command encodes c and a final CRLF, in place of the previous command. The error
// is an *[ArgumentError].
func (e *Encoder) Command(c Command) error {
	e.Reset(e.dialect)
	e.name = c.Name()
	c.Encode(e)
	e.name = c.Name() // c may have encoded another command's arguments
	e.buf = append(e.buf, '\r', '\n')
	e.endPart(false, nil)
	if e.err != nil { // the bytes are not a command: they must not be sent
		e.discard()
	}
	return e.Err()
}

// Synchronize makes the literals that follow in this command wait for the server's
// go-ahead, whatever the dialect allows. It is for what a server may not know or
// may refuse early: several servers then read a literal that came without waiting
// as commands.
func (e *Encoder) Synchronize() { e.wait = true }

// maxPlainLine is the longest line after which a literal may go out without
// waiting. Servers need not take longer ones (RFC 7162 §4); Dovecot skips to the
// end of a line that is too long, and reads on from there.
const maxPlainLine = 8000

// nonSync reports whether a literal goes out without waiting.
func (e *Encoder) nonSync(size int64, binary bool) bool {
	return !e.wait && len(e.buf)-e.line <= maxPlainLine && e.dialect.nonSync(size, binary)
}

// Dialect returns what [Encoder.Reset] was given.
func (e *Encoder) Dialect() Dialect { return e.dialect }

// Err returns the first error as an *[ArgumentError], or nil.
func (e *Encoder) Err() error {
	if e.err == nil {
		return nil
	}
	return e.err
}

// Parts returns the parts of the command that [Encoder.Command] encoded. They
// belong to the encoder and are valid until its next use.
func (e *Encoder) Parts() []Part { return e.parts }

// Bytes returns the bytes of a part. They belong to the encoder and are valid
// until its next use.
func (e *Encoder) Bytes(p Part) []byte { return e.buf[p.Start:p.End] }

// Fail records that an argument is invalid. msg continues a sentence that begins
// with the argument's name, like "is empty"; it must not contain a secret. Only the
// first failure counts.
func (e *Encoder) Fail(argument, msg string) {
	if e.err == nil {
		e.err = &ArgumentError{Command: e.name, Argument: argument, Msg: msg}
	}
}

// FailValue is Fail with the argument's value, which the error shows, unless it is
// a [Encoder.Secret]. An empty msg stands for "is invalid".
func (e *Encoder) FailValue(argument, value, msg string) {
	e.failShown(argument, shown(value), msg)
}

func (e *Encoder) failShown(argument, value, msg string) {
	if e.err != nil {
		return
	}
	e.Fail(argument, msg)
	if !e.secret {
		e.err.Value = value
	}
}

// argument returns the name of the argument that is being encoded, or rule if the
// command did not name it.
func (e *Encoder) argument(rule string) string {
	if e.arg != "" {
		return e.arg
	}
	return rule
}

// Argument names the argument that the following calls encode, up to the next SP,
// for errors.
func (e *Encoder) Argument(name string) *Encoder {
	e.arg = name
	return e
}

// SP appends the space between two tokens. Right after the parenthesis that opens
// a list, it does nothing, so that a loop may call it before every element.
func (e *Encoder) SP() {
	e.arg = ""
	if !e.fresh {
		e.buf = append(e.buf, ' ')
	}
	e.fresh = true
}

// word appends s, which must be valid where it is appended.
func (e *Encoder) word(s string) {
	e.buf = append(e.buf, s...)
	e.fresh = false
}

// BeginList opens a parenthesised list.
func (e *Encoder) BeginList() {
	e.buf = append(e.buf, '(')
	e.fresh = true
}

// EndList closes the list.
func (e *Encoder) EndList() {
	e.buf = append(e.buf, ')')
	e.fresh = false
}

// Atom appends s, which must be an atom.
func (e *Encoder) Atom(s string) {
	if s == "" {
		e.Fail(e.argument("atom"), "is empty")
		return
	}
	if !ascii.All(s, ascii.AtomChar) {
		e.FailValue(e.argument("atom"), s, "contains a character that is not allowed in an atom")
		return
	}
	e.word(s)
}

// Number appends n in decimal digits.
func (e *Encoder) Number(n uint64) {
	e.buf = strconv.AppendUint(e.buf, n, 10)
	e.fresh = false
}

// Nil appends NIL.
func (e *Encoder) Nil() { e.word("NIL") }

// endPart ends the run of bytes that is being written.
func (e *Encoder) endPart(sync bool, src *literal.Source) {
	e.parts = append(e.parts, Part{Start: e.run, End: len(e.buf), Sync: sync, Source: src})
	e.run = len(e.buf)
}
