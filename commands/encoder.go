package commands

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/literal"
)

// Encoder builds one command at a time. Its methods bear the names of the
// grammar's rules (RFC 9051 §9) and append; the first value that does not fit
// its rule spoils the command, and [Encoder.Err] tells which it was. The zero value is ready for
// a session that allows nothing beyond IMAP4rev1.
//
// An Encoder keeps its memory from one command to the next. It is not safe for
// concurrent use.
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
	line    int    // where the current line begins: after the last literal
	marks   []mark // what traces show differently
	scratch []byte // for names on their way into buf

	name string // of the command, for errors
	arg  string // of the argument that is being encoded, for errors
	err  *ArgumentError
}

// Part is a piece of an encoded command: a run of bytes, and what comes before
// the next one.
type Part struct {
	Start, End int             // the bytes; see [Encoder.Bytes]
	Sync       bool            // then wait for the server's "+" (RFC 9051 §7.6)
	Source     *literal.Source // then send this content; nil where there is none
}

// Reset forgets what was encoded and sets the dialect for what comes.
func (e *Encoder) Reset(d Dialect) {
	e.discard()
	*e = Encoder{
		dialect: d, buf: e.buf[:0], parts: e.parts[:0], marks: e.marks[:0], scratch: e.scratch[:0],
		fresh: true,
	}
}

// maxKept is the largest buffer that an encoder keeps for its next command: one
// command with a long text should not cost memory for ever.
const maxKept = 64 << 10

// discard lets go of what was encoded, and wipes secrets out of the memory that
// is kept.
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

// Command encodes c and the CRLF behind it as the only command of e. The error
// is an *[ArgumentError].
func (e *Encoder) Command(c Command) error {
	e.Reset(e.dialect)
	e.name = c.Name()
	c.Encode(e)
	e.name = c.Name() // where c encoded another command's arguments
	e.buf = append(e.buf, '\r', '\n')
	e.endPart(false, nil)
	if e.err != nil { // what came out so far is no command: don't let it be sent
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

// Fail records that argument makes no sense for the reason msg, which must not
// contain the value itself. Only the first failure counts.
func (e *Encoder) Fail(argument, msg string) {
	if e.err == nil {
		e.err = &ArgumentError{Command: e.name, Argument: argument, Msg: msg}
	}
}

// fail records that the argument that is being encoded is bad. Where the
// command did not say its name, it is called rule.
func (e *Encoder) fail(rule, msg string) {
	if e.arg != "" {
		rule = e.arg
	}
	e.Fail(rule, msg)
}

// Argument says which argument the following calls encode, up to the next SP:
// errors will name it.
func (e *Encoder) Argument(name string) *Encoder {
	e.arg = name
	return e
}

// SP appends the space between two tokens. Right behind the parenthesis that
// opens a list, it does nothing: a loop may put it before every element.
func (e *Encoder) SP() {
	e.arg = ""
	if !e.fresh {
		e.buf = append(e.buf, ' ')
	}
	e.fresh = true
}

// word appends text that this package vouches for.
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

// Atom appends s as an atom. Text that is none is an error.
func (e *Encoder) Atom(s string) {
	if s == "" {
		e.fail("atom", "is empty")
		return
	}
	if !ascii.All(s, ascii.AtomChar) {
		e.fail("atom", "contains a character that an atom can't have")
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
