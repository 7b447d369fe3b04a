package sasl

import (
	"strings"
	"unicode/utf8"
)

// External returns the EXTERNAL mechanism (RFC 4422, appendix A): the server
// takes the identity from a lower layer, such as a TLS client certificate. An
// empty authzID asks for the identity that the server derives from it. Start
// fails with a [*FieldError] if authzID contains NUL or is not UTF-8.
func External(authzID string) Mechanism {
	return &oneShot{hidden{NameExternal}, func() ([]byte, error) {
		switch {
		case !utf8.ValidString(authzID):
			return nil, &FieldError{NameExternal, "authorization identity", "is not UTF-8"}
		case strings.ContainsRune(authzID, 0):
			return nil, &FieldError{NameExternal, "authorization identity", "contains NUL"}
		}
		return []byte(authzID), nil
	}}
}
