package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/mimeword"
)

// paramSpan is a parameter whose strings have not been made.
type paramSpan struct{ name, value span }

// bodyParams reads "(" string SP string *(SP string SP string) ")" or NIL, and
// decodes names in pieces and charsets (RFC 2231).
func (p *parser) bodyParams(dst *[]Param) bool {
	p.spaces()
	if p.peek() != '(' {
		s, ok := p.bodyNString() // NIL, or a string where no parameters are
		p.guessed = p.guessed || s.lo < s.hi
		return ok
	}
	if p.loose {
		return p.looseParams(dst)
	}
	if p.plainParams(dst) {
		return true
	}
	if !p.enter() {
		return false
	}
	spans := p.mem.paramList[:0]
	plain := true
	for !p.leave() {
		var s paramSpan
		var ok bool
		if s.name, ok = p.bodyNString(); !ok {
			return false
		}
		if p.leave() { // a name without a value
			spans = append(spans, s)
			break
		}
		if s.value, ok = p.bodyNString(); !ok {
			return false
		}
		p.charge(sizeParam)
		plain = plain && !p.encodedParam(s)
		spans = append(spans, s)
	}
	p.mem.paramList = spans
	if !plain {
		*dst = p.decodedParams(spans)
		return true
	}
	list := p.mem.params.take(len(spans))
	for i := range spans {
		name := p.paramName(p.bytes(spans[i].name))
		list[i] = Param{name, p.paramValue(name, p.bytes(spans[i].value))}
	}
	*dst = list
	return true
}

// plainParams reads a few parameters as nearly all are: quoted strings without
// backslashes, not encoded, and one space between them. It consumes nothing else.
func (p *parser) plainParams(dst *[]Param) bool {
	const between = `" "`
	const most = 8
	list := p.mem.params.open()
	var param *Param
	for b, i := p.b, p.i+len("("); len(list) < most && hasAt(b, i, `"`); i++ {
		i++
		name := stringEnd(b, i)
		if !hasAt(b, name, between) {
			return false
		}
		lo := name + len(between)
		hi, plain := textEnd(b, lo)
		if len(b)-hi < len(`")`) || b[hi] != '"' || bytes.IndexByte(b[i:name], '*') >= 0 || !plain && mimeword.NeedsDecoding(b[lo:hi]) {
			return false
		}
		list, param = p.mem.params.another(list)
		param.Name = p.paramName(b[i:name])
		param.Value = p.paramValue(param.Name, b[lo:hi])
		if i = hi + len(`"`); b[i] == ')' {
			p.charge(sizeParam * len(list))
			*dst, p.i = p.mem.params.close(list), i+len(")")
			return true
		} else if b[i] != ' ' {
			return false
		}
	}
	return false
}

// looseParams reads parameters between parentheses of whatever depth.
func (p *parser) looseParams(dst *[]Param) bool {
	depth := p.depth
	if !p.enter() {
		return false
	}
	var spans []paramSpan
	for named := false; p.depth > depth; {
		if p.leave() {
			continue
		}
		if p.peek() == '(' {
			if !p.enter() {
				return false
			}
			continue
		}
		s, ok := p.bodyNString()
		if !ok {
			if p.guessed = true; !p.skipValue() {
				return false
			}
		}
		if named {
			spans[len(spans)-1].value = s
		} else {
			p.charge(sizeParam)
			spans = append(spans, paramSpan{name: s})
		}
		p.check()
		named = !named
	}
	p.err = nil
	*dst = p.decodedParams(spans)
	return true
}

// encodedParam reports whether a parameter is in pieces or encoded.
func (p *parser) encodedParam(s paramSpan) bool {
	for _, c := range p.b[s.name.lo:s.name.hi] {
		if c == '*' {
			return true
		}
	}
	return mimeword.NeedsDecoding(p.b[s.value.lo:s.value.hi])
}

func (p *parser) decodedParams(spans []paramSpan) []Param {
	list := make([]mimeword.Param, len(spans))
	for i, s := range spans {
		list[i] = mimeword.Param{Name: p.paramName(p.bytes(s.name)), Value: p.string(s.value)}
	}
	list = mimeword.DecodeParams(list)
	out := make([]Param, len(list))
	for i, d := range list {
		out[i] = Param(d)
	}
	return out
}

// paramValue returns b as a string. Charsets keep coming.
func (p *parser) paramValue(name string, b []byte) string {
	if name == "charset" {
		return p.mem.token(b)
	}
	return p.mem.text(b)
}

// paramName returns the name of a parameter in lower case.
func (p *parser) paramName(b []byte) string {
	switch string(b) {
	case "charset", "CHARSET":
		return "charset"
	case "name", "NAME":
		return "name"
	case "filename", "FILENAME":
		return "filename"
	case "boundary", "BOUNDARY":
		return "boundary"
	case "format", "FORMAT":
		return "format"
	}
	s := p.newWord(b)
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			low := []byte(s)
			for i, c := range low {
				if 'A' <= c && c <= 'Z' {
					low[i] = c + 'a' - 'A'
				}
			}
			return p.mem.word(low)
		}
	}
	return s
}
