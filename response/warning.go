package response

import "strconv"

// Warning says what was wrong with the content of a part that was read
// nevertheless: octets that are none of its encoding, padding that is missing, a
// charset that cannot be. Content that is not whole is an error, never a warning.
type Warning struct {
	Kind   string // what was wrong, in English: "octets outside of base64"
	Offset int64  // of the first octet that it is about, in the encoded content
	Count  int64  // how often it occurred, or how many octets it is about
}

// String returns the warning in words.
func (w Warning) String() string {
	s := w.Kind
	if w.Count > 1 {
		s += " (" + strconv.FormatInt(w.Count, 10) + ")"
	}
	if w.Offset > 0 {
		s += ", from octet " + strconv.FormatInt(w.Offset, 10)
	}
	return s
}
