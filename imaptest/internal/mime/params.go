package mime

import "strings"

// Param is a parameter of a media type or disposition, as written: encodings of
// RFC 2231 and RFC 2047 are left alone.
type Param struct{ Name, Value string }

func param(params []Param, name string) string {
	for _, p := range params {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// Param returns the value of a parameter of the media type.
func (p *Part) Param(name string) string { return param(p.Params, name) }

// ParseParams reads "value; name=value; …".
func ParseParams(s string) (value string, params []Param) {
	value, s, _ = strings.Cut(stripComments(s), ";")
	value = strings.TrimSpace(value)
	for s != "" {
		name, rest, ok := cutAny(s, "=;")
		name = strings.TrimSpace(name)
		if !ok || rest == "" || rest[0] == ';' {
			s = strings.TrimPrefix(rest, ";")
			continue
		}
		var v string
		v, s = paramValue(strings.TrimLeft(rest[1:], " \t"))
		if name != "" {
			params = append(params, Param{name, v})
		}
	}
	return value, params
}

// paramValue reads a token or a quoted string and what follows the next ";".
func paramValue(s string) (value, rest string) {
	if s == "" || s[0] != '"' {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	value, n := quoted(s)
	_, rest, _ = strings.Cut(s[n:], ";")
	return value, rest
}

// quoted reads the quoted string at the start of s and returns its length.
func quoted(s string) (value string, n int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), i + 1
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), len(s)
}

// cutAny cuts before the first of chars.
func cutAny(s, chars string) (before, from string, ok bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:], true
	}
	return s, "", false
}

// stripComments takes comments in parentheses out, but not out of quoted
// strings.
func stripComments(s string) string {
	if !strings.Contains(s, "(") {
		return s
	}
	var b strings.Builder
	depth := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"' && depth == 0:
			_, n := quoted(s[i:])
			b.WriteString(s[i : i+n])
			i += n - 1
		case c == '\\' && depth > 0:
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`()<>@,;:\"/[]?=`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}
