package response

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// MailboxStatus is an untagged STATUS (RFC 9051 §7.3.3). Items says which
// came.
type MailboxStatus struct {
	Mailbox string      // decoded; as it came if it does not decode
	Raw     string      // as it came
	Items   StatusItems // which of the fields below came

	Messages       uint32        // how many there are
	Recent         uint32        // how many have [FlagRecent] (RFC 3501)
	UIDNext        UID           // what the next message's UID is predicted to be
	UIDValidity    uint32        // if it differs from the last time, all UIDs are new
	Unseen         uint32        // how many lack [FlagSeen]
	Deleted        uint32        // how many have [FlagDeleted]
	Size           int64         // octets of all messages (RFC 8438)
	HighestModSeq  uint64        // RFC 7162
	AppendLimit    int64         // octets; -1 for NIL, no limit (RFC 7889)
	DeletedStorage int64         // octets of the messages with [FlagDeleted] (RFC 9208)
	MailboxID      string        // RFC 8474
	Unknown        []UnknownItem // figures that the library has no field for
}

func (*MailboxStatus) untagged() {}

// Has reports whether the server sent all of the items.
func (s *MailboxStatus) Has(items StatusItems) bool { return s.Items&items == items }

// StatusItems is a set of STATUS data items.
type StatusItems uint16

// The items of RFC 9051 §6.3.11, RFC 3501 §6.3.10 and of extensions.
const (
	StatusMessages       StatusItems = 1 << iota // MESSAGES
	StatusUIDNext                                // UIDNEXT
	StatusUIDValidity                            // UIDVALIDITY
	StatusUnseen                                 // UNSEEN
	StatusDeleted                                // DELETED: needs IMAP4rev2 or QUOTA=RES-MESSAGE
	StatusSize                                   // SIZE: needs STATUS=SIZE or IMAP4rev2
	StatusRecent                                 // RECENT: needs IMAP4rev1
	StatusHighestModSeq                          // HIGHESTMODSEQ: needs CONDSTORE
	StatusAppendLimit                            // APPENDLIMIT: needs APPENDLIMIT
	StatusDeletedStorage                         // DELETED-STORAGE: needs QUOTA=RES-STORAGE
	StatusMailboxID                              // MAILBOXID: needs OBJECTID
)

// statusItemNames holds the items' names on the wire, in the order of the bits.
var statusItemNames = [...]string{
	"MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "DELETED", "SIZE", "RECENT",
	"HIGHESTMODSEQ", "APPENDLIMIT", "DELETED-STORAGE", "MAILBOXID",
}

// Names returns the names of the items as they stand on the wire, always in
// the same order.
func (s StatusItems) Names() []string {
	var names []string
	for i, name := range statusItemNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Cost returns how many octets of memory d keeps alive; see the function [Cost].
func (d *MailboxStatus) Cost() int64 { return int64(d.cost()) }

func (d *MailboxStatus) cost() int {
	return sizeStatus + len(d.Raw) + another(d.Mailbox, d.Raw) + len(d.MailboxID) + unknownCost(d.Unknown)
}

// statusData reads STATUS after its name (RFC 9051 §7.3.3).
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
	if c := p.b[lo]; c != '"' && c != '{' && !startsStatusList(p.b[p.i:]) { // a name with spaces or parentheses and without quotes
		if i := lastList(p.b[lo:]); i > 0 {
			s.hi, p.i = lo+len(bytes.TrimRight(p.b[lo:lo+i], " ")), lo+i
		}
	}
	p.mailbox(&d.Mailbox, &d.Raw, s)
	if p.end() { // no items at all
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	var bad *ParseError // of the first item that could not be read
	for !p.leave() {
		name, ok := p.atom()
		if ok && p.peek() == ')' { // the value is missing
			bad = cmp.Or(bad, &ParseError{Rule: "status-att-val", Offset: p.i})
			continue
		}
		if !ok || !p.sp() || !p.statusItem(d, name, &bad) {
			return nil, false
		}
	}
	if d.Items == 0 && bad != nil { // nor could any other
		p.err = bad
		return nil, false
	}
	return d, true
}

// startsStatusList reports whether b begins with a list whose first item is known.
func startsStatusList(b []byte) bool {
	if len(b) == 0 || b[0] != '(' {
		return false
	}
	first := b[1:]
	if i := bytes.IndexAny(first, " )"); i >= 0 {
		first = first[:i]
	}
	return slices.ContainsFunc(statusItemNames[:], func(known string) bool { return ascii.EqualFold(known, first) })
}

// lastList returns the offset of the list that b ends in, and zero if there is
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

// statusBit returns the item of that name, zero if it is none that is known.
func statusBit(name []byte) StatusItems {
	for i, known := range statusItemNames {
		if ascii.EqualFold(known, name) {
			return 1 << i
		}
	}
	return 0
}

// statusItem reads the value of an item. One that is not of its type costs this item
// alone, and is kept as an unknown one; bad is why.
func (p *parser) statusItem(d *MailboxStatus, name []byte, bad **ParseError) bool {
	bit := statusBit(name)
	if bit == 0 {
		return p.unknownStatus(d, name)
	}
	at, failed := p.i, p.err
	if p.statusValue(d, bit) && p.afterStatus() {
		return true
	}
	*bad = cmp.Or(*bad, p.err, &ParseError{Rule: "status-att-val", Offset: at})
	p.i, p.err = at, failed
	d.Items &^= bit
	if end := bytes.IndexAny(p.b[at:], " )"); end > 0 && statusBit(p.b[at:at+end]) != 0 {
		return true // the value is missing: this is the next item
	}
	if bit != StatusMailboxID { // in place of which Cyrus 3.12 sends octets of its memory at times
		known := len(d.Unknown)
		if p.unknownStatus(d, name) && p.afterStatus() {
			return true
		}
		p.i, p.err, d.Unknown = at, failed, d.Unknown[:known]
	}
	return p.skipGarbage(d, name)
}

// afterStatus reports whether the value of an item ends here.
func (p *parser) afterStatus() bool { return p.peek() == ' ' || p.peek() == ')' }

func (p *parser) unknownStatus(d *MailboxStatus, name []byte) bool {
	v, ok := p.value()
	if ok {
		p.charge(2 * sizeUnknown)
		d.Unknown = append(d.Unknown, UnknownItem{ascii.ToUpper(string(name)), v})
	}
	return ok
}

// statusValue reads the value of a known item.
func (p *parser) statusValue(d *MailboxStatus, bit StatusItems) bool {
	if bit == StatusMailboxID {
		id, ok := p.objectID()
		if ok {
			d.MailboxID = id
			d.Items |= bit
		}
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
	switch bit {
	case StatusHighestModSeq:
		n, ok := p.numberItem(max64, "mod-sequence-value")
		if ok {
			d.HighestModSeq = n
			d.Items |= bit
		}
		return ok
	case StatusUIDValidity:
		n, ok := p.uidValidity()
		if ok {
			d.UIDValidity = n
			d.Items |= bit
		}
		return ok
	}
	n, ok := p.numberItem(max63, "number64")
	if ok && d.put(bit, int64(n)) {
		d.Items |= bit
	}
	return ok
}

// skipGarbage skips what should have been a value, and keeps it as an unknown item.
func (p *parser) skipGarbage(d *MailboxStatus, name []byte) bool {
	at, stop := p.i, " )"
	if p.peek() == '(' {
		stop = ")"
	}
	end := bytes.IndexAny(p.b[at:], stop)
	if end < 0 {
		return p.fail("status-att-val")
	}
	if p.i += end; stop == ")" {
		p.i++
	}
	p.charge(2 * sizeUnknown)
	d.Unknown = append(d.Unknown, UnknownItem{ascii.ToUpper(string(name)), Value{Kind: ValueString, Text: string(p.b[at:p.i])}})
	return true
}

// put stores the value of a numeric item; false if it is too large.
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
	case StatusUnseen:
		d.Unseen = v
	case StatusDeleted:
		d.Deleted = v
	}
	return true
}
