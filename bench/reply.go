//go:build !lean

package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"net"
)

// reply is a long answer, made before the clients come so that the server costs
// little while they are measured.
type reply struct {
	segments [][]byte // octets in order; a segment may stand there many times
	deflated []byte   // all of it, compressed, ending at an octet
	total    int64
}

func (r *reply) add(b []byte) {
	r.segments = append(r.segments, b)
	r.total += int64(len(b))
}

// send writes the reply. If it is not compressed, the segments are passed to the
// kernel as they are.
func (r *reply) send(w io.Writer, compressed bool) error {
	if compressed {
		_, err := w.Write(r.deflated)
		return err
	}
	if tcp, ok := w.(*net.TCPConn); ok {
		buffers := append(net.Buffers(nil), r.segments...)
		_, err := buffers.WriteTo(tcp)
		return err
	}
	for _, s := range r.segments {
		if _, err := w.Write(s); err != nil {
			return err
		}
	}
	return nil
}

// deflate compresses the reply. It does not refer to what was sent before, so that it
// fits into any stream at the end of a block.
func (r *reply) deflate() error {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 3)
	if err != nil {
		return err
	}
	for _, s := range r.segments {
		if _, err := w.Write(s); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	r.deflated = out.Bytes()
	return nil
}

// makeReply makes the answer to the workload's command, which only some
// workloads have, and the figures that a client has to find in it.
func makeReply(s *spec) (*reply, *sums, error) {
	g := newGenerator(s.Legacy)
	r := new(reply)
	switch s.Kind {
	case kindFlags:
		g.out = make([]byte, 0, 50*s.N)
		for i := range s.N {
			g.flagsRow(i + 1)
		}
		r.add(g.out)
	case kindEnvelope:
		g.out = make([]byte, 0, 1100*s.N)
		for i := range s.N {
			g.envelopeRow(i + 1)
		}
		r.add(g.out)
	case kindList:
		for i := range s.N {
			g.mailboxRow(i + 1)
		}
		r.add(g.out)
	case kindSearch:
		g.searchAnswer(s.N)
		r.add(g.out)
	case kindESearch: // what precedes the set depends on the tag
		g.searchRanges(s.N)
		r.add(g.out)
	case kindBodies:
		g.bodies(r, s)
	case kindMixed:
		for i := range s.N {
			g.sums[sumRows]++
			if i%2 == 0 {
				g.sums[sumUIDs] += uint64(i + 1)
				g.sums.add(sumFlags, `\Seen`)
				g.sums[sumFlagCount]++
			} else {
				g.sums[sumCounts] += uint64(i + 1)
			}
		}
	case kindAppend:
		n := uint64(s.N)
		g.sums[sumRows], g.sums[sumUIDs] = n, n*(n+1)/2
	case kindConnect:
		n := uint64(s.N)
		g.sums[sumRows], g.sums[sumUIDs], g.sums[sumFlagCount] = n, n, n
		g.sums[sumFlags] = n * weigh(`\Seen`)
	case kindIdle:
		g.sums[sumRows] = uint64(s.N)
	default:
		return nil, nil, fmt.Errorf("unknown workload %q", s.Kind)
	}
	for i := range g.sums {
		g.sums[i] *= uint64(s.Repeat)
	}
	if s.Wire == wireDeflate {
		if err := r.deflate(); err != nil {
			return nil, nil, err
		}
	}
	return r, &g.sums, nil
}

// bodies adds rows with texts of s.Octets each, cut out of the same text at
// different places; a very long one repeats it.
func (g *generator) bodies(r *reply, s *spec) {
	const period = 1 << 20
	text := messageText(2 * period)
	sample := &sums{}
	for i := range s.N {
		g.out = nil
		g.beginRow(i + 1)
		g.text("BODY[] {")
		g.number(s.Octets)
		g.text("}\r\n")
		r.add(g.out)
		at := int64(g.r.IntN(period))
		k := &sink{s: sample}
		for left := s.Octets; left > 0; {
			n := min(left, period)
			r.add(text[at : at+n])
			k.Write(text[at : at+n])
			left -= n
		}
		r.add([]byte(")\r\n"))
	}
	g.sums[sumOctets], g.sums[sumSamples] = sample[sumOctets], sample[sumSamples]
}
