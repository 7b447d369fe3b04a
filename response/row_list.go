package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// listRow reads the LIST response that b begins with, and returns its length.
func (r *Reader) listRow(b []byte) (*MailboxInfo, int) {
	const list, delim = "* LIST (", ` "/" `
	if string(b[:len(list)]) != list {
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

// rowName returns the mailbox name that b begins with, where it is a plain one and
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

// setMailbox gives d its name, which came as b.
func (m *memory) setMailbox(d *MailboxInfo, b []byte, modifiedUTF7 bool) {
	d.Raw = m.names.string(b)
	d.Mailbox = d.Raw
	if text, differs := appendMeaning(m.text[:0], b, modifiedUTF7); differs {
		d.Mailbox = m.names.string(text)
		m.text = text[:0]
	}
}
