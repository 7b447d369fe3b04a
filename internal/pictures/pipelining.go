package main

import (
	"bytes"
	"fmt"
	"html"
	"time"
)

const (
	timeWidth  = 760
	timeLeft   = 90
	laneHeight = 70
)

// colors are those of the plots.
var colors = []string{"#2f81f7", "#e3873c", "#c9a227", "#a371f7", "#3fa45b"}

// pipelining draws two traces below each other on one scale: each command goes down to
// the server and comes back up, and time goes to the right.
func pipelining(delay time.Duration, one, many []exchange) []byte {
	var longest time.Duration
	for _, e := range append(one[:len(one):len(one)], many...) {
		longest = max(longest, e.done)
	}
	x := func(t time.Duration) float64 {
		return timeLeft + float64(t)/float64(longest)*(timeWidth-timeLeft-20)
	}
	var b bytes.Buffer
	height := 2*(laneHeight+70) + 30
	fmt.Fprintf(&b, svgStart, timeWidth, height)
	y := 20
	for _, panel := range []struct {
		title string
		trace []exchange
	}{
		{"one goroutine that waits for each answer", one},
		{"a goroutine for each command", many},
	} {
		var end time.Duration
		for _, e := range panel.trace {
			end = max(end, e.done)
		}
		fmt.Fprintf(&b, `<text class="t" x="4" y="%d">%s: %d ms, %.1f round trips</text>`+"\n",
			y, panel.title, end.Milliseconds(), float64(end)/float64(2*delay))
		top, bottom := y+22, y+22+laneHeight
		for _, lane := range []struct {
			name string
			y    int
		}{{"client", top}, {"server", bottom}} {
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text><path d="M%d %dH%d" stroke="#8b949e" stroke-opacity=".5"/>`+"\n",
				timeLeft-8, lane.y+4, lane.name, timeLeft, lane.y, timeWidth-20)
		}
		beside := 0.0 // those that coincide are drawn side by side
		for i, e := range panel.trace {
			if i > 0 && x(e.sent)-x(panel.trace[i-1].sent) < 4 {
				beside += 4
			}
			turn, back := min(e.sent+delay, e.done), max(e.done-delay, e.sent+delay)
			fmt.Fprintf(&b, `<path d="M%.1f %dL%.1f %dH%.1fL%.1f %d" fill="none" stroke="%s" stroke-width="2"><title>%s</title></path>`+"\n",
				x(e.sent)+beside, top, x(turn)+beside, bottom, x(back)+beside, x(e.done)+beside, top, colors[i%len(colors)], html.EscapeString(e.command))
		}
		y = bottom + 34
	}
	fmt.Fprintf(&b, `<text class="s" x="4" y="%d">STATUS of five mailboxes, %d ms each way; time goes to the right. Drawn from a trace by go run ./internal/pictures</text>`+"\n</svg>\n",
		y, delay.Milliseconds())
	return b.Bytes()
}
