package imaptest

import (
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fullListener is a listener of a process that has no file descriptors left.
type fullListener struct {
	net.Listener
	calls atomic.Int64
	free  time.Time // when there is one again
	conn  net.Conn  // of the goroutine that accepts
	end   chan struct{}
}

func (l *fullListener) Accept() (net.Conn, error) {
	l.calls.Add(1)
	if conn := l.conn; conn != nil && !time.Now().Before(l.free) {
		l.conn = nil
		return conn, nil
	}
	if l.conn == nil {
		<-l.end
		return nil, net.ErrClosed
	}
	return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
}

// TestAcceptWaitsWhenItFails: no loop that burns a processor, and sessions again
// when there are file descriptors again.
func TestAcceptWaitsWhenItFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := NewServer(t, nil)
		client, server := net.Pipe()
		l := &fullListener{conn: server, free: time.Now().Add(time.Minute), end: make(chan struct{})}
		srv.wg.Go(func() { srv.accept(l, false) })
		greeting := make([]byte, 4)
		_, err := client.Read(greeting)
		require.NoError(t, err)
		assert.Equal(t, "* OK", string(greeting))
		assert.Less(t, l.calls.Load(), int64(100), "in a minute")
		client.Close()
		close(l.end)
	})
}

// TestCloseEndsAnAcceptThatWaits: Close does not wait for the next try.
func TestCloseEndsAnAcceptThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := NewServer(t, nil)
		client, server := net.Pipe()
		defer client.Close()
		defer server.Close()
		l := &fullListener{conn: server, free: time.Now().Add(time.Hour)}
		srv.wg.Go(func() { srv.accept(l, false) })
		time.Sleep(10 * time.Second)
		start := time.Now()
		srv.Close()
		assert.Zero(t, time.Since(start))
	})
}

// TestHandshakeEnds: a client that connects and says nothing, or stops in the middle
// of a handshake, does not hold its session for ever.
func TestHandshakeEnds(t *testing.T) {
	for name, said := range map[string]string{"nothing": "", "a piece": "\x16\x03\x01\x02"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := NewServer(t, &Options{HandshakeTimeout: 5 * time.Second, IdleTimeout: -1})
				conn := srv.PipeTLS()
				defer conn.Close()
				_, err := conn.Write([]byte(said))
				require.NoError(t, err)
				time.Sleep(4 * time.Second)
				assert.Equal(t, 1, srv.Sessions())
				time.Sleep(2 * time.Second)
				assert.Zero(t, srv.Sessions())
			})
		})
	}
}

// TestTranscriptsAreBounded: those of sessions that are over take no more than
// TranscriptTotal; the last ones and those of sessions that go on are there.
func TestTranscriptsAreBounded(t *testing.T) {
	srv := NewServer(t, &Options{TranscriptTotal: 50_000, Greeting: string(make([]byte, 1000))})
	lasting := srv.Pipe()
	defer lasting.Close()
	readGreeting := func(conn net.Conn) {
		b := make([]byte, 2000)
		_, err := conn.Read(b)
		require.NoError(t, err)
	}
	readGreeting(lasting)
	for range 1000 {
		conn := srv.Pipe()
		readGreeting(conn)
		conn.Close()
	}
	require.Eventually(t, func() bool { return srv.Sessions() == 1 }, 10*time.Second, time.Millisecond)
	require.Eventually(t, func() bool { return len(srv.Transcript()) < 100 }, 10*time.Second, time.Millisecond)
	transcripts := srv.Transcript()
	assert.Greater(t, len(transcripts), 10)
	assert.Contains(t, transcripts[0], "S: * OK")
	srv.mu.Lock()
	defer srv.mu.Unlock()
	assert.LessOrEqual(t, srv.traces.cost, int64(50_000))
	assert.LessOrEqual(t, cap(srv.traces.all), 200)
	assert.Equal(t, 1001, srv.started, "sessions are counted on")
}
