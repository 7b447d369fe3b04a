package literal

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseReadsTheAnnouncementThatEndsALine(t *testing.T) {
	for line, want := range map[string]struct {
		h     Header
		start int
	}{
		"{0}":                             {Header{}, 0},
		"{5}":                             {Header{Size: 5}, 0},
		"{012}":                           {Header{Size: 12}, 0},
		"{5+}":                            {Header{Size: 5, NonSync: true}, 0},
		"{5-}":                            {Header{Size: 5, NonSync: true}, 0},
		"~{5}":                            {Header{Size: 5, Binary: true}, 0},
		"~{5+}":                           {Header{Size: 5, Binary: true, NonSync: true}, 0},
		"* 1 FETCH (BODY[] {342}":         {Header{Size: 342}, 18},
		"* 1 FETCH (BINARY[1] ~{342}":     {Header{Size: 342, Binary: true}, 21},
		"{1}{2}":                          {Header{Size: 2}, 3},
		"}{3}":                            {Header{Size: 3}, 1},
		"A {9223372036854775807}":         {Header{Size: 1<<63 - 1}, 2},
		"{00000000000000000000000000001}": {Header{Size: 1}, 0},
	} {
		h, start, ok := Parse([]byte(line))
		require.True(t, ok, line)
		assert.Equal(t, want.h, h, line)
		assert.Equal(t, want.start, start, line)
	}
}

func TestParseLeavesOtherLinesAlone(t *testing.T) {
	for _, line := range [...]string{
		"", "}", "{}", "{", "5}", "{5", "{5} ", "{a}", "{-1}", "{+1}", "{5++}", "{+}", "{-}", "{ 5}", "{5 }", "(5}", "{5x}", "{1.5}",
		"{9223372036854775808}", "{99999999999999999999999999}", "{5}\r", "\x00}", "{٥}",
	} {
		h, start, ok := Parse([]byte(line))
		assert.False(t, ok, "%q", line)
		assert.Zero(t, start)
		assert.Equal(t, Header{}, h, "%q", line)
	}
}

func TestAppendWritesWhatParseReads(t *testing.T) {
	for _, size := range [...]int64{0, 1, 9, 10, 4096, 1 << 32, 1<<63 - 1} {
		for _, h := range [...]Header{{Size: size}, {Size: size, NonSync: true}, {Size: size, Binary: true}, {Size: size, NonSync: true, Binary: true}} {
			b := h.Append([]byte("A1 APPEND x "))
			line, found := bytes.CutSuffix(b, []byte("\r\n"))
			require.True(t, found)
			got, start, ok := Parse(line)
			require.True(t, ok)
			assert.Equal(t, h, got)
			assert.Equal(t, 12, start)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, line := range [...]string{"{5}", "* 1 FETCH (BODY[] ~{342}", "{012+}", "{9223372036854775808}", "{}", "~{1}{2-}"} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		h, start, ok := Parse(line)
		if !ok {
			require.Equal(t, Header{}, h)
			require.Zero(t, start)
			return
		}
		require.GreaterOrEqual(t, h.Size, int64(0))
		require.Equal(t, byte('}'), line[len(line)-1])
		require.Less(t, start, len(line)-2)
		again, at, ok := Parse(h.Append(line[:start:start])[:len(h.Append(line[:start:start]))-2])
		require.True(t, ok)
		require.Equal(t, h, again)
		require.Equal(t, start, at)
	})
}

func TestCopyToWritesExactlyTheAnnouncedSize(t *testing.T) {
	text := strings.Repeat("0123456789", 1000)
	for _, size := range [...]int{0, 1, 15, 16, 17, 9999, 10000} {
		for name, wrap := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "octet by octet": iotest.OneByteReader, "halves": iotest.HalfReader, "end with data": iotest.DataErrReader,
		} {
			var out bytes.Buffer
			src := strings.NewReader(text)
			require.NoError(t, Source{wrap(src), int64(size)}.CopyTo(&out, make([]byte, 16)), name)
			assert.Equal(t, text[:size], out.String(), name)
			if name == "octet by octet" {
				assert.Equal(t, len(text)-size, src.Len(), "what is beyond the size is not read")
			}
		}
	}
}

func TestCopyToTellsWhoFailed(t *testing.T) {
	broken := errors.New("broken")

	var read *ReadError
	err := Source{strings.NewReader("abc"), 5}.CopyTo(io.Discard, make([]byte, 2))
	require.ErrorAs(t, err, &read)
	assert.ErrorIs(t, err, ErrShort)
	assert.EqualValues(t, 3, read.Sent)
	assert.Contains(t, err.Error(), "3 of 5 octets")

	err = Source{io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), 5}.CopyTo(io.Discard, make([]byte, 2))
	require.ErrorAs(t, err, &read)
	assert.ErrorIs(t, err, broken)
	assert.EqualValues(t, 3, read.Sent)

	err = Source{iotest.ErrReader(io.ErrUnexpectedEOF), 5}.CopyTo(io.Discard, make([]byte, 2))
	assert.ErrorIs(t, err, ErrShort)

	err = Source{silent{}, 5}.CopyTo(io.Discard, make([]byte, 2))
	require.ErrorAs(t, err, &read)
	assert.ErrorIs(t, err, io.ErrNoProgress)

	err = Source{strings.NewReader("abcdef"), 5}.CopyTo(failing{broken}, make([]byte, 2))
	assert.Equal(t, broken, err, "the writer's error is returned as it is")

	err = Source{io.MultiReader(strings.NewReader("abcde"), iotest.ErrReader(broken)), 5}.CopyTo(io.Discard, make([]byte, 5))
	assert.NoError(t, err, "what comes behind the size does not matter")
}

type silent struct{}

func (silent) Read([]byte) (int, error) { return 0, nil }

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func BenchmarkParse(b *testing.B) {
	for name, line := range map[string]string{
		"announcement": "* 12 FETCH (UID 1234 BODY[] {52431}",
		"other":        `* 12 FETCH (UID 1234 FLAGS (\Seen $Forwarded))`,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(line)))
			for b.Loop() {
				Parse([]byte(line))
			}
		})
	}
}

func BenchmarkCopyTo(b *testing.B) {
	text, buf := bytes.Repeat([]byte("a line of a mail\r\n"), 3000), make([]byte, 32<<10)
	r := bytes.NewReader(text)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r.Reset(text)
		if err := (Source{R: r, Size: int64(len(text))}).CopyTo(io.Discard, buf); err != nil {
			b.Fatal(err)
		}
	}
}
