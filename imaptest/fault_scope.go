package imaptest

// OnSession makes a fault happen in one session alone: 1 is the first that
// connects to the server.
func OnSession(n int, f Fault) Fault { return scoped{n, f} }

type scoped struct {
	session int
	fault   Fault
}

func (f scoped) effect(s *session) *effect {
	if s.num != f.session {
		return nil
	}
	return f.fault.effect(s)
}
