package imaptest

import "strconv"

// partialRange is a range of positions in a result (RFC 9394 §3.1): 1 is the
// first, -1 the last.
type partialRange struct {
	text        string
	first, last uint32
	backward    bool
}

// partialRange reads "1:100" or "-1:-100".
func (a *args) partialRange() *partialRange {
	var p partialRange
	p.backward = a.eat('-')
	p.first = a.number()
	a.want(':')
	if a.eat('-') != p.backward {
		a.bad("a range of one direction")
	}
	p.last = a.number()
	if a.ok() && (p.first == 0 || p.last == 0) {
		a.bad("a range without zero")
	}
	sign := ""
	if p.backward {
		sign = "-"
	}
	p.text = sign + strconv.FormatUint(uint64(p.first), 10) + ":" + sign + strconv.FormatUint(uint64(p.last), 10)
	if p.first > p.last {
		p.first, p.last = p.last, p.first
	}
	return &p
}

// pick returns the part of the result that the range names, in its order.
func pick[T any](p *partialRange, all []T) []T {
	n := uint64(len(all))
	lo, hi := uint64(p.first), min(uint64(p.last), n)
	if lo > hi {
		return nil
	}
	if p.backward {
		return all[n-hi : n-lo+1]
	}
	return all[lo-1 : hi]
}
