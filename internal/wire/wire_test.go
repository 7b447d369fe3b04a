package wire

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// pipe returns an Input with a time limit of a minute, and the peer's end. within is
// what the reader says of the response that it is in.
func pipe(t *testing.T, within *bool) (*Input, net.Conn) {
	client, peer := net.Pipe()
	t.Cleanup(func() { client.Close(); peer.Close() })
	limits := Limits{Timeout: time.Minute, Discard: 1000, DiscardTime: 10 * time.Second}
	return NewInput(client, limits, func() bool { return within != nil && *within }), peer
}

// say has the peer write each piece after a pause.
func say(peer net.Conn, pause time.Duration, pieces ...string) {
	go func() {
		for _, s := range pieces {
			time.Sleep(pause)
			if _, err := peer.Write([]byte(s)); err != nil {
				return
			}
		}
	}()
}

// readFor reads until an error, and returns it with how long that took.
func readFor(in *Input, each func()) (time.Duration, error) {
	began := time.Now()
	buf := make([]byte, 100)
	for {
		if _, err := in.Read(buf); err != nil {
			return time.Since(began), err
		}
		if each != nil {
			each()
		}
	}
}

func words(n int) []string { return strings.Fields(strings.Repeat("still-here ", n)) }

func TestTimeLimit(t *testing.T) {
	for name, test := range map[string]struct {
		pieces []string
		pause  time.Duration
		within bool
		each   func(*Input)
		want   time.Duration
	}{
		"silence":                         {want: time.Minute},
		"talk is no progress":             {pieces: words(100), pause: 7 * time.Second, want: time.Minute},
		"the rest of a response is":       {pieces: words(100), pause: 29 * time.Second, within: true, want: 100*29*time.Second + time.Minute},
		"an answer is":                    {pieces: words(100), pause: 29 * time.Second, each: (*Input).Progress, want: 100*29*time.Second + time.Minute},
		"activity is":                     {pieces: words(10), pause: 29 * time.Second, each: (*Input).Active, want: 10*29*time.Second + time.Minute},
		"but activity alone not for ever": {pieces: words(1000), pause: 59 * time.Second, each: (*Input).Active, want: 32*59*time.Second + time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				within := test.within
				in, peer := pipe(t, &within)
				say(peer, test.pause, test.pieces...)
				in.Expect(true)
				took, err := readFor(in, func() {
					if test.each != nil {
						test.each(in)
					}
				})
				require.ErrorIs(t, err, ErrTimeout)
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				require.Equal(t, test.want, took)
				peer.Close()
				time.Sleep(test.pause + 1) // say notices
			})
		})
	}
}

// TestNoAnswerIsDue: then silence means nothing, until one is.
func TestNoAnswerIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, _ := pipe(t, nil)
		require.False(t, in.Expecting())
		time.AfterFunc(24*time.Hour, func() { in.Expect(true) })
		took, err := readFor(in, nil)
		require.ErrorIs(t, err, ErrTimeout)
		require.Equal(t, 24*time.Hour+time.Minute, took)
	})
}

// TestInterrupt breaks off the read that waits, or else the next one, and nothing
// is lost; it also does so while an answer begins to be due.
func TestInterrupt(t *testing.T) {
	for name, prepare := range map[string]func(*Input){
		"a read that waits":                  func(in *Input) { time.AfterFunc(time.Second, in.Interrupt) },
		"the next read":                      (*Input).Interrupt,
		"the next read, an answer being due": func(in *Input) { in.Interrupt(); in.Expect(true) },
		"a read that waits, and then an answer is due": func(in *Input) {
			time.AfterFunc(time.Second, func() { in.Interrupt(); in.Expect(true) })
		},
	} {
		for over, open := range map[string]func(*Input, net.Conn) io.Writer{
			"plain":   func(_ *Input, peer net.Conn) io.Writer { return peer },
			"deflate": func(in *Input, peer net.Conn) io.Writer { in.Inflate(nil); return &flushed{peer} },
		} {
			t.Run(name+", "+over, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					in, peer := pipe(t, nil)
					w := open(in, peer)
					prepare(in)
					buf := make([]byte, 100)
					_, err := in.Read(buf)
					require.ErrorIs(t, err, ErrInterrupted)
					go func() { _, _ = w.Write([]byte("hello")) }()
					n, err := in.Read(buf)
					require.NoError(t, err)
					require.Equal(t, "hello", string(buf[:n]))
					require.EqualValues(t, 5, in.Total())
				})
			})
		}
	}
}

// flushed compresses each write, as a server does.
type flushed struct{ w io.Writer }

func (f *flushed) Write(b []byte) (int, error) {
	var buf bytes.Buffer
	z, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		return 0, err
	}
	if _, err := z.Write(b); err != nil {
		return 0, err
	}
	if err := z.Flush(); err != nil {
		return 0, err
	}
	_, err = f.w.Write(buf.Bytes())
	return len(b), err
}

func TestDiscardBudget(t *testing.T) {
	for name, test := range map[string]struct {
		piece string
		pause time.Duration
		want  string
	}{
		"octets": {strings.Repeat("x", 99), 0, "octets"},
		"time":   {"x", time.Second, "seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				in, peer := pipe(t, nil)
				go func() {
					for {
						if _, err := peer.Write([]byte(test.piece)); err != nil {
							return
						}
						time.Sleep(test.pause)
					}
				}()
				for range 20 { // nothing is discarded
					_, err := in.Read(make([]byte, 100))
					require.NoError(t, err)
				}
				in.Discard(true)
				_, err := readFor(in, nil)
				var over *BudgetError
				require.ErrorAs(t, err, &over)
				require.Contains(t, over.What, test.want)
				in.Discard(false)
				_, err = in.Read(make([]byte, 100))
				require.NoError(t, err, "it is over")
				peer.Close()
				time.Sleep(test.pause + 1) // the peer notices
			})
		})
	}
}

// TestInflateTakesOverWhatWasRead splits a compressed stream at every octet.
func TestInflateTakesOverWhatWasRead(t *testing.T) {
	var stream bytes.Buffer
	_, err := (&flushed{&stream}).Write([]byte("one two three"))
	require.NoError(t, err)
	for i := range stream.Len() {
		client, peer := net.Pipe()
		in := NewInput(client, Limits{}, func() bool { return false })
		first := bytes.Clone(stream.Bytes()[:i])
		in.Inflate(first)
		clear(first)
		go func() { _, _ = peer.Write(stream.Bytes()[i:]); peer.Close() }()
		got, err := io.ReadAll(in)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, "one two three", string(got))
		in.Release()
	}
}

// TestDecompressionIsBounded reads what is small for what it stands for.
func TestDecompressionIsBounded(t *testing.T) {
	var bomb bytes.Buffer
	z, err := flate.NewWriter(&bomb, flate.BestCompression)
	require.NoError(t, err)
	_, err = z.Write(make([]byte, 2*inflateStretch))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	client, peer := net.Pipe()
	go func() { _, _ = io.Copy(peer, &bomb); peer.Close() }()
	in := NewInput(client, Limits{}, func() bool { return false })
	in.Inflate(nil)
	n, err := io.Copy(io.Discard, in)
	var over *BudgetError
	require.ErrorAs(t, err, &over)
	require.EqualValues(t, inflateFactor, over.Limit)
	require.Less(t, n, int64(inflateStretch+1<<20))
	client.Close()
}

// recorder is a connection that keeps what is written.
type recorder struct {
	net.Conn
	writes [][]byte
	fail   error
}

func (r *recorder) Write(b []byte) (int, error) {
	r.writes = append(r.writes, bytes.Clone(b))
	return len(b), r.fail
}

func (r *recorder) SetWriteDeadline(time.Time) error { return nil }

// TestOutputCollects sends in one write what fits, and nothing before Flush.
func TestOutputCollects(t *testing.T) {
	r, sent := &recorder{}, 0
	out := NewOutput(r, time.Minute, func() { sent++ })
	for range 100 {
		_, err := out.Write([]byte("0123456789"))
		require.NoError(t, err)
	}
	require.Empty(t, r.writes)
	require.Equal(t, 1000, out.Buffered())
	require.NoError(t, out.Flush())
	require.Len(t, r.writes, 1)
	require.Equal(t, 1, sent)
	require.Zero(t, out.Buffered())
	large := bytes.Repeat([]byte("x"), 5*FlushAt)
	_, err := out.Write(large)
	require.NoError(t, err)
	require.NoError(t, out.Flush())
	require.Equal(t, large, bytes.Join(r.writes[1:], nil))
	require.Equal(t, 11, sent, "each piece counts as progress")
	r.fail = errors.New("broken")
	_, err = out.Write([]byte("x"))
	require.NoError(t, err)
	require.ErrorIs(t, out.Flush(), r.fail)
}

// TestWriteTimeLimit has a peer that takes nothing.
func TestWriteTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, peer := net.Pipe()
		defer peer.Close()
		out := NewOutput(client, time.Minute, func() {})
		_, err := out.Write([]byte("x"))
		require.NoError(t, err)
		began := time.Now()
		require.ErrorIs(t, out.Flush(), ErrTimeout)
		require.Equal(t, time.Minute, time.Since(began))
	})
}

// TestConnectionsShareNoText: what one connection sends compressed must not refer
// to what another one has sent with the same compressor, which the peer does not
// have, and must not learn.
func TestConnectionsShareNoText(t *testing.T) {
	text := []byte(strings.Repeat("a secret that only one of the two peers may know. ", 20))
	for range 20 {
		r := &recorder{}
		out := NewOutput(r, 0, func() {})
		out.Deflate()
		for range 2 { // nor to what it has sent before, as the compressor may be another one
			_, err := out.Write(text)
			require.NoError(t, err)
			require.NoError(t, out.Flush())
			last := r.writes
			r.writes = nil
			got, err := io.ReadAll(flate.NewReader(bytes.NewReader(bytes.Join(last, nil))))
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Equal(t, text, got)
		}
	}
}

// TestTheStreamEndsAtItsOctet has a peer end its compression in each way, and cuts what
// it sends at every octet.
func TestTheStreamEndsAtItsOctet(t *testing.T) {
	const answer, text = "A1 OK done\r\n", "* OK plain\r\nA2 OK too\r\n"
	deflated := func(flush, end bool) []byte {
		var out bytes.Buffer
		z, err := flate.NewWriter(&out, flate.BestSpeed)
		require.NoError(t, err)
		_, err = z.Write([]byte(answer))
		require.NoError(t, err)
		if flush {
			require.NoError(t, z.Flush())
		}
		if end {
			require.NoError(t, z.Close())
		}
		return out.Bytes()
	}
	for name, wire := range map[string][]byte{
		"a last block":           deflated(true, true),
		"the last block of data": deflated(false, true),
		"zlib's last block":      append(deflated(true, false), 3, 0),
		"another flush":          append(deflated(true, false), 0, 0, 0, 0xff, 0xff, 3, 0),
		"no end, as Cyrus":       deflated(true, false),
	} {
		for i := range len(wire) + 1 {
			client, peer := net.Pipe()
			in := NewInput(client, Limits{}, func() bool { return false })
			go func() {
				for _, piece := range [][]byte{wire[:i], wire[i:], []byte(text)} {
					_, _ = peer.Write(piece)
				}
				peer.Close()
			}()
			in.Inflate(nil)
			got := make([]byte, len(answer))
			_, err := io.ReadFull(in, got)
			require.NoError(t, err, "%s, %d", name, i)
			in.EndInflate([]byte("* 1 EXISTS\r\n"))
			rest, err := io.ReadAll(in)
			require.NoError(t, err, "%s, %d", name, i)
			require.Equal(t, answer+"* 1 EXISTS\r\n"+text, string(got)+string(rest), "%s, %d", name, i)
		}
	}
}

// TestOutputEndsItsStream: what is sent after it is plain.
func TestOutputEndsItsStream(t *testing.T) {
	conn := &recorder{}
	o := NewOutput(conn, 0, func() {})
	require.False(t, o.EndDeflate())
	o.Deflate()
	say := func(line string) {
		_, err := o.Write([]byte(line))
		require.NoError(t, err)
		require.NoError(t, o.Flush())
	}
	say("A1 NOOP\r\n")
	require.True(t, o.EndDeflate())
	say("A2 UNAUTHENTICATE\r\n")
	say("A3 NOOP\r\n")
	require.Len(t, conn.writes, 3)
	require.Equal(t, "A3 NOOP\r\n", string(conn.writes[2]))
	got, err := io.ReadAll(flate.NewReader(bytes.NewReader(bytes.Join(conn.writes[:2], nil))))
	require.NoError(t, err)
	require.Equal(t, "A1 NOOP\r\nA2 UNAUTHENTICATE\r\n", string(got))
}
