package account_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
)

// serverEnv has TestMain serve so many accounts in place of running tests.
const serverEnv = "ACCOUNT_TEST_SERVER"

func TestMain(m *testing.M) {
	if n := envInt(serverEnv, 0); n > 0 {
		if err := serveAccounts(n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveAccounts serves accounts until its input ends.
func serveAccounts(n int) error {
	srv, err := imaptest.Start(&imaptest.Options{TranscriptLimit: -1})
	if err != nil {
		return err
	}
	defer srv.Close()
	for i := range n {
		if err := srv.AddUser(imaptest.Account{Name: fmt.Sprintf("user%d", i), Password: "password"}); err != nil {
			return err
		}
	}
	fmt.Println(srv.TLSAddr())
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// TestWatchedAccountsAreCheap watches accounts over TLS, at a server in another process:
// an account that waits has two goroutines, and little memory. ACCOUNT_HERD is how many
// there are.
func TestWatchedAccountsAreCheap(t *testing.T) {
	n := envInt("ACCOUNT_HERD", 40)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", serverEnv, n))
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() {
		in.Close()
		assert.NoError(t, cmd.Wait())
	}()
	addr, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)

	goroutines, memory := resources()
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	var synced atomic.Int32
	for i := range n {
		a, err := account.Open(t.Context(), account.Config{
			URL: fmt.Sprintf("imaps://user%d@%s", i, strings.TrimSpace(addr)), Lazy: true, Credentials: account.Password("password"),
			Client: imap.Options{TLSConfig: &tls.Config{InsecureSkipVerify: true, ClientSessionCache: nil}},
		})
		require.NoError(t, err)
		defer a.Close()
		running.Go(func() {
			for c, err := range a.Watch(ctx, []*account.State{{Mailbox: "INBOX"}}, nil) {
				if assert.NoError(t, err) && c.Kind == account.Synced {
					synced.Add(1)
				}
			}
		})
	}
	require.Eventually(t, func() bool { return int(synced.Load()) == n }, 3*time.Minute, 50*time.Millisecond)
	perAccount, kB := 0.0, 0.0
	quiet := func() bool { // goroutines that begin IDLE end when the server is in it
		g, m := resources()
		perAccount, kB = float64(g-goroutines)/float64(n), float64(m-memory)/float64(n)/1000
		return perAccount <= 2.1
	}
	assert.Eventually(t, quiet, time.Minute, 100*time.Millisecond, "goroutines of each account")
	t.Logf("%d accounts over TLS: %.2f goroutines and %.1f kB each", n, perAccount, kB)
	if n >= 500 { // what is there once counts for little
		assert.LessOrEqual(t, kB, 45.0)
	}
	cancel()
	running.Wait()
}

// resources returns how many goroutines there are, and the memory of the heap and of
// stacks.
func resources() (goroutines int, memory int64) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), int64(m.HeapInuse + m.StackInuse)
}
