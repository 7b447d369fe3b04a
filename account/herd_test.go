package account_test

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// TestHerd watches many accounts of one server, which loses all its connections. They
// come back within a minute, and not at once. ACCOUNT_HERD is how many there are.
func TestHerd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		n := envInt("ACCOUNT_HERD", 60)
		w := newWorld(t, &imaptest.Options{TranscriptLimit: -1})
		var mu sync.Mutex
		logins := map[int]int{} // by second
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		var running sync.WaitGroup
		for i := range n {
			user := fmt.Sprintf("user%d", i)
			require.NoError(t, w.AddUser(imaptest.Account{Name: user, Password: "password"}))
			a := w.open(t, func(cfg *account.Config) {
				cfg.URL = "imap://" + user + "@server.test"
				dial := cfg.Client.Dial
				cfg.Client.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
					mu.Lock()
					logins[int(time.Since(start).Seconds())]++
					mu.Unlock()
					return dial(ctx, network, addr)
				}
			})
			running.Go(func() {
				for _, err := range a.Watch(ctx, []*account.State{{Mailbox: "INBOX"}}, nil) {
					assert.NoError(t, err)
				}
			})
		}
		time.Sleep(5*time.Minute + 7*time.Second) // no timer is due
		require.Equal(t, n, w.Sessions())
		perAccount := float64(clientGoroutines()) / float64(n)
		assert.LessOrEqual(t, perAccount, 2.1, "the loop's own, and the client's")
		mu.Lock()
		clear(logins)
		mu.Unlock()
		w.Disconnect()
		time.Sleep(65 * time.Second)
		assert.Equal(t, n, w.Sessions(), "all are back")
		most := 0
		for _, k := range logins {
			most = max(most, k)
		}
		assert.LessOrEqual(t, most, 5+n/15, "logins in one second")
		t.Logf("%d accounts: %.1f goroutines each; after the loss at most %d logins a second", n, perAccount, most)
		cancel()
		running.Wait()
	})
}

// clientGoroutines returns how many goroutines are not the server's.
func clientGoroutines() (n int) {
	stacks := make([]byte, 64<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		if strings.Contains(stack, "seed-090b04e4/imap") && !strings.Contains(stack, "/imaptest.") {
			n++
		}
	}
	return n
}
