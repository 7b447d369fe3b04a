package sasl

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// OAuthError is the explanation that a server gives when it refuses a token
// (RFC 7628, section 3.2.2; the same shape is in use for XOAUTH2). Fields the
// server did not send are empty. Raw is the challenge as it came, even if it
// is not JSON, except that an echo of the token is blanked out.
type OAuthError struct {
	Mechanism           string
	Status              string
	Schemes             string
	Scope               string
	OpenIDConfiguration string
	Raw                 []byte
}

// Error reports the status and the scope that the server asks for.
func (e *OAuthError) Error() string {
	s := "sasl: " + e.Mechanism + ": token refused"
	if e.Status != "" {
		s += fmt.Sprintf(", status %q", clip(e.Status))
	}
	if e.Scope != "" {
		s += fmt.Sprintf(", scope %q", clip(e.Scope))
	}
	return s
}

// parseOAuthError reads the explanation. A challenge that is not a JSON
// object leaves all fields but Raw empty, and a member of an unforeseen type
// is kept as the JSON text it is.
func parseOAuthError(mech string, raw []byte) *OAuthError {
	e := &OAuthError{Mechanism: mech, Raw: bytes.Clone(raw)}
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return e
	}
	text := func(key string) string {
		var s string
		if json.Unmarshal(members[key], &s) == nil {
			return s
		}
		return string(members[key])
	}
	e.Status = text("status")
	e.Schemes = text("schemes")
	e.Scope = text("scope")
	e.OpenIDConfiguration = text("openid-configuration")
	return e
}

// bearer is what XOAUTH2 and OAUTHBEARER share: one message and, on failure,
// one explanation to be acknowledged.
type bearer struct {
	hidden
	message func() ([]byte, error)
	scrub   func([]byte) []byte // blanks out the token
	ack     string
	failure *OAuthError
}

func newBearer(name, token, ack string, message func() ([]byte, error)) *bearer {
	return &bearer{
		hidden:  hidden{name},
		message: message,
		scrub: func(b []byte) []byte {
			if token == "" {
				return b
			}
			return bytes.ReplaceAll(b, []byte(token), []byte("[token]"))
		},
		ack: ack,
	}
}

// Start returns the message that carries the token.
func (m *bearer) Start() (string, []byte, error) {
	ir, err := m.message()
	if err != nil {
		return "", nil, err
	}
	m.failure = nil
	return m.name, ir, nil
}

// Next takes the server's explanation and acknowledges it, after which the
// server reports the failure. It is kept for Failure.
func (m *bearer) Next(challenge []byte) ([]byte, error) {
	if err := checkLength(m.name, challenge); err != nil {
		return nil, err
	}
	if m.failure != nil {
		return nil, unexpected(m.name)
	}
	m.failure = parseOAuthError(m.name, m.scrub(challenge))
	return []byte(m.ack), nil
}

// Failure returns the server's explanation as an [*OAuthError], or nil.
func (m *bearer) Failure() error {
	if m.failure == nil {
		return nil
	}
	return m.failure
}

// checkToken refuses tokens that cannot be a bearer token: they would break
// the framing. RFC 6750, section 2.1, allows only visible ASCII.
func checkToken(mech, token string) error {
	if token == "" {
		return &FieldError{mech, "token", "is empty"}
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return &FieldError{mech, "token", "contains a character that is not visible ASCII"}
	}
	return nil
}

// hasControl reports whether s contains an ASCII control character, among
// them the %x01 that separates the parts of an OAuth message.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
