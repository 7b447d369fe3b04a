package response

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const maxNum = 1<<32 - 1

func uidSet(t testing.TB, text string) UIDSet {
	t.Helper()
	if text == "" {
		return UIDSet{}
	}
	s, err := ParseUIDSet(text)
	require.NoError(t, err)
	return s
}

func TestSetsAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]string{
		"1":                       "1",
		"1,2":                     "1:2",
		"2,1":                     "1:2",
		"5,3,2,1":                 "1:3,5",
		"1:1":                     "1",
		"10:1":                    "1:10",
		"1:3,2:5":                 "1:5",
		"1:3,4:5":                 "1:5",
		"1:3,5:6":                 "1:3,5:6",
		"7,7,7":                   "7",
		"*":                       "*",
		"*:*":                     "*",
		"1:*":                     "1:*",
		"*:4":                     "4:*",
		"5:*,3":                   "3,5:*",
		"5:*,*":                   "5:*",
		"*,5:*":                   "5:*",
		"*,1":                     "1,*",
		"4:*,1:3":                 "1:*",
		"4294967295":              "4294967295",
		"4294967295,*":            "4294967295:*",
		"4294967294:4294967295":   "4294967294:4294967295",
		"1:4294967295":            "1:4294967295",
		"0000001:00000000":        "",
		"007":                     "7",
		"00000000007":             "7",
		"0000000000000000000007":  "7",
		"2,4:7,9,12:*":            "2,4:7,9,12:*",
		"":                        "",
		"0":                       "",
		"1:0":                     "",
		"4294967296":              "",
		"1:4294967296":            "",
		"99999999999999999999999": "",
		",1":                      "",
		"1,":                      "",
		"1,,2":                    "",
		"1:":                      "",
		":1":                      "",
		"1:2:3":                   "",
		"1 2":                     "",
		" 1":                      "",
		"1\x00":                   "",
		"-1":                      "",
		"+1":                      "",
		"1.5":                     "",
		"a":                       "",
		"**":                      "",
		"1*":                      "",
		"$":                       "",
	} {
		s, err := ParseUIDSet(text)
		q, err2 := ParseSeqSet(text)
		require.Equal(t, err == nil, err2 == nil)
		if want == "" {
			assert.ErrorIs(t, err, ErrBadSet, "%q", text)
			continue
		}
		require.NoError(t, err, text)
		assert.Equal(t, want, s.String(), text)
		assert.Equal(t, want, q.String(), text)
		assert.True(t, q.Equal(AsSeqSet(s)), text)
	}
}

func TestASetOfAllNumbersIsEightOctets(t *testing.T) {
	s := uidSet(t, "1:4294967295")
	assert.Len(t, s.Ranges(), 1)
	assert.EqualValues(t, maxNum, s.Len())
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = ParseUIDSet("1:4294967295") }), 1.0)
}

// TestSetsAgreeWithANaiveModel makes random changes to a set and to a map.
func TestSetsAgreeWithANaiveModel(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		// numbers at both ends of what there is, so that wrapping would show
		num := func() UID {
			n := 1 + r.Uint32N(40)
			if seed%2 == 1 && n > 20 {
				n = maxNum - n + 21
			}
			return UID(n)
		}
		s, m := UIDSet{}, model{}
		for step := range 60 {
			a, b := num(), num()
			if max(a, b)-min(a, b) > 40 {
				b = a
			}
			switch r.IntN(5) {
			case 0:
				s.AddNum(a, b)
				m[a], m[b] = true, true
			case 1:
				s.AddRange(a, b)
				m.addRange(a, b)
			case 2:
				other, om := UIDSet{}, model{}
				for range r.IntN(6) {
					n := num()
					other.AddNum(n)
					om[n] = true
				}
				kept := other.String()
				s.AddSet(other)
				maps.Copy(m, om)
				require.Equal(t, kept, other.String(), "AddSet changed its argument")
			case 3:
				other, om := UIDSet{}, model{}
				for range r.IntN(4) {
					n := num()
					other.AddNum(n)
					om[n] = true
				}
				kept := other.String()
				s.Remove(other)
				maps.DeleteFunc(m, func(n UID, _ bool) bool { return om[n] })
				require.Equal(t, kept, other.String(), "Remove changed its argument")
			case 4:
				lo, hi := min(a, b), max(a, b)
				s.Remove(UIDRange(hi, lo))
				maps.DeleteFunc(m, func(n UID, _ bool) bool { return lo <= n && n <= hi })
			}
			requireModel(t, m, s, "seed %d step %d", seed, step)
		}
	}
}

// requireModel compares all that a set tells with a model without "*".
func requireModel(t testing.TB, m model, s UIDSet, msg string, args ...any) {
	t.Helper()
	requireInOrder(t, s)
	want := slices.Sorted(maps.Keys(m))
	got := slices.Collect(s.All())
	if !slices.Equal(want, got) {
		require.Equal(t, want, got, fmt.Sprintf(msg, args...))
	}
	slices.Reverse(got)
	back := slices.Collect(s.Backward())
	require.True(t, slices.Equal(got, back), msg, args)
	require.EqualValues(t, len(want), s.Len())
	require.Equal(t, len(want) == 0, s.Empty())
	require.False(t, s.Dynamic())
	lo, ok := s.Min()
	require.Equal(t, len(want) > 0, ok)
	hi, _ := s.Max()
	if ok {
		require.Equal(t, want[0], lo)
		require.Equal(t, want[len(want)-1], hi)
		require.True(t, s.Equal(uidSet(t, s.String())))
	}
	for _, n := range m.edges() {
		require.Equal(t, m[n], s.Contains(n))
	}
	for n := range len(want) + 2 {
		last := slices.Collect(s.Last(n).All())
		require.True(t, slices.Equal(want[max(0, len(want)-n):], last), "Last(%d) of %s: %v", n, s, last)
		requireInOrder(t, s.Last(n))
	}
}

// requireInOrder checks what every set keeps to: ascending ranges with gaps
// between them.
func requireInOrder[N UID | SeqNum](t testing.TB, s Set[N]) {
	t.Helper()
	for i, r := range s.Ranges() {
		if rank(r.Start) > rank(r.Stop) || i > 0 && !follows(s.Ranges()[i-1].Stop, r.Start) {
			t.Fatalf("out of order: %v", s.Ranges())
		}
	}
}

// model is a naive set. Star is a number like any other.
type model map[UID]bool

func (m model) addRange(a, b UID) {
	for n := min(a, b); ; n++ {
		m[n] = true
		if n == max(a, b) {
			return
		}
	}
}

// edges returns the numbers at which a fault would show.
func (m model) edges() []UID {
	out := []UID{1, 2, maxNum - 1, maxNum}
	for n := range m {
		for _, e := range [...]UID{n - 1, n, n + 1} {
			if e != 0 {
				out = append(out, e)
			}
		}
	}
	return out
}

// ranges is the naive reading of a sequence-set, with "*" as 2^32.
type ranges [][2]uint64

func naiveSet(text string) (out ranges, ok bool) {
	num := func(s string) (uint64, bool) {
		if s == "*" {
			return 1 << 32, true
		}
		if strings.Trim(s, "0123456789") != "" {
			return 0, false
		}
		n, err := strconv.ParseUint(s, 10, 32)
		return n, err == nil && n > 0
	}
	for item := range strings.SplitSeq(text, ",") {
		first, second, both := strings.Cut(item, ":")
		if !both {
			second = first
		}
		a, ok1 := num(first)
		b, ok2 := num(second)
		if !ok1 || !ok2 {
			return nil, false
		}
		out = append(out, [2]uint64{min(a, b), max(a, b)})
	}
	return out, true
}

func (rs ranges) has(n UID) bool {
	for _, r := range rs {
		if r[0] <= uint64(n) && uint64(n) <= r[1] {
			return true
		}
	}
	return false
}

func (rs ranges) edges() []UID {
	out := []UID{1, maxNum}
	for _, r := range rs {
		for _, e := range r {
			for _, n := range [...]uint64{e - 1, e, e + 1} {
				if 0 < n && n <= maxNum {
					out = append(out, UID(n))
				}
			}
		}
	}
	return out
}

func TestStarIsTheLargestNumber(t *testing.T) {
	var s UIDSet
	s.AddNum(5, 0)
	assert.Equal(t, "5", s.String(), "zero is no number")
	s.AddRange(Star, Star)
	assert.Equal(t, "5,*", s.String())
	assert.True(t, s.Dynamic())
	assert.True(t, s.Contains(Star))
	assert.False(t, s.Contains(6))

	s.AddRange(Star, 7)
	assert.Equal(t, "5,7:*", s.String())
	assert.True(t, s.Contains(maxNum))
	assert.False(t, s.Contains(6))
	hi, ok := s.Max()
	assert.True(t, ok)
	assert.EqualValues(t, Star, hi)
	assert.Equal(t, []UID{5, 7}, slices.Collect(s.All()), "of 7:* only the start")
	assert.Equal(t, []UID{7, 5}, slices.Collect(s.Backward()))
	assert.Empty(t, slices.Collect(UIDRange(Star, Star).All()))
	assert.Empty(t, slices.Collect(UIDRange(Star, Star).Backward()))

	s.Remove(uidSet(t, "1:10"))
	assert.Equal(t, "11:*", s.String())
	s.Remove(uidSet(t, "4294967295"))
	assert.Equal(t, "11:4294967294,*", s.String())
	s.Remove(UIDRange(1, Star))
	assert.True(t, s.Empty())
	assert.Equal(t, "*", uidSet(t, "1:*").Last(1).String())
}

func TestLastTakesFromTheEnd(t *testing.T) {
	for _, c := range [...]struct {
		set  string
		n    int
		want string
	}{
		{"1:10", 3, "8:10"}, {"1:10", 10, "1:10"}, {"1:10", 11, "1:10"}, {"1:10", 0, ""}, {"1:10", -1, ""},
		{"1,3,5", 2, "3,5"}, {"1:3,7", 2, "3,7"}, {"", 5, ""}, {"1:4294967295", 1, "4294967295"},
		{"1:4294967295", 1 << 31, "2147483648:4294967295"},
		{"1:3", 1 << 32, "1:3"}, {"1:3", 1<<32 + 1, "1:3"}, {"1:4294967295", 1<<63 - 1, "1:4294967295"},
	} {
		assert.Equal(t, c.want, uidSet(t, c.set).Last(c.n).String(), "last %d of %s", c.n, c.set)
	}
}

func TestACopyOfASetIsAloneAfterClone(t *testing.T) {
	s := uidSet(t, "1,3,5,7")
	c := s.Clone()
	s.AddNum(2, 4, 6)
	assert.Equal(t, "1,3,5,7", c.String())
	assert.True(t, (UIDSet{}).Clone().Empty())

	var sum UIDSet
	sum.AddSet(c)
	sum.AddNum(8)
	assert.Equal(t, "1,3,5,7", c.String(), "AddSet to an empty set takes a copy")
}

func TestLeavingALoopOverASetEndsIt(t *testing.T) {
	s := uidSet(t, "1:4294967295")
	n := 0
	for range s.All() {
		if n++; n == 3 {
			break
		}
	}
	for range s.Backward() {
		if n++; n == 6 {
			break
		}
	}
	assert.Equal(t, 6, n)
	assert.Equal(t, []UID{maxNum - 1, maxNum}, slices.Collect(uidSet(t, "4294967294:4294967295").All()))
}

// TestASetInHostileOrderIsFast sends a million numbers in the order that
// inserting one by one would take hours for.
func TestASetInHostileOrderIsFast(t *testing.T) {
	n := 1_000_000
	if raceEnabled {
		n /= 10
	}
	orders := map[string]func(i int) int{
		"descending": func(i int) int { return 2 * (n - i) },
		"ends":       func(i int) int { return 2 * (1 + min(i, n-1-i) + (i%2)*(n/2)) },
		"shuffled":   func(i int) int { return 2 + 2*(i*7919%n) },
	}
	for name, at := range orders {
		line := []byte("* SEARCH")
		for i := range n {
			line = strconv.AppendInt(append(line, ' '), int64(at(i)), 10)
		}
		begin := time.Now()
		d := data[*SearchData](t, string(line))
		assert.Less(t, time.Since(begin), 5*time.Second, name)
		requireInOrder(t, d.Nums)
		if name != "ends" {
			assert.EqualValues(t, n, d.Nums.Len(), name)
		}
	}
}
