package response

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAStoppedReaderDoesNotParseOn stops Readers when a long response of every
// kind is in memory and about to be parsed. What is left of the work must be a
// small part of it.
func TestAStoppedReaderDoesNotParseOn(t *testing.T) {
	if threadTime() == 0 {
		t.Skip("the processor time of a thread is not known here")
	}
	const n = 1 << 20
	const much = 30 * time.Millisecond // a shorter time can't be told from noise
	read := func(text []byte, stop bool) time.Duration {
		return cpuOf(2, func() {
			r := NewReader(bytes.NewReader(text), Limits{})
			if stop {
				r.OnLine = func([]byte) { r.Stop() }
			}
			_, err := r.Read()
			if stop {
				require.ErrorIs(t, err, ErrStopped)
			}
		})
	}
	frame := func(text []byte) time.Duration {
		return cpuOf(2, func() { _, _ = NewReader(bytes.NewReader(text), Limits{}).frame() })
	}
	long := 0
	for _, c := range append(slices.Clone(heavyBombs), combinations(t, 2)...) {
		text := bomb(c.place, c.a, c.b, c.shape, n)
		all := read(text, false) - frame(text)
		if all < much {
			continue
		}
		long++
		assert.Eventually(t, func() bool { return read(text, true)-frame(text) < all/3 },
			time.Minute, time.Millisecond, "%v: %v in all", c, all)
	}
	t.Logf("%d long responses", long)
}

// heavyBombs take long to be parsed, each in another loop of the parser.
var heavyBombs = []combination{
	{placeNamed("FLAGS"), `a `, `"b" `, "interleaved"},
	{placeNamed("LIST extended"), `X ("a" (b)) `, `X 1 `, "interleaved"},
	{placeNamed("unknown code"), `1 `, `1 `, "repeated"},
	{placeNamed("VANISHED"), `#,`, `#,`, "repeated"},
	{placeNamed("SORT"), `1 `, `1 `, "repeated"},
	{placeNamed("THREAD"), `(#)`, `(% 1)`, "interleaved"},
	{placeNamed("ACL"), `a `, `"a" `, "interleaved"},
	{placeNamed("FETCH unknown item"), `(1 `, `(1 `, "repeated"},
	{placeNamed("FETCH labels"), `"a" `, `b `, "interleaved"},
	{placeNamed("ENVELOPE To"), `(NIL NIL "a" "b")`, `("a\\b" NIL "c\"d" "e") `, "interleaved"},
	{placeNamed("ENVELOPE subject"), `"`, `a`, "interleaved"},
	{placeNamed("BODYSTRUCTURE parts"), `()`, `("text" "plain" ("a" "b") NIL NIL "7bit" 1 1)`, "interleaved"},
	{placeNamed("BODYSTRUCTURE parameters"), `"x" "y" `, `"name*%*" "x" `, "interleaved"},
	{placeNamed("BODYSTRUCTURE extension"), `("a" ("b" "c"))`, `1 `, "interleaved"},
	{placeNamed("METADATA"), `"a" NIL `, `"a" "b" `, "interleaved"},
	{placeNamed("STATUS items"), `X 1 `, `X 1 `, "repeated"},
}

func TestStopEndsEveryWayToRead(t *testing.T) {
	for name, read := range map[string]func(r *Reader, lit *LiteralReader) error{
		"Read":    func(r *Reader, _ *LiteralReader) error { _, err := r.Read(); return err },
		"literal": func(_ *Reader, lit *LiteralReader) error { _, err := lit.Read(make([]byte, 1)); return err },
		"large":   func(_ *Reader, lit *LiteralReader) error { _, err := lit.Read(make([]byte, 1<<20)); return err },
		"Next":    func(_ *Reader, lit *LiteralReader) error { _, err := lit.Next(); return err },
		"ReadAll": func(_ *Reader, lit *LiteralReader) error { _, err := lit.ReadAll(nil); return err },
	} {
		r := NewReader(bytes.NewReader([]byte("* 1 FETCH (BODY[] {5000}\r\n"+string(make([]byte, 5000))+" UID 1)\r\n* 2 FETCH (UID 2)\r\n")), Limits{})
		resp, err := r.Read()
		require.NoError(t, err)
		require.NotNil(t, resp.Literal)
		r.Stop()
		require.ErrorIs(t, read(r, resp.Literal), ErrStopped, name)
		assert.Nil(t, r.ReadRow(), name)
	}
}

func TestStopFromAnotherGoroutine(t *testing.T) {
	here, there := net.Pipe()
	defer here.Close()
	go func() {
		defer there.Close()
		for { // a response that never ends
			if _, err := io.WriteString(there, "* OK text "); err != nil {
				return
			}
		}
	}()
	r := NewReader(here, Limits{})
	time.AfterFunc(20*time.Millisecond, r.Stop)
	_, err := r.Read()
	require.ErrorIs(t, err, ErrStopped)
}
