package imaptest

import "github.com/seed-090b04e4/imap/imaptest/internal/mime"

// envelope writes the ENVELOPE of a message (RFC 9051 §7.5.2).
func (o *out) envelope(p *mime.Part) {
	field := func(name string) {
		if v, has := p.Get(name); has {
			o.str(v)
		} else {
			o.raw("NIL")
		}
		o.raw(" ")
	}
	o.raw("(")
	field("Date")
	field("Subject")
	from, _ := p.Get("From")
	for _, name := range []string{"From", "Sender", "Reply-To", "To", "Cc", "Bcc"} {
		v, _ := p.Get(name)
		list := mime.ParseAddresses(v)
		if len(list) == 0 && (name == "Sender" || name == "Reply-To") { // both default to From
			list = mime.ParseAddresses(from)
		}
		if len(list) == 0 && name == "To" {
			o.raw(o.s.noTo())
		} else {
			o.addresses(list)
		}
		o.raw(" ")
	}
	field("In-Reply-To")
	if v, has := p.Get("Message-ID"); has {
		o.str(v)
	} else {
		o.raw("NIL")
	}
	o.raw(")")
}

// noTo is what stands for an empty To.
func (s *session) noTo() string {
	for _, e := range s.effects() {
		if e.noTo != "" {
			return e.noTo
		}
	}
	return "NIL"
}

func (o *out) addresses(list []mime.Address) {
	if len(list) == 0 {
		o.raw("NIL")
		return
	}
	o.raw("(")
	for _, a := range list {
		switch {
		case a.GroupEnd:
			o.raw("(NIL NIL NIL NIL)")
		case a.GroupStart:
			o.raw("(NIL NIL ").str(a.Mailbox).raw(" NIL)")
		default:
			orElse(&a.Mailbox, "MISSING_MAILBOX") // without one, a group would end here
			orElse(&a.Host, "MISSING_DOMAIN")     // without one, it would begin
			o.raw("(").nstr(a.Name).raw(" ").nstr(a.Route).raw(" ").str(a.Mailbox).raw(" ").str(a.Host).raw(")")
		}
	}
	o.raw(")")
}
