package response

import "strings"

// ValueKind tells what a [Value] is.
type ValueKind uint8

// The kinds of values that IMAP's grammar is made of (RFC 9051 §4).
const (
	ValueNil    ValueKind = iota // NIL
	ValueAtom                    // an atom, a number, or anything else without quotes
	ValueString                  // a quoted string or a literal
	ValueList                    // values between parentheses
)

// Value is a piece of a response that the library has no type for.
type Value struct {
	Kind ValueKind // which of Text and List counts
	Text string    // of an atom or a string
	List []Value   // of a list
}

// String returns the value as it would stand on the wire, strings between
// quotes.
func (v Value) String() string {
	switch v.Kind {
	case ValueNil:
		return "NIL"
	case ValueAtom:
		return v.Text
	case ValueString:
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v.Text) + `"`
	}
	parts := make([]string, len(v.List))
	for i, e := range v.List {
		parts[i] = e.String()
	}
	return "(" + strings.Join(parts, " ") + ")"
}
