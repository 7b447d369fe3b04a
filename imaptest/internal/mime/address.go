package mime

import (
	"slices"
	"strings"
)

// Address is a mailbox of a header field as ENVELOPE shows it: Name is not
// decoded. A group begins with an address without Host and ends with one that
// has neither Mailbox nor Host.
type Address struct {
	Name, Route, Mailbox, Host string
	GroupStart                 bool
	GroupEnd                   bool
}

// ParseAddresses reads an address list (RFC 5322 §3.4). What it can't make sense
// of becomes an address whose Mailbox is the text. A comment is the name of the
// address before it that has none, and nothing else.
func ParseAddresses(s string) []Address {
	r := addressReader{rest: s}
	for r.rest != "" {
		r.next()
	}
	r.end()
	r.endGroup()
	return r.out
}

// addressReader reads an address list piece by piece.
type addressReader struct {
	rest  string
	out   []Address
	group bool

	// of the address that is being read

	words   []string // of a phrase, or the pieces of an address
	gap     bool     // white space was read after the last word
	angle   strings.Builder
	state   angleState
	comment string // the first one after a word
}

type angleState uint8

const (
	noAngle angleState = iota
	inAngle
	afterAngle
)

// next reads one piece.
func (r *addressReader) next() {
	c := r.rest[0]
	switch {
	case c == '(':
		n := comment(r.rest)
		if r.comment == "" && len(r.words) > 0 {
			r.comment = unescape(strings.TrimSuffix(r.rest[1:n], ")"))
		}
		r.rest = r.rest[n:]
		r.gap = true
		return
	case c == '"':
		v, n := quoted(r.rest)
		r.add(v, true)
		r.rest = r.rest[n:]
		return
	case c == ' ' || c == '\t':
		r.gap = true
	case c == '<' && r.state == noAngle:
		r.state = inAngle
	case c == '>' && r.state == inAngle:
		r.state = afterAngle
	case c == ',' && !r.inRoute():
		r.end()
	case c == ';' && r.state != inAngle:
		r.end()
		r.endGroup()
	case c == ':' && r.state == noAngle && !r.group:
		r.out = append(r.out, Address{Mailbox: strings.Join(r.words, " "), GroupStart: true})
		r.group = true
		r.clear()
	case c == '>': // closes nothing
	default:
		n := strings.IndexAny(r.rest[1:], ",;:<>(\" \t") + 1
		if n == 0 {
			n = len(r.rest)
		}
		r.add(r.rest[:n], false)
		r.rest = r.rest[n:]
		return
	}
	r.rest = r.rest[1:]
}

// inRoute reports whether a source route is being read, which has commas:
// <@a,@b:user@host>.
func (r *addressReader) inRoute() bool {
	s := r.angle.String()
	return r.state == inAngle && strings.HasPrefix(s, "@") && !strings.Contains(s, ":")
}

func (r *addressReader) add(word string, isQuoted bool) {
	switch n := len(r.words); {
	case r.inRoute() || r.state == inAngle:
		r.angle.WriteString(word)
	case r.state == afterAngle: // text that belongs to nothing
	case n > 0 && r.continues(r.words[n-1], word, isQuoted):
		r.words[n-1] += word
	default:
		r.words = append(r.words, word)
	}
	r.gap = false
}

// continues reports whether a word is part of the one before: there is no space
// between, or it stands around the "@" or a dot of the domain.
func (r *addressReader) continues(last, word string, isQuoted bool) bool {
	_, domain, whole := strings.Cut(last, "@")
	switch {
	case whole && (domain == "" || strings.HasSuffix(domain, ".")):
		return true
	case isQuoted:
		return false
	}
	return !r.gap || word[0] == '@' || whole && word[0] == '.'
}

// end ends an address, if there is one.
func (r *addressReader) end() {
	if r.state == noAngle && len(r.words) == 0 {
		r.clear()
		return
	}
	var a Address
	var spec string
	if r.state == noAngle {
		whole := slices.IndexFunc(r.words, func(w string) bool { return strings.Contains(w, "@") })
		if whole >= 0 { // text after an address belongs to nothing
			r.words = r.words[:whole+1]
		}
		a.Name, spec = r.comment, strings.Join(r.words, " ")
	} else {
		a.Name, spec = strings.Join(r.words, " "), r.angle.String()
	}
	if strings.HasPrefix(spec, "@") && strings.Contains(spec, ":") {
		a.Route, spec, _ = strings.Cut(spec, ":")
	}
	a.Mailbox = spec
	if i := strings.LastIndexByte(spec, '@'); i >= 0 {
		a.Mailbox, a.Host = spec[:i], spec[i+1:]
	}
	r.out = append(r.out, a)
	r.clear()
}

func (r *addressReader) endGroup() {
	if r.group {
		r.out = append(r.out, Address{GroupEnd: true})
		r.group = false
	}
}

// clear begins another address.
func (r *addressReader) clear() {
	r.words, r.gap, r.state, r.comment = nil, false, noAngle, ""
	r.angle.Reset()
}

// AddressText writes an address list as people read it, with names decoded:
// what SEARCH FROM and its like look through.
func AddressText(list []Address) string {
	var b strings.Builder
	first := true
	for _, a := range list {
		if a.GroupEnd {
			b.WriteByte(';')
			continue
		}
		if !first {
			b.WriteString(", ")
		}
		first = a.GroupStart
		switch name := DecodeHeader(a.Name); {
		case a.GroupStart:
			b.WriteString(DecodeHeader(a.Mailbox) + ": ")
		case name != "":
			b.WriteString(name + " <" + a.Mailbox + "@" + a.Host + ">")
		case a.Host != "":
			b.WriteString(a.Mailbox + "@" + a.Host)
		default:
			b.WriteString(DecodeHeader(a.Mailbox))
		}
	}
	return b.String()
}

// comment returns the length of the comment at the start of s.
func comment(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// unescape takes the backslashes out of quoted pairs.
func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
