package commands

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// ReadsOnly reports whether the command that [Encoder.Command] encoded is known to
// change nothing on the server: no message, no flag (\Seen neither), no mailbox, no
// subscription and no setting. It looks at the octets that will be sent, so that it
// holds for any [Command], whatever its type or name says. A command that it does
// not know may change something.
//
// CLOSE and CHECK count as changes: the first removes messages unless the mailbox is
// read-only, the second has the server write. SELECT and FETCH are encoded with
// [Dialect].ReadOnly.
func (e *Encoder) ReadsOnly() bool {
	name, args := cutWord(bytes.TrimSuffix(e.buf, []byte("\r\n")))
	prefix := ""
	if ascii.EqualFold(name, "UID") {
		prefix = "UID "
		name, args = cutWord(args)
	}
	switch readers[prefix+ascii.ToUpper(string(name))] {
	case readsAlways:
		return true
	case readsByItems:
		_, items := cutWord(args) // after the set
		return readsItems(items)
	case readsNotify:
		return !namesSeenItem(args)
	}
	return false
}

// reading says what a command has to look like to change nothing.
type reading uint8

const (
	readsAlways  reading = iota + 1 // it can't change anything
	readsByItems                    // if its FETCH items have PEEK
	readsNotify                     // if it names no FETCH item that sets \Seen
)

// readers are the commands that change nothing. Those that change the session alone,
// like LOGIN and ENABLE, are among them.
var readers = map[string]reading{
	// RFC 9051 §6.1, §6.2
	"CAPABILITY": readsAlways, "NOOP": readsAlways, "LOGOUT": readsAlways,
	"STARTTLS": readsAlways, "AUTHENTICATE": readsAlways, "LOGIN": readsAlways,
	// RFC 9051 §6.3, §6.4
	"ENABLE": readsAlways, "EXAMINE": readsAlways, "LIST": readsAlways, "NAMESPACE": readsAlways,
	"STATUS": readsAlways, "IDLE": readsAlways, "UNSELECT": readsAlways,
	"SEARCH": readsAlways, "UID SEARCH": readsAlways,
	"FETCH": readsByItems, "UID FETCH": readsByItems,
	// RFC 3501 §6.3.9, and Gmail's older form of LIST
	"LSUB": readsAlways, "XLIST": readsAlways,
	// extensions
	"ID":    readsAlways,                       // RFC 2971
	"RLIST": readsAlways, "RLSUB": readsAlways, // RFC 2193
	"GETACL": readsAlways, "LISTRIGHTS": readsAlways, "MYRIGHTS": readsAlways, // RFC 4314
	"URLFETCH": readsAlways,                            // RFC 4467
	"COMPRESS": readsAlways,                            // RFC 4978
	"LANGUAGE": readsAlways, "COMPARATOR": readsAlways, // RFC 5255
	"SORT": readsAlways, "UID SORT": readsAlways, "THREAD": readsAlways, "UID THREAD": readsAlways, // RFC 5256
	"CANCELUPDATE":   readsAlways,                              // RFC 5267
	"GETMETADATA":    readsAlways,                              // RFC 5464
	"NOTIFY":         readsNotify,                              // RFC 5465
	"ESEARCH":        readsAlways,                              // RFC 7377
	"UNAUTHENTICATE": readsAlways,                              // RFC 8437
	"GETQUOTA":       readsAlways, "GETQUOTAROOT": readsAlways, // RFC 9208
	"GETJMAPACCESS": readsAlways, // RFC 9698
	"UIDBATCHES":    readsAlways, // RFC 10022
}

// peekItems are the FETCH items that leave \Seen alone; the value says what may
// follow the name.
var peekItems = map[string]byte{
	"ALL": 0, "FAST": 0, "FULL": 0,
	"BODY": 0, "BODYSTRUCTURE": 0, "ENVELOPE": 0, "FLAGS": 0, "INTERNALDATE": 0, "UID": 0,
	"RFC822.SIZE": 0, "RFC822.HEADER": 0,
	"BODY.PEEK": '[', "BINARY.PEEK": '[', "BINARY.SIZE": '[',
	"MODSEQ": 0, "SAVEDATE": 0, "EMAILID": 0, "THREADID": 0,
	"PREVIEW": '(', "ANNOTATION": '(',
	"X-GM-MSGID": 0, "X-GM-THRID": 0, "X-GM-LABELS": 0,
}

// readsItems reports whether the items of FETCH, as they were encoded, and the
// modifiers after them, leave the flags alone.
func readsItems(s []byte) bool {
	s, list := bytes.CutPrefix(s, []byte{'('})
	for {
		rest, ok := cutItem(s)
		switch {
		case !ok:
			return false
		case list && bytes.HasPrefix(rest, []byte{' '}):
			s = rest[1:]
		case list && bytes.HasPrefix(rest, []byte{')'}):
			return readsModifiers(rest[1:])
		default:
			return !list && readsModifiers(rest)
		}
	}
}

// cutItem cuts one FETCH item off the beginning of s; false if it is not known to
// leave \Seen alone.
func cutItem(s []byte) (rest []byte, ok bool) {
	n := bytes.IndexAny(s, " ()[")
	if n < 0 {
		n = len(s)
	}
	follows, ok := peekItems[ascii.ToUpper(string(s[:n]))]
	s = s[n:]
	switch {
	case !ok:
		return nil, false
	case follows == '[':
		if s, ok = cutGroup(s); !ok {
			return nil, false
		}
		if bytes.HasPrefix(s, []byte{'<'}) { // partial
			n := bytes.IndexByte(s, '>')
			return s[n+1:], n > 0
		}
		return s, true
	case follows == '(' && bytes.HasPrefix(s, []byte(" (")):
		return cutGroup(s[1:])
	}
	return s, true
}

// cutGroup cuts a list or a section, with all that is nested in it, off the beginning
// of s; false if s does not begin with one, or it has no end. Strings in it count as
// such, whatever they contain.
func cutGroup(s []byte) (rest []byte, ok bool) {
	depth := 0
	for len(s) > 0 {
		switch s[0] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case '"':
			for s = s[1:]; len(s) > 0 && s[0] != '"'; s = s[1:] {
				if s[0] == '\\' && len(s) > 1 {
					s = s[1:]
				}
			}
			if len(s) == 0 {
				return nil, false
			}
		case '{': // no name of a header field needs a literal
			return nil, false
		}
		s = s[1:]
		if depth <= 0 {
			return s, depth == 0
		}
	}
	return nil, false
}

// readsModifiers reports whether s is nothing, or the list of those modifiers of
// FETCH that choose what is answered.
func readsModifiers(s []byte) bool {
	if len(s) == 0 {
		return true
	}
	s, opened := bytes.CutPrefix(s, []byte(" ("))
	s, closed := bytes.CutSuffix(s, []byte{')'})
	for word := range bytes.FieldsSeq(s) {
		switch {
		case ascii.EqualFold(word, "CHANGEDSINCE"), ascii.EqualFold(word, "VANISHED"), ascii.EqualFold(word, "PARTIAL"):
		case len(bytes.Trim(word, "0123456789:-")) == 0:
		default:
			return false
		}
	}
	return opened && closed
}

// namesSeenItem reports whether s may have one of the FETCH items that set \Seen.
func namesSeenItem(s []byte) bool {
	for word := range bytes.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '(' || r == ')' }) {
		if ascii.HasPrefixFold(word, "BODY[") || ascii.HasPrefixFold(word, "BINARY[") ||
			ascii.EqualFold(word, "RFC822") || ascii.EqualFold(word, "RFC822.TEXT") {
			return true
		}
	}
	return false
}

// cutWord cuts s at its first space.
func cutWord(s []byte) (word, rest []byte) {
	word, rest, _ = bytes.Cut(s, []byte{' '})
	return word, rest
}
