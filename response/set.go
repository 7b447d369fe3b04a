package response

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// UID is a unique identifier of a message in its mailbox (RFC 9051 §2.3.1.1).
// Zero is no message.
type UID uint32

// SeqNum is a message sequence number: the position of a message in its
// mailbox, beginning with one (RFC 9051 §2.3.1.2). Zero is no message.
type SeqNum uint32

// Sets of UIDs and of message sequence numbers are different types, so that one
// can't be passed for the other.
type (
	UIDSet = Set[UID]    // set of UIDs
	SeqSet = Set[SeqNum] // set of message sequence numbers
)

// Star is the "*" of a set: the largest number in use.
const Star = 0

// Range is the numbers from Start to Stop, both included. Start is not larger
// than Stop, and Star counts as larger than any number.
type Range[N UID | SeqNum] struct {
	Start N // the first number
	Stop  N // the last number
}

// Set is a sequence-set (RFC 9051 §9): numbers and ranges in ascending order,
// overlapping and neighbouring ones merged. It stays ranges however large it
// is: 1:4294967295 takes 8 bytes. The zero value is the empty set.
//
// A Set is a value like a slice: a copy shares memory with the original until
// one of them is changed by AddNum, AddRange or AddSet; [Set.Clone] separates
// them.
type Set[N UID | SeqNum] struct{ ranges []Range[N] }

// ErrBadSet is matched by the error for a string that is no sequence-set.
var ErrBadSet = errors.New("imap: not a sequence set")

// rank orders numbers so that Star (0) comes last.
func rank[N UID | SeqNum](n N) uint32 { return uint32(n) - 1 }

// UIDs returns the set of the UIDs given. Zero is no UID and is left out, so that
// a UID which was never set does not mean the last message.
func UIDs(uids ...UID) UIDSet { return newSet(uids) }

// UIDRange returns the set of the UIDs from start to stop, both included.
// Star (0) stands for "*".
func UIDRange(start, stop UID) UIDSet { return newRange(start, stop) }

// Seqs returns the set of the message sequence numbers given. Zero is none and is
// left out.
func Seqs(nums ...SeqNum) SeqSet { return newSet(nums) }

// SeqRange returns the set of the message sequence numbers from start to stop,
// both included. Star stands for "*", the last one: UIDRange(Star, Star) is that
// message alone.
func SeqRange(start, stop SeqNum) SeqSet { return newRange(start, stop) }

func newSet[N UID | SeqNum](nums []N) Set[N] {
	var s Set[N]
	s.AddNum(nums...)
	return s
}

func newRange[N UID | SeqNum](start, stop N) Set[N] {
	var s Set[N]
	s.AddRange(start, stop)
	return s
}

// AddNum adds numbers to the set. Zero is no number and is left out; "*" is added
// with AddRange.
func (s *Set[N]) AddNum(nums ...N) {
	for _, n := range nums {
		if n != 0 {
			s.AddRange(n, n)
		}
	}
}

// AddRange adds the numbers from start to stop, in either order; Star stands for
// "*". Adding in ascending order is cheap; anything else costs time in proportion
// to the ranges that the set has.
func (s *Set[N]) AddRange(start, stop N) {
	if s.marked() {
		*s = mixed[N]()
		return
	}
	if rank(start) > rank(stop) {
		start, stop = stop, start
	}
	last := len(s.ranges) - 1
	if last < 0 || follows(s.ranges[last].Stop, start) {
		s.ranges = append(s.ranges, Range[N]{start, stop})
		return
	}
	if rank(start) >= rank(s.ranges[last].Start) {
		if rank(stop) > rank(s.ranges[last].Stop) {
			s.ranges[last].Stop = stop
		}
		return
	}
	s.insert(start, stop)
}

// follows reports whether next lies after stop with a gap between them.
func follows[N UID | SeqNum](stop, next N) bool {
	return rank(next) > rank(stop) && rank(next)-rank(stop) > 1
}

// insert merges start:stop into the middle of the set.
func (s *Set[N]) insert(start, stop N) {
	// ranges[lo:hi] are those that start:stop overlaps or touches
	lo, _ := slices.BinarySearchFunc(s.ranges, start, func(r Range[N], n N) int {
		if follows(r.Stop, n) {
			return -1
		}
		return 1
	})
	hi := lo
	for hi < len(s.ranges) && !follows(stop, s.ranges[hi].Start) {
		hi++
	}
	if lo < hi {
		if rank(s.ranges[lo].Start) < rank(start) {
			start = s.ranges[lo].Start
		}
		if rank(s.ranges[hi-1].Stop) > rank(stop) {
			stop = s.ranges[hi-1].Stop
		}
	}
	s.ranges = slices.Replace(s.ranges, lo, hi, Range[N]{start, stop})
}

// AddSet adds all numbers of t.
func (s *Set[N]) AddSet(t Set[N]) {
	switch {
	case len(t.ranges) == 0:
		return
	case len(s.ranges) > 0 && (s.marked() || t.marked()):
		*s = mixed[N]()
		return
	case len(s.ranges) == 0:
		s.ranges = slices.Clone(t.ranges)
		return
	case len(t.ranges) == 1:
		s.AddRange(t.ranges[0].Start, t.ranges[0].Stop)
		return
	}
	merged := make([]Range[N], 0, len(s.ranges)+len(t.ranges))
	out, a, b := Set[N]{merged}, s.ranges, t.ranges
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && rank(a[0].Start) <= rank(b[0].Start) {
			a, b = b, a
		}
		out.AddRange(b[0].Start, b[0].Stop)
		b = b[1:]
	}
	*s = out
}

// Remove takes the numbers of t out of the set. A range of s that ends in "*"
// keeps its "*" unless t's does too.
func (s *Set[N]) Remove(t Set[N]) {
	if s.marked() || t.marked() {
		if len(s.ranges) > 0 && len(t.ranges) > 0 {
			*s = mixed[N]()
		}
		return
	}
	var out []Range[N]
	rest := t.ranges
	for _, r := range s.ranges {
		for len(rest) > 0 && rank(rest[0].Stop) < rank(r.Start) {
			rest = rest[1:]
		}
		lo, hi := rank(r.Start), rank(r.Stop)
		gone := false
		for _, cut := range rest {
			cl, ch := rank(cut.Start), rank(cut.Stop)
			if cl > hi {
				break
			}
			if cl > lo {
				out = append(out, Range[N]{N(lo + 1), N(cl)})
			}
			if ch >= hi {
				gone = true
				break
			}
			lo = ch + 1
		}
		if !gone {
			out = append(out, Range[N]{N(lo + 1), N(hi + 1)})
		}
	}
	s.ranges = out
}

// Clone returns a copy that shares no memory with s.
func (s Set[N]) Clone() Set[N] { return Set[N]{slices.Clone(s.ranges)} }

// Empty reports whether the set has no number.
func (s Set[N]) Empty() bool { return len(s.ranges) == 0 }

// Dynamic reports whether the server alone knows what the set names: it contains "*",
// or is that of [Saved].
func (s Set[N]) Dynamic() bool {
	n := len(s.ranges)
	return n > 0 && (s.ranges[n-1].Stop == Star || s.marked())
}

// Contains reports whether n is in the set. A range that ends in "*" contains
// every number from its start on; that the largest number of the mailbox
// belongs to it even when it is smaller, only the server knows.
func (s Set[N]) Contains(n N) bool {
	if s.marked() {
		return false
	}
	i, ok := slices.BinarySearchFunc(s.ranges, n, func(r Range[N], n N) int {
		switch {
		case rank(r.Stop) < rank(n):
			return -1
		case rank(r.Start) > rank(n):
			return 1
		}
		return 0
	})
	return ok && i < len(s.ranges)
}

// Len returns how many numbers the set has. If it is [Set.Dynamic], only
// the server knows: a range that ends in "*" counts as if "*" were the largest
// possible number.
func (s Set[N]) Len() int64 {
	var n int64
	if s.marked() {
		return 0
	}
	for _, r := range s.ranges {
		n += int64(rank(r.Stop)) - int64(rank(r.Start)) + 1
	}
	return n
}

// Ranges returns the set's ranges in ascending order. They belong to the set
// and must not be changed.
func (s Set[N]) Ranges() []Range[N] {
	if s.marked() {
		return nil
	}
	return s.ranges
}

// All iterates over the numbers in ascending order, one by one and without
// memory. A set that is [Set.Dynamic] has no last number: of a range that ends
// in "*", only the start is yielded.
func (s Set[N]) All() iter.Seq[N] {
	return func(yield func(N) bool) {
		for _, r := range s.Ranges() {
			stop := r.Stop
			if stop == Star {
				stop = r.Start
			}
			for n := r.Start; ; n++ {
				if n != Star && !yield(n) {
					return
				}
				if n == stop {
					break
				}
			}
		}
	}
}

// Backward iterates over the numbers like [Set.All], in descending order.
func (s Set[N]) Backward() iter.Seq[N] {
	return func(yield func(N) bool) {
		for _, r := range slices.Backward(s.Ranges()) {
			n := r.Stop
			if n == Star {
				n = r.Start
			}
			for ; n != Star; n-- {
				if !yield(n) {
					return
				}
				if n == r.Start {
					break
				}
			}
		}
	}
}

// Max returns the largest number of the set, Star if it is [Set.Dynamic],
// and false if it is empty.
func (s Set[N]) Max() (N, bool) {
	if len(s.Ranges()) == 0 {
		return 0, false
	}
	return s.ranges[len(s.ranges)-1].Stop, true
}

// Min returns the smallest number of the set, and false if it is empty.
func (s Set[N]) Min() (N, bool) {
	if len(s.Ranges()) == 0 {
		return 0, false
	}
	return s.ranges[0].Start, true
}

// Last returns the set of the n largest numbers, or all if there are fewer.
func (s Set[N]) Last(n int) Set[N] {
	if s.marked() {
		return mixed[N]()
	}
	var out []Range[N]
	left := uint32(min(uint64(max(n, 0)), 1<<32-1))
	for _, r := range slices.Backward(s.ranges) {
		if left == 0 {
			break
		}
		if size := rank(r.Stop) - rank(r.Start); size >= left {
			r.Start = N(rank(r.Stop) - left + 2)
		}
		left -= rank(r.Stop) - rank(r.Start) + 1
		out = append(out, r)
	}
	slices.Reverse(out)
	return Set[N]{out}
}

// Equal reports whether both sets have the same numbers.
func (s Set[N]) Equal(t Set[N]) bool { return slices.Equal(s.ranges, t.ranges) }

// AppendTo appends the set as it stands on the wire. An empty set has no form
// on the wire: nothing is appended.
func (s Set[N]) AppendTo(dst []byte) []byte {
	if s.IsSaved() {
		return append(dst, '$')
	}
	for i, r := range s.ranges {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendNum(dst, r.Start)
		if r.Start != r.Stop {
			dst = append(dst, ':')
			dst = appendNum(dst, r.Stop)
		}
	}
	return dst
}

func appendNum[N UID | SeqNum](dst []byte, n N) []byte {
	if n == Star {
		return append(dst, '*')
	}
	return strconv.AppendUint(dst, uint64(n), 10)
}

// String returns the set as it stands on the wire.
func (s Set[N]) String() string { return string(s.AppendTo(nil)) }

// ParseUIDSet parses a sequence-set of UIDs. The error matches [ErrBadSet].
func ParseUIDSet(text string) (UIDSet, error) { return parseSet[UID](text) }

// ParseSeqSet parses a sequence-set of message sequence numbers. The error
// matches [ErrBadSet].
func ParseSeqSet(text string) (SeqSet, error) { return parseSet[SeqNum](text) }

func parseSet[N UID | SeqNum](text string) (Set[N], error) {
	s, width, ok := scanSet[N]([]byte(text))
	if !ok || width != len(text) {
		return Set[N]{}, fmt.Errorf("%w: %q", ErrBadSet, text[:min(len(text), 64)])
	}
	return s, nil
}

// convertSet turns a set of one kind into one of the other.
func convertSet[To, From UID | SeqNum](s Set[From]) Set[To] {
	if len(s.ranges) == 0 {
		return Set[To]{}
	}
	out := make([]Range[To], len(s.ranges))
	for i, r := range s.ranges {
		out[i] = Range[To]{To(r.Start), To(r.Stop)}
	}
	return Set[To]{out}
}

// AsSeqSet returns the numbers of s as message sequence numbers, for the
// answers that hold either kind, like SEARCH.
func AsSeqSet(s UIDSet) SeqSet { return convertSet[SeqNum](s) }
