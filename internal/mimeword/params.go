package mimeword

import (
	"slices"
	"strings"
)

// A Param is a parameter of a Content-Type or Content-Disposition field.
type Param struct{ Name, Value string }

// DecodeParams returns params with readable values, in their order.
//
// Values with a charset (RFC 2231 §4) and values in several pieces (§3) are
// put together under their bare name, at the place of the first piece. They
// replace a plain parameter of this name, which senders add for the benefit
// of old readers. Other values are treated like AppendDecoded does, since
// encoded-words in parameters are common, though RFC 2047 §5 forbids them.
// Parameters with an unknown charset or a broken encoding stay as they came,
// as do pieces that occur twice or come behind a missing one.
//
// If there is nothing to decode, DecodeParams returns params itself. It never
// changes params.
func DecodeParams(params []Param) []Param {
	if !slices.ContainsFunc(params, encoded) {
		return params
	}
	out := make([]Param, len(params))
	var starred bool
	for i, p := range params {
		if strings.IndexByte(p.Name, '*') >= 0 {
			starred = true
		} else if stringNeedsDecoding(p.Value) {
			p.Value = string(AppendDecoded(nil, []byte(p.Value)))
		}
		out[i] = p
	}
	if starred {
		out = joinPieces(out)
	}
	return out
}

// encoded reports whether p is not in its plain form.
func encoded(p Param) bool {
	return strings.IndexByte(p.Name, '*') >= 0 || stringNeedsDecoding(p.Value)
}

// joinPieces replaces the parameters with a "*" in their names by those that
// they stand for. It reuses params for the result.
func joinPieces(params []Param) []Param {
	pieces := findPieces(params)
	gone := make([]bool, len(params))
	for len(pieces) > 0 {
		n := 1
		for n < len(pieces) && pieces[n].key == pieces[0].key {
			n++
		}
		joinGroup(params, pieces[:n], gone)
		pieces = pieces[n:]
	}
	kept := params[:0]
	for i, p := range params {
		if !gone[i] {
			kept = append(kept, p)
		}
	}
	return kept
}

// joinGroup decodes the pieces of one parameter. It stores the parameter in
// params and marks those it replaces as gone.
func joinGroup(params []Param, group []piece, gone []bool) {
	n := 0
	for n < len(group) && group[n].index == plain {
		n++
	}
	plains, rest := group[:n], group[n:]
	used, value, ok := decodePieces(params, rest)
	if !ok {
		return
	}
	name, _, _ := strings.Cut(params[used[0].pos].Name, "*")
	first := len(params)
	for _, replaced := range [...][]piece{plains, used} {
		for _, p := range replaced {
			gone[p.pos] = true
			first = min(first, p.pos)
		}
	}
	gone[first] = false
	params[first] = Param{name, value}
}

// decodePieces returns the value that pieces, without plain parameters among
// them, stand for, and those of them that it is made of.
func decodePieces(params []Param, pieces []piece) (used []piece, value string, ok bool) {
	if len(pieces) > 0 && pieces[0].index == whole {
		if value, ok = joinValues(params, pieces[:1]); ok {
			return pieces[:1], value, true
		}
		pieces = pieces[1:]
	}
	n := 0
	for n < len(pieces) && pieces[n].index == n {
		n++
	}
	if n == 0 {
		return nil, "", false
	}
	value, ok = joinValues(params, pieces[:n])
	return pieces[:n], value, ok
}

// joinValues puts the values of pieces together and decodes them (RFC 2231
// §4.1). The first one, if extended, names the charset.
func joinValues(params []Param, pieces []piece) (string, bool) {
	var buf []byte
	charset := codecUnlabelled
	labelled := false
	for i, p := range pieces {
		value := params[p.pos].Value
		labelled = labelled || p.extended
		if !p.extended {
			buf = append(buf, value...)
			continue
		}
		var ok bool
		if i == 0 {
			if charset, value, ok = cutCharset(value); !ok {
				return "", false
			}
		}
		if buf, ok = appendPercent(buf, value); !ok {
			return "", false
		}
	}
	if !labelled {
		return string(AppendDecoded(nil, buf)), true
	}
	return string(clean(charset.convert(buf, 0), 0)), true
}

// cutCharset cuts the charset and the language off the front of an extended
// value. The name of the charset may be empty.
func cutCharset(value string) (c *codec, rest string, ok bool) {
	charset, rest, ok := strings.Cut(value, "'")
	if !ok {
		return nil, "", false
	}
	if _, rest, ok = strings.Cut(rest, "'"); !ok {
		return nil, "", false
	}
	c = codecUnlabelled
	if charset != "" {
		c = lookupString(charset)
	}
	return c, rest, c != nil
}

// appendPercent decodes the "%" and two hexadecimal digits of extended values.
func appendPercent(dst []byte, value string) ([]byte, bool) {
	for i := 0; i < len(value); i++ {
		b := value[i]
		if b == '%' {
			var ok bool
			if b, ok = hexPair(value[i+1:]); !ok {
				return dst, false
			}
			i += 2
		}
		dst = append(dst, b)
	}
	return dst, true
}
