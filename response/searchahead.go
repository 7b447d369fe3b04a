package response

import (
	"bytes"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// searchAhead reads the numbers of a SEARCH or ESEARCH response that does not lie
// in the window as a whole, so that its length costs no memory beyond the result.
func (r *Reader) searchAhead() {
	b := r.buf[r.start:r.end]
	if len(b) < max(fullWindow/2, r.ahead) || r.partial {
		return
	}
	at := 0
	if r.search == nil {
		if at = r.beginSearch(b); at == 0 {
			return
		}
	}
	s := r.search
	end := s.wholeNumbers(b[at:]) + at
	if end <= at {
		r.ahead = 2 * len(b)
		return
	}
	r.ahead = 0
	p := r.begin(b[:end])
	p.i = at
	p.charge(int(s.nums.size()) * sizeRange)
	if s.extended == nil {
		p.searchNums(s)
	} else if s.err == nil && !p.setPart(&s.nums) {
		s.err = p.err
	}
	if s.err == nil && p.exceeded(0) {
		s.err = p.err
	}
	if s.err != nil && s.err.Raw == nil {
		s.err.Raw = bytes.Clone(b[:min(len(b), keepRaw)])
	}
	r.start += end
	r.scan, r.line = r.end, r.start
}

// beginSearch looks whether b begins a SEARCH response, or an ESEARCH response up
// to its set, and returns where the numbers begin.
func (r *Reader) beginSearch(b []byte) (at int) {
	const name, extended = "* SEARCH ", "* ESEARCH "
	const maxHead = 1 << 10 // what stands before the set of an ESEARCH
	switch {
	case ascii.HasPrefixFold(b, name):
		r.search = newSearchState()
		return len(name)
	case !ascii.HasPrefixFold(b, extended):
		return 0
	}
	p := r.begin(b[:maxHead])
	p.i = len(extended)
	d := new(ESearchData)
	for ok := p.esearchHead(d); ok; ok = p.esearchFigure(d) {
		p.spaces()
		if p.keyword("ALL") && p.sp() && ascii.Is(p.peek(), ascii.Digit) {
			d.Items |= ESearchAll
			r.search = newSearchState()
			r.search.extended = d
			return p.i
		}
	}
	return 0
}

// esearchFigure reads one of the short items that may stand before the set.
func (p *parser) esearchFigure(d *ESearchData) bool {
	for _, name := range [...]string{"MIN", "MAX", "COUNT", "MODSEQ"} {
		if p.keyword(name) {
			return p.sp() && p.searchReturnData(d, []byte(name)) && p.peek() == ' '
		}
	}
	return false
}

// wholeNumbers returns how much of b is numbers that will not go on: up to the
// last space, or the last comma of a set, and not beyond what else there is.
func (s *searchState) wholeNumbers(b []byte) int {
	if s.extended == nil {
		end := bytes.LastIndexByte(b, ' ')
		if i := bytes.IndexByte(b, '('); i >= 0 && i < end {
			end = i
		}
		return end
	}
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		b = b[:i]
	}
	return bytes.LastIndexByte(b, ',') + 1
}

// setPart adds a part of a sequence-set that ends in a comma.
func (p *parser) setPart(set *setBuilder[UID]) bool {
	p.b = p.b[:len(p.b)-1]
	return p.setInto(set) && (p.end() || p.fail("sequence-set"))
}

// readSearch parses the rest of a response that was read in pieces.
func (r *Reader) readSearch(resp *Response, b []byte) {
	p, s := r.begin(b), r.search
	r.search, r.ahead = nil, 0
	p.charge(int(s.nums.size()) * sizeRange)
	resp.Kind = Untagged
	var ok bool
	name := "SEARCH"
	if s.extended == nil {
		resp.Data, ok = p.searchData(s)
	} else {
		name = "ESEARCH"
		resp.Data, ok = p.esearchEnd(s)
	}
	if !ok || p.exceeded(0) {
		resp.Data, resp.Err = nil, p.err
		resp.Err.Response = name
		describe(resp, b)
	}
}

// esearchEnd reads the rest of the set, and what stands after it.
func (p *parser) esearchEnd(s *searchState) (*ESearchData, bool) {
	if s.err != nil {
		p.err = s.err
		return nil, false
	}
	if !p.setInto(&s.nums) || !p.end() && p.peek() != ' ' {
		return nil, p.fail("sequence-set")
	}
	d := s.extended
	d.All, d.Order = p.builtSet(&s.nums), s.nums.order
	return d, p.esearchRest(d)
}
