//go:build !lean

package main

import "time"

const (
	groupParse   = "Parsing"
	groupStream  = "Streaming"
	groupWire    = "Through TLS and DEFLATE"
	groupScale   = "Cost per message by size"
	groupLatency = "Round trips"
	groupAppend  = "APPEND"
	groupMemory  = "Memory of idle connections"
)

var groups = []string{groupParse, groupStream, groupWire, groupScale, groupLatency, groupAppend, groupMemory}

const (
	usualBuffer   = 64 << 10
	discardBuffer = 8 << 10 // of io.Discard
)

// workloads returns all workloads at their full size.
func workloads(rtt time.Duration) []spec {
	alone := []string{clientFloor, clientImap, clientGoIMAP2} // go-imap v2 has the default
	main := []string{clientFloor, clientImap, clientGoIMAP2, clientResponse}
	list := []spec{
		{Name: "flags", Title: "UID FETCH FLAGS", Kind: kindFlags, N: 1_000_000},
		{Name: "flags-reuse", Title: "the same, each row valid for one step of the loop", Kind: kindFlags, N: 1_000_000, Reuse: true, Only: main},
		{Name: "flags-gc200", Title: "UID FETCH FLAGS, debug.SetGCPercent(200)", Kind: kindFlags, N: 1_000_000, GCPercent: 200, Only: alone},
		{Name: "flags-gc400", Title: "UID FETCH FLAGS, debug.SetGCPercent(400)", Kind: kindFlags, N: 1_000_000, GCPercent: 400, Only: alone},
		{Name: "envelope", Title: "UID FETCH FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE, decoded", Kind: kindEnvelope, N: 100_000},
		{Name: "envelope-reuse", Title: "the same, each row valid for one step of the loop", Kind: kindEnvelope, N: 100_000, Reuse: true, Only: main},
		{Name: "envelope-gc200", Title: "as envelope, debug.SetGCPercent(200)", Kind: kindEnvelope, N: 100_000, GCPercent: 200, Only: alone},
		{Name: "envelope-gc400", Title: "as envelope, debug.SetGCPercent(400)", Kind: kindEnvelope, N: 100_000, GCPercent: 400, Only: alone},
		{Name: "envelope-legacy", Title: "as envelope, five of eight foreign word sets in legacy charsets", Kind: kindEnvelope, N: 100_000, Legacy: true},
		{Name: "search", Title: "UID SEARCH, a list of UIDs", Unit: "UID", Kind: kindSearch, N: 1_000_000, Repeat: 5},
		{Name: "esearch", Title: "UID SEARCH, ESEARCH with ranges", Unit: "UID", Kind: kindESearch, N: 1_000_000, Repeat: 20, ESearch: true},
		{Name: "list", Title: "LIST, names decoded", Unit: "mailbox", Kind: kindList, N: 20_000, Repeat: 10},
	}
	for i := range list {
		list[i].Group = groupParse
	}
	bodies := spec{Name: "bodies", Group: groupStream, Title: "BODY.PEEK[] of 50 kB each, streamed, 64 KiB a read", Kind: kindBodies, N: 10_000, Octets: 50_000, Buffer: usualBuffer}
	big := spec{Name: "big", Group: groupStream, Title: "one literal of 1 GiB, streamed, 64 KiB a read", Unit: "literal", Kind: kindBodies, N: 1, Octets: 1 << 30, Buffer: usualBuffer}
	files := bodies
	files.Name, files.Title, files.Files, files.Only = "bodies-files", "BODY.PEEK[] of 50 kB each to files, LF for CRLF", true, main
	copied := bodies
	copied.Name, copied.Title, copied.Buffer, copied.Only = "bodies-8k", "BODY.PEEK[] of 50 kB each to io.Discard, which reads 8 KiB at a time", discardBuffer, main
	list = append(list, bodies, big, files, copied)
	for _, w := range []wire{wireTLS, wireDeflate} {
		for _, s := range []spec{list[0], list[4], bodies} {
			s.Name += "-" + string(w)
			s.Group, s.Wire, s.Only = groupWire, w, main
			list = append(list, s)
		}
	}
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000, 10_000_000} {
		s := spec{Name: "flags-" + shortCount(n), Group: groupScale, Title: "UID FETCH FLAGS", Kind: kindFlags, N: n,
			Repeat: max(1, 300_000/n), Only: []string{clientFloor, clientImap, clientGoIMAP2, clientResponse}}
		if n > 1_000_000 {
			s.Only = []string{clientFloor, clientImap, clientResponse}
		}
		list = append(list, s)
	}
	for _, s := range []spec{
		{Name: "latency-seq", Title: "UID FETCH and STATUS in turn", Unit: "command", Kind: kindMixed, N: 50},
		{Name: "latency-pipe", Title: "UID FETCH and STATUS, all at once", Unit: "command", Kind: kindMixed, N: 200, Pipelined: true},
		{Name: "connect", Title: "TLS, login, select, first FETCH row", Unit: "connection", Kind: kindConnect, N: 10, Wire: wireTLS},
		{Name: "append-seq", Title: "APPEND one by one, LITERAL+", Kind: kindAppend, N: 50, LiteralPlus: true},
		{Name: "append-seq-sync", Title: "APPEND one by one", Kind: kindAppend, N: 50},
		{Name: "append-pipe", Title: "APPEND all at once, LITERAL+", Kind: kindAppend, N: 200, LiteralPlus: true, Pipelined: true},
		{Name: "append-pipe-sync", Title: "APPEND all at once", Kind: kindAppend, N: 200, Pipelined: true},
		{Name: "append-pipe-2k", Title: "APPEND of 2,000, each in a goroutine, LITERAL+", Kind: kindAppend, N: 2_000, LiteralPlus: true, Pipelined: true, Only: []string{clientImap}},
		{Name: "append-all-2k", Title: "APPEND of 2,000 in one call, LITERAL+, without MULTIAPPEND", Kind: kindAppend, N: 2_000, LiteralPlus: true, Multi: true, Only: []string{clientImap}},
		{Name: "append-multi", Title: "MULTIAPPEND, LITERAL+", Kind: kindAppend, N: 200, LiteralPlus: true, MultiAppend: true, Multi: true},
		{Name: "append-multi-2k", Title: "MULTIAPPEND of 2,000, LITERAL+: what the wire takes", Kind: kindAppend, N: 2_000, LiteralPlus: true, MultiAppend: true, Multi: true, Only: []string{clientImap}},
	} {
		s.RTT, s.Group, s.Rounds = rtt, groupLatency, 1
		if s.Kind == kindAppend {
			s.Group, s.Unit, s.Octets = groupAppend, "append", 5_000
		}
		list = append(list, s)
	}
	for _, s := range []spec{
		{Name: "idle", Title: "connections after SELECT, TCP"},
		{Name: "idle-tls", Title: "connections after SELECT, TLS", Wire: wireTLS},
		{Name: "in-idle", Title: "connections in IDLE, TCP", InIDLE: true},
		{Name: "in-idle-tls", Title: "connections in IDLE, TLS", InIDLE: true, Wire: wireTLS},
	} {
		s.Group, s.Unit, s.Kind, s.N, s.Rounds = groupMemory, "connection", kindIdle, 10_000, 1
		s.Only = []string{clientImap, clientGoIMAP2, clientGoIMAP1}
		list = append(list, s)
	}
	for i := range list {
		s := &list[i]
		s.Repeat = max(s.Repeat, 1)
		if s.Wire == "" {
			s.Wire = wirePlain
		}
		if s.Unit == "" {
			s.Unit = "message"
		}
	}
	return list
}
