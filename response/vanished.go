package response

// VanishedData is an untagged VANISHED (RFC 7162 §3.2.10): the messages are
// gone, or with Earlier, were gone before this session looked.
type VanishedData struct {
	Earlier bool   // the answer to QRESYNC: it happened before this session looked
	UIDs    UIDSet // of the messages
}

func (*VanishedData) untagged() {}

func (d *VanishedData) cost() int { return sizeOther + setCost(d.UIDs) }

// vanishedData reads VANISHED after its name (RFC 7162 §3.2.10).
func (p *parser) vanishedData() (*VanishedData, bool) {
	if !p.sp() {
		return nil, false
	}
	d := new(VanishedData)
	if p.peek() == '(' {
		if !p.enter() || !p.keyword("EARLIER") || !p.leave() {
			return nil, p.fail("(EARLIER)")
		}
		d.Earlier = true
		if p.spaces(); p.end() || p.isNIL() { // none
			return d, true
		}
	}
	set, ok := p.set32()
	if !ok || set.Dynamic() {
		return nil, p.fail("known-uids")
	}
	d.UIDs = set
	return d, true
}
