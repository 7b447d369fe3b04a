package imaptest

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// trace keeps what went over one connection, without passwords.
type trace struct {
	mu      sync.Mutex
	limit   int
	b       strings.Builder
	full    bool
	hidden  bool   // what the client says now is secret
	partial []byte // of a line that the server has begun
}

func newTrace(limit int) *trace { return &trace{limit: max(limit, 0)} }

const shownLiteral = 1024

// in notes a line from the client.
func (t *trace) in(line []byte) {
	if t.limit == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hidden {
		t.add("C: ***")
		return
	}
	fields := bytes.SplitN(line, []byte{' '}, 4)
	if len(fields) >= 3 {
		switch strings.ToUpper(string(fields[1])) {
		case "LOGIN":
			t.hidden = true
			t.add(fmt.Sprintf("C: %s %s ***", fields[0], fields[1]))
			return
		case "AUTHENTICATE":
			t.hidden = true
			rest := ""
			if len(fields) == 4 {
				rest = " ***"
			}
			t.add(fmt.Sprintf("C: %s %s %s%s", fields[0], fields[1], fields[2], rest))
			return
		}
	}
	t.add("C: " + string(line))
}

// literal notes a literal from the client.
func (t *trace) literal(data []byte) {
	if t.limit == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hidden {
		t.add("C: ***")
		return
	}
	t.add("C: " + shorten(data))
}

func shorten(data []byte) string {
	if len(data) <= shownLiteral {
		return string(data)
	}
	return fmt.Sprintf("%s… (%d octets)", data[:shownLiteral], len(data))
}

// out notes what the server sent, line by line however it is cut up.
func (t *trace) out(b []byte) {
	if t.limit == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.full {
		return
	}
	if len(t.partial) > 0 || !bytes.HasSuffix(b, []byte("\r\n")) {
		t.partial = append(t.partial, b...)
		if b = t.partial; !bytes.HasSuffix(b, []byte("\r\n")) && len(b) < maxPartial {
			return
		}
		t.partial = nil
	}
	t.sent(b)
}

// maxPartial bounds what is kept of a line that does not end.
const maxPartial = 64 << 10

func (t *trace) sent(b []byte) {
	if t.hidden && bytes.HasPrefix(b, []byte("+ ")) {
		t.add("S: + ***")
		return
	}
	t.add("S: " + strings.TrimSuffix(shorten(b), "\r\n"))
}

// rest notes a line that was sent in part.
func (t *trace) rest() {
	if len(t.partial) > 0 {
		t.sent(t.partial)
		t.partial = nil
	}
}

// note adds a remark.
func (t *trace) note(text string) {
	t.mu.Lock()
	t.rest()
	t.add("-- " + text)
	t.mu.Unlock()
}

// done ends a command: what follows is no secret any more.
func (t *trace) done() {
	t.mu.Lock()
	t.hidden = false
	t.mu.Unlock()
}

func (t *trace) add(line string) {
	switch {
	case t.full || t.limit == 0:
	case t.b.Len()+len(line) > t.limit:
		t.full = true
		t.b.WriteString("-- the transcript's limit is reached\n")
	default:
		t.b.WriteString(line)
		t.b.WriteByte('\n')
	}
}

func (t *trace) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.partial) > 0 {
		return t.b.String() + "S: " + shorten(t.partial) + "\n"
	}
	return t.b.String()
}

// cost is how many bytes a transcript takes. A short one costs more than its text.
func (t *trace) cost() int64 {
	const overhead = 512
	t.mu.Lock()
	defer t.mu.Unlock()
	return int64(t.b.Cap()+cap(t.partial)) + overhead
}

// traces are the transcripts of a server's sessions, in the order in which they
// connected. The server's lock guards them.
type traces struct {
	limit    int64 // bytes of those that are over
	all      []*trace
	finished map[*trace]int64 // what each of those costs that are over
	cost     int64            // of all that are over
}

func (ts *traces) add(t *trace) { ts.all = append(ts.all, t) }

// finish notes that a session is over, and drops the oldest transcripts of such.
func (ts *traces) finish(t *trace) {
	if ts.finished == nil {
		ts.finished = make(map[*trace]int64)
	}
	ts.finished[t] = t.cost()
	ts.cost += ts.finished[t]
	if ts.cost <= ts.limit {
		return
	}
	keep := ts.all[:0]
	for _, t := range ts.all {
		if cost, over := ts.finished[t]; over && ts.cost > ts.limit-ts.limit/4 { // so that this is seldom
			ts.cost -= cost
			delete(ts.finished, t)
			continue
		}
		keep = append(keep, t)
	}
	clear(ts.all[len(keep):])
	ts.all = keep
}

// Transcript returns what went over the wire in each session, in the order
// in which they connected: lines that begin with "C: " and "S: ", and with
// "-- " for remarks. Passwords and SASL payloads are left out, long literals
// shortened. Of sessions that are over, it has the last ones for which
// [Options].TranscriptTotal has room.
func (srv *Server) Transcript() []string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	out := make([]string, len(srv.traces.all))
	for i, t := range srv.traces.all {
		out[i] = t.String()
	}
	return out
}
