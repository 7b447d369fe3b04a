package promises_test

import (
	"bufio"
	"bytes"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/poison"
)

// replay is a connection in memory: what is written to it makes it say answers,
// one for each line. It allocates nothing.
type replay struct {
	net.Conn
	pending chan string
	rest    string
	answer  func(line []byte) string
	closed  chan struct{}
}

func newReplay(greeting string, answer func(line []byte) string) *replay {
	// net.Pipe lends its deadlines and addresses.
	conn, _ := net.Pipe()
	r := &replay{Conn: conn, pending: make(chan string, 10), answer: answer, closed: make(chan struct{})}
	r.pending <- greeting
	return r
}

func (r *replay) Read(b []byte) (int, error) {
	if r.rest == "" {
		select {
		case r.rest = <-r.pending:
		case <-r.closed:
			return 0, net.ErrClosed
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func (r *replay) Write(b []byte) (int, error) {
	for at := 0; at < len(b); {
		n, _, _ := bufio.ScanLines(b[at:], true)
		r.pending <- r.answer(b[at : at+n])
		at += n
	}
	return len(b), nil
}

func (r *replay) Close() error {
	close(r.closed)
	return r.Conn.Close()
}

// TestAllocations keeps the cost of the hot paths where it is.
func TestAllocations(t *testing.T) {
	if raceEnabled || poison.On() {
		t.Skip("the race detector and poison allocate")
	}
	const rows = 10_000
	fetched, overviews := rowsOf(rows, flagRow), rowsOf(rows, overviewRow)
	// tags count on: those of the answers are counted the same way
	var tag []byte
	answers := make(map[string]string)
	for i := range 2000 {
		name := sprint("A"+sprint(i+1), "")
		answers[name[:len(name)-1]] = name + "OK done\r\n"
	}
	conn := newReplay(preauth+"\r\n", func(line []byte) string {
		tag = append(tag[:0], line[:indexByte(line, ' ')]...)
		ok := answers[string(tag)]
		switch {
		case line[len(tag)+1] != 'U':
			return ok
		case bytes.Contains(line, []byte("ENVELOPE")):
			return overviews + ok
		}
		return fetched + ok
	})
	c, err := imap.NewClient(t.Context(), conn, nil)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	ctx := t.Context()

	for name, c2 := range map[string]struct {
		items imap.FetchItems
		opts  *imap.FetchOptions
		most  float64 // allocations a row
	}{
		"FLAGS":            {flags, nil, 0.05},
		"FLAGS, reused":    {flags, reuse, 0.008},
		"overview":         {overview, nil, 6.5},
		"overview, reused": {overview, reuse, 2.2}, // the names of the fields that were asked for
	} {
		perFetch := testing.AllocsPerRun(20, func() {
			n := 0
			for msg, err := range c.UIDFetch(ctx, all, c2.items, c2.opts) {
				if err != nil || msg.UID == 0 {
					t.Fatal(err)
				}
				n++
			}
			if n != rows {
				t.Fatal(n)
			}
		})
		t.Logf("UID FETCH of %s: %.4f allocations for each row", name, perFetch/rows)
		require.LessOrEqual(t, perFetch/rows, c2.most, name)
	}

	perNoop := testing.AllocsPerRun(200, func() {
		if err := c.Noop(ctx); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("NOOP: %.0f allocations", perNoop)
	require.LessOrEqual(t, perNoop, 20.0)
}

func indexByte(b []byte, c byte) int {
	for i := range b {
		if b[i] == c {
			return i
		}
	}
	return -1
}
