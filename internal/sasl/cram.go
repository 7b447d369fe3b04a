package sasl

import (
	"crypto/fips140"
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"fmt"
)

// CramMD5 returns the CRAM-MD5 mechanism (RFC 2195). It hides the password
// from an eavesdropper but lets him try passwords at leisure, does not
// authenticate the server and rests on MD5, so it is a last resort. Start
// fails if the program runs in the mode that enforces FIPS 140-3.
func CramMD5(username, password string) Mechanism {
	return &cramMD5{hidden: hidden{NameCramMD5}, credentials: func() (string, string) {
		return username, password
	}}
}

type cramMD5 struct {
	hidden
	credentials func() (username, password string)
	answered    bool
}

// Start begins the exchange; the server speaks first.
func (m *cramMD5) Start() (string, []byte, error) {
	if fips140.Enforced() {
		return "", nil, fmt.Errorf("sasl: %s: MD5 is not allowed in FIPS 140-3 mode", m.name)
	}
	if username, _ := m.credentials(); username == "" {
		return "", nil, &FieldError{NameCramMD5, "user name", "is empty"}
	}
	m.answered = false
	return m.name, nil, nil
}

// Next answers with the user name and the keyed digest of the challenge.
func (m *cramMD5) Next(challenge []byte) ([]byte, error) {
	if err := checkLength(m.name, challenge); err != nil {
		return nil, err
	}
	if m.answered || fips140.Enforced() {
		return nil, unexpected(m.name)
	}
	m.answered = true
	if len(challenge) == 0 {
		// The digest of a constant could be replayed for ever.
		return nil, &Error{Mechanism: m.name, Text: "empty challenge", Err: ErrMalformed}
	}
	username, password := m.credentials()
	mac := hmac.New(md5.New, []byte(password))
	mac.Write(challenge)
	return []byte(username + " " + hex.EncodeToString(mac.Sum(nil))), nil
}
