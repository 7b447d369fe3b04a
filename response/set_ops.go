package response

import (
	"iter"
	"slices"
)

// Difference returns the numbers of s that are not in t. A range of s that ends
// in "*" keeps its "*" unless t has "*" too.
func (s Set[N]) Difference(t Set[N]) Set[N] {
	s.Remove(t)
	return s
}

// Intersection returns the numbers that are in both sets. "*" is in the result
// if it is in both.
func (s Set[N]) Intersection(t Set[N]) Set[N] {
	if len(s.ranges) > 0 && len(t.ranges) > 0 && (s.marked() || t.marked()) {
		return mixed[N]()
	}
	var out []Range[N]
	a, b := s.ranges, t.ranges
	for len(a) > 0 && len(b) > 0 {
		lo := max(rank(a[0].Start), rank(b[0].Start))
		hi := min(rank(a[0].Stop), rank(b[0].Stop))
		if lo <= hi {
			out = append(out, Range[N]{N(lo + 1), N(hi + 1)})
		}
		if rank(a[0].Stop) > rank(b[0].Stop) {
			a, b = b, a
		}
		a = a[1:]
	}
	return Set[N]{out}
}

// At returns the number at position i, counted from zero in ascending order, and
// false if the set has no such position. If a mailbox's UIDs are s, the message
// with sequence number n has the UID at position n-1. Of a range that ends in
// "*" only the start has a position, as in [Set.All].
func (s Set[N]) At(i int64) (N, bool) {
	if i < 0 {
		return 0, false
	}
	for _, r := range s.Ranges() {
		size := positions(r)
		if i < size {
			return r.Start + N(i), true
		}
		i -= size
	}
	return 0, false
}

// Index returns the position of n in ascending order, counted from zero: the
// inverse of [Set.At]. It returns false if n is not in the set, or lies in a
// range that ends in "*" and is not its start.
func (s Set[N]) Index(n N) (int64, bool) {
	var before int64
	for _, r := range s.Ranges() {
		if n < r.Start {
			break
		}
		size := positions(r)
		if i := int64(n) - int64(r.Start); n != Star && i < size {
			return before + i, true
		}
		before += size
	}
	return 0, false
}

// positions returns how many numbers of r All yields.
func positions[N UID | SeqNum](r Range[N]) int64 {
	switch {
	case r.Start == Star:
		return 0
	case r.Stop == Star:
		return 1
	}
	return int64(r.Stop) - int64(r.Start) + 1
}

// Split iterates over pieces of the set, in ascending order, each of which takes
// at most maxOctets octets on the wire. A range is never cut: a piece has at
// least one, even if that alone is longer. The pieces share memory with s.
func (s Set[N]) Split(maxOctets int) iter.Seq[Set[N]] {
	return func(yield func(Set[N]) bool) {
		var text [len("4294967295:4294967295")]byte
		begin, octets := 0, 0
		for i, r := range s.ranges {
			size := len(Set[N]{[]Range[N]{r}}.AppendTo(text[:0]))
			if i > begin && size > maxOctets-octets-len(",") {
				if !yield(Set[N]{s.ranges[begin:i:i]}) {
					return
				}
				begin, octets = i, 0
			}
			if i > begin {
				octets += len(",")
			}
			octets += size
		}
		if begin < len(s.ranges) {
			yield(Set[N]{slices.Clip(s.ranges[begin:])})
		}
	}
}

// Chunks iterates over pieces of the set, in ascending order, each of which has
// at most n numbers, at least one. How many numbers a range that ends in "*" has
// is known to the server alone: it is not cut, and is a piece of its own, the
// last one.
func (s Set[N]) Chunks(n int) iter.Seq[Set[N]] {
	return func(yield func(Set[N]) bool) {
		if s.marked() {
			yield(s)
			return
		}
		var piece []Range[N]
		room := int64(max(n, 1))
		flush := func() bool {
			ok := len(piece) == 0 || yield(Set[N]{piece})
			piece, room = nil, int64(max(n, 1))
			return ok
		}
		for _, r := range s.ranges {
			if r.Stop == Star {
				if flush() {
					yield(Set[N]{[]Range[N]{r}})
				}
				return
			}
			for start := int64(r.Start); start <= int64(r.Stop); {
				stop := min(int64(r.Stop), start+room-1)
				piece = append(piece, Range[N]{N(start), N(stop)})
				room -= stop - start + 1
				start = stop + 1
				if room == 0 && !flush() {
					return
				}
			}
		}
		flush()
	}
}

// MarshalText returns the set as it stands on the wire, "1:3,7:*", and nothing
// for the empty set. A set is therefore a string in JSON. That of [Saved] has no such
// form: it is an error.
func (s Set[N]) MarshalText() ([]byte, error) {
	if s.marked() {
		return nil, errSavedText
	}
	return s.AppendTo([]byte{}), nil
}

// UnmarshalText reads what [Set.MarshalText] wrote, and every other
// sequence-set. The error matches [ErrBadSet].
func (s *Set[N]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*s = Set[N]{}
		return nil
	}
	set, err := parseSet[N](string(text))
	if err == nil {
		*s = set
	}
	return err
}
