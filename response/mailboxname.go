package response

import (
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/internal/utf7"
)

// mailbox sets *raw to a mailbox name as it came and *name to what it means.
func (p *parser) mailbox(name, raw *string, s span) {
	b := p.bytes(s)
	p.charge(len(b))
	*raw = p.mem.texts.string(b)
	if *name = *raw; p.mem.means(b, !p.utf8 && shifted(b)) {
		p.charge(len(p.mem.decoded))
		*name = p.mem.texts.string(p.mem.decoded)
	}
}

// means reports whether the mailbox name b means another one, and leaves that in
// m.decoded.
func (m *memory) means(b []byte, modifiedUTF7 bool) (differs bool) {
	m.decoded, differs = appendMeaning(m.decoded[:0], b, modifiedUTF7)
	return differs
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
	d.Raw = m.texts.string(b)
	if d.Mailbox = d.Raw; m.means(b, modifiedUTF7) {
		d.Mailbox = m.texts.string(m.decoded)
	}
}
