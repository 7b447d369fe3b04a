package response

import "bytes"

// searchState is what has been read of a SEARCH or ESEARCH response.
type searchState struct {
	nums   setBuilder[UID]
	modSeq uint64
	err    *ParseError // the first thing that was wrong; the rest is skipped

	extended *ESearchData // of ESEARCH: nums is to be its All
}

func newSearchState() *searchState {
	return &searchState{nums: setBuilder[UID]{keepOrder: true}}
}

// searchData reads SEARCH behind its name (RFC 3501 §7.2.5, RFC 7162 §3.1.5).
func (p *parser) searchData(s *searchState) (*SearchData, bool) {
	if s == nil {
		s = newSearchState()
	}
	p.searchNums(s)
	if s.err != nil {
		p.err = s.err
		return nil, false
	}
	return &SearchData{Nums: p.builtSet(&s.nums), ModSeq: s.modSeq, Order: s.nums.order}, true
}

// searchNums reads numbers and the mod-sequence up to the end.
func (p *parser) searchNums(s *searchState) {
	before := s.nums.size()
	for s.err == nil && !p.end() {
		if !p.nextSearchNums(s) {
			s.err = p.err
		}
		p.check()
	}
	p.charge(int(s.nums.size()-before) * sizeRange)
}

// nextSearchNums reads numbers up to the end or to something else, which it
// reads too. It is one loop, as it reads numbers by the million.
func (p *parser) nextSearchNums(s *searchState) bool {
	b, i := p.b, p.i
	ranges := s.nums.sorted.ranges
	inOrder := s.nums.order == nil
	var like sameWidth
	for i < len(b) {
		n, ok := like.read(b, i)
		end := i + like.width
		if !ok {
			if b[i] == ' ' {
				i++
				continue
			}
			if n, end = scanDigits(b, i); end == i && b[i] == '(' {
				break
			}
			like = withWidth(end - i)
		}
		if n-1 >= 1<<32-1 || end-i > len("4294967295") || end < len(b) && b[end] != ' ' && b[end] != '(' {
			p.i = i
			s.nums.sorted.ranges = ranges
			return p.fail("nz-number")
		}
		i = end
		if i < len(b) && b[i] == ' ' {
			i++
		}
		uid := UID(n)
		if last := len(ranges) - 1; last >= 0 {
			if uid == ranges[last].Stop+1 && inOrder {
				ranges[last].Stop, i = like.consecutive(b, i, uid)
				continue
			}
			if uid <= ranges[last].Stop || !inOrder {
				inOrder = false
				s.nums.sorted.ranges = ranges
				s.nums.add(uid, uid)
				ranges = s.nums.sorted.ranges
				continue
			}
		}
		if len(ranges) >= chunkRanges && len(ranges) == cap(ranges) {
			s.nums.sorted.ranges = ranges
			s.nums.nextChunk()
			ranges = s.nums.sorted.ranges
		}
		ranges = append(ranges, Range[UID]{uid, uid})
	}
	s.nums.sorted.ranges = ranges
	p.i = i
	if i == len(b) {
		return true
	}
	var ok bool
	s.modSeq, ok = p.searchModSeq()
	return ok
}

// searchModSeq reads "(" "MODSEQ" SP mod-sequence-value ")".
func (p *parser) searchModSeq() (uint64, bool) {
	if !p.enter() || !p.keyword("MODSEQ") || !p.sp() {
		return 0, p.fail("MODSEQ")
	}
	n, ok := p.modSeqValue()
	return n, ok && (p.leave() || p.fail(")"))
}

// vanishedData reads VANISHED behind its name (RFC 7162 §3.2.10).
func (p *parser) vanishedData() (*VanishedData, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(VanishedData)
	if p.peek() == '(' {
		if !p.enter() || !p.keyword("EARLIER") || !p.leave() || !p.sp() {
			return nil, p.fail("(EARLIER)")
		}
		d.Earlier = true
	}
	set, ok := p.set32()
	if !ok || set.Dynamic() {
		return nil, p.fail("known-uids")
	}
	d.UIDs = set
	return d, true
}

// orderedSet reads a sequence-set and notes its order if it is not ascending.
// Some servers send NIL or "" for an empty one.
func (p *parser) orderedSet(d *ESearchData) (UIDSet, bool) {
	if p.isNIL() {
		return UIDSet{}, true
	}
	if p.peek() == '"' {
		s, ok := p.quoted()
		return UIDSet{}, ok && (s.lo == s.hi || p.fail("sequence-set"))
	}
	var set UIDSet
	var ok bool
	set, d.Order, ok = p.setInOrder()
	return set, ok
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

// numberList reads "(" number *(SP number) ")".
func (p *parser) numberList() ([]uint32, bool) {
	if !p.enter() {
		return nil, false
	}
	var list []uint32
	for !p.leave() {
		n, ok := p.number()
		if !ok {
			return nil, false
		}
		p.charge(2 * sizeUID)
		list = append(list, n)
	}
	return list, true
}
