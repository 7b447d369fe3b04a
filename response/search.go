package response

// SearchData is an untagged SEARCH (RFC 3501 §7.2.5), or the numbers and
// mod-sequence of one that was too long to be read at once.
type SearchData struct {
	Nums   UIDSet // UIDs after UID SEARCH, else message sequence numbers
	ModSeq uint64 // RFC 7162 §3.1.5; zero if there is none

	// Order holds the ranges of Nums as the server sent them, if they were not
	// ascending. It means nothing, unless the server says so.
	Order []Range[UID]
}

func (*SearchData) untagged() {}

func (d *SearchData) cost() int {
	return sizeOther + setCost(d.Nums) + cap(d.Order)*sizeRange
}

// SearchResult is what SEARCH found (RFC 9051 §6.4.4): UIDs after UID SEARCH, else
// message sequence numbers. It belongs to the caller.
type SearchResult[N UID | SeqNum] struct {
	All      Set[N] // all that match, unless only others were asked for
	Min, Max N      // the smallest and the largest one, if asked for; zero if nothing matches
	Count    uint32 // how many match, if asked for, or All is there
	Partial  Set[N] // the range of them that was asked for
	ModSeq   uint64 // the highest mod-sequence among them, with search.ModSeq (RFC 7162 §3.1.5)

	Relevancy []uint32 // from 1 to 100, of each of All or Partial, if asked for (RFC 6203 §4)

	// Order holds the ranges of All, or of Partial, as the server sent them in one
	// response, if they were not ascending; otherwise it is nil.
	Order []Range[N]
}

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

// searchData reads SEARCH after its name (RFC 3501 §7.2.5, RFC 7162 §3.1.5).
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
