package response

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASetBuilderAgreesWithASet(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		var b SetBuilder[UID]
		var s UIDSet
		num := func() UID { return UID(1 + r.Uint32N(300)) }
		for range r.IntN(120) {
			switch r.IntN(4) {
			case 0:
				n, m := num(), num()
				b.AddNum(n, 0, m)
				s.AddNum(n, m)
			case 1:
				lo := num()
				hi := lo + UID(r.Uint32N(5))
				b.AddRange(hi, lo)
				s.AddRange(lo, hi)
			case 2:
				other := UIDSet{}
				for range r.IntN(8) {
					other.AddNum(num())
				}
				kept := other.String()
				b.AddSet(other)
				s.AddSet(other)
				require.Equal(t, kept, other.String(), "AddSet changed its argument")
			case 3:
				n := num()
				require.Equal(t, s.Contains(n), b.Contains(n))
			}
			require.Equal(t, s.Empty(), b.Empty())
			if r.IntN(10) == 0 {
				got := b.Set()
				requireInOrder(t, got)
				require.Equal(t, s.String(), got.String())
				require.Equal(t, len(s.Ranges()), b.Ranges())
			}
		}
		require.Equal(t, s.String(), b.Set().String())
	}
}

func TestASetBuilderTakesTheStar(t *testing.T) {
	var b SetBuilder[SeqNum]
	b.AddRange(Star, 7)
	b.AddNum(3)
	assert.Equal(t, "3,7:*", b.Set().String())
	assert.True(t, b.Contains(Star))
	b.AddSet(SeqRange(1, 2))
	assert.Equal(t, "1:3,7:*", b.Set().String())
}
