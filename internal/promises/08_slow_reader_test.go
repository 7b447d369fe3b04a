package promises_test

import (
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestAReaderThatStopsCostsTheReadAhead has a program stop for a minute in the
// middle of a large text. While it is alone, nothing is read for it; while others
// wait for the server, no more than Options.ReadAhead is kept.
func TestAReaderThatStopsCostsTheReadAhead(t *testing.T) {
	const readAhead = 4 << 20
	t.Run("alone", func(t *testing.T) {
		stopInText(t, 1<<30, readAhead, func(t *testing.T, _ *imap.Client, sent *atomic.Int64) {
			before, left := heapInUse(), sent.Load()
			time.Sleep(time.Minute)
			synctest.Wait()
			require.Less(t, sent.Load()-left, int64(128<<10), "octets that have left the server")
			require.Less(t, heapInUse()-before, int64(128<<10))
		})
	})
	t.Run("while others wait", func(t *testing.T) {
		stopInText(t, 128<<20, readAhead, func(t *testing.T, c *imap.Client, _ *atomic.Int64) {
			before := heapInUse()
			go func() { _ = c.Noop(t.Context()) }()
			time.Sleep(time.Minute)
			synctest.Wait()
			require.Less(t, heapInUse()-before, int64(readAhead+readAhead/2))
			works(t, c)
		})
	})
}

// TestMessagesThatAreDroppedCostNothing has a loop drop one large message after the
// other: what the library keeps of those before is a few of them, and not more as
// they become many.
func TestMessagesThatAreDroppedCostNothing(t *testing.T) {
	const n, size, most = 200, 256 << 10, 16 // with the window, and what else is going on
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, n, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				if !c.Is("UID FETCH") {
					return false
				}
				row := flagRow
				if strings.Contains(c.Text, "BODY") {
					row = bodies(size)
				}
				for i := range n {
					p.Raw(row(i + 1))
				}
				p.OK(c)
				return true
			})
		})
		_, err := imap.Collect(c.UIDFetch(t.Context(), all, flags, nil)) // which makes for large chunks
		require.NoError(t, err)
		before, rows := heapInUse(), 0
		for m, err := range c.UIDFetch(t.Context(), all, whole, nil) {
			require.NoError(t, err)
			require.Len(t, m.Body(), size)
			if rows++; rows%20 == 0 {
				require.Less(t, heapInUse()-before, int64(most*size))
			}
		}
		require.Equal(t, n, rows)
	})
}

// stopInText reads the first MiB of a text, and calls stop.
func stopInText(t *testing.T, size, readAhead int64, stop func(*testing.T, *imap.Client, *atomic.Int64)) {
	bubble(t, func(t *testing.T) {
		var sent atomic.Int64
		c := inInbox(t, &imap.Options{ReadAhead: readAhead}, 1, func(p *scripted.Peer) {
			fetch := p.Command()
			p.Sendf("* 1 FETCH (UID 1001 BODY[] {%d}", size)
			for piece := strings.Repeat("a line of a text\n", 4<<10)[:64<<10]; sent.Load() < size; {
				p.Raw(piece)
				sent.Add(int64(len(piece)))
			}
			p.Send(")")
			p.OK(fetch)
			p.Serve(nil)
		})
		for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
			require.NoError(t, err)
			_, err = io.CopyN(io.Discard, b, 1<<20)
			require.NoError(t, err)
			stop(t, c, &sent)
			break
		}
	})
}

// heapInUse returns the octets that are alive on the heap.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
