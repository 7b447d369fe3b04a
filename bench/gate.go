//go:build !lean

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The gate: a few workloads, small enough to run with the tests, whose ratio to
// go-imap v2 must not go far beyond the recorded one.
//
// Seconds say nothing on a machine that does other things beside, and neither does the
// ratio of one round. But noise only ever adds: the least of several rounds of one
// client, divided by the least of the other's, comes near to what a machine at rest
// says. A workload that seems too slow is measured again, with more rounds, before it
// fails.

// gateFactor is how far a ratio may be beyond the recorded one.
const gateFactor = 1.25

// gateRounds are how many rounds have been run, in all, when a workload is looked at.
// It has failed after the last.
var gateRounds = [...]int{4, 10, 25, 60}

// gateSize is a workload of the gate at its size, and the round trip if that counts: long
// enough that a process that waits for a processor does not.
type gateSize struct {
	name string
	n    int
	rtt  time.Duration
}

var gateSizes = []gateSize{
	{name: "flags", n: 200_000},
	{name: "flags-reuse", n: 200_000},
	{name: "envelope", n: 15_000},
	{name: "envelope-reuse", n: 15_000},
	{name: "list", n: 20_000},
	{name: "append-seq", n: 5, rtt: 100 * time.Millisecond},
	{name: "append-pipe", n: 20, rtt: 100 * time.Millisecond},
}

// gateFile has the recorded ratios.
const gateFile = "gate.json"

func runGate(o *options) error {
	path := filepath.Join(o.source, gateFile)
	recorded, err := readRecord(path)
	if err != nil && !o.record {
		return err
	}
	dir, err := os.MkdirTemp("", "imap-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o.clients = []string{clientImap, clientGoIMAP2}
	if err := buildClients(o, dir); err != nil {
		return err
	}
	var failed []error
	for _, size := range gateSizes {
		want := recorded[size.name]
		if o.record {
			want = 0 // never met: all rounds are run, which takes ten minutes
		}
		got, err := size.measure(o, want*gateFactor)
		if err != nil {
			return fmt.Errorf("%s: %w", size.name, err)
		}
		fmt.Printf("%-15s %.4f of go-imap v2, recorded %.4f\n", size.name, got, recorded[size.name])
		recorded[size.name] = got
		if !o.record && got > want*gateFactor {
			failed = append(failed, fmt.Errorf("%s: %.4f of go-imap v2, beyond %g of the recorded %.4f", size.name, got, gateFactor, want))
		}
	}
	if o.record {
		return writeRecord(path, recorded)
	}
	return errors.Join(failed...)
}

// measure returns the workload's ratio to go-imap v2: after a few rounds if that is no
// more than limit, and else after all.
func (g gateSize) measure(o *options, limit float64) (ratio float64, err error) {
	s, ok := g.spec()
	if !ok {
		return 0, errors.New("no such workload")
	}
	srv, err := startServer(&s)
	if err != nil {
		return 0, err
	}
	defer srv.stop()
	m := &measured{spec: s, clients: o.clients, results: map[string]*result{}, server: srv.info}
	done := 0
	for _, rounds := range gateRounds {
		m.run(o, done, rounds)
		done = rounds
		for _, name := range m.clients {
			if r := m.results[name]; r.failure != "" || r.missing != "" {
				return 0, fmt.Errorf("%s: %s", shown(name), r.failure+r.missing)
			}
		}
		if _, differing := m.agreeing(clientImap); len(differing) > 0 {
			return 0, fmt.Errorf("figures other than the server's: %s", strings.Join(differing, ", "))
		}
		if ratio = m.gateRatio(); ratio <= limit {
			return ratio, nil
		}
	}
	return ratio, nil
}

// spec returns the workload.
func (g gateSize) spec() (spec, bool) {
	for _, s := range workloads(g.rtt) {
		if s.Name == g.name {
			s.N = g.n
			return s, true
		}
	}
	return spec{}, false
}

// gateRatio is the workload's cost as a multiple of go-imap v2's: CPU time, or wall
// time if round trips count; the least of all rounds of each.
func (m *measured) gateRatio() float64 {
	cost := cpuSeconds
	if m.spec.clocked() {
		cost = wallSeconds
	}
	return m.results[clientImap].least(cost) / m.results[clientGoIMAP2].least(cost)
}

// least returns the least of f over the outcomes.
func (r *result) least(f func(*outcome) float64) float64 {
	v := math.Inf(1)
	for i := range r.outcomes {
		v = min(v, f(&r.outcomes[i]))
	}
	return v
}

func readRecord(path string) (map[string]float64, error) {
	record := map[string]float64{}
	text, err := os.ReadFile(path)
	if err != nil {
		return record, err
	}
	return record, json.Unmarshal(text, &record)
}

func writeRecord(path string, record map[string]float64) error {
	text, err := json.MarshalIndent(record, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o666)
}
