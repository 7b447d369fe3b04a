package response

import (
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// ParseURL reads an IMAP URL (RFC 5092 §11): an absolute one, or one that begins with a
// single slash and is relative to a server. Anything that the grammar does not have is
// an error, a *[ParseError] whose Raw is text.
func ParseURL(text string) (*URL, error) {
	u := new(URL)
	p := urlParser{u: u}
	if !p.parse(text) {
		return nil, &ParseError{Rule: "imapurl", Msg: p.wrong, Raw: []byte(text[:min(len(text), 1<<16)])}
	}
	return u, nil
}

// urlParser fills u, or says what is wrong.
type urlParser struct {
	u     *URL
	wrong string
	last  int // the rank of the parameter that was read last
}

func (p *urlParser) fail(wrong string) bool {
	if p.wrong == "" {
		p.wrong = wrong
	}
	return false
}

func (p *urlParser) parse(text string) bool {
	rest := text
	switch {
	case ascii.HasPrefixFold(text, "imap://"):
		server, path, has := strings.Cut(text[len("imap://"):], "/")
		if !p.server(server) {
			return false
		}
		if !has {
			return true
		}
		rest = path
	case strings.HasPrefix(text, "//"):
		return p.fail("the URL names a server without a scheme")
	case strings.HasPrefix(text, "/"):
		rest = text[1:]
	default:
		return p.fail(`the URL begins neither with "imap://" nor with a slash`)
	}
	path, query, has := strings.Cut(rest, "?")
	if !p.path(path) {
		return false
	}
	if has {
		var ok bool
		if p.u.Search, ok = decodeURL(query, bChar, true); !ok || query == "" || p.u.UID != 0 || p.u.Mailbox == "" {
			return p.fail("the search is malformed or out of place")
		}
	}
	return true
}

// server reads iserver: [iuserinfo "@"] host [":" port].
func (p *urlParser) server(s string) bool {
	if info, host, has := strings.Cut(s, "@"); has {
		user, auth, hasAuth := strings.Cut(info, ";")
		var ok bool
		if p.u.User, ok = decodeURL(user, aChar, false); !ok || user == "" && !hasAuth {
			return p.fail("the user is malformed")
		}
		if hasAuth {
			if !ascii.HasPrefixFold(auth, "AUTH=") {
				return p.fail("the user has an unknown parameter")
			}
			auth = auth[len("AUTH="):]
			if p.u.Auth, ok = decodeURL(auth, aChar, false); !ok || auth == "" || auth != "*" && strings.Contains(p.u.Auth, "*") {
				return p.fail("the mechanism is malformed")
			}
		}
		s = host
	}
	name, port := s, ""
	if strings.HasPrefix(s, "[") { // IP-literal (RFC 3986 §3.2.2)
		var closed bool
		if name, port, closed = strings.Cut(s[1:], "]"); name == "" || !closed || strings.Trim(name, "0123456789abcdefABCDEFvV:.") != "" {
			return p.fail("the host is malformed")
		}
	} else if i := strings.IndexByte(s, ':'); i >= 0 {
		name, port = s[:i], s[i:]
	}
	if port != "" && (port[0] != ':' || strings.Trim(port[1:], "0123456789") != "") {
		return p.fail("the port is malformed")
	}
	var ok bool
	if p.u.Host, ok = decodeURL(s, hostChar, false); !ok || name == "" || strings.ContainsAny(p.u.Host, "/@;?#% ") {
		return p.fail("the host is malformed")
	}
	return true
}

// The parameters in their order.
var urlParams = [...]struct {
	name  string
	slash bool // it is a level of the path
	read  func(p *urlParser, value string) bool
}{
	{"UIDVALIDITY", false, (*urlParser).uidValidity},
	{"UID", true, (*urlParser).uid},
	{"SECTION", true, (*urlParser).section},
	{"PARTIAL", true, (*urlParser).partial},
	{"EXPIRE", false, (*urlParser).expire},
	{"URLAUTH", false, (*urlParser).access},
}

// path reads icommand up to the search.
func (p *urlParser) path(s string) bool {
	name, params, has := strings.Cut(s, ";")
	var next string
	for pending := name; ; pending = next {
		i, value, more := -1, "", has
		if more {
			next, params, has = strings.Cut(params, ";")
			var key string
			key, value, _ = strings.Cut(next, "=")
			if i = paramRank(key); i < 0 {
				return p.fail("a parameter is unknown")
			}
			if urlParams[i].slash {
				trimmed, is := strings.CutSuffix(pending, "/")
				if !is {
					return p.fail("a parameter follows without a slash")
				}
				pending = trimmed
			}
			next = value
		}
		if !p.piece(pending) {
			return false
		}
		if !more {
			return p.whole()
		}
		if i < p.last {
			return p.fail("a parameter is repeated or out of place")
		}
		p.last = i + 1
	}
}

func paramRank(key string) int {
	for i := range urlParams {
		if ascii.EqualFold(key, urlParams[i].name) {
			return i
		}
	}
	return -1
}

// piece reads the mailbox, or the value of the last parameter.
func (p *urlParser) piece(s string) bool {
	if p.last > 0 {
		return urlParams[p.last-1].read(p, s) || p.fail("the value of "+urlParams[p.last-1].name+" is malformed")
	}
	var ok bool
	if p.u.Mailbox, ok = decodeURL(s, bChar, false); !ok || strings.HasPrefix(s, "/") {
		return p.fail("the mailbox is malformed")
	}
	for level := range strings.SplitSeq(s, "/") {
		if level == "." || level == ".." {
			return p.fail("the mailbox has a dot segment")
		}
	}
	return true
}

// whole reports whether nothing is missing.
func (p *urlParser) whole() bool {
	u := p.u
	switch {
	case p.last > 0 && u.Mailbox == "":
		return p.fail("the mailbox is missing")
	case p.last > 1 && u.UID == 0:
		return p.fail("the UID is missing")
	case !u.Expire.IsZero() && u.Access == "":
		return p.fail("EXPIRE needs URLAUTH")
	}
	return true
}

func (p *urlParser) uidValidity(s string) bool {
	n, ok := urlNumber(s, 32)
	p.u.UIDValidity = uint32(n)
	return ok && n > 0
}

func (p *urlParser) uid(s string) bool {
	n, ok := urlNumber(s, 32)
	p.u.UID = UID(n)
	return ok && n > 0
}

func (p *urlParser) section(s string) bool {
	text, ok := decodeURL(s, bChar, false)
	if !ok || text == "" || strings.ContainsAny(text, "{}") { // a literal cannot stand in a URL
		return false
	}
	sub := parser{b: []byte("[" + text + "]"), mem: &memory{vocabulary: new(vocabulary)}}
	p.u.Section, ok = sub.section()
	return ok && sub.end()
}

func (p *urlParser) partial(s string) bool {
	first, count, has := strings.Cut(s, ".")
	offset, ok := urlNumber(first, 63)
	p.u.Partial, p.u.Offset = true, int64(offset)
	if !has {
		return ok
	}
	length, good := urlNumber(count, 63)
	p.u.Length = int64(length)
	return ok && good && length > 0
}

func (p *urlParser) expire(s string) bool {
	at, err := time.Parse(time.RFC3339, s)
	p.u.Expire = at
	return err == nil && !at.IsZero()
}

// access reads access [":" uauth-mechanism ":" enc-urlauth].
func (p *urlParser) access(s string) bool {
	access, verifier, has := strings.Cut(s, ":")
	var ok bool
	if p.u.Access, ok = decodeURL(access, aChar, false); !ok || access == "" {
		return false
	}
	if !has {
		return true
	}
	p.u.Mechanism, p.u.Token, _ = strings.Cut(verifier, ":")
	for i := range len(p.u.Mechanism) {
		if !isURLChar(p.u.Mechanism[i], "-.") {
			return false
		}
	}
	for i := range len(p.u.Token) {
		if hexDigit(p.u.Token[i]) < 0 {
			return false
		}
	}
	return p.u.Mechanism != "" && p.u.Token != ""
}

func urlNumber(s string, bits int) (uint64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, bits)
	return n, err == nil
}
