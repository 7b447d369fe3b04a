package response

import (
	"bytes"
	"strings"
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

// appendMeaning appends what the mailbox name b means, where that is not b itself:
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

// listData reads LIST, LSUB or XLIST behind its name (RFC 9051 §9 "mailbox-list").
func (p *parser) listData(lsub bool) (*ListData, bool) {
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
func (p *parser) listAttrs(d *ListData) bool {
	at := p.b[p.i:]
	if known, n := p.mem.attrLists.find(at); known != nil {
		p.i += n
		d.Attrs = p.mem.attrs.copyOf(known.list)
		return true
	}
	if !p.enter() {
		return false
	}
	var list [16]MailboxAttr
	attrs := list[:0]
	for !p.leave() {
		b, ok := p.atom()
		if !ok {
			return false
		}
		a, known := knownAttr(b)
		if i := bytes.IndexByte(b[1:], '\\'); !known && i >= 0 { // home.pl: no space between attributes
			p.i -= len(b) - 1 - i
			b = b[:1+i]
			a, known = knownAttr(b)
		}
		if !known {
			a = MailboxAttr(p.mem.word(b))
		}
		attrs = append(attrs, a)
	}
	d.Attrs = p.mem.attrs.copyOf(attrs)
	p.mem.attrLists.offer(at, attrs)
	return true
}

// listDelim reads a quoted character or NIL. An empty string is no delimiter.
func (p *parser) listDelim(d *ListData) bool {
	if rest := p.b[p.i:]; len(rest) > 3 && string(rest[:3]) == `"\"` && rest[3] != '"' { // the backslash of hMailServer is not escaped
		d.Delim = '\\'
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
	d.Delim = r
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
func (p *parser) listExtended(d *ListData) bool {
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
			x.Unknown = append(x.Unknown, ExtendedItem{name, v})
		}
	}
	return true
}

// oldName reads "(" mailbox ")".
func (p *parser) oldName(d *ListData) bool {
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

// statusData reads STATUS behind its name (RFC 9051 §7.3.3).
func (p *parser) statusData() (*StatusData, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(StatusData)
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

func (p *parser) statusItem(d *StatusData, name []byte) bool {
	var bit StatusItems
	for i, known := range statusItemNames {
		if ascii.EqualFold(known, name) {
			bit = 1 << i
		}
	}
	if bit == 0 {
		v, ok := p.value()
		d.Unknown = append(d.Unknown, UnknownItem{ascii.ToUpper(string(name)), v})
		return ok
	}
	if bit == StatusMailboxID {
		id, ok := p.objectID()
		d.MailboxID = id
		d.Has |= bit
		return ok
	}
	if p.special('-') { // no count: as unknown as NIL
		_, ok := p.number64()
		return ok
	}
	if p.isNIL() {
		if bit == StatusAppendLimit {
			d.AppendLimit = -1
			d.Has |= bit
		}
		return true // maddy, hoodiecrow: HIGHESTMODSEQ NIL
	}
	if bit == StatusHighestModSeq {
		n, ok := p.modSeqValue()
		d.HighestModSeq = n
		d.Has |= bit
		return ok
	}
	n, ok := p.number64()
	if ok && d.put(bit, n) { // GreenMail: UIDVALIDITY beyond 32 bits
		d.Has |= bit
	}
	return ok || p.fail("number")
}

// put stores the value of a numeric item; false where it is too large.
func (d *StatusData) put(item StatusItems, n int64) bool {
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

// namespaceData reads NAMESPACE behind its name (RFC 9051 §9
// "namespace-response").
func (p *parser) namespaceData() (*NamespaceData, bool) {
	d := new(NamespaceData)
	for _, dst := range [...]*[]Namespace{&d.Personal, &d.Other, &d.Shared} {
		if p.spaces(); p.end() && len(d.Personal) > 0 { // those that are not told are none
			break
		}
		if p.isNIL() {
			continue
		}
		if !p.enter() {
			return nil, false
		}
		for !p.leave() {
			ns, ok := p.namespaceDescr()
			if !ok {
				return nil, false
			}
			*dst = append(*dst, ns)
		}
	}
	return d, true
}

func (p *parser) namespaceDescr() (ns Namespace, ok bool) {
	if !p.enter() {
		return ns, false
	}
	if ns.Prefix, ok = p.mailboxString(); !ok || !p.sp() {
		return ns, false
	}
	var d ListData
	if !p.listDelim(&d) {
		return ns, false
	}
	ns.Delim = d.Delim
	for !p.leave() {
		s, ok := p.astring()
		if !ok || !p.sp() {
			return ns, false
		}
		x := NamespaceExtension{Name: p.string(s)}
		if x.Values, ok = p.stringList(); !ok {
			return ns, false
		}
		ns.Extensions = append(ns.Extensions, x)
	}
	return ns, true
}

// idData reads ID behind its name (RFC 2971 §3.2).
func (p *parser) idData() (*IDData, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(IDData)
	if p.isNIL() {
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	d.Params = []IDParam{}
	for !p.leave() {
		name, ok := p.astring()
		if !ok || !p.sp() {
			return nil, false
		}
		value, ok := p.nstring()
		if !ok {
			return nil, false
		}
		d.Params = append(d.Params, IDParam{p.string(name), p.string(value), value.null})
	}
	p.special('+') // datamail.in
	return d, true
}

// quotaData reads QUOTA behind its name (RFC 9208 §4.2.1).
func (p *parser) quotaData() (*QuotaData, bool) {
	if !p.sp() {
		return nil, false
	}
	root, ok := p.astring()
	if !ok || !p.sp() || !p.enter() {
		return nil, false
	}
	d := &QuotaData{Root: p.string(root)}
	for !p.leave() {
		r := QuotaResource{}
		name, ok := p.astring()
		r.Name = p.string(name)
		for _, dst := range [...]*int64{&r.Usage, &r.Limit} {
			if !ok || !p.sp() {
				return nil, false
			}
			*dst, ok = p.number64()
		}
		if !ok {
			return nil, false
		}
		d.Resources = append(d.Resources, r)
	}
	return d, true
}

// quotaRootData reads QUOTAROOT behind its name (RFC 9208 §4.2.2).
func (p *parser) quotaRootData() (*QuotaRootData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok {
		return nil, false
	}
	return &QuotaRootData{list[0], list[1:]}, true
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
		list = append(list, p.string(s))
	}
	return list, ok
}

// aclData reads ACL behind its name (RFC 4314 §3.6).
func (p *parser) aclData() (*ACLData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list)%2 == 0 {
		return nil, p.fail("rights")
	}
	d := &ACLData{Mailbox: list[0]}
	for i := 1; i < len(list); i += 2 {
		d.Entries = append(d.Entries, ACLEntry{list[i], list[i+1]})
	}
	return d, true
}

// listRightsData reads LISTRIGHTS behind its name (RFC 4314 §3.7).
func (p *parser) listRightsData() (*ListRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) < 3 {
		return nil, p.fail("rights")
	}
	return &ListRightsData{list[0], list[1], list[2], list[3:]}, true
}

// myRightsData reads MYRIGHTS behind its name (RFC 4314 §3.8).
func (p *parser) myRightsData() (*MyRightsData, bool) {
	list, ok := p.mailboxAndStrings()
	if !ok || len(list) != 2 {
		return nil, p.fail("rights")
	}
	return &MyRightsData{list[0], list[1]}, true
}

// metadataData reads METADATA behind its name (RFC 5464 §4.4).
func (p *parser) metadataData() (*MetadataData, bool) {
	if !p.sp() {
		return nil, false
	}
	name, ok := p.mailboxString()
	if !ok || !p.sp() {
		return nil, false
	}
	d := &MetadataData{Mailbox: name}
	if p.peek() != '(' {
		for p.spaces(); !p.end(); p.spaces() {
			s, ok := p.astring()
			if !ok {
				return nil, false
			}
			d.Changed = append(d.Changed, p.string(s))
		}
		return d, true
	}
	if !p.enter() {
		return nil, false
	}
	for !p.leave() {
		item, ok := p.metadataItem()
		if !ok {
			return nil, false
		}
		d.Items = append(d.Items, item)
	}
	return d, true
}

func (p *parser) metadataItem() (item MetadataItem, ok bool) {
	name, ok := p.astring()
	if !ok || !p.sp() {
		return item, false
	}
	item.Name = p.string(name)
	value, ok := p.nstring()
	if ok && !value.null {
		item.Value = append([]byte{}, p.bytes(value)...)
	}
	return item, ok
}

// languageData reads LANGUAGE behind its name (RFC 5255 §3.3).
func (p *parser) languageData() (*LanguageData, bool) {
	if !p.sp() {
		return nil, false
	}
	if p.peek() != '(' {
		return &LanguageData{strings.Fields(string(p.run()))}, true
	}
	list, ok := p.stringList()
	return &LanguageData{list}, ok
}
