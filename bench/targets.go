//go:build !lean

package main

import (
	"fmt"
	"math"
)

// target is what this library has to reach in a workload. Zero: no target.
type target struct {
	workload string
	v2       float64 // CPU time ÷ go-imap v2's
	allocs   float64 // allocations for each unit of work
	constant float64 // allocations for each command, however large its answer
	rss      float64 // MiB
	trips    float64 // round trips for each unit of work
	all      float64 // round trips for everything together
	kept     float64 // octets for each idle connection
}

const streamRSS = 14

var targets = []target{
	{workload: "flags", v2: 0.07, allocs: 0.05, rss: streamRSS},
	{workload: "flags-reuse", v2: 0.045, allocs: 0.001, rss: 9},
	{workload: "envelope", v2: 0.11, allocs: 6, rss: streamRSS},
	{workload: "envelope-reuse", v2: 0.085, allocs: 0.05, rss: streamRSS},
	{workload: "bodies", allocs: 4, rss: streamRSS},
	{workload: "big", constant: 200, rss: streamRSS},
	{workload: "search", v2: 0.045, constant: 200},
	{workload: "esearch", v2: 0.07, constant: 200},
	{workload: "list", v2: 0.10, allocs: 1, rss: streamRSS},
	{workload: "latency-pipe", all: 1.2},
	{workload: "append-seq", trips: 1.1},
	{workload: "append-seq-sync", trips: 2.1},
	{workload: "append-pipe-2k", all: 2},
	{workload: "append-all-2k", all: 2},
	{workload: "append-multi", all: 1.5},
	{workload: "idle", kept: 12_000},
}

// scaleLimit is how much more a message may cost in the largest mailbox than in
// the mailbox that costs least.
const scaleLimit = 1.25

// verdict is one figure beside its target.
type verdict struct {
	workload, what string
	goal, got      float64
}

func (v verdict) met() bool { return v.got <= v.goal }

// verdicts compares what was measured with the targets.
func (res *results) verdicts() []verdict {
	var out []verdict
	for _, t := range targets {
		m := res.find(t.workload)
		if m == nil || m.results[clientImap] == nil || len(m.results[clientImap].outcomes) == 0 {
			continue
		}
		add := func(what string, goal, got float64) {
			if goal > 0 && !math.IsNaN(got) {
				out = append(out, verdict{t.workload, what, goal, got})
			}
		}
		r := m.results[clientImap]
		add("CPU ÷ go-imap v2", t.v2, m.ratio(clientImap, clientGoIMAP2))
		add("allocations a "+m.spec.Unit, t.allocs, m.perUnit(clientImap, allocs))
		add("allocations a command", t.constant, r.median(allocs)/float64(m.spec.Repeat))
		add("peak RSS, MiB", t.rss, r.median(rssMiB))
		if m.spec.clocked() {
			add("round trips for each "+m.spec.Unit, t.trips, m.trips(clientImap)/m.spec.units())
			add("round trips in all", t.all, m.trips(clientImap))
		}
		add("octets a connection", t.kept, r.median(func(o *outcome) float64 { return float64(o.Kept) })/m.spec.units())
		if _, differing := m.agreeing(clientImap); len(differing) > 0 {
			out = append(out, verdict{t.workload, fmt.Sprintf("figures that differ: %v", differing), 0, float64(len(differing))})
		}
	}
	return append(out, res.scaleVerdict()...)
}

func (res *results) scaleVerdict() []verdict {
	least, last := math.Inf(1), math.NaN()
	n := 0
	for _, m := range res.workloads {
		if v := m.perUnit(clientImap, cpuSeconds); m.spec.Group == groupScale && !math.IsNaN(v) {
			least, last, n = min(least, v), v, n+1
		}
	}
	if n < 2 {
		return nil
	}
	return []verdict{{"flags by size", "CPU a message, largest ÷ least", scaleLimit, last / least}}
}

// missed counts the targets that were not met.
func (res *results) missed() int {
	n := 0
	for _, v := range res.verdicts() {
		if !v.met() {
			n++
		}
	}
	return n
}
