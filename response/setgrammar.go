package response

import "bytes"

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
	v, end, ok := scanNumber(b, i, max32)
	if i == end && i < len(b) && b[i] == '*' {
		return Star, i + 1, true
	}
	return N(v), end, ok && v > 0
}

// set32 reads a sequence-set.
func (p *parser) set32() (UIDSet, bool) {
	var b setBuilder[UID]
	ok := p.setInto(&b)
	return p.builtSet(&b), ok
}

func (p *parser) spSet() (UIDSet, bool) {
	if !p.sp() {
		return UIDSet{}, false
	}
	return p.set32()
}

// setInOrder reads a sequence-set, and how it was ordered if that is not
// ascending.
func (p *parser) setInOrder() (set UIDSet, order []Range[UID], ok bool) {
	b := setBuilder[UID]{keepOrder: true}
	ok = p.setInto(&b)
	return p.builtSet(&b), b.order, ok
}

// setInto adds a sequence-set to set, a part of it at a time.
func (p *parser) setInto(set *setBuilder[UID]) bool {
	before := set.size()
	for {
		rest := p.b[p.i:]
		if len(rest) > 4*checkStep {
			rest = rest[:1+bytes.LastIndexByte(rest[:4*checkStep], ',')]
			rest = rest[:max(len(rest)-1, 0)]
		}
		width, ok := scanSetInto(set, rest)
		p.i += width
		size := set.size()
		p.charge(int(size-before) * sizeRange)
		before = size
		if !ok {
			return p.fail("sequence-set")
		}
		if width < len(rest) || p.end() || p.peek() != ',' {
			return true
		}
		p.i++
		if p.check(); p.end() {
			return p.fail("sequence-set")
		}
	}
}

// builtSet returns what b has collected.
func (p *parser) builtSet(b *setBuilder[UID]) UIDSet {
	if p.mem.exceeded() != nil {
		return UIDSet{}
	}
	return b.set(p.mem.stopped)
}
