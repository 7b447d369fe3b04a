package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// The parse functions bear the names of the grammar's rules (RFC 9051 §9).
// They read one whole response, which lies in one piece of memory, its literals
// in their places. A function returns false if the rule does not match and
// leaves the reason in parser.err, the first one only; nothing is read past the
// response. Spaces are read leniently: several will do for one.

// parser reads one response.
type parser struct {
	b   []byte
	i   int
	err *ParseError
	mem *memory

	utf8  bool // mailbox names are UTF-8 (RFC 6855, IMAP4rev2)
	open  bool // b ends in the announcement of a literal that is not in it
	loose bool // what can't be read is left out (see readAgain)
	exact bool // b was mended: what is lenient elsewhere is a guess

	guessed bool // a value was read that may be another one
	depth   int

	reread int // items of the row that were read again
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

// scan reads a number that is not larger than most.
func (p *parser) scan(most uint64, rule string) (uint64, bool) {
	n, end, ok := scanNumber(p.b, p.i, most)
	if !ok {
		return 0, p.fail(rule)
	}
	p.i = end
	return n, true
}

// number reads a number of 32 bits.
func (p *parser) number() (uint32, bool) {
	n, ok := p.scan(max32, "number")
	return uint32(n), ok
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

// number64 reads a number of 63 bits.
func (p *parser) number64() (int64, bool) {
	n, ok := p.scan(max63, "number64")
	return int64(n), ok
}

// modSeqValue reads a mod-sequence: 63 bits in RFC 7162, 64 in RFC 4551.
func (p *parser) modSeqValue() (uint64, bool) { return p.scan(max64, "mod-sequence-value") }

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

// anyNumber reads digits. It returns zero and false if they are no number of 32
// bits.
func (p *parser) anyNumber() (uint32, bool) {
	n, end, ok := scanNumber(p.b, p.i, max32)
	if p.i = end; !ok {
		n = 0
	}
	return uint32(n), ok
}

// skipValue consumes one value of any kind, however deeply nested, without
// recursion.
func (p *parser) skipValue() bool {
	for depth := 0; ; {
		p.check()
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

// untilSpace consumes all up to the next space.
func (p *parser) untilSpace() []byte {
	start := p.i
	for p.i < len(p.b) && p.b[p.i] != ' ' {
		p.i++
	}
	return p.b[start:p.i]
}

// word reads what stands before the next space as a string of a list.
func (p *parser) word() string {
	p.check()
	b := p.untilSpace()
	p.charge(2*sizeString + len(b))
	return string(b)
}

// stringList reads "(" [astring *(SP astring)] ")".
func (p *parser) stringList() ([]string, bool) {
	if !p.enter() {
		return nil, false
	}
	var list []string
	for !p.leave() {
		s, ok := p.astring()
		if !ok {
			return nil, false
		}
		p.charge(2 * sizeString)
		list = append(list, p.string(s))
	}
	return list, true
}

// objectID reads "(" objectid ")" (RFC 8474 §7), or the identifier alone.
func (p *parser) objectID() (string, bool) {
	list := p.special('(')
	p.spaces()
	s, ok := p.astring()
	if list {
		p.spaces()
		ok = ok && p.special(')')
	}
	if !ok {
		return "", p.fail("objectid")
	}
	return p.string(s), true
}
