//go:build !lean

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The gate: a few workloads, small enough to run with the tests, whose ratio to
// go-imap v2 must not go far beyond the recorded one. Ratios of one run hold on
// any machine; seconds do not.

// gateFactor is how far a ratio may be beyond the recorded one.
const gateFactor = 1.25

// gateSizes are the workloads of the gate, and their sizes.
var gateSizes = map[string]int{
	"flags": 200_000, "envelope": 20_000, "list": 20_000, "append-seq": 20, "append-pipe": 200,
}

// gateFile has the recorded ratios.
const gateFile = "gate.json"

func runGate(o *options) error {
	o.clients = []string{clientFloor, clientImap, clientGoIMAP2}
	got := map[string]float64{}
	for _, name := range slices.Sorted(maps.Keys(gateSizes)) {
		o.workloads, o.n = []string{name}, gateSizes[name]
		res, err := runAll(o)
		if err != nil {
			return err
		}
		if list := res.impossible(); len(list) > 0 {
			fmt.Fprintln(os.Stderr, strings.Join(list, "\n"))
		}
		m := res.workloads[0]
		if _, differing := m.agreeing(clientImap); len(differing) > 0 {
			return fmt.Errorf("%s: figures other than the server's: %s", name, strings.Join(differing, ", "))
		}
		got[name] = m.gateRatio()
	}
	path := filepath.Join(o.source, gateFile)
	if o.record {
		text, err := json.MarshalIndent(got, "", "\t")
		if err != nil {
			return err
		}
		return os.WriteFile(path, append(text, '\n'), 0o666)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	want := map[string]float64{}
	if err := json.Unmarshal(text, &want); err != nil {
		return err
	}
	return compareWithRecord(got, want)
}

// gateRatio is the workload's cost as a multiple of go-imap v2's: CPU time, or wall
// time if round trips count. Of the rounds the best counts, since noise only adds.
func (m *measured) gateRatio() float64 {
	if !m.spec.clocked() {
		return m.ratios(clientImap, clientGoIMAP2)[0]
	}
	return m.trips(clientImap) / m.trips(clientGoIMAP2)
}

func compareWithRecord(got, want map[string]float64) error {
	var worse []string
	for _, name := range slices.Sorted(maps.Keys(gateSizes)) {
		fmt.Printf("%-12s %.3f of go-imap v2, recorded %.3f\n", name, got[name], want[name])
		if !(got[name] <= gateFactor*want[name]) {
			worse = append(worse, name)
		}
	}
	if len(worse) > 0 {
		return fmt.Errorf("beyond %g of the recorded ratio: %s", gateFactor, strings.Join(worse, ", "))
	}
	return nil
}
