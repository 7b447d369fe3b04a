//go:build !lean

package main

import (
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"strings"
)

// median returns the median of f over the outcomes.
func (r *result) median(f func(*outcome) float64) float64 {
	if r == nil || len(r.outcomes) == 0 {
		return math.NaN()
	}
	v := make([]float64, len(r.outcomes))
	for i := range r.outcomes {
		v[i] = f(&r.outcomes[i])
	}
	slices.Sort(v)
	return middle(v)
}

// middle returns the median of sorted figures, NaN if there are none.
func middle(v []float64) float64 {
	n := len(v)
	switch {
	case n == 0:
		return math.NaN()
	case n%2 == 0:
		return (v[n/2-1] + v[n/2]) / 2
	}
	return v[n/2]
}

func cpuSeconds(o *outcome) float64  { return o.CPU.Seconds() }
func wallSeconds(o *outcome) float64 { return o.Wall.Seconds() }
func allocs(o *outcome) float64      { return float64(o.Allocs) }
func allocBytes(o *outcome) float64  { return float64(o.Bytes) }
func rssMiB(o *outcome) float64      { return float64(o.RSS) / (1 << 20) }

// cpu returns the median CPU time of a client, NaN if there is none.
func (m *measured) cpu(client string) float64 { return m.results[client].median(cpuSeconds) }

// ratios returns a client's CPU time divided by another's in the same round, in
// ascending order.
func (m *measured) ratios(client, base string) []float64 {
	a, b := m.results[client], m.results[base]
	if a == nil || b == nil {
		return nil
	}
	var list []float64
	for i := range min(len(a.outcomes), len(b.outcomes)) {
		list = append(list, float64(a.outcomes[i].CPU)/float64(b.outcomes[i].CPU))
	}
	slices.Sort(list)
	return list
}

// ratio returns the median of ratios, NaN if there are none.
func (m *measured) ratio(client, base string) float64 { return middle(m.ratios(client, base)) }

// leastNoise is the least noise that is assumed of any measurement.
const leastNoise = 0.03

// noise returns how far a ratio may be from 1 without meaning anything: as far as
// that of the same program measured twice in a round, the worst round left out.
func (m *measured) noise() float64 {
	list := m.ratios(clientAgain, clientImap)
	for i, q := range list {
		list[i] = math.Abs(q - 1)
	}
	slices.Sort(list)
	if n := len(list); n > 2 {
		list = list[:n-1]
	}
	if len(list) == 0 {
		return leastNoise
	}
	return max(leastNoise, list[len(list)-1])
}

// against writes the ratio of two clients with its spread over the rounds, or
// "equal" if it is within the noise.
func (m *measured) against(client, base string) string {
	list := m.ratios(client, base)
	switch q := middle(list); {
	case client == base:
		return "1"
	case math.IsNaN(q):
		return "–"
	case m.spec.noisy() && math.Abs(q-1) <= m.noise():
		return "equal"
	case len(list) == 1:
		return figure(q)
	default:
		return fmt.Sprintf("%s [%s–%s]", figure(q), figure(list[0]), figure(list[len(list)-1]))
	}
}

// impossible returns results that must be faults of the measurement: clients that
// need less than the floor over the same wire.
func (res *results) impossible() []string {
	var list []string
	for _, m := range res.workloads {
		if !m.spec.noisy() {
			continue
		}
		for _, c := range m.clients {
			if q := m.ratio(c, clientFloor); c != clientFloor && q < 1-m.noise() {
				list = append(list, fmt.Sprintf("%s: %s needs %s of the floor, with a noise of %s", m.spec.Name, shown(c), figure(q), figure(m.noise())))
			}
		}
	}
	return list
}

// perUnit returns the median of f for each unit of work.
func (m *measured) perUnit(client string, f func(*outcome) float64) float64 {
	return m.results[client].median(f) / m.spec.units()
}

// trips returns how many round trips the whole workload took.
func (m *measured) trips(client string) float64 {
	return m.results[client].median(wallSeconds) / m.spec.RTT.Seconds()
}

// agreeing returns how many of the figures agree with the server's, and which do not.
func (m *measured) agreeing(client string) (text string, differing []string) {
	r := m.results[client]
	if client == clientFloor || r == nil || len(r.outcomes) == 0 {
		return "–", nil
	}
	o := &r.outcomes[0]
	agree, all, differing := o.Sums.difference(&m.server.Expect, o.Hidden)
	return fmt.Sprintf("%d/%d", agree, all), differing
}

func (res *results) find(workload string) *measured {
	for _, m := range res.workloads {
		if m.spec.Name == workload {
			return m
		}
	}
	return nil
}

// figure writes a number with three digits or so.
func figure(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return "–"
	case a == 0:
		return "0"
	case a < 0.001:
		return fmt.Sprintf("%.1e", v)
	case a < 0.1:
		return fmt.Sprintf("%.4f", v)
	case a < 1:
		return fmt.Sprintf("%.3f", v)
	case a < 10:
		return fmt.Sprintf("%.2f", v)
	case a < 100:
		return fmt.Sprintf("%.1f", v)
	case a < 10_000:
		return fmt.Sprintf("%.0f", v)
	case a < 1e6:
		return fmt.Sprintf("%.0fk", v/1e3)
	}
	return fmt.Sprintf("%.0fM", v/1e6)
}

// shortCount writes 1000 as 1k and 1000000 as 1m.
func shortCount(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%dm", n/1_000_000)
	case n >= 1_000 && n%1_000 == 0:
		return fmt.Sprintf("%dk", n/1_000)
	}
	return fmt.Sprint(n)
}

// longCount writes 1000000 as 1,000,000.
func longCount(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// shown is the name of a client for readers.
func shown(client string) string {
	switch client {
	case clientImap:
		return "this library"
	case clientAgain:
		return "this library, measured again"
	case clientResponse:
		return "package response"
	case clientGoIMAP2:
		return "go-imap v2"
	case clientGoIMAP1:
		return "go-imap v1"
	}
	return client
}

// describe returns what a client is, with its version.
func describe(client string) string {
	version := func(path string) string {
		info, ok := debug.ReadBuildInfo()
		if !ok {
			return path
		}
		for _, m := range info.Deps {
			if m.Path == path {
				return path + " " + m.Version
			}
		}
		return path
	}
	switch client {
	case clientFloor:
		return "finds the ends of lines and skips literals, parses nothing; reads as much at a time as this library"
	case clientImap:
		return "github.com/seed-090b04e4/imap, this repository"
	case clientResponse:
		return "package response of this repository on a bare connection"
	case clientGoIMAP2:
		return version("github.com/emersion/go-imap/v2") + ", imapclient"
	case clientGoIMAP1:
		return version("github.com/emersion/go-imap") + ", client"
	case clientMox:
		return version("github.com/mjl-/mox") + ", imapclient"
	case clientImaplib:
		if _, v := python(); v != "" {
			return "imaplib of Python " + v
		}
		return "imaplib of Python, which is not installed here"
	}
	return strings.TrimSpace(client)
}
