//go:build !lean

package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// report writes Markdown.
type report struct {
	bytes.Buffer
	res *results
}

func (r *report) line(format string, args ...any) { fmt.Fprintf(r, format+"\n", args...) }

// table writes the head of a table: the first column is text, all others are
// numbers.
func (r *report) table(columns ...string) {
	r.line("| %s |", strings.Join(columns, " | "))
	r.line("|---|%s", strings.Repeat("--:|", len(columns)-1))
}

func (r *report) row(cells ...string) { r.line("| %s |", strings.Join(cells, " | ")) }

// writeReport writes PERFORMANCE.md and the plots.
func writeReport(o *options, res *results) error {
	r := &report{res: res}
	r.intro()
	r.targets()
	plots := map[string][]byte{}
	for _, g := range groups {
		var list []*measured
		for _, m := range res.workloads {
			if m.spec.Group == g {
				list = append(list, m)
			}
		}
		if len(list) == 0 {
			continue
		}
		r.line("\n## %s\n", g)
		if svg := plot(g, list); svg != nil {
			name := strings.ToLower(strings.ReplaceAll(g, " ", "-")) + ".svg"
			plots[name] = svg
			r.line("![%s](performance/%s)\n", g, name)
		}
		r.group(g, list)
	}
	r.method()
	if o.out == "-" {
		_, err := os.Stdout.Write(r.Bytes())
		return err
	}
	dir := filepath.Join(o.out, "performance")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for name, svg := range plots {
		if err := os.WriteFile(filepath.Join(dir, name), svg, 0o666); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(o.out, "PERFORMANCE.md"), r.Bytes(), 0o666)
}

func (r *report) intro() {
	r.line("# Performance\n")
	r.line("What the same work costs with this library and with others, each through the interface that most of its users use. Written by `cd bench && go run .`; the numbers are medians of %d rounds, those about round trips and idle connections of one.\n", r.res.rounds)
	r.line("Measured in %s on %s. Read the ratios, not the seconds: they were taken in the same round on the same machine.\n",
		r.res.started.Format("January 2006"), machine())
	r.line("| client | what it is |")
	r.line("|---|---|")
	for _, c := range clients {
		if r.res.has(c) {
			r.row(shown(c), describe(c))
		}
	}
}

func (res *results) has(client string) bool {
	for _, m := range res.workloads {
		if m.results[client] != nil {
			return true
		}
	}
	return false
}

func (r *report) targets() {
	list := r.res.verdicts()
	if len(list) == 0 {
		return
	}
	r.line("\n## Targets\n")
	r.table("workload: figure", "target", "measured", "met")
	for _, v := range list {
		met := "yes"
		if !v.met() {
			met = "**no**"
		}
		r.row(v.workload+": "+v.what, "≤ "+goal(v.goal), figure(v.got), met)
	}
}

// goal writes a target as it was set.
func goal(v float64) string { return strings.TrimSuffix(fmt.Sprintf("%g", v), ".0") }

func (r *report) group(name string, list []*measured) {
	switch name {
	case groupScale:
		r.scale(list)
		return
	case groupLatency, groupAppend:
		for _, m := range list {
			r.roundTrips(m)
		}
		return
	case groupMemory:
		for _, m := range list {
			r.idle(m)
		}
		return
	}
	for _, m := range list {
		r.work(m)
	}
	if name == groupWire {
		r.added(list)
	}
}

func (r *report) heading(m *measured) {
	r.line("### %s: %s\n", m.spec.Name, m.spec.Title)
	if m.spec.N != 1 {
		s := "s"
		if strings.HasSuffix(m.spec.Unit, "x") {
			s = "es"
		}
		r.line("%s %s%s%s.\n", longCount(m.spec.N), m.spec.Unit, s, more(m))
	}
}

func more(m *measured) string {
	var s string
	if m.server.Octets > 0 {
		s += fmt.Sprintf(", %s MB on the wire", figure(float64(m.server.Octets)/1e6))
	}
	if m.server.Deflated > 0 {
		s += fmt.Sprintf(" (%s compressed)", figure(float64(m.server.Deflated)/1e6))
	}
	if m.spec.Repeat > 1 {
		s += fmt.Sprintf(", %d times", m.spec.Repeat)
	}
	if m.spec.clocked() {
		s += fmt.Sprintf(", round trip %v", m.spec.RTT)
	}
	return s
}

// absent writes the row of a client that has no figures, and reports that it
// did.
func (r *report) absent(m *measured, client string, columns int) bool {
	x := m.results[client]
	if x == nil {
		return true
	}
	if x.missing == "" && x.failure == "" {
		return false
	}
	if client != clientFloor && client != clientResponse {
		what := "not supported"
		if x.failure != "" {
			what = "fails"
		}
		r.row(append([]string{shown(client), what}, make([]string, columns-2)...)...)
	}
	return true
}

// notes writes what has to be known about the clients' figures.
func (r *report) notes(m *measured) {
	r.line("")
	for _, c := range m.clients {
		x := m.results[c]
		if x == nil {
			continue
		}
		var say []string
		if x.failure != "" {
			say = append(say, "fails: "+x.failure)
		}
		if x.missing != "" && c != clientFloor && c != clientResponse {
			say = append(say, x.missing)
		}
		if len(x.outcomes) > 0 && x.outcomes[0].Note != "" && c != clientFloor && c != clientResponse {
			say = append(say, x.outcomes[0].Note)
		}
		if _, differing := m.agreeing(c); len(differing) > 0 {
			say = append(say, "other figures than the server's: "+strings.Join(differing, ", "))
		}
		if len(say) > 0 {
			r.line("- %s: %s", shown(c), strings.Join(say, "; "))
		}
	}
	r.line("")
}

// work writes the table of a workload that is about CPU time.
func (r *report) work(m *measured) {
	r.heading(m)
	u := m.spec.Unit
	columns := []string{"client", "÷ go-imap v2", "µs a " + u, "allocs a " + u, "B a " + u, "RSS MiB", "sums"}
	r.table(columns...)
	for _, c := range m.clients {
		if c == clientAgain || r.absent(m, c, len(columns)) {
			continue
		}
		x := m.results[c]
		count, size := figure(m.perUnit(c, allocs)), figure(m.perUnit(c, allocBytes))
		if c == clientImaplib {
			count, size = "–", "–"
		}
		sums, _ := m.agreeing(c)
		r.row(shown(c), m.against(c, clientGoIMAP2), figure(1e6*m.perUnit(c, cpuSeconds)), count, size, figure(x.median(rssMiB)), sums)
	}
	if m.spec.noisy() {
		r.line("\nNoise: %s.", figure(m.noise()))
	}
	r.notes(m)
}

// added writes what libraries add to the cost of the wire.
func (r *report) added(list []*measured) {
	r.line("### What the library adds\n")
	r.line("CPU time a message beyond the floor's over the same wire, µs. The floor reads through crypto/tls and compress/flate too, so that what they cost is not in these figures; it should be the same over every wire.\n")
	r.table("workload", "client", "plain", "TLS", "DEFLATE")
	for _, kind := range []string{"flags", "envelope", "bodies"} {
		plain, t, d := r.res.find(kind), r.res.find(kind+"-tls"), r.res.find(kind+"-deflate")
		for _, c := range []string{clientImap, clientResponse, clientGoIMAP2} {
			beyond := func(m *measured) string {
				if m == nil {
					return "–"
				}
				if math.Abs(m.ratio(c, clientFloor)-1) <= m.noise() {
					return "nothing measurable"
				}
				return figure(1e6 * (m.perUnit(c, cpuSeconds) - m.perUnit(clientFloor, cpuSeconds)))
			}
			if r.res.has(c) {
				r.row(kind, shown(c), beyond(plain), beyond(t), beyond(d))
			}
		}
	}
}

func (r *report) scale(list []*measured) {
	r.line("UID FETCH FLAGS; CPU time a message in µs, allocations a message, peak RSS in MiB. Small mailboxes are fetched many times over.\n")
	columns := []string{"messages"}
	var who []string
	for _, c := range list[0].clients {
		if r.res.has(c) {
			who = append(who, c)
			columns = append(columns, shown(c)+" µs", "allocs", "RSS")
		}
	}
	r.table(columns...)
	for _, m := range list {
		cells := []string{longCount(m.spec.N)}
		for _, c := range who {
			cells = append(cells, figure(1e6*m.perUnit(c, cpuSeconds)), figure(m.perUnit(c, allocs)), figure(m.results[c].median(rssMiB)))
		}
		r.row(cells...)
	}
	r.line("")
}

// roundTrips writes the table of a workload that is about waiting.
func (r *report) roundTrips(m *measured) {
	r.heading(m)
	columns := []string{"client", "round trips", "for each " + m.spec.Unit, "wall s", "CPU ms", "allocs for each", "sums"}
	r.table(columns...)
	for _, c := range m.clients {
		if r.absent(m, c, len(columns)) {
			continue
		}
		count := figure(m.perUnit(c, allocs))
		if c == clientImaplib {
			count = "–"
		}
		x := m.results[c]
		sums, _ := m.agreeing(c)
		r.row(shown(c), figure(m.trips(c)), figure(m.trips(c)/m.spec.units()), figure(x.median(wallSeconds)), figure(1e3*m.cpu(c)), count, sums)
	}
	r.notes(m)
}

func (r *report) idle(m *measured) {
	r.heading(m)
	columns := []string{"client", "heap and stack, kB a connection", "goroutines a connection", "process RSS, kB a connection"}
	r.table(columns...)
	for _, c := range m.clients {
		if r.absent(m, c, len(columns)) {
			continue
		}
		x, n := m.results[c], m.spec.units()
		kept := x.median(func(o *outcome) float64 { return float64(o.Kept) })
		g := x.median(func(o *outcome) float64 { return float64(o.Goroutines) })
		rss := x.median(func(o *outcome) float64 { return float64(o.RSS) })
		r.row(shown(c), figure(kept/1e3/n), figure(math.Round(100*g/n)/100), figure(rss/1e3/n))
	}
	r.notes(m)
}

func (r *report) method() {
	r.line("\n## How it was measured\n")
	r.line(`A server process of its own on loopback replays prepared answers, always the same: subjects and names in UTF-8 and ISO-8859-1 (RFC 2047; in envelope-legacy in eight charsets, five of them older), 4 to 10 addresses, nested structures with extension data, literals among the strings, gaps in the UIDs. The server says what has to come out: sums over UIDs, flags, sizes, dates, decoded subjects and names, addresses, parts, parameters, and samples of the texts. Each client computes them from what its library returns. The column "sums" says how many agree; a library that doesn't decode something agrees on less.

Each client runs in a fresh process of a program that holds no other client, one after the other, and each round begins with another one. CPU is user and system time of that process (getrusage) between the end of SELECT and the end of the work; allocations are of the same part; RSS is the peak of the whole process. A ratio is the median of the ratios of the rounds, with the smallest and the largest in brackets. This library is measured twice in each round: how far the two differ in all rounds but the worst is the noise of the workload, and a ratio that is nearer to 1 than that is printed as "equal". A client that needs less than reading the octets and finding the ends of lines takes cannot be: the run fails. Body sections are copied with io.Copy, 64 KiB at a time if the library does not write by itself, to a writer that looks at each 4096th octet and, in bodies-files, writes files.

Where round trips count, everything passes a relay that holds back each chunk for half a round trip in each direction; round trips are wall time divided by the round trip. TCP's own handshake is not delayed.

To repeat: ` + "`cd bench && go run .`" + `, or a part of it: ` + "`go run . -workloads flags,envelope -clients imap,goimap2,floor -rounds 5`" + `. ` + "`-list`" + ` lists workloads and clients, ` + "`-scale 0.1`" + ` makes everything smaller, ` + "`-cpuprofile DIR`" + ` writes CPU profiles of the clients, ` + "`-check`" + ` fails if a target is missed, ` + "`-gate`" + ` compares a few workloads with the recorded ratios. It needs a Go toolchain, for the clients' programs; Python is optional.`)
	r.line("\nThis run took %v.", r.res.took.Round(time.Second))
}
