package response

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// Specifier says which text of a message or of a part a [Section] means
// (RFC 9051 §6.4.5.1).
type Specifier string

// The part specifiers of RFC 9051 §6.4.5.1.
const (
	SpecifierNone            Specifier = ""                  // all of it
	SpecifierHeader          Specifier = "HEADER"            // the header of a message
	SpecifierHeaderFields    Specifier = "HEADER.FIELDS"     // the named header fields
	SpecifierHeaderFieldsNot Specifier = "HEADER.FIELDS.NOT" // all header fields but the named
	SpecifierText            Specifier = "TEXT"              // the message without its header
	SpecifierMIME            Specifier = "MIME"              // the MIME header of a part
)

// Section names a text within a message: what stands between the brackets of
// BODY[...] and BINARY[...] (RFC 9051 §6.4.5.1). The zero value is the whole
// message.
type Section struct {
	Part      []int     // part numbers, {1, 2} for 1.2; empty: the message itself
	Specifier Specifier // which text of it
	Fields    []string  // field names, for the two HEADER.FIELDS specifiers
}

// Equal reports whether both name the same text: specifiers and field names
// compare without regard to case, the order of fields matters not.
func (s Section) Equal(t Section) bool {
	if !slices.Equal(s.Part, t.Part) || !ascii.EqualFold(s.Specifier, t.Specifier) || len(s.Fields) != len(t.Fields) {
		return false
	}
	for _, f := range s.Fields {
		if !slices.ContainsFunc(t.Fields, func(g string) bool { return strings.EqualFold(f, g) }) {
			return false
		}
	}
	return true
}

// String returns the section as it stands between the brackets, field names
// included as they are.
func (s Section) String() string {
	b := s.AppendPrefix(nil)
	if len(s.Fields) > 0 {
		b = append(b, " ("...)
		b = append(b, strings.Join(s.Fields, " ")...)
		b = append(b, ')')
	}
	return string(b)
}

// AppendPrefix appends the part numbers and the specifier: the section up to
// its list of field names.
func (s Section) AppendPrefix(dst []byte) []byte {
	for i, n := range s.Part {
		if i > 0 {
			dst = append(dst, '.')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	if s.Specifier != "" {
		if len(s.Part) > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, s.Specifier...)
	}
	return dst
}

// ParsePart parses the number of a part, like "1.2.3", as [BodyStructure.Walk]
// and mail programs write it.
func ParsePart(text string) ([]int, bool) {
	if text == "" {
		return nil, true
	}
	var part []int
	for n := range strings.SplitSeq(text, ".") {
		v, width, ok := ascii.Number64(n)
		if !ok || width != len(n) || v < 1 || v > 1<<31 || len(part) >= maxPartDepth {
			return nil, false
		}
		part = append(part, int(v))
	}
	return part, true
}

// maxPartDepth is more levels than any part number has in a message that
// parsers accept: nesting beyond the limit of BODYSTRUCTURE can't be named.
const maxPartDepth = 128
