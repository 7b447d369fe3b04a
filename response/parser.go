package response

import (
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
	again int    // octets of other texts that strings are taken out of
	share bool   // strings are parts of all, and keep it alive
	utf8  bool   // mailbox names are UTF-8 (RFC 6855, IMAP4rev2)
	open  bool   // b ends in the announcement of a literal that is not in it
	loose bool   // what can't be read is left out (see readAgain)
	exact bool   // b was mended: what is lenient elsewhere is a guess

	guessed bool // a value was read that may be another one
	depth   int

	reread int // items that were read again
	next   int // offset of the next checkpoint
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
	p.check()
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
		const most = 1<<63 - 1
		if n > most/10 || n == most/10 && d > most%10 {
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
