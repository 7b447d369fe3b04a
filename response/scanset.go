package response

import (
	"bytes"
	"cmp"
	"slices"
	"sync/atomic"
)

// scanSet reads a sequence-set at the start of b and returns how many bytes it
// took.
func scanSet[N UID | SeqNum](b []byte) (s Set[N], width int, ok bool) {
	var set setBuilder[N]
	width, ok = scanSetInto(&set, b)
	return set.set(nil), width, ok
}

// scanSetInto adds the sequence-set at the start of b to s. It reads numbers of
// up to ten digits itself, as there may be a hundred thousand.
func scanSetInto[N UID | SeqNum](s *setBuilder[N], b []byte) (i int, ok bool) {
	var v uint64
	for {
		at := i
		v, i = scanDigits(b, i)
		start, stop := N(v), N(v)
		if v-1 >= 1<<32-1 || i-at > 10 {
			if start, i, ok = scanSetNum[N](b, at); !ok {
				return i, false
			}
			stop = start
		}
		if i < len(b) && b[i] == ':' {
			at = i + 1
			v, i = scanDigits(b, at)
			if stop = N(v); v-1 >= 1<<32-1 || i-at > 10 {
				if stop, i, ok = scanSetNum[N](b, at); !ok {
					return i, false
				}
			}
		}
		if last := len(s.sorted.ranges) - 1; last >= 0 && s.order == nil && stop >= start && isBehind(start, s.sorted.ranges[last].Stop) {
			s.push(start, stop)
		} else {
			s.add(start, stop)
		}
		if i >= len(b) || b[i] != ',' {
			return i, true
		}
		i++
	}
}

// isBehind is follows for numbers other than "*", and false for that.
func isBehind[N UID | SeqNum](n, stop N) bool { return stop != Star && n > stop && n-stop > 1 }

// scanSetNum reads a seq-number at b[i], an nz-number or "*", and returns where it
// ends.
func scanSetNum[N UID | SeqNum](b []byte, i int) (n N, end int, ok bool) {
	const longest = len("4294967295")
	v, end := scanDigits(b, i)
	switch {
	case v-1 < 1<<32-1 && (end-i <= longest || zerosOnly(b[i:end-longest])):
		return N(v), end, true
	case i == end && i < len(b) && b[i] == '*':
		return Star, i + 1, true
	}
	return 0, end, false
}

// zerosOnly reports whether b is the zeros in front of a number.
func zerosOnly(b []byte) bool { return len(bytes.Trim(b, "0")) == 0 }

// setBuilder collects numbers in any order in linearithmic time, as a hostile
// server may send them in the order that AddRange is slowest with.
type setBuilder[N UID | SeqNum] struct {
	full      [][]Range[N] // chunks in order, before sorted
	sorted    Set[N]
	loose     []Range[N] // what came out of order
	keepOrder bool
	order     []Range[N] // with keepOrder: all as it came, unless that was in order
}

// A set that is long goes on in chunks of so many ranges, and is copied once, when
// its length is known.
const chunkRanges = 8 << 10

// size returns how many ranges are kept.
func (b *setBuilder[N]) size() int64 {
	return int64(b.inOrder() + len(b.loose) + len(b.order))
}

// inOrder returns how many ranges have come in order.
func (b *setBuilder[N]) inOrder() int {
	n := len(b.sorted.ranges)
	for _, chunk := range b.full {
		n += len(chunk)
	}
	return n
}

// push adds a range behind all others.
func (b *setBuilder[N]) push(start, stop N) {
	if b.isFull() {
		b.nextChunk()
	}
	b.sorted.ranges = append(b.sorted.ranges, Range[N]{start, stop})
}

// isFull reports whether the next range is to go to the next chunk.
func (b *setBuilder[N]) isFull() bool {
	n := len(b.sorted.ranges)
	return n >= chunkRanges && n == cap(b.sorted.ranges)
}

// nextChunk begins a chunk with the last range, as what comes next may belong to it.
func (b *setBuilder[N]) nextChunk() {
	have := b.sorted.ranges
	last := len(have) - 1
	b.full = append(b.full, have[:last])
	b.sorted.ranges = append(make([]Range[N], 0, chunkRanges), have[last])
}

// join puts the chunks together.
func (b *setBuilder[N]) join() {
	if len(b.full) == 0 {
		return
	}
	all := make([]Range[N], 0, b.inOrder())
	for _, chunk := range b.full {
		all = append(all, chunk...)
	}
	b.full, b.sorted.ranges = nil, append(all, b.sorted.ranges...)
}

func (b *setBuilder[N]) add(start, stop N) {
	n := len(b.sorted.ranges)
	if rank(start) <= rank(stop) && b.order == nil && (n == 0 || follows(b.sorted.ranges[n-1].Stop, start)) {
		b.push(start, stop)
		return
	}
	lo, hi := start, stop
	if rank(lo) > rank(hi) {
		lo, hi = hi, lo
	}
	before := n > 0 && rank(lo) < rank(b.sorted.ranges[n-1].Start)
	behind := n == 0 || rank(lo) > rank(b.sorted.ranges[n-1].Stop)
	if b.keepOrder && (b.order != nil || !behind || lo != start) {
		if b.order == nil {
			b.join()
			b.order = slices.Clone(b.sorted.ranges)
		}
		b.order = append(b.order, Range[N]{start, stop})
	}
	if before {
		b.loose = append(b.loose, Range[N]{lo, hi})
		return
	}
	b.sorted.AddRange(lo, hi)
}

// set returns what was collected, in memory that fits. It may be stopped, and
// then returns something else.
func (b *setBuilder[N]) set(stopped *atomic.Bool) Set[N] {
	b.join()
	if len(b.loose) == 0 {
		if n := len(b.sorted.ranges); cap(b.sorted.ranges) > 2*n && n > 16 {
			b.sorted.ranges = append(make([]Range[N], 0, n), b.sorted.ranges...)
		}
		return b.sorted
	}
	const step = 32 << 10 // ranges that are sorted before it can be stopped
	var out SetBuilder[N]
	for part := range slices.Chunk(b.loose, step) {
		if stopped != nil && stopped.Load() {
			return Set[N]{}
		}
		slices.SortFunc(part, func(x, y Range[N]) int { return cmp.Compare(rank(x.Start), rank(y.Start)) })
		var run Set[N]
		for _, r := range part {
			run.AddRange(r.Start, r.Stop)
		}
		out.addOwn(run)
	}
	out.addOwn(b.sorted)
	return out.Set()
}
