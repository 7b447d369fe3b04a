package account

import (
	"context"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// After a sleep, a connection that died meanwhile is noticed within seconds: there is
// one Gap, and then all that has happened.
func TestSleepOneDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := imaptest.NewServer(t, nil)
		a, err := Open(t.Context(), Config{
			URL: "imap://user@server.test", Insecure: true, Credentials: Password("password"),
			Client: imap.Options{Dial: func(context.Context, string, string) (net.Conn, error) { return srv.Pipe(), nil }},
		})
		require.NoError(t, err)
		defer a.Close()
		ctx, cancel := context.WithCancel(t.Context())
		inbox := srv.User("user").Mailbox("INBOX")
		kinds := make(chan Kind, 100)
		go func() {
			defer close(kinds)
			for c, err := range a.Watch(ctx, []*State{{Mailbox: "INBOX"}}, nil) {
				if assert.NoError(t, err) {
					kinds <- c.Kind
				}
			}
		}()
		time.Sleep(time.Minute)
		require.Equal(t, Synced, <-kinds)
		a.ticked(sleepTick+time.Second, sleepTick) // a clock that was set a little
		srv.Fault(imaptest.OnSession(1, imaptest.StallAfter{}))
		inbox.Deliver([]byte("Subject: one\r\n\r\ntext\r\n"))
		inbox.Deliver([]byte("Subject: two\r\n\r\ntext\r\n"))
		a.ticked(24*time.Hour, sleepTick)
		start := time.Now()
		require.Equal(t, Gap, <-kinds)
		assert.LessOrEqual(t, time.Since(start), 10*time.Second)
		require.Equal(t, Added, <-kinds)
		require.Equal(t, Added, <-kinds)
		require.Equal(t, Synced, <-kinds)
		assert.LessOrEqual(t, time.Since(start), 15*time.Second)
		time.Sleep(time.Hour)
		cancel()
		for range kinds {
			t.Error("more changes")
		}
	})
}
