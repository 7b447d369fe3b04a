package response

// UIDBatchesData is an untagged UIDBATCHES (RFC 10022): ranges of UIDs that divide
// the messages of the selected mailbox into batches of one size.
type UIDBatchesData struct {
	Tag     string       // of the command; empty if there is none
	Batches []Range[UID] // in the order of the server, newest messages first
}

func (*UIDBatchesData) untagged() {}

func (d *UIDBatchesData) cost() int { return sizeOther + len(d.Tag) + cap(d.Batches)*sizeRange }

// uidBatchesData reads UIDBATCHES after its name: [search-correlator] and ranges
// that run backwards.
func (p *parser) uidBatchesData() (*UIDBatchesData, bool) {
	var correlator ESearchData
	if p.spaces(); p.peek() == '(' && !p.searchCorrelator(&correlator) {
		return nil, false
	}
	d := &UIDBatchesData{Tag: correlator.Tag}
	if p.spaces(); p.end() { // an empty mailbox
		return d, true
	}
	for {
		start, ok := p.nzNumber()
		stop := start
		if ok && p.special(':') {
			stop, ok = p.nzNumber()
		}
		if !ok {
			return nil, p.fail("uid-range")
		}
		p.check()
		p.charge(sizeRange + sizeRange/2)
		d.Batches = append(d.Batches, Range[UID]{UID(min(start, stop)), UID(max(start, stop))})
		if !p.special(',') {
			return d, true
		}
	}
}
