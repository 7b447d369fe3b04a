package promises_test

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/poison"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// The promises of the package documentation, each with tests that break when it
// breaks. They run in bubbles of testing/synctest over net.Pipe, where nothing
// is buffered: whatever hangs, and every goroutine that outlives its connection,
// is a failure at once, and minutes pass in no time.

// caps is what the scripted servers offer unless a test says otherwise.
const caps = "IMAP4rev1 LITERAL+ UIDPLUS UNSELECT MOVE ESEARCH IDLE ENABLE NAMESPACE ID SASL-IR"

// preauth is a greeting that spares the login, with the capabilities caps.
const preauth = "* PREAUTH [CAPABILITY " + caps + "] ready"

// bubble runs a test in a bubble.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, test)
}

// connect returns a client of a server that is played by serve.
func connect(t testing.TB, opts *imap.Options, serve func(*scripted.Peer)) *imap.Client {
	t.Helper()
	c, err := imap.NewClient(t.Context(), scripted.Pipe(t, serve), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// selected has the server greet a client that is logged in and opens INBOX with
// n messages.
func selected(p *scripted.Peer, n int) {
	p.Send(preauth)
	p.Answer("SELECT INBOX",
		"* FLAGS (\\Seen \\Deleted)", fmt.Sprintf("* %d EXISTS", n), "* OK [UIDVALIDITY 1] valid", "* OK [UIDNEXT 1001] next")
}

// inInbox returns a client with INBOX open; serve goes on from there.
func inInbox(t testing.TB, opts *imap.Options, n int, serve func(*scripted.Peer)) *imap.Client {
	t.Helper()
	c := connect(t, opts, func(p *scripted.Peer) {
		selected(p, n)
		serve(p)
	})
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// inCompressedInbox is inInbox over DEFLATE.
func inCompressedInbox(t testing.TB, opts *imap.Options, n int, serve func(*scripted.Peer)) *imap.Client {
	t.Helper()
	c := connect(t, opts, func(p *scripted.Peer) {
		p.Send("* PREAUTH [CAPABILITY " + caps + " COMPRESS=DEFLATE] ready")
		p.Answer("COMPRESS DEFLATE")
		deflate, err := flate.NewWriter(p.Conn, flate.BestSpeed)
		require.NoError(t, err)
		p.Use(&deflated{Conn: p.Conn, r: flate.NewReader(p.Conn), w: deflate})
		p.Answer("SELECT INBOX", fmt.Sprintf("* %d EXISTS", n), "* OK [UIDVALIDITY 1] valid")
		serve(p)
	})
	require.NoError(t, c.Compress(t.Context()))
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	return c
}

// deflated is the server's end of a compressed connection. Every write is flushed.
type deflated struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func (d *deflated) Read(b []byte) (int, error) { return d.r.Read(b) }

func (d *deflated) Write(b []byte) (int, error) {
	n, err := d.w.Write(b)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}

// flagRow is the answer to FETCH for one message: UID 1000 + n, and its flags.
func flagRow(n int) string { return fmt.Sprintf("* %d FETCH (UID %d FLAGS (\\Seen))\r\n", n, 1000+n) }

// bodyRow is the answer for one message with a text of size octets.
func bodyRow(n, size int) string {
	return fmt.Sprintf("* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n", n, 1000+n, size, text(n, size))
}

// text is the text of message n.
func text(n, size int) string {
	line := fmt.Sprintf("message %d of the test.\r\n", n)
	return strings.Repeat(line, size/len(line)+1)[:size]
}

// rowsOf joins the rows for messages 1 to n.
func rowsOf(n int, row func(int) string) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString(row(i))
	}
	return b.String()
}

func bodies(size int) func(int) string { return func(n int) string { return bodyRow(n, size) } }

var (
	flags = imap.FetchItems{Flags: true}
	whole = imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}
	all   = imap.UIDRange(1, imap.Star)
)

// fetchModes are the ways in which the rows of a FETCH come: for good, or valid until
// the loop goes on, and then with what was kept of them overwritten.
var fetchModes = []fetchMode{
	{"owned", nil, false},
	{"reused", &imap.FetchOptions{Reuse: true}, false},
	{"poisoned", &imap.FetchOptions{Reuse: true}, true},
}

type fetchMode struct {
	name     string
	opts     *imap.FetchOptions
	poisoned bool
}

// inFetchModes runs a test in each of fetchModes.
func inFetchModes(t *testing.T, test func(t *testing.T, opts *imap.FetchOptions)) {
	for _, mode := range fetchModes {
		t.Run(mode.name, func(t *testing.T) {
			t.Cleanup(poison.Set(mode.poisoned))
			test(t, mode.opts)
		})
	}
}

// works checks that the connection is usable.
func works(t testing.TB, c *imap.Client) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	require.NoError(t, c.Noop(ctx), "the connection is of no use any more")
}

// atOnce checks that f takes no time on the bubble's clock.
func atOnce(t testing.TB, f func()) {
	t.Helper()
	began := time.Now()
	f()
	require.Zero(t, time.Since(began), "took a while")
}

// counter is a connection that counts writes.
type counter struct {
	net.Conn
	mu     sync.Mutex
	writes []string
}

func (c *counter) Write(b []byte) (int, error) {
	c.mu.Lock()
	c.writes = append(c.writes, string(b))
	c.mu.Unlock()
	return c.Conn.Write(b)
}

func (c *counter) Writes() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.writes...)
}

// cutConn is a connection that breaks after so many octets.
type cutConn struct {
	net.Conn
	mu      sync.Mutex
	in, out int // octets that may still pass; negative: any number
	cut     bool
	total   int // octets of the server's that have passed
	sent    bytes.Buffer
}

// broken reports whether the limit has been met.
func (c *cutConn) broken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cut
}

// received returns how many octets of the server's have passed.
func (c *cutConn) received() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}

func (c *cutConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	left := c.in
	c.cut = c.cut || left == 0
	c.mu.Unlock()
	if left == 0 {
		c.Conn.Close()
		return 0, io.EOF
	}
	if left > 0 && len(b) > left {
		b = b[:left]
	}
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	c.total += n
	if c.in > 0 {
		c.in -= n
	}
	c.mu.Unlock()
	return n, err
}

func (c *cutConn) Write(b []byte) (n int, err error) {
	c.mu.Lock()
	left := c.out
	c.mu.Unlock()
	short := left >= 0 && len(b) > left
	if short {
		c.mu.Lock()
		c.cut = true
		c.mu.Unlock()
		b = b[:left]
	}
	if len(b) > 0 {
		n, err = c.Conn.Write(b)
	}
	c.mu.Lock()
	c.sent.Write(b[:n])
	if c.out > 0 {
		c.out -= n
	}
	c.mu.Unlock()
	if short && err == nil {
		c.Conn.Close()
		err = io.ErrClosedPipe
	}
	return n, err
}

// Sent returns what has passed of what the client said.
func (c *cutConn) Sent() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent.String()
}

// goroutines returns the stacks of all goroutines in this module's code, the
// tests' own left out.
func goroutines() []string {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	var list []string
	for g := range strings.SplitSeq(string(buf), "\n\n") {
		if strings.Contains(g, "seed-090b04e4/imap.(*") && !strings.Contains(g, "testing.tRunner") {
			list = append(list, g)
		}
	}
	return list
}

// noGoroutines checks, outside of bubbles, that no goroutine of a client is
// left. Those that have nothing more to wait for get the time to end.
func noGoroutines(t testing.TB) {
	t.Helper()
	var left []string
	for range 200 {
		if left = goroutines(); len(left) == 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%d goroutines outlived Close:\n%s", len(left), strings.Join(left, "\n\n"))
}

// sprint joins values with spaces.
func sprint(values ...any) string { return strings.TrimSuffix(fmt.Sprintln(values...), "\n") }
