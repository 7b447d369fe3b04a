package inflate_test

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/inflate"
)

// pieces is a reader that returns its octets in pieces of random sizes, with an
// error between some of them.
type pieces struct {
	rest []byte
	r    *rand.Rand
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	size := 1 + p.r.IntN(1<<p.r.IntN(16))
	n := copy(b[:min(size, len(b))], p.rest)
	p.rest = p.rest[n:]
	if p.r.IntN(4) == 0 {
		return n, errWait
	}
	return n, nil
}

// readPatiently reads z to its end, in pieces of random sizes, and reads on after
// errWait.
func readPatiently(z *inflate.Reader, r *rand.Rand) ([]byte, error) {
	var all []byte
	for {
		p := make([]byte, 1+r.IntN(1<<r.IntN(14)))
		n, err := z.Read(p)
		all = append(all, p[:n]...)
		if err != nil && !errors.Is(err, errWait) {
			return all, err
		}
	}
}

// flushed compresses plain in pieces of random sizes, each of them flushed or not.
func flushed(tb testing.TB, plain []byte, level int, r *rand.Rand) []byte {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, level)
	require.NoError(tb, err)
	for len(plain) > 0 {
		n := min(len(plain), 1+r.IntN(1<<r.IntN(18)))
		_, err := w.Write(plain[:n])
		require.NoError(tb, err)
		if r.IntN(2) == 0 {
			require.NoError(tb, w.Flush())
		}
		plain = plain[n:]
	}
	require.NoError(tb, w.Close())
	return out.Bytes()
}

// TestAllThatIsDeflatedIsInflated: all levels, however the stream is cut, by one
// Reader after the other and by one that is used again.
func TestAllThatIsDeflatedIsInflated(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	again := inflate.NewReader(nil)
	for name, plain := range samples() {
		for level := flate.HuffmanOnly; level <= flate.BestCompression; level++ {
			wire := flushed(t, plain, level, r)
			for _, z := range []*inflate.Reader{inflate.NewReader(&pieces{wire, r}), again} {
				if z == again {
					z.Reset(&pieces{wire, r})
				}
				got, err := readPatiently(z, r)
				require.ErrorIs(t, err, io.EOF, "%s, level %d", name, level)
				require.True(t, bytes.Equal(plain, got), "%s, level %d", name, level)
				require.EqualValues(t, len(wire), z.In())
				require.EqualValues(t, len(plain), z.Out())
			}
		}
	}
}

// agree requires that this package and compress/flate make the same of a stream.
// compress/flate may give out less of one that ends early or is corrupt, since it
// reads the bits of the end of a block at once, and then says that it ends early.
func agree(t *testing.T, wire []byte) {
	t.Helper()
	const most = 4 << 20
	want, wantErr := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(wire)), most))
	z := inflate.NewReader(iotest.HalfReader(bytes.NewReader(wire)))
	got, gotErr := io.ReadAll(io.LimitReader(z, most))
	require.Equal(t, wantErr == nil, gotErr == nil, "compress/flate: %v, inflate: %v", wantErr, gotErr)
	require.True(t, bytes.HasPrefix(got, want))
	var wantCorrupt flate.CorruptInputError
	var gotCorrupt *inflate.CorruptError
	switch {
	case wantErr == nil:
		require.Equal(t, len(want), len(got))
	case errors.As(wantErr, &wantCorrupt):
		require.ErrorAs(t, gotErr, &gotCorrupt)
		require.Equal(t, len(want), len(got))
	case !errors.As(gotErr, &gotCorrupt):
		require.ErrorIs(t, gotErr, io.ErrUnexpectedEOF)
	}
	r := rand.New(rand.NewPCG(uint64(len(wire)), 5))
	z.Reset(&pieces{wire, r})
	if len(got) < most {
		inPieces, err := readPatiently(z, r)
		require.True(t, bytes.Equal(got, inPieces))
		require.Equal(t, gotErr == nil, err == io.EOF)
	}
}

// TestCorruptStreamsAreRefused as compress/flate refuses them: streams with octets
// and bits changed, taken out and put in, and noise.
func TestCorruptStreamsAreRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	_, fromZlib := zlibStreams(t)
	var streams [][]byte
	for _, s := range fromZlib {
		streams = append(streams, s.Wire)
	}
	for _, plain := range samples() {
		for _, level := range []int{flate.HuffmanOnly, 1, 6, 9} {
			streams = append(streams, flushed(t, plain[:4<<10], level, r))
		}
	}
	for range 20 {
		for _, s := range streams {
			wire := bytes.Clone(s)
			for range 1 + r.IntN(3) {
				at := r.IntN(len(wire))
				switch r.IntN(4) {
				case 0:
					wire[at] ^= 1 << r.IntN(8)
				case 1:
					wire[at] = byte(r.Uint32())
				case 2:
					wire = append(wire[:at], wire[min(len(wire), at+1+r.IntN(4)):]...)
				case 3:
					wire = append(wire[:at:at], s[r.IntN(len(s)):]...)
				}
				if len(wire) == 0 {
					break
				}
			}
			agree(t, wire)
		}
	}
	for range 1000 {
		wire := make([]byte, 1+r.IntN(400))
		for i := range wire {
			wire[i] = byte(r.Uint32())
		}
		wire[0] = wire[0]&^7 | byte(2+r.IntN(4)) // a block of type 1 or 2
		agree(t, wire)
	}
}

func FuzzAgainstFlate(f *testing.F) {
	for _, plain := range samples() {
		f.Add(deflate(f, plain[:500], 1))
		f.Add(deflate(f, plain[:500], 6))
	}
	f.Fuzz(func(t *testing.T, wire []byte) { agree(t, wire) })
}

// TestFaultsHaveNames: each rule of RFC 1951 that a stream can break, as bits in the
// order in which they are read.
func TestFaultsHaveNames(t *testing.T) {
	const dynamic = "1 01 " // the last block, type 2
	for _, test := range []struct{ bits, plain, reason string }{
		{"1 11", "", "reserved block type"},
		{"1 00 00000  1000000000000000 1111111111111111", "", "LEN and NLEN of a stored block do not match"},
		{"1 10 11000110 00000000", "", "unassigned literal/length code"},
		{"1 10 10010001 11000111", "a", "unassigned literal/length code"},
		{"1 10 10010001 0000001 11110", "a", "unassigned distance code"},
		{"1 10 10010001 0000001 00001", "a", "distance beyond the beginning of the stream"},
		{dynamic + "11111 00000 0000", "", "too many literal/length codes"},
		{dynamic + "00000 11111 0000", "", "too many distance codes"},
		{dynamic + "00000 00000 0000 100 100 100 000", "", "invalid code length code"},
		{dynamic + "00000 00000 0000 010 000 000 000", "", "invalid code length code"},
		{dynamic + "00000 00000 0000 100 000 000 000 1", "", "unassigned code for a code length"},
		{dynamic + "00000 00000 0000 100 000 000 000 0", "", "no code length to repeat"},
		{dynamic + "00000 00000 0000 000 000 100 100 1 1111111 1 1111111", "", "more code lengths than codes"},
	} {
		z := inflate.NewReader(bytes.NewReader(packed(test.bits)))
		got, err := io.ReadAll(z)
		var corrupt *inflate.CorruptError
		require.ErrorAs(t, err, &corrupt, test.bits)
		require.Equal(t, test.reason, corrupt.Reason, test.bits)
		require.Equal(t, test.plain, string(got))
		require.Contains(t, err.Error(), test.reason)
		_, again := z.Read(make([]byte, 1))
		require.Equal(t, err, again)
		agree(t, packed(test.bits))
	}
}

// packed packs bits into octets, from the lowest up, RFC 1951 §3.1.1.
func packed(bits string) []byte {
	bits = strings.ReplaceAll(bits, " ", "")
	b := make([]byte, (len(bits)+7)/8)
	for i, bit := range bits {
		if bit == '1' {
			b[i/8] |= 1 << (i % 8)
		}
	}
	return b
}

// dynamic returns the bits of a last block of type 2 up to its symbols, whose codes
// have the given numbers of bits.
func dynamic(literals map[int]int, distances []int) string {
	count := slices.Max(slices.Collect(maps.Keys(literals))) + 1
	bits := "1 01 " + number(count-257, 5) + number(len(distances)-1, 5) + number(15, 4)
	for _, symbol := range []int{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15} {
		if symbol < 16 {
			bits += number(4, 3) // the code of a code length is that number, in four bits
		} else {
			bits += number(0, 3)
		}
	}
	for symbol := range count {
		bits += fmt.Sprintf("%04b", literals[symbol])
	}
	for _, n := range distances {
		bits += fmt.Sprintf("%04b", n)
	}
	return bits + " "
}

// number returns a number of n bits as it stands in a stream, the lowest bit first.
func number(v, n int) string {
	b := []byte(fmt.Sprintf("%0*b", n, v))
	slices.Reverse(b)
	return string(b)
}

// TestCodesWithAHole: RFC 1951 §3.2.7 allows a distance code of one symbol, which has
// one bit, and one of none. compress/flate allows them for the other codes, too.
func TestCodesWithAHole(t *testing.T) {
	literals := map[int]int{'a': 1, 256: 2, 257: 2}
	const a, end, three = "0", "10", "11" // the codes that follow from that, of three: a match of 3
	for _, test := range []struct{ name, bits, plain, reason string }{
		{"no distance, not used", dynamic(literals, []int{0}) + a + a + end, "aa", ""},
		{"no distance, used", dynamic(literals, []int{0}) + a + three, "a", "unassigned distance code"},
		{"one distance", dynamic(literals, []int{1}) + a + three + "0" + end, "aaaa", ""},
		{"two distances of which one exists", dynamic(literals, []int{0, 1}) + a + a + three + "0" + end, "aaaaa", ""},
		{"the other distance", dynamic(literals, []int{1}) + a + three + "1", "a", "unassigned distance code"},
		{"one distance of two bits", dynamic(literals, []int{2}), "", "invalid distance code"},
		{"three distances of one bit", dynamic(literals, []int{1, 1, 1}), "", "invalid distance code"},
		{"an end only", dynamic(map[int]int{256: 1}, []int{0}) + "0", "", ""},
		{"not the end", dynamic(map[int]int{256: 1}, []int{0}) + "1", "", "unassigned literal/length code"},
		{"too few literals", dynamic(map[int]int{'a': 2, 256: 2}, []int{0}), "", "invalid literal/length code"},
	} {
		t.Run(test.name, func(t *testing.T) {
			wire := packed(test.bits)
			got, err := io.ReadAll(inflate.NewReader(bytes.NewReader(wire)))
			require.Equal(t, test.plain, string(got))
			if test.reason == "" {
				require.NoError(t, err)
			} else {
				var corrupt *inflate.CorruptError
				require.ErrorAs(t, err, &corrupt)
				require.Equal(t, test.reason, corrupt.Reason)
			}
			agree(t, wire)
		})
	}
}

// TestAnyCompleteCode: random and uneven ones, whose tables have subtables of all
// sizes, after a stored block that distances reach back into.
func TestAnyCompleteCode(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 9))
	stored := append([]byte{0, 0xff, 0x7f, 0, 0x80}, samples()["noise"][:1<<15-1]...)
	for i := range 60 {
		code := completeCode(r, 2+r.IntN(285), i%3 == 0)
		literals := map[int]int{256: slices.Max(code)}
		code = slices.Delete(code, slices.Index(code, literals[256]), 1+slices.Index(code, literals[256]))
		symbols := r.Perm(286)
		for _, n := range code {
			if symbols[0] == 256 {
				symbols = symbols[1:]
			}
			literals[symbols[0]] = n
			symbols = symbols[1:]
		}
		block := []byte(dynamic(literals, completeCode(r, 1+r.IntN(30), i%2 == 0)))
		for range 3000 {
			block = append(block, '0'+byte(r.IntN(2)))
		}
		agree(t, append(bytes.Clone(stored), packed(string(block))...))
	}
}

// completeCode returns the numbers of bits of a random complete code of up to count
// symbols: it divides one symbol after the other, one of the last two if it is to be
// uneven.
func completeCode(r *rand.Rand, count int, uneven bool) []int {
	if count == 1 {
		return []int{1}
	}
	lengths := []int{1, 1}
	for tries := 0; len(lengths) < count && tries < 1000; tries++ {
		i := r.IntN(len(lengths))
		if uneven {
			i = len(lengths) - 1 - r.IntN(2)
		}
		if lengths[i] < 15 {
			lengths[i]++
			lengths = append(lengths, lengths[i])
		}
	}
	return lengths
}
