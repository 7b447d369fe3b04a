package inflate_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// zlibStream is a stream that zlib made, from testdata/zlib.json.
type zlibStream struct {
	Name  string
	Wire  []byte
	Steps [][2]int // octets that each octet of Wire adds to the output, and how often in a row
}

// zlibStreams returns the streams, and what all of them inflate to.
func zlibStreams(t *testing.T) (plain []byte, streams []zlibStream) {
	b, err := os.ReadFile("testdata/zlib.json")
	require.NoError(t, err)
	var all struct {
		Plain   []byte
		Streams []zlibStream
	}
	require.NoError(t, json.Unmarshal(b, &all))
	require.NotEmpty(t, all.Streams)
	return all.Plain, all.Streams
}

var errWait = errors.New("would wait")

// wire is a connection on which octets arrive as the test says. When there are none,
// its Read returns errWait.
type wire struct{ arrived bytes.Buffer }

func (w *wire) Read(p []byte) (int, error) {
	if w.arrived.Len() == 0 {
		return 0, errWait
	}
	return w.arrived.Read(p)
}

// readAll returns what z can be read up to now, and why there is no more.
func readAll(z *inflate.Reader) ([]byte, error) {
	var all []byte
	p := make([]byte, 100)
	for {
		n, err := z.Read(p)
		all = append(all, p[:n]...)
		if err != nil {
			return all, err
		}
	}
}

// TestEveryPrefixYieldsWhatZlibYields, if it arrives octet by octet, whereby each
// wait is an error of the connection, and if it arrives in two pieces.
func TestEveryPrefixYieldsWhatZlibYields(t *testing.T) {
	plain, streams := zlibStreams(t)
	for _, s := range streams {
		t.Run(s.Name, func(t *testing.T) {
			conn := &wire{}
			z := inflate.NewReader(conn)
			at, out := 0, 0
			for _, step := range s.Steps {
				for range step[1] {
					conn.arrived.WriteByte(s.Wire[at])
					at++
					got, err := readAll(z)
					if at == len(s.Wire) {
						require.ErrorIs(t, err, io.EOF)
					} else {
						require.ErrorIs(t, err, errWait)
					}
					require.Equal(t, string(plain[out:out+step[0]]), string(got), "after %d octets", at)
					out += step[0]
					require.EqualValues(t, out, z.Out())

					first := &wire{}
					first.arrived.Write(s.Wire[:at])
					z := inflate.NewReader(first)
					got, _ = readAll(z)
					require.Equal(t, string(plain[:out]), string(got), "after %d octets in one piece", at)
					first.arrived.Write(s.Wire[at:])
					got, err = readAll(z)
					require.ErrorIs(t, err, io.EOF)
					require.Equal(t, string(plain[out:]), string(got))
				}
			}
			require.Equal(t, len(plain), out)
			require.EqualValues(t, len(s.Wire), z.In())
		})
	}
}

// TestOctetsThatCameWithAnErrorPrecedeIt.
func TestOctetsThatCameWithAnErrorPrecedeIt(t *testing.T) {
	plain, streams := zlibStreams(t)
	for _, s := range streams {
		want := plain[:len(plain)-s.Steps[len(s.Steps)-1][0]]
		z := inflate.NewReader(iotest.DataErrReader(io.MultiReader(bytes.NewReader(s.Wire[:len(s.Wire)-1]), iotest.ErrReader(errWait))))
		got, err := readAll(z)
		require.ErrorIs(t, err, errWait)
		require.Equal(t, string(want), string(got))
		_, err = z.Read(make([]byte, 1))
		require.ErrorIs(t, err, errWait)

		z = inflate.NewReader(bytes.NewReader(s.Wire[:len(s.Wire)-1]))
		got, err = readAll(z)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Equal(t, string(want), string(got))
	}
}
