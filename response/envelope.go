package response

import (
	"bytes"
	"time"
	"unsafe"

	"github.com/seed-090b04e4/imap/internal/maildate"
	"github.com/seed-090b04e4/imap/internal/mimeword"
)

// Envelope is the parsed header of a message (RFC 9051 §7.5.2).
//
// Subject and the names of addresses are decoded (RFC 2047); what the server
// sent is in the Raw fields. Date is zero if DateRaw is no date.
type Envelope struct {
	Date       time.Time // the Date field, with its zone; zero if it is no date
	DateRaw    string    // as the server sent it
	Subject    string    // decoded
	SubjectRaw string    // as the server sent it
	From       []Address // who wrote it
	Sender     []Address // who sent it; servers repeat From if there is no such field
	ReplyTo    []Address // who gets answers; servers repeat From if there is no such field
	To         []Address // to whom it is
	Cc         []Address // who gets a copy
	Bcc        []Address // who gets a copy in secret; mostly in drafts
	InReplyTo  string    // one or more message IDs, with their angle brackets
	MessageID  string    // with its angle brackets
}

// Address is a mailbox of an [Envelope], or one end of a group: if Host is
// empty and Mailbox is not, a group of that name begins; if both are empty,
// it ends (RFC 9051 §7.5.2).
type Address struct {
	Name    string // display name, decoded
	NameRaw string // as the server sent it
	Mailbox string // before the "@"
	Host    string // after the "@"
}

// Addr returns the address as mailbox@host, or what there is of it.
func (a Address) Addr() string {
	if a.Host == "" || a.Mailbox == "" {
		return a.Mailbox + a.Host
	}
	return a.Mailbox + "@" + a.Host
}

// Display returns what to show if there is room for little: the name, or else
// the address.
func (a Address) Display() string {
	if a.Name != "" {
		return a.Name
	}
	return a.Addr()
}

// IsGroupStart reports whether a opens a group, whose name is a.Mailbox.
func (a Address) IsGroupStart() bool { return a.Host == "" && a.Mailbox != "" }

// IsGroupEnd reports whether a closes a group.
func (a Address) IsGroupEnd() bool { return a.Host == "" && a.Mailbox == "" && a.Name == "" }

// String returns the address as people write it: Name <mailbox@host>.
func (a Address) String() string {
	switch {
	case a.IsGroupEnd():
		return ";"
	case a.IsGroupStart():
		return a.Mailbox + ":"
	case a.Name == "":
		return a.Addr()
	}
	return a.Name + " <" + a.Addr() + ">"
}

// cost returns what the envelope takes, without and with its strings.
func (e *Envelope) cost() (structs, text int) {
	if e == nil {
		return 0, 0
	}
	structs = sizeEnvelope
	text = len(e.DateRaw) + len(e.SubjectRaw) + len(e.InReplyTo) + len(e.MessageID) + another(e.Subject, e.SubjectRaw)
	for i, list := range [...][]Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		structs += cap(list) * sizeAddress
		if i > 0 && len(list) > 0 && len(list) == len(e.From) && another(list[0].Mailbox, e.From[0].Mailbox) == 0 {
			continue // the strings of From
		}
		for j := range list {
			a := &list[j]
			text += len(a.NameRaw) + len(a.Mailbox) + len(a.Host) + another(a.Name, a.NameRaw)
		}
	}
	return structs, text
}

// another returns the length of s, unless it is the string of t.
func another(s, t string) int {
	if unsafe.StringData(s) == unsafe.StringData(t) {
		return 0
	}
	return len(s)
}

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
	if s, ok := p.plainString(); ok {
		return s, true
	}
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

// plainAddress reads an address as nearly all are: strings without backslashes, NIL for
// the route and maybe the name, and one space between them. It consumes nothing else.
func (p *parser) plainAddress() (a addressSpan, ok bool) {
	at := p.i
	if p.i++; p.hasNIL() { // after the parenthesis
		p.i += len("NIL")
		a.name.null = true
	} else if a.name, ok = p.plainString(); !ok {
		p.i = at
		return a, false
	}
	const between = ` NIL "`
	if rest := p.b[p.i:]; len(rest) > len(between) && string(rest[:len(between)]) == between {
		p.i += len(between) - 1
		if a.mailbox, ok = p.plainString(); ok && p.special(' ') {
			if a.host, ok = p.plainString(); ok && p.special(')') {
				return a, true
			}
		}
	}
	p.i = at
	return addressSpan{}, false
}

// hasNIL reports whether NIL is next, in upper case, and a space.
func (p *parser) hasNIL() bool {
	const null = "NIL "
	rest := p.b[p.i:]
	return len(rest) >= len(null) && string(rest[:len(null)]) == null
}

// address reads "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")".
func (p *parser) address() (a addressSpan, ok bool) {
	if p.peek() != '(' {
		return a, p.fail("address")
	}
	if a, ok = p.plainAddress(); ok {
		return a, true
	}
	p.i++
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
