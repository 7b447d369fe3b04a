package response

import (
	"bytes"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// listData reads LIST, LSUB or XLIST behind its name (RFC 9051 §9 "mailbox-list").
func (p *parser) listData(lsub bool) (*MailboxInfo, bool) {
	d := p.mem.lists.one()
	d.LSub = lsub
	if !p.sp() || !p.listAttrs(d) || !p.sp() || !p.listDelim(d) || !p.sp() {
		return nil, false
	}
	s, ok := p.listMailbox()
	if !ok {
		return nil, false
	}
	name := p.bytes(s)
	p.mem.setMailbox(d, name, !p.utf8 && shifted(name))
	if p.spaces(); p.peek() == '(' {
		return d, p.listExtended(d)
	}
	return d, true
}

// listAttrs reads "(" [attribute *(SP attribute)] ")".
func (p *parser) listAttrs(d *MailboxInfo) bool {
	at := p.b[p.i:]
	if known, n := p.mem.attrLists.find(at); known != nil {
		p.i += n
		d.Attrs = p.mem.attrs.copyOf(known.list)
		return true
	}
	if p.isNIL() {
		return true
	}
	if !p.enter() {
		return false
	}
	var list [16]MailboxAttr
	attrs := list[:0]
	for !p.leave() {
		b, ok := p.flagAtom()
		if !ok {
			return false
		}
		a, known := knownAttr(b)
		if !known {
			a = MailboxAttr(p.newWord(b))
		}
		p.charge(sizeString)
		attrs = append(attrs, a)
	}
	d.Attrs = p.mem.attrs.copyOf(attrs)
	p.mem.attrLists.offer(at, attrs)
	return true
}

// listDelim reads a quoted character or NIL. An empty string is no delimiter.
func (p *parser) listDelim(d *MailboxInfo) bool {
	if rest := p.b[p.i:]; len(rest) > 3 && string(rest[:3]) == `"\"` && rest[3] != '"' { // the backslash of hMailServer is not escaped
		d.Delim = `\`
		p.i += 3
		return true
	}
	s, ok := p.nstring()
	if !ok || s.lo == s.hi {
		return ok
	}
	b := p.bytes(s)
	r, width := utf8.DecodeRune(b)
	if width != len(b) || r == utf8.RuneError {
		return p.fail("one character")
	}
	d.Delim = string(b)
	return true
}

// listMailbox reads the name. One without quotes may hold what an atom can't,
// even spaces, as nothing but a list can follow it.
func (p *parser) listMailbox() (span, bool) {
	lo := p.i
	if c := p.peek(); c == '"' || c == '{' {
		s, ok := p.str()
		if c == '{' || !ok || p.end() || p.peek() == ' ' {
			return s, ok
		}
		p.i = lo
		if s, ok = p.bareMailbox(); ok && s.hi-s.lo > 2 && p.b[s.hi-1] == '"' { // GreenMail: quotes in a name are not escaped
			return span{lo: s.lo + 1, hi: s.hi - 1, esc: true}, true
		}
		return s, p.fail("mailbox")
	}
	return p.bareMailbox()
}

// bareMailbox reads a name up to the end or to a list.
func (p *parser) bareMailbox() (span, bool) {
	lo := p.i
	rest := p.b[p.i:]
	n := len(rest)
	if i := bytes.Index(rest, []byte(" (")); i >= 0 {
		n = i
	}
	p.i += len(bytes.TrimRight(rest[:n], " "))
	if p.i == lo {
		return span{}, p.fail("mailbox")
	}
	return span{lo: lo, hi: p.i}, true
}

// listExtended reads "(" [tag SP value *(SP tag SP value)] ")" (RFC 9051 §9
// "mbox-list-extended").
func (p *parser) listExtended(d *MailboxInfo) bool {
	if !p.enter() {
		return false
	}
	for !p.leave() {
		s, ok := p.astring()
		if !ok || !p.sp() {
			return false
		}
		switch name := p.string(s); ascii.ToUpper(name) {
		case "CHILDINFO":
			if d.ext().ChildInfo, ok = p.stringList(); !ok {
				return false
			}
		case "OLDNAME":
			if !p.oldName(d) {
				return false
			}
		default:
			v, ok := p.value()
			if !ok {
				return false
			}
			x := d.ext()
			p.charge(2 * sizeUnknown)
			x.Unknown = append(x.Unknown, ExtendedItem{name, v})
		}
	}
	return true
}

// oldName reads "(" mailbox ")".
func (p *parser) oldName(d *MailboxInfo) bool {
	if !p.enter() {
		return false
	}
	s, ok := p.astring()
	if !ok {
		return false
	}
	var raw string
	p.mailbox(&d.ext().OldName, &raw, s)
	p.settle()
	return p.leave() || p.fail(")")
}
