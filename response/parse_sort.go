package response

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
		p.check()
		p.charge(sizeUID + sizeUID/2)
		d.Nums = append(d.Nums, UID(n))
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
		p.check()
		p.charge(sizeThread + sizeThread/2)
		d.Threads = append(d.Threads, t...)
	}
	return d, p.end() || p.fail("thread-list")
}

// threadList reads "(" (thread-members / thread-nested) ")": each number is the
// answer to the one before it, and the lists at the end are all answers to the
// last number. Lists without a number before them answer a message that the
// server has not.
func (p *parser) threadList() ([]Thread[UID], bool) {
	if !p.enter() {
		return nil, false
	}
	var chain []uint32
	for p.peek() >= '0' && p.peek() <= '9' {
		n, ok := p.nzNumber()
		if !ok {
			return nil, false
		}
		p.check()
		p.charge(sizeThread + 2*sizeUID)
		chain = append(chain, n)
		p.spaces()
	}
	var answers []Thread[UID]
	for p.peek() == '(' {
		t, ok := p.threadList()
		if !ok {
			return nil, false
		}
		p.charge(sizeThread + sizeThread/2)
		answers = append(answers, t...)
		p.spaces()
	}
	if !p.leave() {
		return nil, p.fail("thread-list")
	}
	if len(chain) == 0 {
		p.charge(sizeThread)
		return []Thread[UID]{{Children: answers}}, true
	}
	for i := len(chain) - 1; i >= 0; i-- {
		answers = []Thread[UID]{{Num: UID(chain[i]), Children: answers}}
	}
	return answers, true
}
