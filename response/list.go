package response

import (
	"bytes"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// MailboxInfo is an untagged LIST, LSUB or XLIST (RFC 9051 §7.3.1).
type MailboxInfo struct {
	Mailbox string        // decoded; as it came if it does not decode
	Raw     string        // as it came
	Delim   string        // hierarchy delimiter, one character; empty if there is none
	LSub    bool          // the response was LSUB
	Attrs   []MailboxAttr // in the order of the server

	Status *MailboxStatus // with LIST-STATUS, if the server sent one (RFC 5819)
	Ext    *ListExt       // items of extensions; nil if there are none
}

func (*MailboxInfo) untagged() {}

// ListExt are the items of a LIST response that only extensions send.
type ListExt struct {
	OldName   string         // with LIST-EXTENDED: the name that this one replaces (RFC 9051 §6.3.9.7)
	ChildInfo []string       // criteria that children match: "SUBSCRIBED" (RFC 5258 §3.5)
	MyRights  Rights         // with LIST-MYRIGHTS (RFC 8440)
	Metadata  []MetadataItem // with LIST-METADATA (RFC 9590)
	Unknown   []ExtendedItem // further items of LIST-EXTENDED
}

// ext returns Ext, which it makes if there is none.
func (d *MailboxInfo) ext() *ListExt {
	if d.Ext == nil {
		d.Ext = new(ListExt)
	}
	return d.Ext
}

// HasAttr reports whether the mailbox bears the attribute, without regard to
// case.
func (d *MailboxInfo) HasAttr(a MailboxAttr) bool {
	for _, b := range d.Attrs {
		if b.Equal(a) {
			return true
		}
	}
	return false
}

// ExtendedItem is an extended data item of LIST that the library has no field
// for (RFC 5258 §6).
type ExtendedItem struct {
	Name  string // as the server sent it
	Value Value  // as it came
}

// Cost returns how many octets of memory d keeps alive; see the function [Cost].
func (d *MailboxInfo) Cost() int64 { return int64(d.cost()) }

func (d *MailboxInfo) cost() int {
	n := sizeMailbox + len(d.Raw) + another(d.Mailbox, d.Raw) + flagsCost(d.Attrs)
	if d.Status != nil {
		n += d.Status.cost()
	}
	if x := d.Ext; x != nil {
		n += 2*sizeOther + len(x.OldName) + len(x.MyRights) + stringsCost(x.ChildInfo) + metadataCost(x.Metadata)
		n += cap(x.Unknown) * sizeUnknown
		for i := range x.Unknown {
			n += len(x.Unknown[i].Name) + x.Unknown[i].Value.cost()
		}
	}
	return n
}

// listData reads LIST, LSUB or XLIST after its name (RFC 9051 §9 "mailbox-list").
func (p *parser) listData(lsub bool) (*MailboxInfo, bool) {
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
func (p *parser) listAttrs(d *MailboxInfo) bool {
	at := p.b[p.i:]
	if known, n := p.mem.attrLists.find(at); known != nil {
		p.i += n
		d.Attrs = p.mem.attrs.copyOf(known.list)
		return true
	}
	if p.isNIL() {
		return true
	}
	if !p.enter() {
		return false
	}
	var list [16]MailboxAttr
	attrs := list[:0]
	for !p.leave() {
		b, ok := p.flagAtom()
		if !ok {
			return false
		}
		a, known := knownAttr(b)
		if !known {
			a = MailboxAttr(p.newWord(b))
		}
		p.charge(sizeString)
		attrs = append(attrs, a)
	}
	d.Attrs = p.mem.attrs.copyOf(attrs)
	p.mem.attrLists.offer(at, attrs)
	return true
}

// listDelim reads a quoted character or NIL. An empty string is no delimiter.
func (p *parser) listDelim(d *MailboxInfo) bool {
	if rest := p.b[p.i:]; len(rest) > 3 && string(rest[:3]) == `"\"` && rest[3] != '"' { // the backslash of hMailServer is not escaped
		d.Delim = `\`
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
	d.Delim = string(b)
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
func (p *parser) listExtended(d *MailboxInfo) bool {
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
			p.charge(2 * sizeUnknown)
			x.Unknown = append(x.Unknown, ExtendedItem{name, v})
		}
	}
	return true
}

// oldName reads "(" mailbox ")".
func (p *parser) oldName(d *MailboxInfo) bool {
	if !p.enter() {
		return false
	}
	s, ok := p.astring()
	if !ok {
		return false
	}
	var raw string
	p.mailbox(&d.ext().OldName, &raw, s)
	return p.leave() || p.fail(")")
}

// listRow reads the LIST response that b begins with, and returns its length.
func (r *Reader) listRow(b []byte) (*MailboxInfo, int) {
	const list, delim = "* LIST (", ` "/" `
	if string(b[:len(list)]) != list || r.mem.vocabulary == nil {
		return nil, 0
	}
	i := len(list) - 1
	attrs, n := r.mem.attrLists.find(b[i:])
	if i += n; attrs == nil || len(b)-i < len(delim) {
		return nil, 0
	}
	d := b[i : i+len(delim)]
	if d[0] != ' ' || d[1] != '"' || nameClasses[d[2]]&^isAmp != 0 || d[3] != '"' || d[4] != ' ' {
		return nil, 0
	}
	i += len(delim)
	name, class, n := rowName(b[i:])
	if n == 0 {
		return nil, 0
	}
	row := r.mem.lists.one()
	row.Attrs = r.mem.attrs.copyOf(attrs.list)
	row.Delim = asciiChars[d[2] : d[2]+1]
	r.mem.setMailbox(row, name, !r.utf8 && class&(isAmp|is8Bit) == isAmp)
	return row, i + n
}

// asciiChars has each ASCII character at its own place, so that a delimiter needs
// no memory of its own.
var asciiChars = func() string {
	var b [128]byte
	for i := range b {
		b[i] = byte(i)
	}
	return string(b[:])
}()

// rowName returns the mailbox name that b begins with, if it is a plain one and
// ends the line, what classes of octets are in it, and its length up to the next
// line.
func rowName(b []byte) (name []byte, class nameClass, length int) {
	stop, end := isNoAtom, "\r\n"
	start := 0
	if len(b) > 0 && b[0] == '"' {
		stop, end = isQuote, "\"\r\n"
		start = 1
	}
	i := start
	for ; i < len(b); i++ {
		c := nameClasses[b[i]]
		if c&stop != 0 {
			break
		}
		class |= c
	}
	if i == start || len(b)-i < len(end) || string(b[i:i+len(end)]) != end {
		return nil, 0, 0
	}
	return b[start:i], class, i + len(end)
}

// nameClass is a set of the classes that matter in a mailbox name.
type nameClass uint8

const (
	isQuote  nameClass = 1 << iota // can't be in a quoted string, or not without more ado
	isNoAtom                       // can't be in a name without quotes
	isAmp                          // the shift of modified UTF-7
	is8Bit
)

var nameClasses = func() (t [256]nameClass) {
	for c := range t {
		switch {
		case c == '"' || c == '\\' || c < ' ' || c == 0x7f:
			t[c] = isQuote | isNoAtom
		case c == '&':
			t[c] = isAmp
		case c >= 0x80:
			t[c] = is8Bit
		case !ascii.Is(byte(c), ascii.AtomChar):
			t[c] = isNoAtom
		}
	}
	return t
}()
