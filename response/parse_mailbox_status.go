package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// statusData reads STATUS behind its name (RFC 9051 §7.3.3).
func (p *parser) statusData() (*MailboxStatus, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(MailboxStatus)
	lo := p.i
	s, ok := p.astring()
	if !ok {
		return nil, false
	}
	p.spaces()
	if c := p.b[lo]; c != '"' && c != '{' { // a name with spaces or parentheses and without quotes
		if i := lastList(p.b[lo:]); i > 0 {
			s.hi, p.i = lo+len(bytes.TrimRight(p.b[lo:lo+i], " ")), lo+i
		}
	}
	p.mailbox(&d.Mailbox, &d.Raw, s)
	p.settle()
	if p.end() { // no items at all
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	for !p.leave() {
		name, ok := p.atom()
		if !ok || !p.sp() || !p.statusItem(d, name) {
			return nil, false
		}
	}
	return d, true
}

// lastList returns the offset of the list that b ends in, and zero where there is
// none.
func lastList(b []byte) int {
	depth := 0
	for i := len(bytes.TrimRight(b, " ")) - 1; i >= 0; i-- {
		switch b[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return i
			}
		default:
			if depth == 0 {
				return 0
			}
		}
	}
	return 0
}

func (p *parser) statusItem(d *MailboxStatus, name []byte) bool {
	var bit StatusItems
	for i, known := range statusItemNames {
		if ascii.EqualFold(known, name) {
			bit = 1 << i
		}
	}
	if bit == 0 {
		v, ok := p.value()
		p.charge(2 * sizeUnknown)
		d.Unknown = append(d.Unknown, UnknownItem{ascii.ToUpper(string(name)), v})
		return ok
	}
	if bit == StatusMailboxID {
		id, ok := p.objectID()
		d.MailboxID = id
		d.Items |= bit
		return ok
	}
	if p.special('-') { // no count: as unknown as NIL
		_, ok := p.number64()
		return ok
	}
	if p.isNIL() {
		if bit == StatusAppendLimit {
			d.AppendLimit = -1
			d.Items |= bit
		}
		return true // maddy, hoodiecrow: HIGHESTMODSEQ NIL
	}
	if bit == StatusHighestModSeq {
		n, ok := p.modSeqValue()
		d.HighestModSeq = n
		d.Items |= bit
		return ok
	}
	n, ok := p.number64()
	if ok && d.put(bit, n) { // GreenMail: UIDVALIDITY beyond 32 bits
		d.Items |= bit
	}
	return ok || p.fail("number")
}

// put stores the value of a numeric item; false where it is too large.
func (d *MailboxStatus) put(item StatusItems, n int64) bool {
	switch item {
	case StatusSize:
		d.Size = n
		return true
	case StatusAppendLimit:
		d.AppendLimit = n
		return true
	case StatusDeletedStorage:
		d.DeletedStorage = n
		return true
	}
	v := uint32(n)
	if int64(v) != n {
		return false
	}
	switch item {
	case StatusMessages:
		d.Messages = v
	case StatusRecent:
		d.Recent = v
	case StatusUIDNext:
		d.UIDNext = UID(v)
	case StatusUIDValidity:
		d.UIDValidity = v
	case StatusUnseen:
		d.Unseen = v
	case StatusDeleted:
		d.Deleted = v
	}
	return true
}
