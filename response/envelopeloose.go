package response

import "github.com/seed-090b04e4/imap/internal/maildate"

// looseEnvelope reads the fields of an envelope, after its parenthesis, that can
// be read: some may be missing at the end, strings may be atoms, what should be a
// string may be a list and the other way round. It returns false if that gives
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
				e.DateRaw = p.text(s)
				e.Date, _ = maildate.Parse(p.bytes(s))
			case 1:
				e.Subject, e.SubjectRaw = p.decoded(s)
			case 8:
				e.InReplyTo = p.text(s)
			case 9:
				e.MessageID = p.text(s)
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
// address without a list around it. A string has no address that could be shown.
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
	list := p.mem.addresses.open()
	var a *Address
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
		s, ok := p.looseAddress(depth + 1)
		if !ok {
			return false
		}
		list, a = p.mem.addresses.another(list)
		p.setAddress(a, s)
		p.charge(sizeAddress)
	}
	p.guessed = p.guessed || n != 0 && n != 4
	if n == 4 {
		list, a = p.mem.addresses.another(list)
		p.setAddress(a, addressSpan{bare[0], bare[2], bare[3]})
	}
	*dst = p.mem.addresses.close(list)
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
