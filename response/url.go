package response

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// URL is an IMAP URL (RFC 5092): a server, a mailbox, a search, a message or a part
// of one, as REFERRAL, BADURL, GENURLAUTH and CATENATE have them. Its fields are
// decoded; [URL.String] encodes whatever they hold, so that no value can become
// another component.
//
// A URL from another party says where that party wants a program to connect,
// and as whom: see RFC 5092 §3.2 before following one with credentials.
type URL struct {
	User string // who has to log in, in UTF-8; empty: no user is named
	Auth string // the mechanism that has to be used, "*" for any; empty: not said
	Host string // with ":port" if there is one; empty: the URL is relative to a server

	Mailbox     string // in UTF-8; empty: the server is meant
	UIDValidity uint32 // of the mailbox when the URL was made; zero: not said
	Search      string // the arguments of SEARCH; only without UID

	UID     UID     // of the message; zero: the mailbox is meant
	Section Section // of the message
	Partial bool    // only the octets from Offset on are meant
	Offset  int64   // of the first octet, if Partial
	Length  int64   // how many octets, if Partial; zero: all that follow

	// Of a URL that grants access to a message (RFC 4467, RFC 5092 §6.1).

	Expire    time.Time // when it ends to be valid; zero: never
	Access    string    // who may use it, like "submit+fred" or "authuser"
	Mechanism string    // with which the server has made Token, like "INTERNAL"
	Token     string    // in hexadecimal digits; empty: GENURLAUTH has yet to add it
}

// String returns the URL. It is relative, like "/INBOX/;UID=20", if Host is empty.
// What GENURLAUTH returned has to be kept as it came: its token is for those octets.
func (u *URL) String() string {
	var b []byte
	if u.Host != "" {
		b = append(b, "imap://"...)
		b = appendEscaped(b, u.User, aChar)
		if u.Auth == "*" {
			b = append(b, ";AUTH=*"...)
		} else if u.Auth != "" {
			b = appendEscaped(append(b, ";AUTH="...), strings.ReplaceAll(u.Auth, "*", ""), aChar)
		}
		if u.User != "" || u.Auth != "" {
			b = append(b, '@')
		}
		b = appendEscaped(b, u.Host, hostChar)
	}
	b = append(b, '/')
	b = appendMailbox(b, u.Mailbox)
	if u.UIDValidity != 0 {
		b = strconv.AppendUint(append(b, ";UIDVALIDITY="...), uint64(u.UIDValidity), 10)
	}
	if u.UID == 0 {
		if u.Search != "" {
			b = appendEscaped(append(b, '?'), u.Search, bChar)
		}
		return string(b)
	}
	b = strconv.AppendUint(append(b, "/;UID="...), uint64(u.UID), 10)
	if s := u.Section.quoted(); s != "" {
		b = appendEscaped(append(b, "/;SECTION="...), s, bChar)
	}
	if u.Partial {
		b = strconv.AppendUint(append(b, "/;PARTIAL="...), uint64(u.Offset), 10)
		if u.Length > 0 {
			b = strconv.AppendUint(append(b, '.'), uint64(u.Length), 10)
		}
	}
	return string(u.appendAccess(b))
}

// appendAccess appends what URLAUTH adds to a URL.
func (u *URL) appendAccess(b []byte) []byte {
	if u.Access == "" {
		return b
	}
	if !u.Expire.IsZero() {
		b = append(b, ";EXPIRE="...)
		b = u.Expire.AppendFormat(b, time.RFC3339Nano)
	}
	b = appendEscaped(append(b, ";URLAUTH="...), u.Access, aChar)
	if u.Token != "" {
		b = appendEscaped(append(b, ':'), u.Mechanism, aChar)
		b = appendEscaped(append(b, ':'), u.Token, aChar)
	}
	return b
}

// quoted returns the section as the grammar has it: field names that are no atoms
// are quoted strings.
func (s Section) quoted() string {
	b := s.AppendPrefix(nil)
	for i, f := range s.Fields {
		if i == 0 {
			b = append(b, " ("...)
		} else {
			b = append(b, ' ')
		}
		if f != "" && ascii.All(f, ascii.AtomChar) && !ascii.EqualFold(f, "NIL") {
			b = append(b, f...)
		} else {
			b = append(b, Value{Kind: ValueString, Text: f}.String()...)
		}
	}
	if len(s.Fields) > 0 {
		b = append(b, ')')
	}
	return string(b)
}

// The characters that components have without encoding (RFC 5092 §11).
const (
	aChar    = "-._~!$'()*+,&="
	bChar    = aChar + ":@/"
	hostChar = aChar + ":[]"
)

func isURLChar(c byte, others string) bool {
	return ascii.Is(c, ascii.Digit) || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte(others, c) >= 0
}

func appendEscaped(b []byte, s, others string) []byte {
	for i := range len(s) {
		if isURLChar(s[i], others) {
			b = append(b, s[i])
		} else {
			b = appendOctet(b, s[i])
		}
	}
	return b
}

func appendOctet(b []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(b, '%', digits[c>>4], digits[c&15])
}

// appendMailbox appends a name. What would be an empty or a dot segment of a path, and
// would therefore be resolved to another mailbox, is encoded (RFC 5092 §7).
func appendMailbox(b []byte, name string) []byte {
	for len(name) > 0 && name[0] == '/' {
		b, name = appendOctet(b, '/'), name[1:]
	}
	for i, level := range strings.Split(name, "/") {
		if i > 0 {
			b = append(b, '/')
		}
		if level == "." || level == ".." {
			b = append(b, strings.ReplaceAll(level, ".", "%2E")...)
			continue
		}
		b = appendEscaped(b, level, bChar)
	}
	return b
}

// decodeURL decodes a component, which has only what the grammar permits. With lines,
// it may have control characters, as the literals of a search are preceded by CRLF.
func decodeURL(s, others string, lines bool) (string, bool) {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			if i+2 >= len(s) || hexDigit(s[i+1]) < 0 || hexDigit(s[i+2]) < 0 {
				return "", false
			}
			if c = byte(hexDigit(s[i+1])<<4 | hexDigit(s[i+2])); c == 0 || c == 0x7f || c < ' ' && !lines {
				return "", false
			}
			i += 2
		} else if !isURLChar(c, others) {
			return "", false
		}
		b = append(b, c)
	}
	return string(b), utf8.Valid(b)
}

func hexDigit(c byte) int {
	switch {
	case ascii.Is(c, ascii.Digit):
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}
