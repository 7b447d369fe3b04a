package account

import "slices"

// waiter is a call that waits for a connection.
type waiter struct {
	want want
	got  chan *conn // has room for one; closed if the account is closed
}

// queue is the calls that wait for a connection: first come, first served, those of
// people before those of the background, which get every fourth turn. It is guarded
// by Account.mu.
type queue struct {
	people, background []*waiter
	turns              int
}

const backgroundTurn = 4

func (q *queue) empty() bool { return len(q.people) == 0 && len(q.background) == 0 }

func (q *queue) len() int { return len(q.people) + len(q.background) }

func (q *queue) add(w *waiter) {
	if w.want.background {
		q.background = append(q.background, w)
	} else {
		q.people = append(q.people, w)
	}
}

// remove takes w out. It returns false if w was served already.
func (q *queue) remove(w *waiter) bool {
	for _, list := range []*[]*waiter{&q.people, &q.background} {
		if i := slices.Index(*list, w); i >= 0 {
			*list = slices.Delete(*list, i, i+1)
			return true
		}
	}
	return false
}

// next takes out the one whose turn it is.
func (q *queue) next() *waiter {
	list := &q.people
	if len(q.people) == 0 || len(q.background) > 0 && q.turns%backgroundTurn == backgroundTurn-1 {
		list = &q.background
	}
	w := (*list)[0]
	*list = slices.Delete(*list, 0, 1)
	q.turns++
	return w
}

// failAll wakes all, without a connection.
func (q *queue) failAll() {
	for !q.empty() {
		close(q.next().got)
	}
}
