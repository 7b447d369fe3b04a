package sasl

// Login returns the LOGIN mechanism, which no RFC defines: it predates PLAIN
// and survives in servers that do not offer PLAIN. The server asks twice; the
// first answer is the user name and the second the password. The wording of
// the prompts differs between servers, so only their order counts.
func Login(username, password string) Mechanism {
	return &login{hidden: hidden{NameLogin}, answers: func() [2]string {
		return [2]string{username, password}
	}}
}

type login struct {
	hidden
	answers func() [2]string
	given   int
}

// Start begins the exchange; LOGIN has no initial response.
func (m *login) Start() (string, []byte, error) {
	if m.answers()[0] == "" {
		return "", nil, &FieldError{NameLogin, "user name", "is empty"}
	}
	m.given = 0
	return m.name, nil, nil
}

// Next answers the first prompt with the user name and the second with the
// password.
func (m *login) Next(challenge []byte) ([]byte, error) {
	if err := checkLength(m.name, challenge); err != nil {
		return nil, err
	}
	answers := m.answers()
	if m.given >= len(answers) {
		return nil, unexpected(m.name)
	}
	answer := []byte(answers[m.given])
	m.given++
	return answer, nil
}
