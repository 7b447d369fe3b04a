package response

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzRead gives the Reader any octets. It must not panic, must not allocate
// more than a multiple of what it was given, and must read the same when the
// connection pauses at any place.
func FuzzRead(f *testing.F) {
	for _, path := range transcripts(f) {
		for _, p := range parts(f, path) {
			for _, wire := range shortPieces(f, p.wire) {
				f.Add([]byte(wire), uint16(len(wire)/2))
			}
		}
	}
	for _, wire := range [...]string{
		"* 1 FETCH (BODY[] " + literalOf(text(inlineLiteral+1)) + " UID 7)\r\n* 2 EXISTS\r\n",
		"* 1 FETCH (BODY[] {99999999}\r\nabc",
		"* 1 FETCH (X-NEW ~{2}\r\n\x00\x01 Y (((\"\\\")\")))))\r\n",
		"* OK [BADCHARSET ({1}\r\na)] x {5}\r\n",
	} {
		f.Add([]byte(wire), uint16(20))
	}
	f.Fuzz(func(t *testing.T, wire []byte, at uint16) {
		if len(wire) > 1<<16 {
			return
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := count(NewReader(strings.NewReader(string(wire)), Limits{}))
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > uint64(1<<20+1000*len(wire)) {
			t.Fatalf("%d octets cost %d octets of memory", len(wire), used)
		}
		want, end := readAll(strings.NewReader(string(wire)))
		require.Equal(t, len(want), n)
		require.Equal(t, fmt.Sprint(end), fmt.Sprint(err))
		got, gotEnd := readAll(cutAt(string(wire), int(at)))
		if !equalStrings(want, got) || fmt.Sprint(end) != fmt.Sprint(gotEnd) {
			require.Equal(t, want, got)
			require.Equal(t, fmt.Sprint(end), fmt.Sprint(gotEnd))
		}
	})
}

// count reads all responses.
func count(r *Reader) (n int, err error) {
	for {
		resp, err := r.Read()
		if err != nil {
			return n, err
		}
		if resp.Literal != nil {
			if _, err := io.Copy(io.Discard, resp.Literal); err != nil {
				return n, err
			}
		}
		n++
	}
}

// FuzzSet reads any text as a set and compares it with the naive model.
func FuzzSet(f *testing.F) {
	for _, text := range [...]string{"1", "*", "1:*", "*:4", "5,3,2,1", "1:4294967295", "4294967295,*", "2,4:7,9,12:*", "10:1", "1,,2", "0", "4294967296", "1:2:3"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseUIDSet(text)
		want, ok := naiveSet(text)
		require.Equal(t, ok, err == nil, "%q", text)
		if err != nil {
			require.ErrorIs(t, err, ErrBadSet)
			return
		}
		requireInOrder(t, s)
		for _, n := range want.edges() {
			require.Equal(t, want.has(n), s.Contains(n), "%q: %d", text, n)
		}
		again, err := ParseUIDSet(s.String())
		require.NoError(t, err)
		require.True(t, s.Equal(again), "%q: %s", text, s)
		require.Equal(t, text[:0]+s.String(), again.String())
	})
}
