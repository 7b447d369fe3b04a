package response

// SetBuilder collects numbers in any order. Adding n ranges takes in the order of
// n·log n steps whatever their order is, while [Set.AddRange] and [Set.AddSet]
// move everything that is larger than what they add: it is for what a server
// sends in pieces. The zero value is empty.
//
//	runs[0] ⊔ runs[1] ⊔ … is the set; each run has less than half the ranges
//	of the one before it, so that there are few of them
type SetBuilder[N UID | SeqNum] struct {
	runs []Set[N]
}

// AddNum adds numbers. Zero is no number and is left out.
func (b *SetBuilder[N]) AddNum(nums ...N) {
	for _, n := range nums {
		if n != 0 {
			b.AddRange(n, n)
		}
	}
}

// AddRange adds the numbers from start to stop, in either order; Star stands for
// "*".
func (b *SetBuilder[N]) AddRange(start, stop N) {
	if rank(start) > rank(stop) {
		start, stop = stop, start
	}
	if last := len(b.runs) - 1; last >= 0 && b.runs[last].extendedBy(start) {
		b.runs[last].AddRange(start, stop)
		b.merge()
		return
	}
	b.runs = append(b.runs, newRange(start, stop))
	b.merge()
}

// AddSet adds the numbers of t, of which it takes a copy.
func (b *SetBuilder[N]) AddSet(t Set[N]) {
	if len(t.ranges) == 0 {
		return
	}
	if last := len(b.runs) - 1; last >= 0 && b.runs[last].extendedBy(t.ranges[0].Start) {
		for _, r := range t.ranges {
			b.runs[last].AddRange(r.Start, r.Stop)
		}
	} else {
		b.runs = append(b.runs, t.Clone())
	}
	b.merge()
}

// addOwn is AddSet for a set that is given away.
func (b *SetBuilder[N]) addOwn(t Set[N]) {
	if len(t.ranges) > 0 {
		b.runs = append(b.runs, t)
		b.merge()
	}
}

// extendedBy reports whether a range that begins with start goes to the end of s.
func (s Set[N]) extendedBy(start N) bool {
	return rank(start) >= rank(s.ranges[len(s.ranges)-1].Start)
}

// merge joins runs until each has less than half the ranges of the one before.
func (b *SetBuilder[N]) merge() {
	for n := len(b.runs); n > 1 && len(b.runs[n-2].ranges) < 2*len(b.runs[n-1].ranges); n-- {
		b.runs[n-2].AddSet(b.runs[n-1])
		b.runs[n-1] = Set[N]{}
		b.runs = b.runs[:n-1]
	}
}

// Contains reports whether n has been added.
func (b *SetBuilder[N]) Contains(n N) bool {
	for _, run := range b.runs {
		if run.Contains(n) {
			return true
		}
	}
	return false
}

// Empty reports whether nothing has been added.
func (b *SetBuilder[N]) Empty() bool { return len(b.runs) == 0 }

// Ranges returns how many ranges are kept, each of which takes 8 octets. Ranges
// that overlap and have not been merged yet count more than once.
func (b *SetBuilder[N]) Ranges() int {
	n := 0
	for _, run := range b.runs {
		n += len(run.ranges)
	}
	return n
}

// Set returns the set of what has been added so far. It shares memory with the
// builder until more is added.
func (b *SetBuilder[N]) Set() Set[N] {
	for n := len(b.runs); n > 1; n-- {
		b.runs[n-2].AddSet(b.runs[n-1])
		b.runs = b.runs[:n-1]
	}
	if len(b.runs) == 0 {
		return Set[N]{}
	}
	return b.runs[0]
}
