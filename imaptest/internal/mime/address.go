package mime

import "strings"

// Address is a mailbox of a header field as ENVELOPE tells it: Name is not
// decoded. A group begins with an address without Host and ends with one that
// has neither Mailbox nor Host.
type Address struct {
	Name, Mailbox, Host string
	GroupStart          bool
	GroupEnd            bool
}

// ParseAddresses reads an address list. What it can't make sense of becomes an
// address whose Mailbox is the text.
func ParseAddresses(s string) []Address {
	var out []Address
	var group bool
	var cur words
	flush := func() {
		if a, ok := cur.address(); ok {
			out = append(out, a)
		}
		cur = words{}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ',':
			flush()
		case ';':
			flush()
			if group {
				out = append(out, Address{GroupEnd: true})
				group = false
			}
		case ':':
			if !cur.inAngle {
				out = append(out, Address{Mailbox: strings.Join(cur.list, " "), GroupStart: true})
				group, cur = true, words{}
			} else { // the end of a source route
				cur.angle.Reset()
			}
		case '<':
			cur.inAngle, cur.hasAngle = true, true
		case '>':
			cur.inAngle = false
		case '(':
			n := comment(s[i:])
			cur.comment = strings.TrimSuffix(s[i+1:i+n], ")")
			i += n - 1
		case '"':
			v, n := quoted(s[i:])
			cur.add(v, s[i:i+n])
			i += n - 1
		case ' ', '\t':
			cur.gap = true
		default:
			n := strings.IndexAny(s[i:], ",;:<>(\" \t")
			if n < 0 {
				n = len(s) - i
			}
			cur.add(s[i:i+n], s[i:i+n])
			i += n - 1
		}
	}
	flush()
	if group {
		out = append(out, Address{GroupEnd: true})
	}
	return out
}

// words collects what stands between two commas.
type words struct {
	list     []string // the words of a phrase, or the pieces of an address
	spec     strings.Builder
	angle    strings.Builder
	comment  string
	inAngle  bool
	hasAngle bool
	gap      bool
}

func (w *words) add(value, raw string) {
	switch {
	case w.inAngle:
		w.angle.WriteString(value)
	case w.gap || len(w.list) == 0 || strings.HasPrefix(raw, `"`):
		w.list = append(w.list, value)
		w.spec.WriteString(value)
	default:
		w.list[len(w.list)-1] += value
		w.spec.WriteString(value)
	}
	w.gap = false
}

func (w *words) address() (Address, bool) {
	spec, name := w.spec.String(), w.comment
	if w.hasAngle {
		spec, name = w.angle.String(), strings.Join(w.list, " ")
	}
	if spec == "" && name == "" {
		return Address{}, false
	}
	spec = strings.TrimPrefix(spec, "@") // a source route without its colon
	i := strings.LastIndexByte(spec, '@')
	if i < 0 {
		return Address{Name: name, Mailbox: spec}, true
	}
	return Address{Name: name, Mailbox: spec[:i], Host: spec[i+1:]}, true
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
