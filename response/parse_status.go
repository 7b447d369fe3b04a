package response

import (
	"bytes"
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// condition reads OK, NO, BAD, PREAUTH or BYE, and the space behind it.
func (p *parser) condition() (StatusType, bool) {
	switch p.peek() | 0x20 {
	case 'o', 'n', 'b', 'p':
	default:
		return 0, false
	}
	for _, t := range [...]StatusType{OK, NO, BAD, BYE, PREAUTH} {
		word := t.String()
		rest := p.b[p.i:]
		if ascii.HasPrefixFold(rest, word) && (len(rest) == len(word) || rest[len(word)] == ' ') {
			p.i += len(word)
			p.special(' ')
			return t, true
		}
	}
	return 0, false
}

// respText reads the rest of a status response: [code] and text (RFC 9051 §9
// "resp-text"). What looks like a code but is never closed is text.
func (p *parser) respText(t StatusType) *StatusResponse {
	s := &StatusResponse{Type: t}
	p.spaces()
	if p.peek() == '[' {
		if end := codeEnd(p.b[p.i:]); end > 0 {
			s.Code, s.CodeArgs = p.respTextCode(p.b[p.i+1 : p.i+end])
			p.i += end + 1
			p.special(' ')
		}
	}
	p.charge(len(p.b) - p.i)
	s.Text = string(p.b[p.i:])
	p.i = len(p.b)
	return s
}

// codeEnd returns the offset of the bracket that closes the code which b
// begins with, and zero where it is never closed. Flags may hold brackets: those
// within parentheses or strings don't count, others are balanced. Where that
// gives no end, the first bracket is it.
func codeEnd(b []byte) int {
	for _, lists := range [...]bool{true, false} {
		if end := closingBracket(b, lists); end > 0 {
			return end
		}
	}
	return max(bytes.IndexByte(b, ']'), 0)
}

func closingBracket(b []byte, lists bool) int {
	depth, parens, quoted := 0, 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case lists && c == '(':
			parens++
		case lists && c == ')':
			parens = max(parens-1, 0)
		case parens > 0:
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return 0
}

// respTextCode reads what stands between the brackets.
func (p *parser) respTextCode(b []byte) (Code, string) {
	name, args, _ := bytes.Cut(b, []byte(" "))
	if len(name) == 0 {
		return nil, ""
	}
	n := CodeName(ascii.ToUpper(p.mem.word(name)))
	if len(args) == 0 {
		switch n {
		case CodeBadCharset:
			return BadCharsetCode{}, ""
		case CodeInProgress:
			return InProgressCode{Current: -1, Goal: -1}, ""
		}
		return n, ""
	}
	raw := string(args)
	p.charge(len(raw))
	sub := parser{b: args, mem: p.mem, utf8: p.utf8}
	charged := p.mem.charged
	code, ok := sub.codeArgs(n)
	sub.settle()
	if !ok || sub.exceeded(charged) || !sub.end() && sub.peek() != ' ' {
		return OtherCode{n, raw}, raw
	}
	return code, raw
}

// codeArgs reads the arguments of a code that has some; false where the code
// is unknown or the arguments don't follow the grammar.
func (p *parser) codeArgs(n CodeName) (Code, bool) {
	p.spaces()
	switch n {
	case CodeAppendUID:
		v, ok1 := p.number()
		set, ok2 := p.spSet()
		return AppendUIDCode{v, set}, ok1 && ok2 && !set.Dynamic()
	case CodeCopyUID:
		return p.copyUID()
	case CodeBadCharset:
		if p.peek() != '(' { // as the example of RFC 9051 §6.4.4.4 has it
			var list []string
			for p.spaces(); !p.end(); p.spaces() {
				list = append(list, p.word())
			}
			return BadCharsetCode{list}, true
		}
		list, ok := p.stringList()
		return BadCharsetCode{list}, ok
	case CodeCapability:
		return CapabilityCode{p.capabilities()}, true
	case CodePermanentFlags:
		if p.peek() == '\\' {
			return p.bareFlags()
		}
		list, ok := p.flagList()
		return PermanentFlagsCode{list}, ok
	case CodeUIDNext:
		v, ok := p.number()
		return UIDNextCode{UID(v)}, ok
	case CodeUIDValidity:
		v, ok := p.number()
		return UIDValidityCode{v}, ok
	case CodeUnseen:
		v, ok := p.number()
		return UnseenCode{SeqNum(v)}, ok
	case CodeHighestModSeq:
		v, ok := p.modSeqValue()
		return HighestModSeqCode{v}, ok
	case CodeModified:
		set, ok := p.set32()
		return ModifiedCode{set}, ok
	case CodeDowngraded:
		set, ok := p.set32()
		return DowngradedCode{set}, ok
	}
	return p.extensionCodeArgs(n)
}

func (p *parser) extensionCodeArgs(n CodeName) (Code, bool) {
	switch n {
	case CodeMailboxID:
		id, ok := p.objectID()
		return MailboxIDCode{id}, ok
	case CodeReferral:
		var urls []string
		for p.spaces(); !p.end(); p.spaces() {
			urls = append(urls, p.word())
		}
		return ReferralCode{urls}, true
	case CodeNoUpdate:
		s, ok := p.astring()
		return NoUpdateCode{p.string(s)}, ok
	case CodeBadURL:
		return BadURLCode{string(p.untilSpace())}, true
	case CodeUndefinedFilter:
		return UndefinedFilterCode{string(p.untilSpace())}, true
	case CodeBadEvent:
		list, ok := p.stringList()
		return BadEventCode{list}, ok
	case CodeInProgress:
		return p.inProgress()
	case CodeMessageLimit:
		c := MessageLimitCode{}
		v, ok := p.number()
		c.Limit = v
		if ok && p.special(' ') && !p.end() {
			v, ok = p.number()
			c.LowestUID = UID(v)
		}
		return c, ok
	case CodeMetadata:
		c := MetadataCode{Reason: ascii.ToUpper(string(p.run()))}
		ok := true
		if p.special(' ') {
			c.Size, ok = p.number64()
		}
		return c, ok
	}
	return nil, false
}

// copyUID reads the arguments of COPYUID. Microsoft 365 leaves the sets empty.
func (p *parser) copyUID() (Code, bool) {
	c := CopyUIDCode{}
	v, ok := p.number()
	if !ok {
		return nil, false
	}
	c.UIDValidity = v
	if p.spaces(); p.end() {
		return c, true
	}
	if c.Source, c.SourceOrder, ok = p.setInOrder(); !ok || !p.sp() {
		return nil, false
	}
	c.Dest, c.DestOrder, ok = p.setInOrder()
	return c, ok && !c.Source.Dynamic() && !c.Dest.Dynamic()
}

// bareFlags reads flags that stand without parentheses.
func (p *parser) bareFlags() (Code, bool) {
	var list []Flag
	for ; !p.end(); p.spaces() {
		f, ok := p.flag()
		if !ok {
			return nil, false
		}
		p.check()
		p.charge(2 * sizeString)
		list = append(list, f)
	}
	return PermanentFlagsCode{list}, true
}

// inProgress reads "(" tag SP current SP goal ")" (RFC 9585 §4).
func (p *parser) inProgress() (Code, bool) {
	c := InProgressCode{Current: -1, Goal: -1}
	if !p.enter() {
		return nil, false
	}
	tag, ok := p.nstring()
	if !ok {
		return nil, false
	}
	if !tag.null {
		c.Tag = p.string(tag)
	}
	for _, dst := range []*int64{&c.Current, &c.Goal} {
		if p.spaces(); p.peek() == ')' || p.isNIL() {
			continue
		}
		if *dst, ok = p.number64(); !ok {
			return nil, false
		}
	}
	return c, p.leave()
}

// set32 reads a sequence-set.
func (p *parser) set32() (UIDSet, bool) {
	var b setBuilder[UID]
	ok := p.setInto(&b)
	return p.builtSet(&b), ok
}

func (p *parser) spSet() (UIDSet, bool) {
	if !p.sp() {
		return UIDSet{}, false
	}
	return p.set32()
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

// maxCapabilities is far beyond what any server has: looking one up walks the list.
const maxCapabilities = 4096

// capabilities reads capabilities separated by spaces up to the end.
func (p *parser) capabilities() Capabilities {
	var caps Capabilities
	for p.spaces(); !p.end(); p.spaces() {
		if p.peek() == '(' { // sohu.com: CAPABILITY with what belongs to NAMESPACE
			p.fail("capability")
			break
		}
		if len(caps) == maxCapabilities {
			p.fail("at most 4096 capabilities")
			break
		}
		caps = append(caps, Cap(p.word()))
	}
	return caps
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

// modSeqValue reads a mod-sequence: 63 bits in RFC 7162, 64 in RFC 4551.
func (p *parser) modSeqValue() (uint64, bool) {
	start := p.i
	for p.i < len(p.b) && ascii.Is(p.b[p.i], ascii.Digit) {
		p.i++
	}
	n, err := strconv.ParseUint(string(p.b[start:p.i]), 10, 64)
	if err != nil {
		p.i = start
		return 0, p.fail("mod-sequence-value")
	}
	return n, true
}
