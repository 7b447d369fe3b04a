package promises_test

import (
	"bytes"
	"compress/flate"
	"context"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/inflate"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestACompressedCommandIsOneWrite: what ends a block goes with the block.
func TestACompressedCommandIsOneWrite(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{AllowInsecureAuth: true})
	conn, err := srv.Dial()
	require.NoError(t, err)
	counted := &counter{Conn: conn}
	c, err := imap.NewClient(t.Context(), counted, nil)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	require.NoError(t, c.Compress(t.Context()))
	before := len(counted.Writes())
	require.NoError(t, c.Noop(t.Context()))
	require.Len(t, counted.Writes(), before+1)
	require.NoError(t, c.Logout(t.Context()))
	require.Len(t, counted.Writes(), before+2)
}

// TestACompressedConnectionIsSmall: 100 that have said something and are silent.
func TestACompressedConnectionIsSmall(t *testing.T) {
	const n, most = 100, 100 << 10
	bubble(t, func(t *testing.T) {
		var list []*imap.Client
		for range n {
			list = append(list, connect(t, nil, func(p *scripted.Peer) {
				p.Send("* PREAUTH [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] ready")
				p.Answer("COMPRESS DEFLATE")
				p.Hold()
			}))
		}
		before := heapInUse()
		for _, c := range list {
			require.NoError(t, c.Compress(t.Context()))
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			require.ErrorIs(t, c.Noop(ctx), context.DeadlineExceeded)
			cancel()
		}
		require.Less(t, (heapInUse()-before)/n, int64(most))
	})
}

// TestACompressedConnectionEnds whatever the goroutine that inflates is doing: in
// a bubble, nothing of it may be left.
func TestACompressedConnectionEnds(t *testing.T) {
	for name, meanwhile := range map[string]func(*testing.T, *imap.Client){
		"idle": func(*testing.T, *imap.Client) {},
		"with texts that nobody takes": func(t *testing.T, c *imap.Client) {
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				require.NoError(t, err)
				_, err = io.ReadFull(b, make([]byte, 10))
				require.NoError(t, err)
				require.NoError(t, c.Close())
				return
			}
		},
		"while rows are awaited": func(t *testing.T, c *imap.Client) {
			time.AfterFunc(time.Second, func() { _ = c.Close() })
			for _, err := range c.UIDFetch(t.Context(), imap.UIDs(7), flags, nil) {
				require.ErrorIs(t, err, imap.ErrClosed)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := inCompressedInbox(t, nil, 3, func(p *scripted.Peer) {
					if p.Command().Is("UID FETCH 7 ") {
						p.Hold()
					}
					p.Raw(rowsOf(3, bodies(1<<20)))
					p.Hold()
				})
				meanwhile(t, c)
				require.NoError(t, c.Close())
			})
		})
	}
}

// TestASilentCompressedServerTimesOut.
func TestASilentCompressedServerTimesOut(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := inCompressedInbox(t, &imap.Options{ReadTimeout: time.Minute}, 3, func(p *scripted.Peer) { p.Hold() })
		time.Sleep(time.Hour) // nothing is due
		began := time.Now()
		require.ErrorIs(t, c.Noop(t.Context()), imap.ErrTimeout)
		require.Equal(t, time.Minute, time.Since(began))
	})
}

// TestWhatDoesNotInflateEndsTheConnection: a stream that is broken, and one that is
// small for what it stands for beyond all reason.
func TestWhatDoesNotInflateEndsTheConnection(t *testing.T) {
	t.Run("broken", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inCompressedInbox(t, nil, 3, func(p *scripted.Peer) {
				p.Command()
				_, _ = p.Conn.(*deflated).Conn.Write([]byte("* 4 EXISTS\r\n"))
				p.Hold()
			})
			var corrupt *inflate.CorruptError
			require.ErrorAs(t, c.Noop(t.Context()), &corrupt)
		})
	})
	// What has arrived in one piece is counted where it is inflated, so that a part
	// that comes little by little is not found to be small.
	t.Run("all but a bomb", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			const size = 48 << 20
			c := inCompressedInbox(t, nil, 3, func(p *scripted.Peer) {
				fetch := p.Command()
				p.Sendf("* 1 FETCH (UID 1 BODY[] {%d}", size)
				d := p.Conn.(*deflated)
				wire := deflatedBy230(t, size)
				for n := 136 << 10; len(wire) > 0; n = 512 {
					n = min(n, len(wire))
					if _, err := d.Conn.Write(wire[:n]); err != nil {
						return
					}
					wire = wire[n:]
				}
				d.w.Reset(d.Conn)
				p.Raw(")\r\n")
				p.OK(fetch)
				p.Serve(nil)
			})
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				require.NoError(t, err)
				n, err := io.Copy(io.Discard, b)
				require.NoError(t, err)
				require.EqualValues(t, size, n)
			}
			works(t, c)
		})
	})
	t.Run("a bomb", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			c := inCompressedInbox(t, nil, 3, func(p *scripted.Peer) {
				p.Command()
				p.Sendf("* 1 FETCH (UID 1 BODY[] {%d}", 1<<30)
				d := p.Conn.(*deflated)
				for zeros := strings.Repeat("\x00", 1<<20); ; { // without flushes, it shrinks by a factor of 1,000
					if _, err := io.WriteString(d.w, zeros); err != nil {
						return
					}
				}
			})
			var limit *imap.LimitError
			for b, err := range c.UIDFetchBodies(t.Context(), all, whole, nil) {
				if err == nil {
					_, err = io.Copy(io.Discard, b)
				}
				require.ErrorAs(t, err, &limit)
				require.EqualValues(t, 250, limit.Limit)
			}
			require.ErrorAs(t, c.Err(), &limit)
		})
	})
}

// deflatedBy230 returns what size octets become that shrink by a factor of 230, up to
// an octet's end.
func deflatedBy230(t *testing.T, size int) []byte {
	var wire bytes.Buffer
	w, err := flate.NewWriter(&wire, flate.BestSpeed)
	require.NoError(t, err)
	r := rand.NewChaCha8([32]byte{})
	noise, zeros := make([]byte, 310), make([]byte, 128<<10-310)
	for range size / (128 << 10) {
		_, _ = r.Read(noise)
		_, err = w.Write(append(noise, zeros...))
		require.NoError(t, err)
	}
	require.NoError(t, w.Flush())
	require.InDelta(t, 230, size/wire.Len(), 12)
	return wire.Bytes()
}
