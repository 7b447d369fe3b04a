package mimeword

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// A Param is a parameter of a Content-Type or Content-Disposition field.
type Param struct{ Name, Value string }

// DecodeParams returns params with readable values, in their order.
//
// Values with a charset (RFC 2231 §4) and values in several pieces (§3) are
// put together under their bare name, at the place of the first piece. Their
// octets are joined before they are converted, because senders cut characters
// in two. They replace a plain parameter of this name, which senders add for the
// benefit of old readers. Other values are decoded as AppendDecoded does, since
// encoded-words in parameters are common, though RFC 2047 §5 forbids them.
//
// Mistakes that are read as what was meant: no charset, or one quote instead of
// two after it; quotation marks around an extended value; pieces that count from
// 1; the charset named again in each piece. A value of which a part cannot be
// decoded gives way to a plain parameter of its name; then it stays as it came,
// as do pieces that occur twice or come after a missing one.
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
	used, value, whole := decodePieces(params, rest)
	if used == nil || !whole && n > 0 && params[plains[0].pos].Value != "" {
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
// them, stand for, those of them that it is made of, and whether all of it was
// decoded.
func decodePieces(params []Param, pieces []piece) (used []piece, value string, ok bool) {
	var damaged string
	single := pieces[:0]
	if len(pieces) > 0 && pieces[0].index == whole {
		single, pieces = pieces[:1], pieces[1:]
		if value, ok = joinValues(params, single); ok {
			return single, value, true
		}
		damaged = value
	}
	n := 0
	if len(pieces) > 0 && pieces[0].index <= 1 {
		for n = 1; n < len(pieces) && pieces[n].index == pieces[0].index+n; {
			n++
		}
	}
	switch {
	case n > 0:
		value, ok = joinValues(params, pieces[:n])
		return pieces[:n], value, ok
	case len(single) > 0:
		return single, damaged, false
	}
	return nil, "", false
}

// joinValues puts the values of pieces together and decodes them (RFC 2231
// §4.1). The first one, if extended, names the charset. It reports whether all
// of them could be decoded.
func joinValues(params []Param, pieces []piece) (string, bool) {
	var raw, buf []byte
	var label label
	extended, ok := false, true
	for i, p := range pieces {
		value := params[p.pos].Value
		if !p.extended {
			raw, buf = append(raw, value...), append(buf, value...)
			continue
		}
		extended = true
		value = unquote(value)
		if i == 0 {
			label, value = cutLabel(value)
		} else if label.text != "" {
			value = strings.TrimPrefix(value, label.text)
		}
		raw = append(raw, value...)
		var fine bool
		buf, fine = appendPercent(buf, unquote(value))
		ok = ok && fine
	}
	switch {
	case !extended:
		return string(AppendDecoded(nil, buf)), true
	case label.text == "" && !utf8.Valid(buf):
		return string(AppendDecoded(nil, raw)), false
	}
	c := label.codec
	if c == nil {
		c, ok = codecUnlabelled, ok && label.text == ""
	}
	text := clean(c.convert(buf, 0), 0)
	if bytes.Contains(text, wordStart) {
		text = AppendDecoded(nil, text)
	}
	return string(text), ok && !bytes.ContainsRune(text, utf8.RuneError)
}

// unquote removes the quotation marks around value.
func unquote(value string) string {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		return value[1 : n-1]
	}
	return value
}

// A label is what stands before the text of an extended value: the charset and
// the language, each with a quote after it. It is empty if there is no charset.
type label struct {
	text  string
	codec *codec // nil if the charset is not known
}

// cutLabel cuts the label off the front of an extended value. The name of the
// charset may be empty. If there is but one quote, what comes before it has to
// be a charset.
func cutLabel(value string) (l label, rest string) {
	charset, rest, ok := strings.Cut(value, "'")
	if !ok {
		return l, value
	}
	l.codec = codecUnlabelled
	if charset != "" {
		l.codec = lookupString(charset)
	}
	if _, text, ok := strings.Cut(rest, "'"); ok {
		l.text = value[:len(value)-len(text)]
		return l, text
	}
	if charset == "" || l.codec == nil {
		return label{}, value
	}
	l.text = value[:len(value)-len(rest)]
	return l, rest
}

// appendPercent decodes the "%" and two hexadecimal digits of extended values.
// It keeps a "%" without two digits, and reports whether there was none.
func appendPercent(dst []byte, value string) ([]byte, bool) {
	fine := true
	for i := 0; i < len(value); i++ {
		b := value[i]
		if b == '%' {
			if octet, ok := hexPair(value[i+1:]); ok {
				b = octet
				i += 2
			} else {
				fine = false
			}
		}
		dst = append(dst, b)
	}
	return dst, fine
}
