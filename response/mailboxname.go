package response

import (
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/utf7"
)

// mailbox sets *raw to a mailbox name as it came and *name to what it means.
func (p *parser) mailbox(name, raw *string, s span) {
	p.set(raw, s)
	b := p.bytes(s)
	lo := len(p.mem.text)
	text, differs := appendMeaning(p.mem.text, b, !p.utf8 && shifted(b))
	switch {
	case differs:
		p.mem.text = text
		p.later(name, lo)
	case p.share && !s.esc:
		p.set(name, s)
	default:
		if d := p.lastPending(raw); d != nil {
			p.mem.pending = append(p.mem.pending, pending{name, d.lo, d.hi})
		}
	}
}

// appendMeaning appends what the mailbox name b means, if that is not b itself:
// INBOX is in capitals, and what is in modified UTF-7 is decoded. A name that does
// not decode means itself.
func appendMeaning(dst, b []byte, modifiedUTF7 bool) (text []byte, differs bool) {
	if len(b) == 5 && ascii.EqualFold(b, "INBOX") {
		return append(dst, "INBOX"...), true
	}
	if modifiedUTF7 {
		text, err := utf7.AppendDecode(dst, b)
		return text, err == nil
	}
	return dst, false
}

// lastPending returns the string that was put off last if it is dst's.
func (p *parser) lastPending(dst *string) *pending {
	if n := len(p.mem.pending); n > 0 && p.mem.pending[n-1].dst == dst {
		return &p.mem.pending[n-1]
	}
	return nil
}

// shifted reports whether b may be modified UTF-7 that is not itself: it has an
// "&", and no 8-bit octets.
func shifted(b []byte) (amp bool) {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
		amp = amp || c == '&'
	}
	return amp
}

// mailboxString reads a mailbox name that is a response's only one.
func (p *parser) mailboxString() (string, bool) {
	s, ok := p.astring()
	if !ok {
		return "", false
	}
	var name, raw string
	p.mailbox(&name, &raw, s)
	p.settle()
	return name, true
}

// mailboxAndStrings reads SP mailbox *(SP astring) up to the end.
func (p *parser) mailboxAndStrings() ([]string, bool) {
	if !p.sp() {
		return nil, false
	}
	lo := p.i
	name, ok := p.mailboxString()
	if ok && p.peek() == '(' && p.b[lo] != '"' && p.b[lo] != '{' { // Telus: QUOTAROOT a(b)c ""
		p.untilSpace()
		var raw string
		p.mailbox(&name, &raw, span{lo: lo, hi: p.i})
		p.settle()
	}
	list := []string{name}
	for ok {
		if p.spaces(); p.end() {
			break
		}
		var s span
		s, ok = p.astring()
		p.check()
		p.charge(2 * sizeString)
		list = append(list, p.string(s))
	}
	return list, ok
}

// setMailbox gives d its name, which came as b.
func (m *memory) setMailbox(d *MailboxInfo, b []byte, modifiedUTF7 bool) {
	d.Raw = m.names.string(b)
	d.Mailbox = d.Raw
	if text, differs := appendMeaning(m.text[:0], b, modifiedUTF7); differs {
		d.Mailbox = m.names.string(text)
		m.text = text[:0]
	}
}
