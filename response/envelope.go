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
	if !date.null {
		e.DateRaw = p.text(date)
		e.Date, _ = maildate.Parse(p.bytes(date))
	}
	if !p.envSubject(e) || !p.envAddresses(e) {
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
		*dst = p.text(s)
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

// envSubject reads the subject.
func (p *parser) envSubject(e *Envelope) bool {
	const before, after = ` "`, `" `
	if i := p.i + len(before); hasAt(p.b, p.i, before) {
		if end, plain := textEnd(p.b, i); plain && hasAt(p.b, end, after) { // as most are
			p.i = end + len(after) - 1
			e.SubjectRaw = p.mem.text(p.b[i:end])
			e.Subject = e.SubjectRaw
			return true
		}
	}
	s, ok := p.envString()
	if ok {
		e.Subject, e.SubjectRaw = p.decoded(s)
	}
	return ok
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
	lo := p.i
	var ok bool
	if e.From, ok = p.addressList(); !ok {
		return false
	}
	from := p.b[lo:p.i]
	for _, dst := range [...]*[]Address{&e.Sender, &e.ReplyTo} {
		p.spaces()
		if len(e.From) > 0 && bytes.HasPrefix(p.b[p.i:], from) {
			p.i += len(from)
			*dst = p.mem.addresses.copyOf(e.From)
			p.charge(sizeAddress * len(e.From))
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
	addresses := &p.mem.addresses
	list := addresses.open()
	for !p.leave() {
		if p.isNIL() {
			continue
		}
		var a *Address
		list, a = addresses.another(list)
		if !p.address(a) {
			return nil, false
		}
		p.charge(sizeAddress)
	}
	return addresses.close(list), true
}

// plainAddress reads an address as nearly all are: strings without backslashes, NIL for
// the route and maybe the name, and one space between them. It consumes nothing else.
func (p *parser) plainAddress(a *Address) bool {
	const null, route, between, end = "NIL", ` NIL "`, `" "`, `")`
	b, i := p.b, p.i+len("(")
	name, plain := b[:0], true
	switch {
	case hasAt(b, i, null+route):
		i += len(null)
	case hasAt(b, i, `"`):
		var stop int
		if stop, plain = textEnd(b, i+1); !hasAt(b, stop, `"`+route) {
			return false
		}
		name, i = b[i+1:stop], stop+1
	default:
		return false
	}
	i += len(route)
	stop := stringEnd(b, i)
	if !hasAt(b, stop, between) {
		return false
	}
	host := stop + len(between)
	last := stringEnd(b, host)
	if !hasAt(b, last, end) {
		return false
	}
	p.i = last + len(end)
	raw := p.mem.text(name)
	*a = Address{Name: raw, NameRaw: raw, Mailbox: p.mem.text(b[i:stop]), Host: p.mem.token(b[host:last])}
	if !plain {
		a.Name = p.readable(raw, name)
	}
	return true
}

// hasAt reports whether b[i:] begins with s; i may lie beyond the end of b.
func hasAt(b []byte, i int, s string) bool { return len(b)-i >= len(s) && string(b[i:i+len(s)]) == s }

// address reads "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")" into a.
func (p *parser) address(a *Address) (ok bool) {
	if p.peek() != '(' {
		return p.fail("address")
	}
	if p.plainAddress(a) {
		return true
	}
	p.i++
	p.spaces()
	var s addressSpan
	var route span
	for _, dst := range [...]*span{&s.name, &route, &s.mailbox, &s.host} {
		if p.peek() == ')' { // no host after the mailbox
			p.odd()
			break
		}
		if *dst, ok = p.envNString(); !ok {
			return false
		}
		p.spaces()
	}
	if p.peek() == '"' && route.null && s.mailbox.null { // one NIL too many
		s.mailbox = s.host
		if s.host, ok = p.envNString(); !ok {
			return false
		}
		p.spaces()
	}
	p.setAddress(a, s)
	return p.expect(')')
}

// addressSpan is an address whose strings have not been made.
type addressSpan struct{ name, mailbox, host span }

// setAddress makes *a the address that s is.
func (p *parser) setAddress(a *Address, s addressSpan) {
	*a = Address{Mailbox: p.text(s.mailbox), Host: p.token(s.host)}
	a.Name, a.NameRaw = p.decoded(s.name)
}

// decoded returns what s is to be shown as (RFC 2047), and its content.
func (p *parser) decoded(s span) (text, raw string) {
	if s.lo == s.hi {
		return "", ""
	}
	b := p.bytes(s)
	raw = p.mem.text(b)
	return p.readable(raw, b), raw
}

// readable returns what the text b is to be shown as, which is raw if that is the same.
func (p *parser) readable(raw string, b []byte) string {
	var differs bool
	if p.mem.decoded, differs = mimeword.AppendIfDecoded(p.mem.decoded[:0], b); !differs {
		return raw
	}
	p.charge(len(p.mem.decoded))
	return p.mem.text(p.mem.decoded)
}
