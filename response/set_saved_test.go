package response

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The set "$" has no numbers here, and never becomes a set of other messages than
// those that the server has saved.
func TestSavedIsNoNumbers(t *testing.T) {
	s := Saved[UID]()
	assert.True(t, s.IsSaved())
	assert.Equal(t, "$", s.String())
	assert.False(t, s.Empty())
	assert.True(t, s.Dynamic())
	assert.Zero(t, s.Len())
	assert.Empty(t, s.Ranges())
	assert.True(t, s.Equal(Saved[UID]()))
	assert.True(t, s.Clone().IsSaved())
	assert.True(t, AsSeqSet(s).IsSaved())
	for _, n := range []UID{1, 2, 1<<32 - 1} {
		assert.False(t, s.Contains(n))
		_, ok := s.Index(n)
		assert.False(t, ok)
	}
	for range s.All() {
		t.Error("a number")
	}
	for range s.Backward() {
		t.Error("a number")
	}
	for _, get := range []func() (UID, bool){s.Min, s.Max, func() (UID, bool) { return s.At(0) }} {
		_, ok := get()
		assert.False(t, ok)
	}
	for piece := range s.Split(1) {
		assert.True(t, piece.IsSaved())
	}
	for piece := range s.Chunks(1) {
		assert.True(t, piece.IsSaved())
	}
	_, err := json.Marshal(s)
	assert.Error(t, err)
	_, err = ParseUIDSet("$")
	assert.ErrorIs(t, err, ErrBadSet)

	none := UIDSet{}
	none.AddSet(s)
	assert.True(t, none.IsSaved(), "the union with nothing is the set itself")
	none.AddSet(UIDSet{})
	none.Remove(UIDSet{})
	assert.True(t, none.IsSaved())
	assert.True(t, s.Intersection(UIDSet{}).Empty())
	assert.True(t, s.Difference(UIDSet{}).IsSaved())
}

// What is made of "$" and numbers is a set that no command takes, however it was made.
func TestSavedWithNumbersIsNoSet(t *testing.T) {
	some := UIDRange(1, 9)
	for name, make := range map[string]func(UIDSet) UIDSet{
		"AddNum":       func(s UIDSet) UIDSet { s.AddNum(5); return s },
		"AddRange":     func(s UIDSet) UIDSet { s.AddRange(5, Star); return s },
		"AddSet":       func(s UIDSet) UIDSet { s.AddSet(some); return s },
		"added":        func(s UIDSet) UIDSet { x := some.Clone(); x.AddSet(s); return x },
		"Remove":       func(s UIDSet) UIDSet { s.Remove(some); return s },
		"removed":      func(s UIDSet) UIDSet { return some.Difference(s) },
		"Intersection": some.Intersection,
		"intersected":  func(s UIDSet) UIDSet { return s.Intersection(some) },
		"Last":         func(s UIDSet) UIDSet { return s.Last(1) },
	} {
		s := make(Saved[UID]())
		assert.False(t, s.IsSaved() || s.Empty(), name)
		assert.Empty(t, s.Ranges(), name)
		assert.True(t, s.Dynamic(), name)
		s.AddNum(7)
		assert.Empty(t, s.Ranges(), name)
	}
	assert.Equal(t, "1:9", some.String())
}
