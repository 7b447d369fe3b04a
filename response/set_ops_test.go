package response

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDifferenceAndIntersectionKeepRanges(t *testing.T) {
	for _, c := range [...]struct{ a, b, without, both string }{
		{"1:10", "3:4,8", "1:2,5:7,9:10", "3:4,8"},
		{"1:10", "", "1:10", ""},
		{"", "1:10", "", ""},
		{"1:10", "11:20", "1:10", ""},
		{"1:10", "1:10", "", "1:10"},
		{"1:10", "10:20", "1:9", "10"},
		{"1,3,5,7", "2:6", "1,7", "3,5"},
		{"2:6", "1,3,5,7", "2,4,6", "3,5"},
		{"1:4294967295", "2:4294967294", "1,4294967295", "2:4294967294"},
		{"5:*", "7:9", "5:6,10:*", "7:9"},
		{"5:*", "7:*", "5:6", "7:*"},
		{"5:*", "*", "5:4294967295", "*"},
		{"*", "1:4294967295", "*", ""},
		{"1:*", "*", "1:4294967295", "*"},
	} {
		a, b := uidSet(t, c.a), uidSet(t, c.b)
		assert.Equal(t, c.without, a.Difference(b).String(), "%s without %s", c.a, c.b)
		assert.Equal(t, c.both, a.Intersection(b).String(), "%s and %s", c.a, c.b)
		assert.Equal(t, c.both, b.Intersection(a).String(), "%s and %s", c.b, c.a)
		assert.Equal(t, c.a, a.String(), "the set itself stays")
		assert.Equal(t, c.b, b.String(), "the set itself stays")
	}
}

// randomSet returns a set and its model, with numbers at both ends of what
// there is.
func randomSet(r *rand.Rand) (UIDSet, model) {
	s, m := UIDSet{}, model{}
	for range r.IntN(12) {
		n := UID(1 + r.Uint32N(60))
		if n > 30 {
			n = maxNum - n + 31
		}
		s.AddNum(n)
		m[n] = true
	}
	return s, m
}

func TestSetOperationsAgreeWithANaiveModel(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 2))
	for range 2000 {
		a, am := randomSet(r)
		b, bm := randomSet(r)
		without, both := model{}, model{}
		for n := range am {
			if bm[n] {
				both[n] = true
			} else {
				without[n] = true
			}
		}
		requireModel(t, without, a.Difference(b), "%s without %s", a, b)
		requireModel(t, both, a.Intersection(b), "%s and %s", a, b)

		all := slices.Collect(a.All())
		for i, n := range all {
			got, ok := a.At(int64(i))
			require.True(t, ok)
			require.Equal(t, n, got)
			at, ok := a.Index(n)
			require.True(t, ok)
			require.EqualValues(t, i, at)
		}
		for _, n := range am.edges() {
			_, ok := a.Index(n)
			require.Equal(t, am[n], ok)
		}
		for _, i := range [...]int64{-1, int64(len(all)), int64(len(all)) + 1, 1 << 40} {
			_, ok := a.At(i)
			require.False(t, ok)
		}
	}
}

func TestPositionsInALargeSet(t *testing.T) {
	s := uidSet(t, "2:4294967295")
	last, ok := s.At(maxNum - 2)
	assert.True(t, ok)
	assert.EqualValues(t, maxNum, last)
	_, ok = s.At(maxNum - 1)
	assert.False(t, ok)
	at, ok := s.Index(maxNum)
	assert.True(t, ok)
	assert.EqualValues(t, maxNum-2, at)

	s = uidSet(t, "3,5:*")
	second, ok := s.At(1)
	assert.True(t, ok)
	assert.EqualValues(t, 5, second)
	_, ok = s.At(2)
	assert.False(t, ok, "what 5:* has beyond its start is known to the server alone")
	for _, n := range [...]UID{6, Star} {
		_, ok = s.Index(n)
		assert.False(t, ok)
	}
}

func TestPiecesOfASetFitTheLine(t *testing.T) {
	for _, c := range [...]struct {
		set    string
		octets int
		want   []string
	}{
		{"", 10, nil},
		{"1", 0, []string{"1"}},
		{"1:3,7,9:*", 100, []string{"1:3,7,9:*"}},
		{"1:3,7,9:*", 9, []string{"1:3,7,9:*"}},
		{"1:3,7,9:*", 8, []string{"1:3,7", "9:*"}},
		{"1:3,7,9:*", 5, []string{"1:3,7", "9:*"}},
		{"1:3,7,9:*", 4, []string{"1:3", "7", "9:*"}},
		{"1:3,7,9:*", 1, []string{"1:3", "7", "9:*"}},
		{"1,3,5,7", 3, []string{"1,3", "5,7"}},
		{"4294967292:4294967294,*", 21, []string{"4294967292:4294967294", "*"}},
	} {
		var got []string
		for piece := range uidSet(t, c.set).Split(c.octets) {
			got = append(got, piece.String())
		}
		assert.Equal(t, c.want, got, "%s in pieces of %d", c.set, c.octets)
	}
}

func TestPiecesOfASetByCount(t *testing.T) {
	for _, c := range [...]struct {
		set  string
		n    int
		want []string
	}{
		{"", 10, nil},
		{"1:10", 4, []string{"1:4", "5:8", "9:10"}},
		{"1:10", 0, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}},
		{"1:3,7,9:12", 5, []string{"1:3,7,9", "10:12"}},
		{"1:4,6:9", 4, []string{"1:4", "6:9"}},
		{"1:3,9:*", 2, []string{"1:2", "3", "9:*"}},
		{"*", 5, []string{"*"}},
		{"1:4294967295", 1 << 31, []string{"1:2147483648", "2147483649:4294967295"}},
	} {
		var got []string
		for piece := range uidSet(t, c.set).Chunks(c.n) {
			got = append(got, piece.String())
		}
		assert.Equal(t, c.want, got, "%s in pieces of %d", c.set, c.n)
	}
}

func TestPiecesOfASetAreTheSet(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 2))
	for range 2000 {
		s, _ := randomSet(r)
		if r.IntN(3) == 0 {
			s.AddRange(Star, UID(1+r.Uint32N(maxNum)))
		}
		size := r.IntN(40)
		var sum UIDSet
		var texts []string
		for piece := range s.Split(size) {
			requireInOrder(t, piece)
			text := piece.String()
			require.True(t, len(text) <= size || len(piece.Ranges()) == 1, "%q is longer than %d", text, size)
			if len(texts) > 0 {
				first, _, _ := strings.Cut(text, ",")
				require.Greater(t, len(texts[len(texts)-1])+1+len(first), size, "%q had room for %q", texts[len(texts)-1], first)
			}
			texts = append(texts, text)
			sum.AddSet(piece)
		}
		require.True(t, s.Equal(sum))
		require.Equal(t, s.String(), strings.Join(texts, ","))

		sum = UIDSet{}
		n := 1 + r.IntN(6)
		for piece := range s.Chunks(n) {
			requireInOrder(t, piece)
			require.False(t, piece.Empty())
			require.True(t, piece.Dynamic() || piece.Len() <= int64(n))
			sum.AddSet(piece)
		}
		require.True(t, s.Equal(sum))
	}
}

func TestLeavingALoopOverPiecesEndsIt(t *testing.T) {
	n := 0
	for range uidSet(t, "1:4294967295,*").Chunks(1) {
		if n++; n == 3 {
			break
		}
	}
	for range uidSet(t, "1,3,5,7,*").Split(1) {
		if n++; n == 6 {
			break
		}
	}
	assert.Equal(t, 6, n)
}

func TestAPieceOfASetDoesNotGrowIntoTheNext(t *testing.T) {
	s := uidSet(t, "1,3,5,7")
	for piece := range s.Split(3) {
		piece.AddNum(100)
	}
	assert.Equal(t, "1,3,5,7", s.String())
}

func TestSetsAreStringsInJSON(t *testing.T) {
	type state struct {
		UIDs  UIDSet
		Flags map[Flag]SeqSet
	}
	for _, c := range [...]struct {
		state state
		text  string
	}{
		{state{}, `{"UIDs":"","Flags":null}`},
		{state{UIDs: uidSet(t, "7,1:3,9:*")}, `{"UIDs":"1:3,7,9:*","Flags":null}`},
		{state{Flags: map[Flag]SeqSet{FlagSeen: Seqs(1, 2, 5)}}, `{"UIDs":"","Flags":{"\\Seen":"1:2,5"}}`},
	} {
		text, err := json.Marshal(c.state)
		require.NoError(t, err)
		assert.Equal(t, c.text, string(text))
		back := state{UIDs: UIDs(99)}
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, c.state, back)
	}
	keys, err := json.Marshal(map[string]UIDSet{"a": UIDs(1)})
	require.NoError(t, err)
	assert.Equal(t, `{"a":"1"}`, string(keys))

	s := UIDs(99)
	require.ErrorIs(t, json.Unmarshal([]byte(`"1:x"`), &s), ErrBadSet)
	assert.Equal(t, "99", s.String(), "the set stays if the text is none")
	require.Error(t, json.Unmarshal([]byte(`17`), &s))
}
