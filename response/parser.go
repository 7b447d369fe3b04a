package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// The parse functions bear the names of the grammar's rules (RFC 9051 §9).
// They read one whole response, which lies in one piece of memory, its literals
// in their places. A function returns false where the rule does not match and
// leaves the reason in parser.err, the first one only; nothing is read past the
// response. Spaces are read leniently: where one belongs, several will do.

// parser reads one response.
type parser struct {
	b   []byte
	i   int
	err *ParseError
	mem *memory

	all   string // string(b), made when the first string is taken out of it
	share bool   // strings are parts of all, and keep it alive
	utf8  bool   // mailbox names are UTF-8 (RFC 6855, IMAP4rev2)
	open  bool   // b ends in the announcement of a literal that is not in it
	loose bool   // what can't be read is left out (see readAgain)
	depth int

	reread int // items that were read again
}

// maxDepth bounds the nesting of lists. MIME structures of real mail stay far
// below; the stack holds far more.
const maxDepth = 256

// span is a string within a response.
type span struct {
	lo, hi int
	esc    bool // has backslashes to remove
	null   bool // NIL
}

func (p *parser) fail(rule string) bool {
	if p.err == nil {
		p.err = &ParseError{Rule: rule, Offset: p.i}
	}
	return false
}

func (p *parser) end() bool { return p.i >= len(p.b) }

// peek returns the next byte, and zero at the end.
func (p *parser) peek() byte {
	if p.i < len(p.b) {
		return p.b[p.i]
	}
	return 0
}

// special consumes c if it is next.
func (p *parser) special(c byte) bool {
	if p.i < len(p.b) && p.b[p.i] == c {
		p.i++
		return true
	}
	return false
}

// expect consumes c.
func (p *parser) expect(c byte) bool {
	return p.special(c) || p.fail(string(rune(c)))
}

// spaces consumes any number of spaces.
func (p *parser) spaces() {
	for p.i < len(p.b) && p.b[p.i] == ' ' {
		p.i++
	}
}

// sp consumes a space, and surplus ones.
func (p *parser) sp() bool {
	i := p.i
	for i < len(p.b) && p.b[i] == ' ' {
		i++
	}
	if i == p.i {
		return p.fail("SP")
	}
	p.i = i
	return true
}

// enter opens a list.
func (p *parser) enter() bool {
	if !p.expect('(') {
		return false
	}
	if p.depth++; p.depth > maxDepth {
		p.fail("at most 256 nested lists")
		return false
	}
	p.spaces()
	return true
}

// leave closes a list if its end is next.
func (p *parser) leave() bool {
	p.spaces()
	if !p.special(')') {
		return false
	}
	p.depth--
	return true
}

// number64 reads a number of up to 63 bits.
func (p *parser) number64() (int64, bool) {
	b, i := p.b, p.i
	var n int64
	for ; i < len(b); i++ {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		if n > (1<<63-1-9)/10 {
			return 0, p.fail("number64")
		}
		n = n*10 + int64(d)
	}
	if i == p.i {
		return 0, p.fail("number")
	}
	p.i = i
	return n, true
}

// number reads a number of 32 bits.
func (p *parser) number() (uint32, bool) {
	b, i := p.b, p.i
	var n uint64
	for ; i < len(b); i++ {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		if n = n*10 + uint64(d); n > 1<<32-1 {
			return 0, p.fail("number")
		}
	}
	if i == p.i {
		return 0, p.fail("number")
	}
	p.i = i
	return uint32(n), true
}

// nzNumber reads a number of 32 bits above zero.
func (p *parser) nzNumber() (uint32, bool) {
	at := p.i
	n, ok := p.number()
	if ok && n == 0 {
		p.i = at
		return 0, p.fail("nz-number")
	}
	return n, ok
}

// isNIL consumes NIL if it is next.
func (p *parser) isNIL() bool {
	if b := p.b[p.i:]; len(b) >= 3 && (b[0]|0x20) == 'n' && (b[1]|0x20) == 'i' && (b[2]|0x20) == 'l' &&
		(len(b) == 3 || !ascii.Is(b[3], ascii.AStrChar)) {
		p.i += 3
		return true
	}
	return false
}

// run consumes bytes up to a space, a parenthesis, a quote or a control
// character: an atom as servers send them, 8-bit text included.
func (p *parser) run() []byte {
	start := p.i
	for p.i < len(p.b) {
		c := p.b[p.i]
		if c <= ' ' || c == '(' || c == ')' || c == '"' || c == 0x7f {
			break
		}
		p.i++
	}
	return p.b[start:p.i]
}

// atom reads a run that is not empty.
func (p *parser) atom() ([]byte, bool) {
	b := p.run()
	return b, len(b) > 0 || p.fail("atom")
}

// quoted reads a quoted string whose first quote is next.
func (p *parser) quoted() (span, bool) {
	p.i++
	s := span{lo: p.i}
	n := bytes.IndexByte(p.b[p.i:], '"')
	if n >= 0 && bytes.IndexByte(p.b[p.i:p.i+n], '\\') < 0 {
		s.hi = p.i + n
		p.i = s.hi + 1
		return s, true
	}
	for i := p.i; i < len(p.b); i++ { // octet by octet, so that backslashes cost no more
		switch p.b[i] {
		case '\\':
			s.esc = true
			i++
		case '"':
			s.hi, p.i = i, i+1
			return s, true
		}
	}
	p.i = len(p.b)
	return span{}, p.fail("the quote that ends the string")
}

// literal reads a literal whose announcement is next.
func (p *parser) literal() (span, bool) {
	at := p.i
	n, ok := p.literalHeader()
	if !ok {
		p.i = at
		return span{}, p.fail("literal")
	}
	if n > int64(len(p.b)-p.i) {
		p.i = at
		return span{}, p.fail("the literal's content")
	}
	s := span{lo: p.i, hi: p.i + int(n)}
	p.i = s.hi
	return s, true
}

// literalHeader reads the announcement of a literal with its CRLF.
func (p *parser) literalHeader() (int64, bool) {
	p.special('~')
	if !p.special('{') {
		return 0, false
	}
	n, width, ok := ascii.Number64(p.b[p.i:])
	if !ok {
		return 0, false
	}
	p.i += width
	if !p.special('+') {
		p.special('-')
	}
	if !p.special('}') {
		return 0, false
	}
	p.special('\r')
	return n, p.special('\n')
}

// str reads a string: quoted or a literal.
func (p *parser) str() (span, bool) {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{', '~':
		return p.literal()
	}
	return span{}, p.fail("string")
}

// nstring reads a string or NIL.
func (p *parser) nstring() (span, bool) {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{', '~':
		return p.literal()
	}
	if p.isNIL() {
		return span{null: true}, true
	}
	return span{}, p.fail("nstring")
}

// astring reads an atom or a string.
func (p *parser) astring() (span, bool) {
	switch p.peek() {
	case '"':
		return p.quoted()
	case '{':
		return p.literal()
	case '~':
		if p.i+1 < len(p.b) && p.b[p.i+1] == '{' {
			return p.literal()
		}
	}
	lo := p.i
	if _, ok := p.atom(); !ok {
		return span{}, p.fail("astring")
	}
	return span{lo: lo, hi: p.i}, true
}

// bytes returns the content of s, valid until the parser's next use of it.
func (p *parser) bytes(s span) []byte {
	b := p.b[s.lo:s.hi]
	if s.esc {
		return appendUnescaped(nil, b)
	}
	return b
}

// appendUnescaped appends b without the backslashes before quotes and
// backslashes. Others are not allowed, and mean themselves where servers send
// them.
func appendUnescaped(dst, b []byte) []byte {
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && (b[i+1] == '"' || b[i+1] == '\\') {
			i++
		}
		dst = append(dst, b[i])
	}
	return dst
}

// string returns the content of s as a string of its own.
func (p *parser) string(s span) string { return string(p.bytes(s)) }

// set makes *dst the content of s when the response has been read.
func (p *parser) set(dst *string, s span) {
	switch {
	case s.lo == s.hi:
		*dst = ""
	case p.share && !s.esc:
		if p.all == "" {
			p.all = string(p.b)
		}
		*dst = p.all[s.lo:s.hi]
	default:
		lo := len(p.mem.text)
		if s.esc {
			p.mem.text = appendUnescaped(p.mem.text, p.b[s.lo:s.hi])
		} else {
			p.mem.text = append(p.mem.text, p.b[s.lo:s.hi]...)
		}
		p.later(dst, lo)
	}
}

// later makes *dst what stands in mem.text from lo on when the response has
// been read.
func (p *parser) later(dst *string, lo int) {
	p.mem.pending = append(p.mem.pending, pending{dst, lo, len(p.mem.text)})
}

// settle makes the strings that were put off: all in one piece of memory.
func (p *parser) settle() {
	m := p.mem
	if len(m.pending) == 0 {
		return
	}
	text := string(m.text)
	for i := range m.pending {
		d := &m.pending[i]
		*d.dst = text[d.lo:d.hi]
		d.dst = nil
	}
	m.pending = m.pending[:0]
	m.text = m.text[:0]
	if cap(m.text) > maxScratch {
		m.text = nil
	}
}

// maxScratch is the scratch memory that a parser keeps between responses.
const maxScratch = 64 << 10

// skipValue consumes one value of any kind, however deeply nested, without
// recursion.
func (p *parser) skipValue() bool {
	for depth := 0; ; {
		switch c := p.peek(); {
		case p.end():
			return p.fail("value")
		case c == '(':
			p.i++
			depth++
			p.spaces()
			continue
		case c == ')':
			if depth == 0 {
				return p.fail("value")
			}
			p.i++
			depth--
		case c == '"':
			if _, ok := p.quoted(); !ok {
				return false
			}
		case c == '{' || c == '~' && p.i+1 < len(p.b) && p.b[p.i+1] == '{':
			if _, ok := p.literal(); !ok {
				return false
			}
		default:
			if len(p.run()) == 0 {
				p.i++ // a control character: part of something unreadable
			}
		}
		if depth == 0 {
			return true
		}
		p.spaces()
	}
}

// value reads one value of any kind.
func (p *parser) value() (Value, bool) {
	switch c := p.peek(); {
	case c == '(':
		if !p.enter() {
			return Value{}, false
		}
		v := Value{Kind: ValueList}
		for !p.leave() {
			e, ok := p.value()
			if !ok {
				return Value{}, false
			}
			v.List = append(v.List, e)
			p.spaces()
		}
		return v, true
	case c == '"' || c == '{' || c == '~' && p.i+1 < len(p.b) && p.b[p.i+1] == '{':
		s, ok := p.str()
		return Value{Kind: ValueString, Text: p.string(s)}, ok
	case p.isNIL():
		return Value{}, true
	}
	b, ok := p.atom()
	return Value{Kind: ValueAtom, Text: string(b)}, ok
}

// values reads values separated by spaces up to the end.
func (p *parser) values() ([]Value, bool) {
	var list []Value
	for p.spaces(); !p.end(); p.spaces() {
		v, ok := p.value()
		if !ok {
			return nil, false
		}
		list = append(list, v)
	}
	return list, true
}

// keyword consumes word if it is next, without regard to case, and no more of
// an atom follows.
func (p *parser) keyword(word string) bool {
	rest := p.b[p.i:]
	if !ascii.HasPrefixFold(rest, word) || len(rest) > len(word) && ascii.Is(rest[len(word)], ascii.AtomChar) {
		return false
	}
	p.i += len(word)
	return true
}

// flagList reads "(" [flag *(SP flag)] ")".
func (p *parser) flagList() ([]Flag, bool) {
	if !p.enter() {
		return nil, p.fail("flag-list")
	}
	list := p.mem.flagList[:0]
	for !p.leave() {
		f, ok := p.flag()
		if !ok {
			return nil, false
		}
		list = append(list, f)
	}
	p.mem.flagList = list
	return p.mem.flags.copyOf(list), true
}

// flag reads a flag. Servers send about anything as one, so that all but
// spaces and parentheses will do.
func (p *parser) flag() (Flag, bool) {
	b, i := p.b, p.i
	for i < len(b) {
		if c := b[i]; c <= ' ' || c == '(' || c == ')' {
			break
		}
		i++
	}
	b = b[p.i:i]
	if len(b) == 0 {
		return "", p.fail("flag")
	}
	p.i = i
	switch string(b) { // as nearly all servers spell them
	case `\Seen`:
		return FlagSeen, true
	case `\Answered`:
		return FlagAnswered, true
	case `\Flagged`:
		return FlagFlagged, true
	case `\Deleted`:
		return FlagDeleted, true
	case `\Draft`:
		return FlagDraft, true
	case `\Recent`:
		return FlagRecent, true
	}
	if i := bytes.IndexByte(b[1:], '\\'); i >= 0 && b[0] == '\\' { // no space between flags
		p.i -= len(b) - 1 - i
		b = b[:1+i]
	}
	if f, ok := knownFlag(b); ok {
		return f, true
	}
	return Flag(p.mem.word(b)), true
}
