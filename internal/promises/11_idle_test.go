package promises_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// idling answers IDLE until DONE, and notes how long each lasted.
func idling(p *scripted.Peer, lasted *[]time.Duration, news ...string) func(scripted.Command) bool {
	return func(c scripted.Command) bool {
		if !c.Is("IDLE") {
			return false
		}
		began := time.Now()
		p.Send("+ idling")
		if len(news) > 0 {
			p.Send(news...)
		}
		if got := p.Line(); got != "DONE" {
			p.T.Errorf("%q instead of DONE", got)
		}
		*lasted = append(*lasted, time.Since(began))
		p.OK(c)
		return true
	}
}

// TestIdleRenewsItself for as long as somebody listens.
func TestIdleRenewsItself(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var lasted []time.Duration
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Serve(idling(p, &lasted)) })
		ctx, cancel := context.WithTimeout(t.Context(), 40*time.Minute)
		defer cancel()
		for range c.Idle(ctx) {
		}
		require.NoError(t, c.Err())
		synctest.Wait()
		require.Equal(t, []time.Duration{9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 4 * time.Minute}, lasted)
		works(t, c)
	})
}

// TestIdleHasNoGoroutineOfItsOwn while the server is in it: beside the loop there is
// the keeper alone, as programs have thousands of connections in IDLE.
func TestIdleHasNoGoroutineOfItsOwn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var lasted []time.Duration
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Serve(idling(p, &lasted)) })
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for range c.Idle(ctx) {
			}
		}()
		for range 3 {
			synctest.Wait()
			require.Len(t, goroutines(), 1)
			time.Sleep(9 * time.Minute) // it is renewed meanwhile
		}
		cancel()
		synctest.Wait()
		require.Len(t, goroutines(), 1)
		works(t, c)
	})
}

// TestIdleComesAndGoes has loops begin and end at once and in every order.
func TestIdleComesAndGoes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var lasted []time.Duration
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Serve(idling(p, &lasted)) })
		var wg sync.WaitGroup
		for i := range 200 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%17)*time.Second+time.Duration(i%3))
			wg.Go(func() {
				defer cancel()
				time.Sleep(time.Duration(i%5) * time.Second)
				for range c.Idle(ctx) {
				}
				if i%7 == 0 {
					_ = c.Noop(t.Context())
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		require.Len(t, goroutines(), 1)
		works(t, c)
	})
}

// TestIdleGivesWay to every other command, and goes on afterwards, for several
// listeners at once.
func TestIdleGivesWay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var lasted []time.Duration
		c := inInbox(t, nil, 1, func(p *scripted.Peer) { p.Serve(idling(p, &lasted, "* 2 EXISTS")) })
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		var mu sync.Mutex
		heard := 0
		for range 3 {
			wg.Go(func() {
				for ev, err := range c.Idle(ctx) {
					assert.NoError(t, err)
					if _, ok := ev.(*imap.ExistsData); ok {
						mu.Lock()
						heard++
						mu.Unlock()
					}
				}
			})
		}
		synctest.Wait()
		mu.Lock()
		heard = 0 // the first IDLE began with the first loop, and may have told it alone
		mu.Unlock()
		for range 5 {
			time.Sleep(time.Minute)
			atOnce(t, func() { works(t, c) })
		}
		time.Sleep(time.Minute)
		cancel()
		wg.Wait()
		synctest.Wait()
		require.Len(t, lasted, 6)
		for _, d := range lasted {
			require.Equal(t, time.Minute, d)
		}
		require.Equal(t, 3*5, heard)
		works(t, c)
	})
}

// TestIdleWaitsForEverybody lets a long FETCH with commands in its loop run to
// its end: IDLE neither holds them up nor has rows kept in memory.
func TestIdleWaitsForEverybody(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, &imap.Options{ReadAhead: 1 << 20}, 10, func(p *scripted.Peer) {
			idle := p.Want("IDLE")
			p.Send("+ idling")
			require.Equal(t, "DONE", p.Line())
			p.OK(idle)
			fetch := p.Command()
			for i := range 10 {
				p.Raw(bodyRow(i+1, 900_000))
				p.OK(p.Want("NOOP"))
			}
			p.OK(fetch)
			p.Serve(nil)
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() {
			for range c.Idle(ctx) {
			}
		}()
		synctest.Wait()
		n := 0
		for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
			require.NoError(t, err)
			n++
			time.Sleep(time.Second)
			works(t, c)
			_ = b
		}
		require.Equal(t, 10, n)
	})
}

// TestIdleWithoutIdle polls.
func TestIdleWithoutIdle(t *testing.T) {
	for name, serve := range map[string]func(p *scripted.Peer){
		"not offered": func(p *scripted.Peer) { p.Send("* PREAUTH [CAPABILITY IMAP4rev1] hi") },
		"refused":     func(p *scripted.Peer) { p.Send(preauth) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var peer *scripted.Peer
				c := connect(t, nil, func(p *scripted.Peer) {
					peer = p
					serve(p)
					n := 0
					p.Serve(func(c scripted.Command) bool {
						if c.Is("NOOP") {
							n++
							p.Sendf("* %d EXISTS", n)
						}
						return false
					})
				})
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				began := time.Now()
				n := 0
				for ev, err := range c.Idle(ctx) {
					require.NoError(t, err)
					if _, ok := ev.(*imap.ExistsData); ok {
						if n++; n == 10 {
							cancel()
						}
					}
				}
				require.Equal(t, 9*time.Minute, time.Since(began))
				for _, line := range peer.Log() {
					require.True(t, strings.HasSuffix(line, "NOOP") || name == "refused" && strings.HasSuffix(line, "IDLE"), line)
				}
			})
		})
	}
}

// TestIdleThatTheServerEnds is not begun again at once, and again and again.
func TestIdleThatTheServerEnds(t *testing.T) {
	for name, lines := range map[string][]string{"without a word": nil, "after a word": {"+ idling"}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				idles := 0
				c := inInbox(t, nil, 1, func(p *scripted.Peer) {
					p.Serve(func(c scripted.Command) bool {
						if !c.Is("IDLE") {
							return false
						}
						idles++
						p.Send(append(lines, c.Tag+" OK that's it")...)
						return true
					})
				})
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				for range c.Idle(ctx) {
				}
				synctest.Wait()
				works(t, c)
				require.InDelta(t, 10, idles, 1)
			})
		})
	}
}

// TestIdleThatIsNotAnswered times out like every command.
func TestIdleThatIsNotAnswered(t *testing.T) {
	for name, say := range map[string][]string{"at all": nil, "after DONE": {"+ idling"}} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inInbox(t, nil, 1, func(p *scripted.Peer) {
					p.Want("IDLE")
					if say != nil {
						p.Send(say...)
					}
					p.Hold()
				})
				go func() {
					for range c.Idle(t.Context()) {
					}
				}()
				synctest.Wait()
				time.Sleep(time.Minute)
				err := c.Noop(context.Background())
				require.ErrorIs(t, err, imap.ErrTimeout)
			})
		})
	}
}

// TestIdleContinuationIsNeverLost has the server be quicker than the client.
func TestIdleContinuationIsNeverLost(t *testing.T) {
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		p.Send(preauth)
		var lasted []time.Duration
		p.Serve(idling(p, &lasted))
	})
	c, err := imap.DialInsecure(t.Context(), addr, nil)
	require.NoError(t, err)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	idle, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range c.Idle(idle) {
		}
	})
	for range 500 {
		require.NoError(t, c.Noop(ctx))
	}
	stop()
	wg.Wait()
}

// TestIdleBeginsWithThePresentState: mail that came before the loop is seen by it, and
// none is missed between.
func TestIdleBeginsWithThePresentState(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 3, func(p *scripted.Peer) {
			p.Answer("NOOP", "* 4 EXISTS")
			p.Want("IDLE")
			p.Send("+ idling", "* 5 EXISTS")
			p.Hold()
		})
		works(t, c)
		var seen []uint32
		for ev, err := range c.Idle(t.Context()) {
			require.NoError(t, err)
			exists, ok := ev.(*imap.ExistsData)
			require.True(t, ok)
			if seen = append(seen, exists.Messages); len(seen) == 2 {
				break
			}
		}
		require.Equal(t, []uint32{4, 5}, seen)
	})
	bubble(t, func(t *testing.T) { // nothing has changed
		c := inInbox(t, nil, 3, func(p *scripted.Peer) {
			p.Want("IDLE")
			p.Send("+ idling")
			p.Hold()
		})
		for ev, err := range c.Idle(cancelAfter(t, time.Minute)) {
			require.NoError(t, err)
			require.Failf(t, "an event", "%v", ev)
		}
	})
	bubble(t, func(t *testing.T) { // what one loop leaves is for the next
		c := inInbox(t, nil, 3, func(p *scripted.Peer) {
			p.Want("IDLE")
			p.Send("+ idling", "* 4 EXISTS", "* 5 EXISTS")
			p.Hold()
		})
		for want := uint32(4); want <= 5; want++ {
			for ev, err := range c.Idle(t.Context()) {
				require.NoError(t, err)
				require.Equal(t, &imap.ExistsData{Messages: want}, ev)
				synctest.Wait()
				break
			}
		}
	})
}

// TestIdleTellsTheEndOfTheConnection once, behind all that was said before.
func TestIdleTellsTheEndOfTheConnection(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inInbox(t, nil, 1, func(p *scripted.Peer) {
			p.Want("IDLE")
			p.Send("+ idling", "* 2 EXISTS", "* BYE [UNAVAILABLE] going down")
		})
		var seen []string
		for ev, err := range c.Idle(t.Context()) {
			var lost *imap.ConnError
			switch {
			case errors.As(err, &lost):
				require.ErrorIs(t, err, imap.CodeUnavailable)
				seen = append(seen, "end")
			default:
				require.NoError(t, err)
				switch ev := ev.(type) {
				case *imap.ExistsData:
					seen = append(seen, "EXISTS")
				case *imap.StatusResponse:
					seen = append(seen, ev.Type.String())
				}
			}
		}
		require.Equal(t, []string{"EXISTS", "BYE", "end"}, seen)
	})
}
