package response

import (
	"cmp"
	"slices"
	"sync/atomic"
)

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

// push adds a range after all others.
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
