package response

import "iter"

// Thread is a conversation (RFC 5256 §4): a message and the answers to it, each
// with the answers to that.
type Thread[N UID | SeqNum] struct {
	Num      N           // zero: a message that the server knows of, but has not
	Children []Thread[N] // the answers, in the order of the server
}

// All iterates over the messages of the thread, each before the answers to it.
// Messages that the server has not are left out.
func (t *Thread[N]) All() iter.Seq[N] {
	return func(yield func(N) bool) {
		for node := range t.Nodes() {
			if node.Num != 0 && !yield(node.Num) {
				return
			}
		}
	}
}

// Nodes iterates over the nodes of the thread with their depth: the thread itself,
// at depth zero, then each answer before the answers to it. It takes as much memory
// as the thread is wide, however deep it is.
func (t *Thread[N]) Nodes() iter.Seq2[*Thread[N], int] {
	return func(yield func(*Thread[N], int) bool) {
		type level struct {
			nodes []Thread[N]
			depth int
		}
		if !yield(t, 0) {
			return
		}
		for todo := []level{{t.Children, 1}}; len(todo) > 0; {
			last := &todo[len(todo)-1]
			if len(last.nodes) == 0 {
				todo = todo[:len(todo)-1]
				continue
			}
			node, depth := &last.nodes[0], last.depth
			if last.nodes = last.nodes[1:]; len(last.nodes) == 0 {
				todo = todo[:len(todo)-1] // a long chain of single answers keeps nothing
			}
			if !yield(node, depth) {
				return
			}
			todo = append(todo, level{node.Children, depth + 1})
		}
	}
}

// AsSeqThreads returns threads whose numbers are message sequence numbers, for the
// answer that holds either kind.
func AsSeqThreads(threads []Thread[UID]) []Thread[SeqNum] {
	type pair struct {
		from []Thread[UID]
		to   []Thread[SeqNum]
	}
	all := make([]Thread[SeqNum], len(threads))
	for todo := []pair{{threads, all}}; len(todo) > 0; {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for i := range p.from {
			p.to[i].Num = SeqNum(p.from[i].Num)
			if answers := p.from[i].Children; len(answers) > 0 {
				p.to[i].Children = make([]Thread[SeqNum], len(answers))
				todo = append(todo, pair{answers, p.to[i].Children})
			}
		}
	}
	return all
}

// ThreadData is an untagged THREAD (RFC 5256 §4).
type ThreadData struct {
	Threads []Thread[UID] // UIDs after UID THREAD, else message sequence numbers; see [AsSeqThreads]
}

func (*ThreadData) untagged() {}

func (d *ThreadData) cost() int { return sizeString + threadsCost(d.Threads) }

// threadData reads THREAD after its name (RFC 5256 §4).
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

func threadsCost(threads []Thread[UID]) int {
	n := cap(threads) * sizeThread
	for todo := [][]Thread[UID]{threads}; len(todo) > 0; {
		last := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for i := range last {
			if answers := last[i].Children; cap(answers) > 0 {
				n += cap(answers) * sizeThread
				todo = append(todo, answers)
			}
		}
	}
	return n
}
