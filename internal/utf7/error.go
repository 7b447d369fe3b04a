package utf7

import "fmt"

// Reason says what is wrong with a name that does not decode.
type Reason uint8

const (
	// BadByte is a byte that may not occur in a name: a control character
	// or an 8-bit byte.
	BadByte Reason = iota + 1
	// BadBase64 is a run of base64 with a foreign character in it, with
	// bits left over, or with nothing in it at the end of the name.
	BadBase64
	// BadSurrogate is half a UTF-16 surrogate pair.
	BadSurrogate
	// Unterminated is a run of base64 without its closing "-".
	Unterminated
	// NotCanonical is a spelling that is readable but that the RFC rules
	// out: a printable US-ASCII character in base64, or a run of base64
	// directly after another.
	NotCanonical
)

var reasons = [...]string{
	BadByte:      "byte outside printable US-ASCII",
	BadBase64:    "malformed base64",
	BadSurrogate: "unpaired surrogate",
	Unterminated: "base64 without closing '-'",
	NotCanonical: "not the canonical spelling",
}

func (r Reason) String() string {
	if int(r) < len(reasons) && r != 0 {
		return reasons[r]
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// Error reports a name that is not modified UTF-7.
type Error struct {
	Reason Reason
	Offset int // of the offending byte, or of the start of its base64 run
}

func (e *Error) Error() string {
	return fmt.Sprintf("utf7: %s at offset %d", e.Reason, e.Offset)
}
