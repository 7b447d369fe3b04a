package imaptest

// Fault is something that goes wrong in a session. The faults of this package
// are small values; they compose, and do the same each time. One that makes no
// sense, like a command that does not exist, is an error of [Start], fails the
// test in [NewServer], and panics in [Server.Fault].
type Fault interface {
	// effect returns the fault's state in a new session.
	effect(s *session) *effect
}

// effect is one fault at work in one session. What is nil does not happen.
// All of it is called by the session's goroutine.
type effect struct {
	greeting      func(g *greeting)                                       // may change the greeting
	caps          func(caps []string) []string                            // may change what is advertised
	bytes         func(b []byte, next func([]byte))                       // passes output on, after its own fashion
	response      func(lits []span) int                                   // how much of the response to send before cutting; -1 for all
	hold          func(response []byte) bool                              // whether the response is sent after the tagged answer
	after         func(s *session, sent []byte) []string                  // lines to send after a response
	before        func(s *session, a *args) reply                         // may answer a command in the server's place
	tag           func(tag string) string                                 // may change the tag of an answer; empty: there is none
	refuseLiteral func(command string, nonSync bool) reply                // may refuse a client's literal
	refuseReturn  func(options []string) reply                            // may refuse a LIST with these return options
	literalSize   func(size int64) int64                                  // may announce another size than a literal has
	noTo          string                                                  // what ENVELOPE says in place of NIL if To is empty
	structure     func(s *session, uid uint32, text string) string        // may spoil a BODYSTRUCTURE
	items         func(items []fetchItem) []fetchItem                     // may leave items of FETCH out
	partial       func(text []byte, start, count uint64) partialText      // may answer <start.count> with something else
	split         func(s *session, uid uint32, items []string) [][]string // may cut a FETCH response into several
	rewrite       func(response string) string                            // may change a response
	injected      func() []byte                                           // sent in the clear after the OK to STARTTLS
}

// partialText is what is sent for a part of a body section.
type partialText struct {
	text   []byte
	start  uint64
	origin bool // the item has its origin octet, like BODY[1]<0>
}

// greeting is the first line of a session.
type greeting struct {
	session *session
	line    string
	last    bool // the session ends with it
}

// effects returns the faults at work.
func (s *session) effects() []*effect {
	if p := s.active.Load(); p != nil {
		return *p
	}
	return nil
}

// addFaults makes faults work in the session. The server's lock is held.
func (s *session) addFaults(faults ...Fault) {
	if len(faults) == 0 {
		return
	}
	old := s.effects()
	all := append(old[:len(old):len(old)], make([]*effect, 0, len(faults))...)
	for _, f := range faults {
		if e := f.effect(s); e != nil {
			all = append(all, e)
		}
	}
	s.active.Store(&all)
}
