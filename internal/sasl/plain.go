package sasl

import (
	"slices"
	"strings"
)

// Plain returns the PLAIN mechanism (RFC 4616). An empty authzID asks for the
// identity that belongs to username.
//
// The three values are prepared with SASLprep, as RFC 4616, section 2,
// recommends; a value that SASLprep refuses is sent as it is, because servers
// exist that accept it. Start fails with a [*FieldError] if a value contains
// NUL or if username or password is empty.
func Plain(authzID, username, password string) Mechanism {
	return &oneShot{hidden{NamePlain}, func() ([]byte, error) {
		return plainMessage(authzID, username, password)
	}}
}

func plainMessage(authzID, username, password string) ([]byte, error) {
	fields := []struct {
		name, value string
		optional    bool
	}{
		{"authorization identity", authzID, true},
		{"user name", username, false},
		{"password", password, false},
	}
	parts := make([][]byte, 0, len(fields))
	for _, f := range fields {
		switch {
		case f.value == "" && !f.optional:
			return nil, &FieldError{NamePlain, f.name, "is empty"}
		case strings.ContainsRune(f.value, 0):
			return nil, &FieldError{NamePlain, f.name, "contains NUL"}
		}
		parts = append(parts, []byte(prepareOrKeep(f.value)))
	}
	return slices.Concat(parts[0], []byte{0}, parts[1], []byte{0}, parts[2]), nil
}
