package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/maildate"
	"github.com/seed-090b04e4/imap/internal/mimeword"
)

// envelope reads an ENVELOPE (RFC 9051 §9 "envelope"). Servers have been seen
// to leave out the last fields, and to add some.
func (p *parser) envelope() (*Envelope, bool) {
	if !p.enter() {
		return nil, false
	}
	e := p.mem.envelopes.one()
	p.charge(sizeEnvelope)
	if p.loose {
		return e, p.looseEnvelope(e)
	}
	if p.leave() {
		return e, true
	}
	date, ok := p.envString()
	if !ok {
		return nil, false
	}
	if p.set(&e.DateRaw, date); !date.null {
		e.Date, _ = maildate.Parse(p.bytes(date))
	}
	subject, ok := p.envString()
	if !ok {
		return nil, false
	}
	p.decoded(&e.Subject, &e.SubjectRaw, subject)
	if !p.envAddresses(e) {
		return nil, false
	}
	for _, dst := range [...]*string{&e.InReplyTo, &e.MessageID} {
		if p.spaces(); p.peek() == ')' {
			p.odd()
			break
		}
		s, ok := p.envString()
		if !ok {
			return nil, false
		}
		p.set(dst, s)
	}
	for first := true; !p.leave(); first = false {
		p.guessed = p.guessed || first && p.peek() == '"' // it may belong to the Message-ID
		if p.exact || !p.skipValue() {
			return nil, p.fail(")")
		}
	}
	return e, true
}

// odd notes that something was read leniently, which is a guess if the text was
// mended before.
func (p *parser) odd() { p.guessed = p.guessed || p.exact }

// envString reads the next string field of an envelope.
func (p *parser) envString() (span, bool) {
	p.spaces()
	return p.envNString()
}

// envNString reads a string or NIL, and makes sure that the string's last quote is
// one: something that can follow it does.
func (p *parser) envNString() (span, bool) {
	quoted := p.peek() == '"'
	s, ok := p.nstring()
	return s, ok && (!quoted || p.stringEnded())
}

// envAddresses reads the six lists of addresses. Sender and Reply-To mostly say
// what From says.
func (p *parser) envAddresses(e *Envelope) bool {
	p.spaces()
	lo, pending := p.i, len(p.mem.pending)
	var ok bool
	if e.From, ok = p.addressList(); !ok {
		return false
	}
	from := p.b[lo:p.i]
	fromPending := p.mem.pending[pending:len(p.mem.pending):len(p.mem.pending)]
	for _, dst := range [...]*[]Address{&e.Sender, &e.ReplyTo} {
		p.spaces()
		if len(e.From) > 0 && bytes.HasPrefix(p.b[p.i:], from) {
			p.i += len(from)
			*dst = p.repeated(e.From, fromPending)
			continue
		}
		if *dst, ok = p.addressList(); !ok {
			return false
		}
	}
	for _, dst := range [...]*[]Address{&e.To, &e.Cc, &e.Bcc} {
		p.spaces()
		if *dst, ok = p.addressList(); !ok {
			return false
		}
	}
	return true
}

// repeated returns a copy of list, whose strings may still have to be made: they
// are among pend, in the order of the list.
func (p *parser) repeated(list []Address, pend []pending) []Address {
	out := p.mem.addresses.copyOf(list)
	p.charge(sizeAddress * len(list))
	for i := 0; i < len(list) && len(pend) > 0; {
		a, b, d := &list[i], &out[i], pend[0]
		switch d.dst {
		case &a.Name:
			d.dst = &b.Name
		case &a.NameRaw:
			d.dst = &b.NameRaw
		case &a.Mailbox:
			d.dst = &b.Mailbox
		case &a.Host:
			d.dst = &b.Host
		default:
			i++ // it belongs to a later address
			continue
		}
		p.mem.pending = append(p.mem.pending, d)
		pend = pend[1:]
	}
	return out
}

// addressSpan is an address whose strings have not been made.
type addressSpan struct{ name, mailbox, host span }

// addressList reads "(" 1*address ")" or NIL. Servers have been seen to send
// () and "" for none, and spaces or NIL between the addresses.
func (p *parser) addressList() ([]Address, bool) {
	if p.isNIL() {
		return nil, true
	}
	if bytes.HasPrefix(p.b[p.i:], []byte(`""`)) && p.b[p.i-1] != '"' {
		p.i += 2
		return nil, true
	}
	if !p.enter() {
		return nil, p.fail("address list")
	}
	spans := p.mem.addrSpans[:0]
	for !p.leave() {
		if p.isNIL() {
			continue
		}
		a, ok := p.address()
		if !ok {
			return nil, false
		}
		p.charge(sizeAddress)
		spans = append(spans, a)
	}
	p.mem.addrSpans = spans
	return p.addresses(spans), true
}

// addresses returns the addresses that spans are.
func (p *parser) addresses(spans []addressSpan) []Address {
	list := p.mem.addresses.take(len(spans))
	for i := range spans {
		a, s := &list[i], &spans[i]
		p.decoded(&a.Name, &a.NameRaw, s.name)
		p.set(&a.Mailbox, s.mailbox)
		p.set(&a.Host, s.host)
	}
	return list
}

// address reads "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")".
func (p *parser) address() (a addressSpan, ok bool) {
	if !p.special('(') {
		return a, p.fail("address")
	}
	p.spaces()
	var route span
	for _, dst := range [...]*span{&a.name, &route, &a.mailbox, &a.host} {
		if p.peek() == ')' { // no host after the mailbox
			p.odd()
			break
		}
		if *dst, ok = p.envNString(); !ok {
			return a, false
		}
		p.spaces()
	}
	if p.peek() == '"' && route.null && a.mailbox.null { // one NIL too many
		a.mailbox = a.host
		if a.host, ok = p.envNString(); !ok {
			return a, false
		}
		p.spaces()
	}
	return a, p.expect(')')
}

// looseEnvelope reads the fields of an envelope, behind its parenthesis, that can
// be read: some may be missing at the end, strings may be atoms, what should be a
// string may be a list and the other way round. It returns false where that gives
// no more than a date.
func (p *parser) looseEnvelope(e *Envelope) bool {
	fields, told := 0, false
	for ; !p.leave(); fields++ {
		switch fields {
		case 0, 1, 8, 9:
			s, ok := p.bodyNString()
			if !ok {
				return false
			}
			told = told || fields > 0 && s.lo < s.hi
			switch fields {
			case 0:
				p.set(&e.DateRaw, s)
				e.Date, _ = maildate.Parse(p.bytes(s))
			case 1:
				p.decoded(&e.Subject, &e.SubjectRaw, s)
			case 8:
				p.set(&e.InReplyTo, s)
			case 9:
				p.set(&e.MessageID, s)
			}
		case 2, 3, 4, 5, 6, 7:
			dst := [...]*[]Address{&e.From, &e.Sender, &e.ReplyTo, &e.To, &e.Cc, &e.Bcc}[fields-2]
			if !p.looseAddresses(dst) {
				return false
			}
			told = told || len(*dst) > 0
		default:
			if !p.skipValue() {
				return false
			}
		}
	}
	p.guessed = p.guessed || fields > 10
	return fields > 2 && told || p.fail("envelope")
}

// looseAddresses reads a list of addresses, in which strings may stand, or one
// address without a list around it. A string has no address that could be told.
func (p *parser) looseAddresses(dst *[]Address) bool {
	p.spaces()
	switch c := p.peek(); {
	case p.isNIL():
		return true
	case c == '"' || c == '{':
		s, ok := p.str()
		p.guessed = p.guessed || s.lo < s.hi
		return ok
	}
	depth := p.depth
	if !p.enter() {
		return false
	}
	spans := p.mem.addrSpans[:0]
	var bare [4]span
	n := 0
	for !p.leave() {
		if p.peek() != '(' {
			s, ok := p.bodyNString()
			if !ok {
				return false
			}
			bare[min(n, 3)] = s
			n++
			continue
		}
		p.enter()
		a, ok := p.looseAddress(depth + 1)
		if !ok {
			return false
		}
		p.charge(sizeAddress)
		spans = append(spans, a)
	}
	p.guessed = p.guessed || n != 0 && n != 4
	if n == 4 {
		spans = append(spans, addressSpan{bare[0], bare[2], bare[3]})
	}
	p.mem.addrSpans = spans
	*dst = p.addresses(spans)
	return true
}

// looseAddress reads the strings of an address up to the end of the list that was
// entered at depth. If there are five, the last two are taken for mailbox and host.
func (p *parser) looseAddress(depth int) (addressSpan, bool) {
	var a [5]span
	n := 0
	for ; n < len(a) && !p.atEnd(); n++ {
		var ok bool
		if a[n], ok = p.bodyNString(); !ok {
			return addressSpan{}, false
		}
	}
	if n == len(a) && !a[4].null {
		p.guessed = true
		a[2], a[3] = a[3], a[4]
	}
	return addressSpan{a[0], a[2], a[3]}, p.leaveTo(depth)
}

// decoded sets *raw to the content of s and *text to what it is to be shown as.
func (p *parser) decoded(text, raw *string, s span) {
	p.set(raw, s)
	p.decodedText(text, s)
}

// decodedText sets *text to what the content of s is to be shown as (RFC 2047).
func (p *parser) decodedText(text *string, s span) {
	if s.lo == s.hi {
		return
	}
	if !s.esc && !mimeword.NeedsDecoding(p.b[s.lo:s.hi]) {
		p.set(text, s)
		return
	}
	lo := len(p.mem.text)
	p.mem.text = mimeword.AppendDecoded(p.mem.text, p.bytes(s))
	p.charge(len(p.mem.text) - lo)
	p.later(text, lo)
}
