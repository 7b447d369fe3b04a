package imaptest

// OnSession makes a fault happen in one session alone: 1 is the first that
// connects to the server.
func OnSession(n int, f Fault) Fault { return onSession{n, f} }

type onSession struct {
	session int
	fault   Fault
}

func (f onSession) effect(s *session) *effect {
	if s.num != f.session {
		return nil
	}
	return f.fault.effect(s)
}
