package response

// SortData is an untagged SORT (RFC 5256 §4): numbers in the order of the sort.
type SortData struct {
	Nums   []UID  // UIDs after UID SORT, else message sequence numbers
	ModSeq uint64 // RFC 7162; zero if there is none
}

func (*SortData) untagged() {}

func (d *SortData) cost() int { return sizeOther + cap(d.Nums)*sizeUID }

// SortResult is what SORT found: UIDs after UID SORT, else message sequence numbers.
// It belongs to the caller.
type SortResult[N UID | SeqNum] struct {
	Nums      []N      // those that match, in the order of the sort, unless only others were asked for
	Min, Max  N        // the first and the last of them, if asked for; zero if nothing matches
	Count     uint32   // how many match, if asked for, or Nums is there
	Partial   []N      // the range of them that was asked for
	Relevancy []uint32 // from 1 to 100, of each of Nums or Partial, if asked for (RFC 6203 §4)
	ModSeq    uint64   // the highest mod-sequence among them, with search.ModSeq (RFC 7162 §3.1.5)
}

// sortData reads SORT after its name (RFC 5256 §4).
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
		p.check()
		p.charge(sizeUID + sizeUID/2)
		d.Nums = append(d.Nums, UID(n))
	}
	return d, true
}
