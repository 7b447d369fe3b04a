package main

import (
	"bytes"
	"fmt"
)

// room is a package and what it is for.
type room struct{ name, holds string }

// house is the packages that programs can import, the uppermost floor first. A package
// imports those below it only.
var house = [][]room{
	{{"account", "connections that heal"}, {"bulk", "export and import"}, {"folders", "what mailboxes are for"},
		{"mailtext", "what a person reads"}, {"imaptest", "a server for tests"}},
	{{".", "package imap: the client"}},
	{{"search", "keys of SEARCH"}, {"threads", "conversations"}},
	{{"commands", "what a client says"}},
	{{"response", "what a server says"}},
	{{"literal", "octets of a known number"}},
	{{"internal", "bytes in and out, and helpers"}},
}

// rooms draws the house.
func rooms() []byte {
	const width, floor, gap = 760, 46, 6
	var b bytes.Buffer
	fmt.Fprintf(&b, svgStart, width, len(house)*floor+10)
	for i, rooms := range house {
		w := (width - 10 - (len(rooms)-1)*gap) / len(rooms)
		for j, r := range rooms {
			left, top := 5+j*(w+gap), 5+i*floor
			fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="%s" fill-opacity=".15" stroke="%[5]s"/>`,
				left, top, w, floor-gap, colors[i%len(colors)])
			name := r.name
			if name == "." {
				name = "imap"
			}
			fmt.Fprintf(&b, `<text class="t" x="%d" y="%d" text-anchor="middle">%s</text><text class="s" x="%[1]d" y="%d" text-anchor="middle">%s</text>`+"\n",
				left+w/2, top+17, name, top+31, r.holds)
		}
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
