package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

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
	if !ok && ofNumbers(n) && bytes.IndexByte(args, '"') >= 0 { // some servers make strings of them
		sub = parser{b: bytes.ReplaceAll(args, []byte{'"'}, nil), mem: p.mem, utf8: p.utf8}
		code, ok = sub.codeArgs(n)
	}
	if !ok || sub.exceeded(charged) || !sub.end() && sub.peek() != ' ' {
		return OtherCode{n, raw}, raw
	}
	return code, raw
}

// ofNumbers reports whether the arguments of a code are numbers, or sets of them.
func ofNumbers(n CodeName) bool {
	switch n {
	case CodeAppendUID, CodeCopyUID, CodeUIDNext, CodeUIDValidity, CodeUnseen, CodeHighestModSeq, CodeModified:
		return true
	}
	return false
}

// codeArgs reads the arguments of a code that has some; false if the code
// is unknown or the arguments don't follow the grammar.
func (p *parser) codeArgs(n CodeName) (Code, bool) {
	p.spaces()
	switch n {
	case CodeAppendUID:
		v, ok1 := p.uidValidity()
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
			list, ok := p.bareFlags()
			return PermanentFlagsCode{list}, ok
		}
		list, ok := p.flagsOrNIL()
		return PermanentFlagsCode{list}, ok
	case CodeUIDNext:
		v, ok := p.number()
		return UIDNextCode{UID(v)}, ok
	case CodeUIDValidity:
		v, ok := p.uidValidity()
		return UIDValidityCode{v}, ok
	case CodeUnseen:
		v, ok := p.number()
		return UnseenCode{SeqNum(v)}, ok
	case CodeHighestModSeq:
		v, ok := p.modSeqValue()
		return HighestModSeqCode{v}, ok
	case CodeModified:
		listed := p.special('(')
		set, ok := p.set32()
		return ModifiedCode{set}, ok && (!listed || p.special(')'))
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
		return p.badURL()
	case CodeURLMech:
		var names []string
		for p.spaces(); !p.end(); p.spaces() {
			names = append(names, p.word())
		}
		return URLMechCode{names}, true
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

// badURL reads a URL, which the example of RFC 4469 has between quotes. Servers repeat
// what the client sent, which may have spaces.
func (p *parser) badURL() (Code, bool) {
	if p.peek() == '"' {
		if s, ok := p.str(); ok && p.end() {
			return BadURLCode{p.string(s)}, true
		}
		p.i, p.err = 0, nil
	}
	c := BadURLCode{string(p.b[p.i:])}
	p.i = len(p.b)
	return c, true
}

// copyUID reads the arguments of COPYUID. Microsoft 365 leaves the sets empty.
func (p *parser) copyUID() (Code, bool) {
	c := CopyUIDCode{}
	v, ok := p.uidValidity()
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

// uidValidity reads a UIDVALIDITY. Some servers have one beyond 32 bits (GreenMail:
// milliseconds), of which another number is made: the same for the same one, not
// zero, and hardly ever the same for two.
func (p *parser) uidValidity() (uint32, bool) {
	start := p.i
	if n, end, ok := scanNumber(p.b, start, max32); ok {
		p.i = end
		return uint32(n), true
	}
	const offset, prime = 2166136261, 16777619 // FNV-1a
	h := uint32(offset)
	if p.peek() == '-' {
		p.i, start = p.i+1, start+1
		h = (h ^ '-') * prime
	}
	for zero := true; ascii.Is(p.peek(), ascii.Digit); p.i++ {
		if zero = zero && p.peek() == '0'; !zero {
			h = (h ^ uint32(p.peek())) * prime
		}
	}
	return max(h, 1), p.i > start || p.fail("number")
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

func codeCost(c Code) int {
	switch c := c.(type) {
	case AppendUIDCode:
		return sizeOther + setCost(c.UIDs)
	case CopyUIDCode:
		return 2*sizeOther + setCost(c.Source) + setCost(c.Dest) + (cap(c.SourceOrder)+cap(c.DestOrder))*sizeRange
	case ModifiedCode:
		return sizeOther + setCost(c.Nums)
	case DowngradedCode:
		return sizeOther + setCost(c.Nums)
	case BadCharsetCode:
		return sizeOther + stringsCost(c.Charsets)
	case CapabilityCode:
		return sizeOther + stringsCost(c.Caps)
	case PermanentFlagsCode:
		return sizeOther + flagsCost(c.Flags)
	case URLMechCode:
		return sizeOther + stringsCost(c.Mechanisms)
	case ReferralCode:
		return sizeOther + stringsCost(c.URLs)
	case BadEventCode:
		return sizeOther + stringsCost(c.Events)
	case nil:
		return 0
	}
	return sizeOther + len(c.Name())
}
