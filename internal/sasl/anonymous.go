package sasl

import (
	"strings"
	"unicode/utf8"
)

// maxTraceRunes is the limit of the token production of RFC 4505, section 2.
const maxTraceRunes = 255

// Anonymous returns the ANONYMOUS mechanism (RFC 4505). The trace is an email
// address or an opaque string of at most 255 characters without "@"; it may
// be empty. Start fails with a [*FieldError] if the trace does not pass the
// "trace" profile of RFC 4505, section 3.
func Anonymous(trace string) Mechanism {
	return &oneShot{hidden{NameAnonymous}, func() ([]byte, error) {
		if err := prepareTrace(trace); err != nil {
			return nil, &FieldError{NameAnonymous, "trace", err.Error()}
		}
		if !strings.Contains(trace, "@") && utf8.RuneCountInString(trace) > maxTraceRunes {
			return nil, &FieldError{NameAnonymous, "trace", "is longer than 255 characters"}
		}
		return []byte(trace), nil
	}}
}
