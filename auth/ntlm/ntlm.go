// Package ntlm has the SASL mechanism NTLM ([MS-NLMP], in IMAP as of [MS-OXIMAP]
// §2.2.1), by which some Exchange servers let a user of a Windows domain log in with
// a password.
//
//	err := c.Authenticate(ctx, ntlm.Mechanism(`DOMAIN\user`, password))
//
// It is a module of its own, so that no other program gets its dependency. NTLMv2 alone
// is spoken. Use it over TLS: anyone who records the exchange can try passwords at
// leisure, and the server does not prove who it is.
package ntlm

import (
	"errors"
	"fmt"
	"io"

	"github.com/Azure/go-ntlmssp"

	"github.com/seed-090b04e4/imap"
)

// maxChallenge is the length of the longest CHALLENGE_MESSAGE that is looked at.
const maxChallenge = 64 << 10

// Mechanism returns NTLM for a user, whose name may be user@domain or DOMAIN\user.
func Mechanism(user, password string) imap.Mechanism {
	return &mechanism{respond: func(challenge []byte) ([]byte, error) {
		return ntlmssp.NewAuthenticateMessage(challenge, user, password, nil)
	}}
}

// mechanism is one exchange. Its function hides the password from printers that walk
// structs by reflection.
type mechanism struct {
	respond  func(challenge []byte) ([]byte, error)
	answered bool
}

// Start returns the NEGOTIATE_MESSAGE.
func (m *mechanism) Start() (string, []byte, error) {
	m.answered = false
	negotiate, err := ntlmssp.NewNegotiateMessage("", "")
	if err != nil {
		return "", nil, fmt.Errorf("ntlm: %w", err)
	}
	return "NTLM", negotiate, nil
}

// Next answers the CHALLENGE_MESSAGE with the AUTHENTICATE_MESSAGE.
func (m *mechanism) Next(challenge []byte) ([]byte, error) {
	if m.answered {
		return nil, errors.New("ntlm: a challenge after the last message")
	}
	m.answered = true
	if len(challenge) > maxChallenge {
		return nil, fmt.Errorf("ntlm: a challenge of %d octets", len(challenge))
	}
	response, err := m.respond(challenge)
	if err != nil {
		return nil, fmt.Errorf("ntlm: the challenge can't be answered: %w", err)
	}
	return response, nil
}

// Format shows nothing but the name.
func (m *mechanism) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "ntlm.Mechanism{credentials hidden}") // what prints it sees the error
}
