package imaptest

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/utf7"
	"github.com/seed-090b04e4/imap/literal"
	"github.com/seed-090b04e4/imap/response"
)

// args reads the arguments of one command, line by line as the client's
// literals arrive. The first thing that does not fit is kept, and everything
// read after it is empty: commands read all they want and look at end once.
type args struct {
	s    *session
	tag  string
	name string // in upper case
	uid  bool   // the command was preceded by UID

	line []byte // without its line end
	pos  int
	err  *reply
	deep int

	refused bool   // a literal that the client waits with was refused
	binary  bool   // the last literal was a literal8
	bye     *reply // a fault wants this in place of the tagged answer
	silent  bool   // a fault wants no tagged answer
}

// fail notes what was wrong first.
func (a *args) fail(r reply) {
	if a.err == nil {
		a.err = &r
	}
}

func (a *args) bad(want string) {
	near := a.line[min(a.pos, len(a.line)):]
	a.fail(bad("%s: expected %s at %q", a.name, want, near[:min(len(near), 24)]))
}

// reply returns the answer to a command that was not understood.
func (a *args) reply() reply {
	if a.err != nil {
		return *a.err
	}
	return ok(a.name + " completed")
}

// ok reports whether nothing was wrong so far.
func (a *args) ok() bool { return a.err == nil }

// end reports whether the command was read to its end and understood.
func (a *args) end() bool {
	if a.err == nil && a.pos != len(a.line) {
		a.bad("the end of the command")
	}
	return a.err == nil
}

// atEnd reports whether nothing is left on the line.
func (a *args) atEnd() bool { return a.err != nil || a.pos >= len(a.line) }

func (a *args) peek() byte {
	if a.err != nil || a.pos >= len(a.line) {
		return 0
	}
	return a.line[a.pos]
}

// eat takes c where it is next.
func (a *args) eat(c byte) bool {
	if a.peek() != c || c == 0 {
		return false
	}
	a.pos++
	return true
}

func (a *args) want(c byte) {
	if !a.eat(c) {
		a.bad(strconv.QuoteRune(rune(c)))
	}
}

func (a *args) sp() { a.want(' ') }

// word reads what is of the class, which may be nothing.
func (a *args) word(class ascii.Class) string {
	if a.err != nil {
		return ""
	}
	start := a.pos
	for a.pos < len(a.line) && ascii.Is(a.line[a.pos], class) {
		a.pos++
	}
	return string(a.line[start:a.pos])
}

func (a *args) atom() string {
	w := a.word(ascii.AtomChar)
	if w == "" {
		a.bad("an atom")
	}
	return w
}

// keyword reads an atom in upper case.
func (a *args) keyword() string { return ascii.ToUpper(a.atom()) }

// keywordIs takes word where it is next, followed by something else.
func (a *args) keywordIs(word string) bool {
	if a.err != nil || !ascii.HasPrefixFold(a.line[a.pos:], word) {
		return false
	}
	if next := a.pos + len(word); next < len(a.line) && ascii.Is(a.line[next], ascii.AtomChar) {
		return false
	}
	a.pos += len(word)
	return true
}

func (a *args) number64() uint64 {
	w := a.word(ascii.Digit)
	n, err := strconv.ParseUint(w, 10, 63)
	if err != nil {
		a.bad("a number")
	}
	return n
}

func (a *args) number() uint32 {
	n := a.number64()
	if n > 1<<32-1 {
		a.bad("a number below 4294967296")
	}
	return uint32(n)
}

func (a *args) astring() string {
	if a.atString() {
		return a.str()
	}
	w := a.word(ascii.AStrChar)
	if w == "" {
		a.bad("an astring")
	}
	return w
}

// atString reports whether a quoted string or a literal is next. "~" alone begins
// an atom; only "~{" is a literal8.
func (a *args) atString() bool {
	switch a.peek() {
	case '"', '{':
		return true
	case '~':
		return a.pos+1 < len(a.line) && a.line[a.pos+1] == '{'
	}
	return false
}

// str reads a quoted string or a literal.
func (a *args) str() string {
	switch {
	case a.peek() == '"':
		return a.quoted()
	case a.atString():
		return string(a.literal(a.s.srv.opts.MaxLiteral))
	}
	a.bad("a string")
	return ""
}

// nstring reads NIL or a string.
func (a *args) nstring() (s string, null bool) {
	if a.keywordIs("NIL") {
		return "", true
	}
	return a.str(), false
}

func (a *args) quoted() string {
	a.want('"')
	var b []byte
	for a.err == nil {
		if a.pos >= len(a.line) {
			a.bad("a closing quote")
			break
		}
		c := a.line[a.pos]
		a.pos++
		switch {
		case c == '"':
			if !a.s.utf8 && !ascii7(b) || !utf8.Valid(b) {
				a.fail(bad("%s: 8-bit characters in a quoted string", a.name))
			}
			return string(b)
		case c == '\\' && a.pos < len(a.line) && (a.line[a.pos] == '"' || a.line[a.pos] == '\\'):
			c = a.line[a.pos]
			a.pos++
		case c == '\\' || c == 0 || c == '\r':
			a.pos--
			a.bad("a quoted character")
		}
		b = append(b, c)
	}
	return ""
}

func ascii7(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= 0x80 })
}

// literal reads a literal of at most limit octets, asking the client for it
// where it waits to be asked.
func (a *args) literal(limit int64) []byte {
	h, start, found := literal.Parse(a.line)
	if a.err != nil || !found || start != a.pos {
		a.bad("a literal")
		return nil
	}
	a.binary = h.Binary
	if r := a.refuse(h, limit); r.kind != "" {
		a.fail(r)
		return nil
	}
	if !h.NonSync {
		a.s.line("+ Ready for literal data")
		a.s.flush()
	}
	data, err := a.s.readLiteral(h.Size)
	if err == nil {
		a.line, err = a.s.readLine()
		a.pos = 0
	}
	if err != nil {
		a.line = nil
		a.fail(none())
		return nil
	}
	if !h.Binary && bytes.IndexByte(data, 0) >= 0 {
		a.fail(bad("%s: NUL in a literal", a.name))
	}
	return data
}

// refuse says why a literal is not taken; nothing where it is.
func (a *args) refuse(h literal.Header, limit int64) reply {
	s := a.s
	s.literalsIn++
	for _, e := range s.effects() {
		if e.refuseLiteral != nil {
			if r := e.refuseLiteral(a.name, h.NonSync); r.kind != "" {
				a.refused = !h.NonSync
				return r
			}
		}
	}
	plus := s.srv.has(response.CapLiteralPlus)
	switch {
	case h.NonSync && !a.nonSync():
		a.refused = true // the text that follows is taken for commands, as servers do
		return bad("%s: no such literals here", a.name)
	case h.Size > limit:
		a.refused = !h.NonSync
		return no("TOOBIG", "Literal exceeds the limit")
	case h.NonSync && !plus && h.Size > 4096: // RFC 7888 §5
		return reply{kind: "BAD", code: "TOOBIG", text: "Literal needs to be synchronizing"}
	}
	return reply{}
}

// nonSync reports whether the server knows non-synchronizing literals.
func (a *args) nonSync() bool {
	has := a.s.srv.has
	return has(response.CapLiteralPlus) || has(response.CapLiteralMinus) || has(response.CapIMAP4rev2)
}

// drain reads what is left of a command that was not understood: literals that
// the client sends without waiting.
func (a *args) drain() error {
	for !a.refused && a.nonSync() {
		h, _, found := literal.Parse(a.line)
		if !found || !h.NonSync {
			return nil
		}
		if err := a.s.discard(h.Size); err != nil {
			return err
		}
		line, err := a.s.readLine()
		if err != nil {
			return err
		}
		a.line = line
	}
	return nil
}

// mailbox reads the name of a mailbox and decodes it.
func (a *args) mailbox() string { return a.decodeMailbox(a.astring()) }

func (a *args) decodeMailbox(raw string) string {
	if a.err != nil {
		return ""
	}
	if a.s.utf8 {
		if !utf8.ValidString(raw) {
			a.fail(no("CANNOT", "Mailbox name is not UTF-8"))
		}
		return raw
	}
	name, err := utf7.AppendDecode(nil, []byte(raw))
	if err != nil || strings.ContainsAny(raw, "\r\n\x00") {
		a.fail(no("CANNOT", "Mailbox name is not valid modified UTF-7"))
		return ""
	}
	return string(name)
}

// listPattern reads a mailbox name with wildcards.
func (a *args) listPattern() string {
	if a.atString() {
		return a.decodeMailbox(a.str())
	}
	w := a.word(ascii.ListChar)
	if w == "" {
		a.bad("a mailbox pattern")
	}
	return a.decodeMailbox(w)
}

// list reads items between parentheses, separated by spaces.
func (a *args) list(item func()) {
	a.want('(')
	if a.eat(')') {
		return
	}
	if a.deep++; a.deep > a.s.srv.opts.MaxNesting {
		a.fail(bad("%s: nested too deeply", a.name))
	}
	for a.err == nil {
		item()
		if a.err != nil || a.eat(')') {
			break
		}
		a.sp()
	}
	a.deep--
}

// flag reads a flag.
func (a *args) flag() response.Flag {
	prefix := ""
	if a.eat('\\') {
		prefix = `\`
	}
	return response.Flag(prefix + a.atom())
}

// flags reads a list of flags.
func (a *args) flags() []response.Flag {
	var out []response.Flag
	a.list(func() { out = append(out, a.flag()) })
	return out
}

// set reads a sequence-set as text; "$" is the saved result.
func (a *args) set() numSet {
	if a.eat('$') {
		if !a.s.srv.has(response.CapSearchRes) {
			a.fail(bad("%s: unknown set", a.name))
		}
		return numSet{saved: true}
	}
	start := a.pos
	for !a.atEnd() && (ascii.Is(a.line[a.pos], ascii.Digit) || strings.IndexByte("*:,", a.line[a.pos]) >= 0) {
		a.pos++
	}
	text := string(a.line[min(start, len(a.line)):a.pos])
	ranges, good := parseRanges(text)
	if a.err == nil && !good {
		a.pos = start
		a.bad("a sequence set")
	}
	return numSet{ranges: ranges}
}
