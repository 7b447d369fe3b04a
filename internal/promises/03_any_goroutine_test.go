package promises_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestSlowReaderCostsNoMemory reads 100 MB piece by piece, slowly: the server has
// to wait, and memory stays what it is.
func TestSlowReaderCostsNoMemory(t *testing.T) {
	const size = 100 << 20
	chunk := strings.Repeat("0123456789abcde\n", 4096)
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		selected(p, 1)
		p.Serve(func(c scripted.Command) bool {
			if !c.Is("UID FETCH") {
				return false
			}
			p.Raw(fmt.Sprintf("* 1 FETCH (UID 1001 BODY[] {%d}\r\n", size))
			for range size / len(chunk) {
				p.Raw(chunk)
			}
			p.Raw(")\r\n")
			p.OK(c)
			return true
		})
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
		require.NoError(t, err)
		buf := make([]byte, 10_000)
		for range 100 {
			_, err = io.ReadFull(b, buf)
			require.NoError(t, err)
			runtime.Gosched()
		}
		if now := heap(); now > before {
			require.Less(t, now-before, uint64(8<<20))
		}
		n, err := io.Copy(io.Discard, b)
		require.NoError(t, err)
		require.EqualValues(t, size-100*10_000, n)
		if now := heap(); now > before {
			require.Less(t, now-before, uint64(8<<20))
		}
	}
	works(t, c)
}

// TestTwoLoopsAtOnce runs loops in two goroutines, of which one takes its time.
func TestTwoLoopsAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 500, func(p *scripted.Peer) {
			slow, fast := p.Command(), p.Command()
			for i := range 500 { // interleaved
				p.Raw(flagRow(i + 1))
				p.Sendf("* %d FETCH (UID %d RFC822.SIZE 1)", i+1, 1001+i)
			}
			p.OK(fast)
			p.OK(slow)
			p.Serve(nil)
		})
		slow := make(chan int)
		go func() {
			n := 0
			for msg, err := range c.UIDFetch(t.Context(), all, flags, nil) {
				assert.NoError(t, err)
				assert.EqualValues(t, 1001+n, msg.UID)
				time.Sleep(time.Hour)
				n++
			}
			slow <- n
		}()
		synctest.Wait()
		began := time.Now()
		rows, err := imap.Collect(c.UIDFetch(t.Context(), all, imap.FetchItems{Size: true}, nil))
		require.NoError(t, err)
		require.Len(t, rows, 500)
		require.Zero(t, time.Since(began), "the fast loop waited for the slow one")
		require.Equal(t, 500, <-slow)
		works(t, c)
	})
}

// TestLoopsOfTextsAtOnce reads texts in several goroutines, straight from the
// window and through memory, and compares every octet.
func TestLoopsOfTextsAtOnce(t *testing.T) {
	const size = 300_000
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		selected(p, 5)
		p.Serve(func(c scripted.Command) bool {
			if !c.Is("UID FETCH") {
				return false
			}
			p.Raw(rowsOf(5, bodies(size)))
			p.OK(c)
			return true
		})
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			n := 0
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				if !assert.NoError(t, err) {
					return
				}
				n++
				var got bytes.Buffer
				if n%2 == 0 {
					_, err = io.Copy(&got, struct{ io.Reader }{b})
				} else {
					_, err = b.WriteTo(yielding{&got})
				}
				assert.NoError(t, err)
				assert.Equal(t, text(n, size), got.String())
			}
			assert.Equal(t, 5, n)
		})
	}
	stop := make(chan struct{})
	pings := make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				pings <- n
				return
			default:
				assert.NoError(t, c.Noop(t.Context()))
				n++
			}
		}
	}()
	wg.Wait()
	close(stop)
	require.Positive(t, <-pings)
}

// yielding is a writer that gives others every opportunity before it copies.
type yielding struct{ w io.Writer }

func (y yielding) Write(b []byte) (int, error) {
	for range 10 {
		runtime.Gosched()
	}
	time.Sleep(time.Microsecond)
	return y.w.Write(b)
}

// TestOneMessageIsNotChangedUnderItsReader looks at all of a message while the
// rest of its response is read for another command.
func TestOneMessageIsNotChangedUnderItsReader(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			p.Serve(func(c scripted.Command) bool {
				if !c.Is("UID FETCH") {
					return false
				}
				p.Raw(fmt.Sprintf("* 1 FETCH (X-A 1 BODY[1] {9000}\r\n%s BODY[2] {3}\r\nabc BODY[3] {9000}\r\n%s X-B 2 FLAGS (\\Seen) UID 1001)\r\n",
					text(1, 9000), text(2, 9000)))
				p.OK(c)
				return true
			})
		})
		items := imap.FetchItems{Flags: true, Sections: []imap.FetchSection{imap.PartSection(1), imap.PartSection(2), imap.PartSection(3)}}
		var stop atomic.Bool
		var message *imap.Message
		n := 0
		for b, err := range c.UIDFetchBodies(t.Context(), all, items, nil) {
			require.NoError(t, err)
			n++
			message = b.Message
			before := *message
			done := make(chan struct{})
			go func() {
				defer close(done)
				for !stop.Load() {
					m := *message
					_ = fmt.Sprint(m.UID, m.Flags, m.Items, len(m.Sections), m.Ext)
					runtime.Gosched()
				}
			}()
			works(t, c) // has the rest read
			stop.Store(true)
			<-done
			stop.Store(false)
			require.Equal(t, before, *message)
			got, err := io.ReadAll(b)
			require.NoError(t, err)
			require.Equal(t, []string{text(1, 9000), "abc", text(2, 9000)}[n-1], string(got))
		}
		require.Equal(t, 3, n)
		require.EqualValues(t, 1001, message.UID, "what came behind the texts is there in the end")
		require.True(t, message.HasFlag(imap.FlagSeen))
		require.Len(t, message.Sections, 3)
		require.Len(t, message.Ext.Unknown, 2)
	})
}

// TestManyGoroutines mixes everything on one client, for the race detector.
func TestManyGoroutines(t *testing.T) {
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		selected(p, 200)
		p.Serve(func(c scripted.Command) bool {
			switch {
			case c.Is("UID FETCH 1:* (UID FLAGS"), c.Is("UID FETCH 1:* (FLAGS"):
				p.Raw(rowsOf(200, flagRow))
			case c.Is("UID FETCH 1:*"):
				p.Raw(rowsOf(20, bodies(20_000)))
			case c.Is("UID SEARCH"):
				p.Sendf("* ESEARCH (TAG \"%s\") UID ALL 1:10", c.Tag)
			case c.Is("STATUS"):
				name := strings.Fields(c.Text)[1]
				p.Sendf("* STATUS %s (MESSAGES %s)", name, name[1:])
			case c.Is("LIST"):
				p.Send(`* LIST () "/" a`)
			case c.Is("SELECT"):
				p.Send("* 200 EXISTS")
			case c.Is("IDLE"):
				p.Send("+ idling", "* 200 EXISTS")
				if p.Line() != "DONE" {
					return false
				}
			default:
				return answerNested(p, c)
			}
			p.OK(c)
			return true
		})
	})
	c, err := imap.DialInsecure(t.Context(), addr, &imap.Options{OnEvent: func(imap.Event) {}})
	require.NoError(t, err)
	defer c.Close()
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)

	var wg sync.WaitGroup
	idle, stop := context.WithCancel(t.Context())
	wg.Go(func() {
		for _, err := range c.Idle(idle) {
			assert.NoError(t, err)
		}
	})
	var work sync.WaitGroup
	for g := range 12 {
		work.Go(func() {
			for i := range 15 {
				ctx, cancel := context.WithCancel(t.Context())
				switch (g + i) % 8 {
				case 0:
					rows, err := imap.Collect(c.UIDFetch(ctx, all, flags, nil))
					assert.NoError(t, err)
					assert.Len(t, rows, 200)
				case 1:
					n := 0
					for b, err := range c.UIDFetchBodies(ctx, all, whole, nil) {
						if !assert.NoError(t, err) {
							break
						}
						n++
						if n%3 == 0 {
							continue
						}
						got, err := io.ReadAll(b)
						assert.NoError(t, err)
						assert.Equal(t, text(n, 20_000), string(got))
						assert.NoError(t, c.Noop(ctx))
					}
					assert.Equal(t, 20, n)
				case 2:
					found, err := c.UIDSearch(ctx, nil, nil)
					assert.NoError(t, err)
					assert.Equal(t, "1:10", found.All.String())
				case 3:
					n := uint32(g*100 + i)
					st, err := c.Status(ctx, fmt.Sprintf("m%d", n), imap.StatusMessages)
					assert.NoError(t, err)
					assert.Equal(t, n, st.Messages)
				case 4:
					for range c.UIDFetch(ctx, all, flags, nil) {
						break
					}
				case 5:
					time.AfterFunc(time.Duration(g)*50*time.Microsecond, cancel)
					_, err := imap.Collect(c.UIDFetch(ctx, all, whole, nil))
					assert.True(t, err == nil || errors.Is(err, context.Canceled), err)
				case 6:
					_, err := c.Select(ctx, "INBOX", nil)
					assert.NoError(t, err)
				case 7:
					_, err := imap.Collect(c.List(ctx, "*", nil))
					assert.NoError(t, err)
				}
				cancel()
			}
		})
	}
	work.Wait()
	stop()
	wg.Wait()
	works(t, c)
	require.NoError(t, c.Close())
	noGoroutines(t)
}

// TestEventHandlersMayCallTheClient calls it, and is slow.
func TestEventHandlersMayCallTheClient(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var c *imap.Client
		called := make(chan error, 10)
		ready := make(chan struct{})
		c = inInbox(t, &imap.Options{OnEvent: func(ev imap.Event) {
			<-ready
			if _, ok := ev.(*imap.ExistsData); ok {
				time.Sleep(time.Hour)
				called <- c.Noop(context.Background())
			}
		}}, 1, func(p *scripted.Peer) {
			p.Send("* 2 EXISTS", "* 3 EXISTS")
			p.Serve(nil)
		})
		close(ready)
		began := time.Now()
		works(t, c)
		require.Zero(t, time.Since(began), "a handler stalled the reading for others")
		require.NoError(t, <-called)
		require.NoError(t, <-called)
	})
}
