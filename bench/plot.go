//go:build !lean

package main

import (
	"bytes"
	"fmt"
	"math"
)

// bar is one bar of a plot.
type bar struct {
	label string
	value float64
	color string
}

// cluster is the bars of one workload.
type cluster struct {
	title string
	bars  []bar
}

// Colours that are visible on a light and on a dark background.
var colors = map[string]string{
	clientImap: "#2f81f7", clientResponse: "#79b8ff", clientGoIMAP2: "#e3873c", clientGoIMAP1: "#c9a227",
	clientMox: "#a371f7", clientImaplib: "#3fa45b", clientFloor: "#8b949e",
}

// plot draws a group: CPU time, round trips or memory, whatever it is about.
// It returns nil if there is nothing to compare.
func plot(group string, list []*measured) []byte {
	axis := "CPU time as a multiple of go-imap v2's (logarithmic)"
	value := func(m *measured, c string) float64 { return m.ratio(c, clientGoIMAP2) }
	switch group {
	case groupScale:
		axis = "CPU time a message, µs (logarithmic)"
		value = func(m *measured, c string) float64 { return 1e6 * m.perUnit(c, cpuSeconds) }
	case groupLatency, groupAppend:
		axis = "round trips in all (logarithmic)"
		value = func(m *measured, c string) float64 { return m.trips(c) }
	case groupMemory:
		axis = "heap and stack, kB a connection (logarithmic)"
		value = func(m *measured, c string) float64 {
			return m.results[c].median(func(o *outcome) float64 { return float64(o.Kept) }) / 1e3 / m.spec.units()
		}
	}
	var clusters []cluster
	for _, m := range list {
		cl := cluster{title: m.spec.Name}
		for _, c := range m.clients {
			if c == clientResponse || c == clientAgain || c == clientFloor && group != groupScale {
				continue
			}
			if v := value(m, c); v > 0 && !math.IsNaN(v) && !math.IsInf(v, 0) {
				cl.bars = append(cl.bars, bar{shown(c), v, colors[c]})
			}
		}
		if len(cl.bars) > 0 {
			clusters = append(clusters, cl)
		}
	}
	if len(clusters) == 0 {
		return nil
	}
	return drawBars(axis, clusters)
}

const (
	plotWidth   = 760
	plotLeft    = 190
	plotRight   = 70
	barHeight   = 14
	barDistance = 18
	clusterGap  = 14
)

// drawBars draws clusters of horizontal bars on a logarithmic scale.
func drawBars(axis string, clusters []cluster) []byte {
	low, high := math.Inf(1), 0.0
	height := 34
	for _, c := range clusters {
		height += len(c.bars)*barDistance + clusterGap
		for _, b := range c.bars {
			low, high = min(low, b.value), max(high, b.value)
		}
	}
	from, to := math.Floor(math.Log10(low)), math.Ceil(math.Log10(high))
	if low/math.Pow(10, from) < 1.3 {
		from--
	}
	if to <= from {
		to = from + 1
	}
	x := func(v float64) float64 {
		return plotLeft + (math.Log10(v)-from)/(to-from)*(plotWidth-plotLeft-plotRight)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">`+"\n", plotWidth, height, plotWidth, height)
	fmt.Fprintln(&b, `<style>text{fill:#6e7681}.v{font-size:10px}.t{font-weight:bold}@media(prefers-color-scheme:dark){text{fill:#9da7b3}}</style>`)
	for e := from; e <= to; e++ {
		v := math.Pow(10, e)
		fmt.Fprintf(&b, `<path d="M%.1f 4V%d" stroke="#8b949e" stroke-opacity=".3"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x(v), height-30, x(v), height-18, tick(v))
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", (plotLeft+plotWidth-plotRight)/2, height-4, axis)
	y := 8
	for _, c := range clusters {
		fmt.Fprintf(&b, `<text class="t" x="4" y="%d">%s</text>`+"\n", y+11, c.title)
		for _, bar := range c.bars {
			end := x(bar.value)
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/><text class="v" x="%.1f" y="%d">%s</text>`+"\n",
				plotLeft-6, y+11, bar.label, plotLeft, y, end-plotLeft, barHeight, bar.color, end+4, y+11, figure(bar.value))
			y += barDistance
		}
		y += clusterGap
	}
	fmt.Fprintln(&b, "</svg>")
	return b.Bytes()
}

// tick writes a power of ten.
func tick(v float64) string {
	if v >= 1 {
		return longCount(int(math.Round(v)))
	}
	return fmt.Sprintf("%g", v)
}
