package partcost

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

var large = flag.Bool("large", false, "a message of 100 MB, too")

const (
	oneWay    = 20 * time.Millisecond
	perSecond = 100e6 / 8 // octets
)

// link is a connection over a link that takes time. got counts what arrives.
type link struct {
	net.Conn
	got atomic.Int64
}

// Read counts what arrives.
func (l *link) Read(p []byte) (int, error) {
	n, err := l.Conn.Read(p)
	l.got.Add(int64(n))
	return n, err
}

type chunk struct {
	data []byte
	at   time.Time // when it arrives
}

// carry carries what src sends to dst, in its time.
func carry(dst, src net.Conn) {
	queue := make(chan chunk, 64)
	go func() {
		defer close(queue)
		var free time.Time
		for {
			buf := make([]byte, 32<<10)
			n, err := src.Read(buf)
			if err != nil {
				return
			}
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(time.Duration(float64(n) / perSecond * 1e9))
			queue <- chunk{buf[:n], free.Add(oneWay)}
		}
	}()
	for c := range queue {
		time.Sleep(time.Until(c.at))
		if _, err := dst.Write(c.data); err != nil {
			break
		}
	}
	src.Close()
	dst.Close()
	for range queue { // until the reader has ended
	}
}

// message returns one of about size octets: a short text, and a file.
func message(size int) []byte {
	var b bytes.Buffer
	b.WriteString("From: ada@example.org\r\nSubject: the file\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain\r\n\r\n")
	for range 40 {
		b.WriteString("A line of the text that a person reads, of the usual length.\r\n")
	}
	b.WriteString("--b\r\nContent-Type: application/octet-stream; name=file\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	line := bytes.Repeat([]byte("QUJD"), 19)
	for b.Len() < size {
		b.Write(line)
		b.WriteString("\r\n")
	}
	b.WriteString("--b--\r\n")
	return b.Bytes()
}

// cost is what something took.
type cost struct {
	octets int64
	took   time.Duration
}

// TestOnePartCostsOnePart: reading the text of a message costs the same however large the
// message is.
func TestOnePartCostsOnePart(t *testing.T) {
	sizes := []int{1, 10}
	if *large {
		sizes = append(sizes, 100)
	}
	t.Log("| message | its text | its file | the whole message |")
	var first cost
	for _, mb := range sizes {
		synctest.Test(t, func(t *testing.T) {
			text, file, whole := measure(t, message(mb*1e6))
			t.Logf("| %d MB | %s | %s | %s |", mb, text, file, whole)
			if mb == 1 {
				first = text
			}
			assert.Equal(t, first, text)
			assert.Less(t, text.octets, int64(4000))
			assert.Less(t, text.took, 3*2*oneWay)
			assert.Greater(t, whole.octets, int64(mb*1e6))
			assert.Less(t, file.took, 2*whole.took)
		})
	}
}

func (c cost) String() string {
	return fmt.Sprintf("%d ms, %.1f kB", c.took.Milliseconds(), float64(c.octets)/1000)
}

// measure reads a message's text, its file, and all of it.
func measure(t *testing.T, raw []byte) (text, file, whole cost) {
	srv := imaptest.NewServer(t, &imaptest.Options{MaxMessage: 1 << 30})
	srv.User("user").Mailbox("INBOX").Deliver(raw)
	here, there := net.Pipe()
	server := srv.Pipe()
	go carry(there, server)
	go carry(server, there)
	l := &link{Conn: here}
	ctx := t.Context()
	c, err := imap.NewClient(ctx, l, &imap.Options{AllowInsecureAuth: true})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(ctx, "user", "password"))
	_, err = c.Select(ctx, "INBOX", nil)
	require.NoError(t, err)
	m, err := c.UIDFetchOne(ctx, 1, imap.FetchItems{BodyStructure: true})
	require.NoError(t, err)

	timed := func(read func(ctx context.Context) error) cost {
		begin, got := time.Now(), l.got.Load()
		require.NoError(t, read(ctx))
		return cost{l.got.Load() - got, time.Since(begin)}
	}
	part := func(p imap.Part) cost {
		return timed(func(ctx context.Context) error {
			r, err := c.OpenPart(ctx, 1, p, nil)
			if err != nil {
				return err
			}
			defer r.Close()
			_, err = io.Copy(io.Discard, r)
			return err
		})
	}
	text = part(m.BodyStructure.Text(imap.PreferPlain)[0])
	file = part(m.BodyStructure.Attachments()[0])
	whole = timed(func(ctx context.Context) error {
		items := imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}
		for body, err := range c.UIDFetchBodies(ctx, imap.UIDs(1), items, nil) {
			if err != nil {
				return err
			}
			if _, err := io.Copy(io.Discard, body); err != nil {
				return err
			}
		}
		return nil
	})
	return text, file, whole
}
