package account_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// TestWatchModel is TestSyncModel for Watch: after some time without faults, the
// program has what the server has, without being asked.
func TestWatchModel(t *testing.T) {
	first, seeds := envInt("ACCOUNT_SEED", 1), envInt("ACCOUNT_SEEDS", 12)
	for seed := first; seed < first+seeds; seed++ {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				m := newModel(t, uint64(seed))
				m.watch()
			})
		})
		if t.Failed() {
			return
		}
	}
}

// watch changes the mailbox while a Watch is on.
func (m *model) watch() {
	start := func() *watched {
		return watch(m.t, m.a, m.r, &account.WatchOptions{SyncOptions: *m.opts}, nil)
	}
	v := start()
	for range 20 {
		if m.rnd.IntN(3) == 0 {
			m.w.Fault(m.fault())
		}
		deletions := m.deletions
		for range m.rnd.IntN(8) {
			m.step()
			time.Sleep(time.Duration(m.rnd.IntN(4)) * time.Duration(m.rnd.IntN(200)) * time.Millisecond)
		}
		time.Sleep(time.Duration(m.rnd.IntN(30)) * time.Minute)
		m.w.ClearFaults()
		if v.gone() { // the mailbox was looked for between its deletion and the next one
			require.Greater(m.t, m.deletions, deletions, "the mailbox was there")
			v.stop()
			known := m.r.Known
			m.r = replica.New(m.box)
			m.r.Known = known
			v = start()
		}
		if m.rnd.IntN(4) == 0 {
			time.Sleep(70 * time.Minute)
			if !v.equal(m.t, m.mailbox()) {
				for _, s := range m.w.Transcript() {
					m.t.Log(s)
				}
				return
			}
		}
		if m.t.Failed() {
			return
		}
		if m.rnd.IntN(5) == 0 { // killed, and started again
			v.stop()
			v = start()
		}
	}
	v.stop()
	for _, err := range v.errs {
		m.t.Errorf("error: %v", err)
	}
}
