package account

import (
	"context"
	"time"

	"github.com/seed-090b04e4/imap"
)

const (
	sleepTick = 15 * time.Second // how often the clocks are compared
	sleepJump = 30 * time.Second // by which the wall clock is ahead after a sleep
	idleCheck = 9 * time.Minute  // how often Watch checks a connection in IDLE
	idleReply = 15 * time.Second // that the answer to that may take
)

// sleepClock notices that the computer has slept: the wall clock has then moved
// further than the monotonic one. It is guarded by Account.mu.
type sleepClock struct {
	timer *time.Timer
	users int
	last  time.Time // of the last tick
}

func (s *sleepClock) stop() {
	if s != nil && s.timer != nil {
		s.timer.Stop()
	}
}

// watchClock has all connections checked after a sleep, until the function that it
// returns is called.
func (a *Account) watchClock() (stop func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.clock == nil {
		a.clock = &sleepClock{}
	}
	if a.clock.users++; a.clock.users == 1 && !a.closed {
		a.clock.last = time.Now()
		a.clock.timer = time.AfterFunc(sleepTick, a.tick)
	}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.clock.users--; a.clock.users == 0 {
			a.clock.stop()
		}
	}
}

// tick compares the clocks. Round(0) takes the monotonic reading away.
func (a *Account) tick() {
	a.mu.Lock()
	now, last := time.Now(), a.clock.last
	a.clock.last = now
	a.mu.Unlock()
	a.ticked(now.Round(0).Sub(last.Round(0)), now.Sub(last))
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.clock.users > 0 && !a.closed {
		a.clock.timer.Reset(sleepTick)
	}
}

// ticked looks at how far the clocks have moved.
func (a *Account) ticked(wall, monotonic time.Duration) {
	if wall-monotonic > sleepJump {
		a.cfg.Logger.Info("account: the computer has slept", "host", a.ep.host, "user", a.ep.user, "duration", wall-monotonic)
		a.checkAll()
	}
}

// checkAll checks all connections that are open, at once, and closes those that do
// not answer.
func (a *Account) checkAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	for _, cn := range a.conns {
		cn.suspect = true
		if cn.lent && cn.revoke != nil && cn.c != nil {
			c := cn.c
			a.wg.Go(func() { checkNow(c, checkTime) })
		}
	}
}

// checkNow sends NOOP, and closes the connection if the server does not answer in
// time. It reports whether it did.
func checkNow(c *imap.Client, limit time.Duration) bool {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if err := c.Noop(ctx); err != nil {
		_ = c.Close()
		return false
	}
	return true
}
