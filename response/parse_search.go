package response

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
)

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
		s.expect(len(p.b) - p.i)
	}
	p.searchNums(s)
	if s.err != nil {
		p.err = s.err
		return nil, false
	}
	return &SearchData{Nums: s.nums.set(), ModSeq: s.modSeq, Order: s.nums.order}, true
}

// expect makes room for the numbers that n octets hold at the least.
func (s *searchState) expect(n int) {
	if n > 4<<10 {
		s.nums.expect(n / len(" 4294967295"))
	}
}

// searchNums reads numbers and the mod-sequence up to the end.
func (p *parser) searchNums(s *searchState) {
	for s.err == nil && !p.end() {
		if !p.nextSearchNums(s) {
			s.err = p.err
		}
	}
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

// sortData reads SORT behind its name (RFC 5256 §4).
func (p *parser) sortData() (*SortData, bool) {
	d := new(SortData)
	for p.spaces(); !p.end(); p.spaces() {
		if p.peek() == '(' {
			modSeq, ok := p.searchModSeq()
			if !ok {
				return nil, false
			}
			d.ModSeq = modSeq
			continue
		}
		n, ok := p.nzNumber()
		if !ok {
			return nil, false
		}
		d.Nums = append(d.Nums, n)
	}
	return d, true
}

// threadData reads THREAD behind its name (RFC 5256 §4).
func (p *parser) threadData() (*ThreadData, bool) {
	d := new(ThreadData)
	for p.spaces(); p.peek() == '('; p.spaces() {
		t, ok := p.threadList()
		if !ok {
			return nil, false
		}
		d.Threads = append(d.Threads, t...)
	}
	return d, p.end() || p.fail("thread-list")
}

// threadList reads "(" (thread-members / thread-nested) ")": each number is the
// answer to the one before it, and the lists at the end are all answers to the
// last number. Lists without a number before them answer a message that the
// server has not.
func (p *parser) threadList() ([]Thread, bool) {
	if !p.enter() {
		return nil, false
	}
	var chain []uint32
	for p.peek() >= '0' && p.peek() <= '9' {
		n, ok := p.nzNumber()
		if !ok {
			return nil, false
		}
		chain = append(chain, n)
		p.spaces()
	}
	var answers []Thread
	for p.peek() == '(' {
		t, ok := p.threadList()
		if !ok {
			return nil, false
		}
		answers = append(answers, t...)
		p.spaces()
	}
	if !p.leave() {
		return nil, p.fail("thread-list")
	}
	if len(chain) == 0 {
		return []Thread{{Children: answers}}, true
	}
	for i := len(chain) - 1; i >= 0; i-- {
		answers = []Thread{{Num: chain[i], Children: answers}}
	}
	return answers, true
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

// esearchData reads ESEARCH behind its name (RFC 9051 §9 "esearch-response").
func (p *parser) esearchData() (*ESearchData, bool) {
	d := new(ESearchData)
	return d, p.esearchHead(d) && p.esearchRest(d)
}

// esearchHead reads [search-correlator] [SP "UID"].
func (p *parser) esearchHead(d *ESearchData) bool {
	if p.spaces(); p.peek() == '(' {
		if !p.searchCorrelator(d) {
			return false
		}
		p.spaces()
	}
	if p.keyword("UID") {
		d.UID = true
	}
	return true
}

// esearchRest reads *(SP search-return-data).
func (p *parser) esearchRest(d *ESearchData) bool {
	for p.spaces(); !p.end(); p.spaces() {
		if ascii.HasPrefixFold(p.b[p.i:], "(MODSEQ ") { // as SEARCH has it
			modSeq, ok := p.searchModSeq()
			if !ok {
				return false
			}
			d.ModSeq = modSeq
			d.Has |= ESearchModSeq
			continue
		}
		name, ok := p.atom()
		if !ok || !p.sp() || !p.searchReturnData(d, name) {
			return p.fail("search-return-data")
		}
		if !p.end() && p.peek() != ' ' {
			return p.fail("SP")
		}
	}
	return true
}

// searchCorrelator reads "(" "TAG" SP string ")", in which MULTISEARCH puts
// mailbox and UIDVALIDITY too (RFC 7377 §2.1).
func (p *parser) searchCorrelator(d *ESearchData) bool {
	if !p.enter() {
		return false
	}
	for !p.leave() {
		name, ok := p.atom()
		if !ok || !p.sp() {
			return false
		}
		switch ascii.ToUpper(string(name)) {
		case "TAG":
			s, ok := p.astring()
			if !ok {
				return false
			}
			d.Tag = p.string(s)
		case "MAILBOX":
			if d.Mailbox, ok = p.mailboxString(); !ok {
				return false
			}
			d.Has |= ESearchMailbox
		case "UIDVALIDITY":
			if d.UIDValidity, ok = p.number(); !ok {
				return false
			}
		default:
			if !p.skipValue() {
				return false
			}
		}
	}
	return true
}

// searchReturnData reads the value of one result option.
func (p *parser) searchReturnData(d *ESearchData, name []byte) (ok bool) {
	switch ascii.ToUpper(p.mem.word(name)) {
	case "MIN":
		d.Min, ok = p.number()
		d.Has |= ESearchMin
	case "MAX":
		d.Max, ok = p.number()
		d.Has |= ESearchMax
	case "COUNT":
		d.Count, ok = p.number()
		d.Has |= ESearchCount
	case "ALL":
		d.All, ok = p.orderedSet(d)
		d.Has |= ESearchAll
	case "MODSEQ":
		d.ModSeq, ok = p.modSeqValue()
		d.Has |= ESearchModSeq
	case "PARTIAL":
		ok = p.searchPartial(d)
		d.Has |= ESearchPartial
	case "ADDTO":
		d.AddTo, ok = p.contextUpdates(d.AddTo)
		d.Has |= ESearchAddTo
	case "REMOVEFROM":
		d.RemoveFrom, ok = p.contextUpdates(d.RemoveFrom)
		d.Has |= ESearchRemoveFrom
	case "RELEVANCY":
		d.Relevancy, ok = p.numberList()
		d.Has |= ESearchRelevancy
	default:
		var v Value
		v, ok = p.value()
		d.Unknown = append(d.Unknown, UnknownItem{ascii.ToUpper(string(name)), v})
	}
	return ok
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
	return b.set(), b.order, ok
}

// setInto adds a sequence-set to set.
func (p *parser) setInto(set *setBuilder[UID]) bool {
	width, ok := scanSetInto(set, p.b[p.i:])
	p.i += width
	return ok || p.fail("sequence-set")
}

// searchPartial reads "(" partial-range SP (sequence-set / NIL) ")" (RFC 9394
// §3.1, RFC 5267 §4.4).
func (p *parser) searchPartial(d *ESearchData) bool {
	if !p.enter() {
		return false
	}
	b, ok := p.atom()
	if !ok || !p.sp() {
		return false
	}
	d.PartialRange = string(b)
	if d.Partial, ok = p.orderedSet(d); !ok {
		return false
	}
	return p.leave() || p.fail(")")
}

// contextUpdates reads "(" position SP sequence-set *(SP …) ")" (RFC 5267 §4.3).
func (p *parser) contextUpdates(list []ContextUpdate) ([]ContextUpdate, bool) {
	if !p.enter() {
		return nil, false
	}
	for !p.leave() {
		pos, ok := p.number()
		if !ok {
			return nil, false
		}
		set, ok := p.spSet()
		if !ok {
			return nil, false
		}
		list = append(list, ContextUpdate{pos, set})
	}
	return list, true
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
		list = append(list, n)
	}
	return list, true
}
