package response

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNumbersOfOneWidth compares eight octets at once with one by one, whatever
// stands behind the digits and between them.
func TestNumbersOfOneWidth(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for width := range 10 {
		s := withWidth(width)
		for range 20_000 {
			b := []byte(strconv.FormatUint(r.Uint64(), 10))
			for range r.IntN(4) {
				b[r.IntN(len(b))] = byte(r.Uint32())
			}
			n, ok := s.read(b, 0)
			want, end := scanDigits(b, 0)
			require.Equal(t, end == width && 0 < width && width < 8, ok, "%q, %d digits", b, width)
			if ok {
				require.Equal(t, want, n, "%q", b)
			}
		}
	}
}

// TestConsecutiveNumbers reads up to the first number that is not one more than
// the one before, or not followed by a space.
func TestConsecutiveNumbers(t *testing.T) {
	for text, want := range map[string]struct {
		last UID
		end  int
	}{
		"101 102 103 ........": {103, 12},
		"101 102 104 105 ....": {102, 8},
		"101 102,103 ........": {101, 4},
		"101  102 103 .......": {101, 4},
		"100 101 102 ........": {100, 0},
		"101 0102 ...........": {101, 4},
		"101 102 103":          {101, 4}, // fewer than eight octets are left to others
		"":                     {100, 0},
	} {
		s := withWidth(3)
		last, end := s.consecutive([]byte(text), 0, 100)
		require.Equal(t, want.last, last, text)
		require.Equal(t, want.end, end, text)
	}
}

// TestNumbersAreReadUpToTheLargest compares with strconv around every limit.
func TestNumbersAreReadUpToTheLargest(t *testing.T) {
	var texts []string
	for _, limit := range [...]uint64{0, 9, max32, max63, 1e19, max64} {
		for d := range uint64(3) {
			texts = append(texts, strconv.FormatUint(limit-d, 10), strconv.FormatUint(limit+d, 10))
		}
	}
	texts = append(texts, "", "18446744073709551616", "18446744073709551625", "19999999999999999999", "20000000000000000000",
		"28446744073709551615", "99999999999999999999", "100000000000000000000", "36893488147419103232", "184467440737095516150")
	for _, text := range texts {
		for _, zeros := range [...]string{"", "0", "0000000000000000000000"} {
			for _, most := range [...]uint64{max32, max63, max64} {
				in := zeros + text
				want, err := strconv.ParseUint(in, 10, 64)
				ok := err == nil && want <= most
				n, end, got := scanNumber([]byte("a"+in+")"), 1, most)
				require.Equal(t, ok, got, "%q up to %d", in, most)
				if ok {
					require.Equal(t, want, n, in)
					require.Equal(t, 1+len(in), end)
				}
			}
		}
	}
}

// TestStringEndIsWhereTheFirstOfThemIs, wherever it is and whatever stands around it.
func TestStringEndIsWhereTheFirstOfThemIs(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	const octets = "\"\\\x22\x5c\x21\x23\x5b\x5d\xa2\xdc\x00\x01\xff\x7f\x80 aZ"
	for range 20_000 {
		b := make([]byte, rnd.IntN(40))
		for i := range b {
			if b[i] = 'a'; rnd.IntN(4) == 0 {
				b[i] = octets[rnd.IntN(len(octets))]
			}
		}
		at := rnd.IntN(len(b) + 1)
		want := len(b)
		if n := bytes.IndexAny(b[at:], "\"\\"); n >= 0 {
			want = at + n
		}
		require.Equal(t, want, stringEnd(b, at), "%q from %d", b, at)
	}
}
