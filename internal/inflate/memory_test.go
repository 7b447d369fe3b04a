package inflate_test

import (
	"bytes"
	"compress/flate"
	"io"
	"runtime"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// heap returns the octets in use after everything unused has been freed.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools held through the first one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestAReaderTakesMemoryAsItIsNeeded: 100 of them that wait after some output.
func TestAReaderTakesMemoryAsItIsNeeded(t *testing.T) {
	const count = 100
	rows := samples()["rows"]
	for _, test := range []struct {
		name        string
		out, atMost int
		line        bool // and then a line, which arrives alone
		release     bool
	}{
		{name: "nothing read", out: 0, atMost: 1 << 10},
		{name: "a greeting", out: 100, atMost: 10 << 10},
		{name: "a mailbox", out: 300 << 10, atMost: 70 << 10},
		{name: "a mailbox and then a line", out: 300 << 10, line: true, atMost: 40 << 10},
		{name: "released", out: 300 << 10, atMost: 1 << 10, release: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var wire bytes.Buffer
			w, err := flate.NewWriter(&wire, 6)
			require.NoError(t, err)
			_, err = w.Write(rows[:test.out])
			require.NoError(t, err)
			require.NoError(t, w.Flush())
			all := wire.Len()
			if test.line {
				_, err = io.WriteString(w, "* 23 EXISTS\r\n")
				require.NoError(t, err)
				require.NoError(t, w.Flush())
			}
			readers := make([]*inflate.Reader, count)
			before := heap()
			for i := range readers {
				z := inflate.NewReader(io.MultiReader(bytes.NewReader(wire.Bytes()[:all]), bytes.NewReader(wire.Bytes()[all:]), iotest.ErrReader(errWait)))
				readers[i] = z
				if test.out > 0 {
					n, err := io.Copy(io.Discard, z)
					require.ErrorIs(t, err, errWait)
					require.GreaterOrEqual(t, n, int64(test.out))
				}
				if test.release {
					z.Release()
				}
			}
			require.Less(t, (heap()-before)/count, int64(test.atMost))
			runtime.KeepAlive(readers)
		})
	}
}

// TestAReleasedReader keeps its counts and its end, and can be used again.
func TestAReleasedReader(t *testing.T) {
	plain := samples()["rows"]
	wire := deflate(t, plain, 6)
	z := inflate.NewReader(bytes.NewReader(wire))
	for range 3 {
		_, err := io.ReadFull(z, make([]byte, 100<<10))
		require.NoError(t, err)
		in, out := z.In(), z.Out()
		z.Release()
		require.Equal(t, in, z.In())
		require.Equal(t, out, z.Out())
		_, err = z.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.ErrClosedPipe)
		z.Release()
		_, err = z.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.ErrClosedPipe)

		z.Reset(bytes.NewReader(wire))
		require.Zero(t, z.In())
		require.Zero(t, z.Out())
		got, err := io.ReadAll(z)
		require.NoError(t, err)
		require.True(t, bytes.Equal(plain, got))
		z.Release()
		_, err = z.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		z.Reset(bytes.NewReader(wire))
	}
}

// TestAReaderWithoutOctetsDoesNotSpin.
func TestAReaderWithoutOctetsDoesNotSpin(t *testing.T) {
	z := inflate.NewReader(silent{})
	_, err := z.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.ErrNoProgress)
	n, err := z.Read(nil)
	require.NoError(t, err)
	require.Zero(t, n)
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }
