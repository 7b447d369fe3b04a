package imaptest

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/utf7"
	"github.com/seed-090b04e4/imap/response"
)

// out builds one response.
type out struct {
	s     *session
	b     []byte
	lits  []span // where the octets of literals stand
	items []int  // where the items of a FETCH response begin
}

type span struct{ start, end int }

func (s *session) newOut(text string) *out { return &out{s: s, b: []byte(text)} }

func (o *out) raw(text string) *out {
	o.b = append(o.b, text...)
	return o
}

func (o *out) num(n uint64) *out {
	o.b = strconv.AppendUint(o.b, n, 10)
	return o
}

// str writes a quoted string, or a literal if it can't be one.
func (o *out) str(text string) *out {
	if !quotable(text, o.s.utf8) {
		return o.literal([]byte(text), false)
	}
	o.b = append(o.b, '"')
	for i := 0; i < len(text); i++ {
		if text[i] == '"' || text[i] == '\\' {
			o.b = append(o.b, '\\')
		}
		o.b = append(o.b, text[i])
	}
	o.b = append(o.b, '"')
	return o
}

func quotable(s string, utf8On bool) bool {
	if len(s) > 1024 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '\r' || s[i] == '\n' || s[i] == 0 || s[i] >= 0x80 && !utf8On {
			return false
		}
	}
	return !utf8On || utf8.ValidString(s)
}

// nstr writes NIL for an empty string.
func (o *out) nstr(text string) *out {
	if text == "" {
		return o.raw("NIL")
	}
	return o.str(text)
}

// literal writes a literal, a literal8 if binary is set.
func (o *out) literal(data []byte, binary bool) *out {
	size := int64(len(data))
	for _, e := range o.s.effects() {
		if e.literalSize != nil {
			size = e.literalSize(size)
		}
	}
	if binary {
		o.b = append(o.b, '~')
	}
	o.b = append(o.b, '{')
	o.b = strconv.AppendInt(o.b, size, 10)
	o.b = append(o.b, "}\r\n"...)
	start := len(o.b)
	o.b = append(o.b, data...)
	if !binary { // CHAR8 has no NUL; Dovecot sends the same in its place
		for i, c := range o.b[start:] {
			if c == 0 {
				o.b[start+i] = 0x80
			}
		}
	}
	o.lits = append(o.lits, span{start, len(o.b)})
	return o
}

// mailbox writes a mailbox name as the session wants it.
func (o *out) mailbox(name string) *out {
	enc := name
	if !o.s.utf8 {
		enc = string(utf7.AppendEncode(nil, name))
	}
	if ascii.All(enc, ascii.AtomChar) && enc != "" && !ascii.EqualFold(enc, "NIL") {
		return o.raw(enc)
	}
	return o.str(enc)
}

func (o *out) flags(flags []response.Flag, recent bool) {
	o.b = append(o.b, '(')
	for i, f := range flags {
		if i > 0 {
			o.b = append(o.b, ' ')
		}
		o.b = append(o.b, f...)
	}
	if recent && !o.s.rev2 {
		if len(flags) > 0 {
			o.b = append(o.b, ' ')
		}
		o.b = append(o.b, response.FlagRecent...)
	}
	o.b = append(o.b, ')')
}

// modSeq writes the item MODSEQ (RFC 7162 §3.1.4.2).
func (o *out) modSeq(n uint64) *out {
	o.s.modSeqSent = max(o.s.modSeqSent, n)
	return o.raw("MODSEQ (").num(n).raw(")")
}

// newFetch begins a FETCH response for the message with index i, or with UIDONLY a
// UIDFETCH response (RFC 9586 §3.3).
func (s *session) newFetch(i int, uid response.UID) *out {
	if s.uidOnly {
		return s.newOut("* ").num(uint64(uid)).raw(" UIDFETCH (")
	}
	return s.newOut("* ").num(uint64(i + 1)).raw(" FETCH (")
}

// withUID reports whether FETCH responses that the client did not ask for bear the
// item UID.
func (s *session) withUID(a bool) bool { return (a || s.qresync) && !s.uidOnly }

// item notes that an item of a FETCH response begins, with a space between it
// and the one before.
func (o *out) item() *out {
	if len(o.items) > 0 {
		o.b = append(o.b, ' ')
	}
	o.items = append(o.items, len(o.b))
	return o
}

// send ends the response and sends it.
func (o *out) send() { o.s.send(o.b, o.lits) }

// line sends a response without literals.
func (s *session) line(text string) { s.send([]byte(text), nil) }

// send sends one response, which the line end is added to, and what faults put
// after it.
func (s *session) send(b []byte, lits []span) {
	for _, e := range s.effects() {
		if e.rewrite != nil {
			b = []byte(e.rewrite(string(b)))
		}
	}
	b = append(b, '\r', '\n')
	for _, e := range s.effects() {
		if e.hold != nil && e.hold(b) {
			s.held = append(s.held, b)
			return
		}
	}
	for _, e := range s.effects() {
		if e.response != nil {
			if n := e.response(lits); n >= 0 {
				s.write(b[:min(n, len(b))])
				s.cut()
				return
			}
		}
	}
	s.write(b)
	for _, e := range s.effects() {
		if e.after == nil {
			continue
		}
		for _, extra := range e.after(s, b) {
			s.write([]byte(extra + "\r\n"))
		}
	}
}

var errCut = errors.New("imaptest: a fault cut the connection")

// write sends bytes through the faults to the connection.
func (s *session) write(b []byte) {
	if s.ioErr != nil {
		return
	}
	s.through(s.effects(), b)
}

func (s *session) through(effects []*effect, b []byte) {
	for i, e := range effects {
		if e.bytes != nil {
			e.bytes(b, func(b []byte) {
				if s.ioErr == nil {
					s.through(effects[i+1:], b)
					s.flush()
				}
			})
			return
		}
	}
	s.trace.out(b)
	if _, err := s.bw.Write(b); err != nil && s.ioErr == nil {
		s.ioErr = err
	}
}

func (s *session) flush() {
	err := s.ioErr
	if err == nil {
		err = s.bw.Flush()
	}
	if err == nil && s.deflater != nil {
		err = s.deflater.Flush()
	}
	if s.ioErr == nil {
		s.ioErr = err
	}
}

// cut ends the connection after what was written, as a broken network does.
func (s *session) cut() {
	s.flush()
	if s.ioErr == nil {
		s.trace.note("cut")
		s.ioErr = errCut
	}
}

// tagged sends the answer to a command.
func (s *session) tagged(tag string, r reply) {
	if r.kind == "" {
		return
	}
	for _, e := range s.effects() {
		if e.tag != nil {
			tag = e.tag(tag)
		}
	}
	if tag != "" {
		tag += " "
	}
	text := tag + r.String()
	if bytes.ContainsAny([]byte(r.text), "\r\n") {
		text = tag + r.kind + " Answer with a line break"
	}
	s.line(text)
	for _, b := range s.held {
		s.write(b)
	}
	s.held = nil
}
