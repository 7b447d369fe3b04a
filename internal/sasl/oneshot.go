package sasl

// oneShot is a mechanism whose only message is the initial response.
type oneShot struct {
	hidden
	message func() ([]byte, error)
}

// Start returns the mechanism's only message.
func (m *oneShot) Start() (string, []byte, error) {
	ir, err := m.message()
	if err != nil {
		return "", nil, err
	}
	return m.name, ir, nil
}

// Next fails: the server has nothing to ask.
func (m *oneShot) Next(challenge []byte) ([]byte, error) {
	if err := checkLength(m.name, challenge); err != nil {
		return nil, err
	}
	return nil, unexpected(m.name)
}
