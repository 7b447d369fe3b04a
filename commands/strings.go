package commands

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/utf7"
	"github.com/seed-090b04e4/imap/literal"
)

// maxQuoted is the longest quoted string, in octets; longer ones become literals.
// RFC 2683 §3.2.1.5 asks clients to keep lines below 1000 octets or so.
const maxQuoted = 512

// String appends s as a string (RFC 9051 §4.3): a quoted string if its characters
// and length allow, else a literal. NUL is an error.
func (e *Encoder) String(s string) { putString(e, s, "string") }

// AString appends s as an astring: an atom if it can be one and is not NIL, else a
// string.
func (e *Encoder) AString(s string) { putAString(e, s, "astring") }

// NString appends s as a string, or NIL if it is nil.
func (e *Encoder) NString(s *string) {
	if s == nil {
		e.Nil()
		return
	}
	e.String(*s)
}

func putAString[S ~string | ~[]byte](e *Encoder, s S, rule string) {
	if len(s) > 0 && len(s) <= maxQuoted && plain(s) && !ascii.EqualFold(s, "NIL") {
		e.buf = append(e.buf, s...)
		e.fresh = false
		return
	}
	putString(e, s, rule)
}

// plain reports whether every server reads s as an atom. "[" is an atom character,
// but not for servers that look for the end of a section.
func plain[S ~string | ~[]byte](s S) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == '[' || !ascii.Is(s[i], ascii.AtomChar) {
			return false
		}
	}
	return true
}

func putString[S ~string | ~[]byte](e *Encoder, s S, rule string) {
	switch classify(s) {
	case textNUL:
		e.failShown(e.argument(rule), shown(s), "contains NUL")
	case textUTF8:
		if e.dialect.UTF8 {
			putQuoted(e, s)
			return
		}
		putLiteral(e, s, false)
	case textQuotable:
		putQuoted(e, s)
	default:
		putLiteral(e, s, false)
	}
}

// textForm is the simplest form in which a string can be sent.
type textForm uint8

const (
	textQuotable textForm = iota // a quoted string
	textUTF8                     // a quoted string if the session has UTF-8
	textLiteral                  // a literal
	textNUL                      // none
)

// classify returns the form of s. Control characters are allowed in quoted strings,
// but more servers accept them in literals, TAB excepted.
func classify[S ~string | ~[]byte](s S) textForm {
	form := textQuotable
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case ascii.Is(c, ascii.QuotedSafe), c == '"', c == '\\', c == '\t':
		case c == 0:
			return textNUL
		case c >= utf8.RuneSelf:
			form = max(form, textUTF8)
		default:
			form = textLiteral
		}
	}
	if len(s) > maxQuoted || form == textUTF8 && !validUTF8(s) {
		form = textLiteral
	}
	return form
}

func isASCII[S ~string | ~[]byte](s S) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// validUTF8 is utf8.Valid for strings and slices.
func validUTF8[S ~string | ~[]byte](s S) bool {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		var char [utf8.UTFMax]byte
		n := copy(char[:], s[i:])
		r, size := utf8.DecodeRune(char[:n])
		if r == utf8.RuneError && size == 1 {
			return false
		}
		i += size
	}
	return true
}

func putQuoted[S ~string | ~[]byte](e *Encoder, s S) {
	e.buf = append(e.buf, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			e.buf = append(e.buf, '\\')
		}
		e.buf = append(e.buf, s[i])
	}
	e.buf = append(e.buf, '"')
	e.fresh = false
}

// putLiteral appends s as a literal, or with binary a literal8, whose content is
// part of the encoded bytes.
func putLiteral[S ~string | ~[]byte](e *Encoder, s S, binary bool) {
	size := int64(len(s))
	sync := !e.nonSync(size, binary)
	e.buf = literal.Header{Size: size, NonSync: !sync, Binary: binary}.Append(e.buf)
	if sync {
		e.endPart(true, nil)
	}
	start := len(e.buf)
	e.buf = append(e.buf, s...)
	e.marks = append(e.marks, mark{start: start - len("\r\n"), end: len(e.buf), kind: markLiteral})
	e.line = len(e.buf)
	e.fresh = false
}

// Literal appends content as a literal (RFC 9051 §4.3). It is copied. NUL is
// an error.
func (e *Encoder) Literal(content []byte) {
	if classify(content) == textNUL {
		e.failShown(e.argument("literal"), shown(content), "contains NUL")
		return
	}
	putLiteral(e, content, false)
}

// LiteralFrom appends a literal, or with binary a literal8, whose content is
// read from src when the command is sent.
func (e *Encoder) LiteralFrom(src *literal.Source, binary bool) {
	switch {
	case src.Size < 0:
		e.Fail(e.argument("literal"), "has a negative size")
		return
	case src.R == nil && src.Size > 0:
		e.Fail(e.argument("literal"), "has no reader")
		return
	}
	sync := !e.nonSync(src.Size, binary)
	e.buf = literal.Header{Size: src.Size, NonSync: !sync, Binary: binary}.Append(e.buf)
	if src.Size == 0 {
		src = nil
	}
	if sync || src != nil {
		e.endPart(sync, src)
	}
	m := mark{start: len(e.buf) - len("\r\n"), end: len(e.buf), kind: markLiteral}
	if src != nil {
		m.kind = markStream
	}
	e.marks = append(e.marks, m)
	e.line = len(e.buf)
	e.fresh = false
}

// rawMark begins the names that [RawMailbox] returns. No mailbox name has a NUL.
const rawMark = "\x00"

// RawMailbox marks raw, a mailbox's name as the server sent it, to be sent back
// octet by octet. Any command accepts the result in place of a name.
//
// It is for names that cannot be decoded, as MailboxInfo.Raw has them: some servers
// have mailboxes whose names are neither modified UTF-7 nor UTF-8, and encoding
// such a name would name another mailbox. An empty raw stands for an empty name.
func RawMailbox(raw string) string { return rawMark + raw }

// Mailbox appends a mailbox name (RFC 9051 §5.1): in UTF-8 if the session has it,
// else in modified UTF-7 (RFC 3501 §5.1.3), INBOX in any case as INBOX, and the
// names of [RawMailbox] as they are. Any other name that is not UTF-8 is an error.
func (e *Encoder) Mailbox(name string) {
	if ascii.EqualFold(name, "INBOX") {
		e.word("INBOX")
		return
	}
	if b, ok := e.mailboxBytes(name, "mailbox"); ok {
		putAString(e, b, "mailbox")
	}
}

// ListMailbox appends a pattern of LIST, in which "*" and "%" are wildcards
// (RFC 9051 §6.3.9).
func (e *Encoder) ListMailbox(pattern string) {
	if b, ok := e.mailboxBytes(pattern, "pattern"); ok {
		putString(e, b, "pattern")
	}
}

// mailboxBytes returns name as it is sent, valid until the next call.
func (e *Encoder) mailboxBytes(name, rule string) ([]byte, bool) {
	raw, isRaw := strings.CutPrefix(name, rawMark)
	switch {
	case isRaw:
		e.scratch = append(e.scratch[:0], raw...)
	case strings.IndexByte(name, 0) >= 0:
		e.FailValue(e.argument(rule), name, "contains NUL")
		return nil, false
	case !utf8.ValidString(name):
		e.FailValue(e.argument(rule), name, "is not UTF-8")
		return nil, false
	case e.dialect.UTF8:
		e.scratch = append(e.scratch[:0], name...)
	default:
		e.scratch = utf7.AppendEncode(e.scratch[:0], name)
	}
	return e.scratch, true
}
