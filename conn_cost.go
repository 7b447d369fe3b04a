package imap

import "github.com/seed-090b04e4/imap/response"

// What is kept is charged for what it takes in memory, which can be a hundred times
// what it took on the wire.

// minCost is what the smallest response counts for, with the lists that it is in.
const minCost = 256

// maxGrowth is by how much, at most, a row can take more in memory than it took on
// the wire, where it takes minCost or more.
const maxGrowth = 160

// costOf returns what it costs to keep d, which came in size octets.
func costOf(d response.Data, size int64) int64 {
	return minCost + max(response.Cost(d), size)
}

// cost returns what it costs to keep the row.
func (r row) cost() int64 {
	switch {
	case r.msg != nil:
		return minCost + r.msg.Cost()
	case r.list != nil:
		return minCost + r.list.Cost()
	}
	if r.more != nil && r.more.vanished != nil {
		return minCost + 8*int64(len(r.more.vanished.Ranges()))
	}
	return minCost + errorCost(r.err())
}

// errorCost returns what it costs to keep an error.
func errorCost(err error) int64 {
	if broken, ok := err.(*ParseError); ok {
		return int64(len(broken.Raw))
	}
	return 0
}

// kept are rows that wait for a loop. They are measured only when they may be too
// much: a loop that keeps up is not charged for that.
type kept struct {
	rows     []row
	measured int   // of rows: how many cost says what they cost
	cost     int64 // of those
	wire     int64 // octets in which the others came
}

// add adds a row, which came in size octets, and besides kept other octets alive.
// limit is the bound that the cost is compared with.
func (k *kept) add(r row, size, other, limit int64) {
	k.rows = append(k.rows, r)
	k.wire += max(size, minCost/maxGrowth+1)
	k.cost += other
	if k.wire <= limit/maxGrowth {
		return
	}
	for ; k.measured < len(k.rows); k.measured++ {
		k.cost += k.rows[k.measured].cost()
	}
	k.wire = 0
}

// take takes all rows, and leaves empty in their place.
func (k *kept) take(empty []row) []row {
	rows := k.rows
	*k = kept{rows: empty}
	return rows
}

// pile gathers numbers that a server may send in many small pieces, in any order.
// Only sets of about the same size are merged, which costs n·log n in all.
type pile struct{ sets []UIDSet }

func (p *pile) add(nums UIDSet) {
	p.sets = append(p.sets, nums)
	for n := len(p.sets); n > 1 && len(p.sets[n-2].Ranges()) <= 2*len(p.sets[n-1].Ranges()); n-- {
		p.merge(n)
	}
}

// merge merges the last two of n sets.
func (p *pile) merge(n int) {
	if p.sets[n-2].Empty() {
		p.sets[n-2] = p.sets[n-1]
	} else {
		p.sets[n-2].AddSet(p.sets[n-1])
	}
	p.sets = p.sets[:n-1]
}

// set returns the numbers that were added.
func (p *pile) set() UIDSet {
	for len(p.sets) > 1 {
		p.merge(len(p.sets))
	}
	if len(p.sets) == 0 {
		return UIDSet{}
	}
	return p.sets[0]
}
