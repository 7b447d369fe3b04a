package main

import "time"

// kind is what a client does in a workload.
type kind string

const (
	kindFlags    kind = "flags"    // UID FETCH FLAGS of all messages
	kindEnvelope kind = "envelope" // and everything that a message list shows
	kindBodies   kind = "bodies"   // UID FETCH BODY.PEEK[], streamed
	kindSearch   kind = "search"   // UID SEARCH, every UID looked at
	kindESearch  kind = "esearch"  // the same, answered as a sequence-set
	kindList     kind = "list"     // LIST of all mailboxes
	kindMixed    kind = "mixed"    // UID FETCH and STATUS in turn
	kindAppend   kind = "append"   // APPEND
	kindConnect  kind = "connect"  // from the connection to the first message
	kindIdle     kind = "idle"     // many connections that do nothing
)

// wire is what lies between the two.
type wire string

const (
	wirePlain   wire = "plain"
	wireTLS     wire = "tls"
	wireDeflate wire = "deflate"
)

// spec is one workload in full. Server and clients get it as JSON.
type spec struct {
	Name   string
	Group  string
	Title  string
	Unit   string // what N counts
	Kind   kind
	N      int
	Repeat int // the command is repeated, if one is too short to measure
	Octets int64
	Wire   wire
	RTT    time.Duration

	LiteralPlus bool
	ESearch     bool
	MultiAppend bool

	Pipelined bool // all at once, rather than one after the other
	Multi     bool // one command for all
	InIDLE    bool // the connections that do nothing are in IDLE
	Legacy    bool // five of eight foreign word sets are in legacy charsets
	Reuse     bool // rows are valid for one step of the loop, if the library can
	GCPercent int  // debug.SetGCPercent of this library's program; zero: the default
	Files     bool // each body goes to a file of its own, with LF for CRLF
	Buffer    int  // of the sink that literals are copied to

	Only   []string // clients, if not all
	Rounds int      // if not what the flag says: round trips don't vary
}

// units returns how many units of work a run of s does.
func (s *spec) units() float64 { return float64(s.N) * float64(s.Repeat) }

// clocked reports whether the time of the workload is a matter of round trips.
func (s *spec) clocked() bool { return s.RTT > 0 }

// noisy reports whether CPU time is what the workload is about, so that the noise
// of its measurement counts.
func (s *spec) noisy() bool {
	switch s.Kind {
	case kindFlags, kindEnvelope, kindBodies, kindSearch, kindESearch, kindList:
		return s.RTT == 0
	}
	return false
}

// serverInfo is what the server process prints when it is ready.
type serverInfo struct {
	Addr        string // greets like an ordinary server, with TLS if the workload has it
	Compressed  string // the same, compressed from the first octet on
	Certificate []byte
	Expect      sums
	Octets      int64 // of one answer
	Deflated    int64
}
