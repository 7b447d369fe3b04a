package imaptest

import (
	"slices"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// searchContext is a result that is kept up to date: SEARCH or SORT with UPDATE
// (RFC 5267 §4.3).
type searchContext struct {
	tag    string
	uid    bool // its numbers are UIDs
	sorted bool // its positions count
	find   func(all []store.Snapshot) []int
	result []response.UID // as the client knows it
}

const maxContexts = 10 // of one session

// watchResult keeps the result of a command up to date from now on, if that was
// asked for.
func (s *session) watchResult(a *args, req *searchRequest, sorted bool, find func([]store.Snapshot) []int, found []int) {
	if !req.update {
		return
	}
	if len(s.contexts) >= maxContexts { // RFC 5267 §4.3.1
		s.newOut("* NO [NOUPDATE ").str(a.tag).raw("] Too many contexts").send()
		return
	}
	s.contexts = append(s.contexts, &searchContext{a.tag, a.uid, sorted, find, numbers(s.view, found, true)})
}

// hasContext reports whether a command with that tag is kept up to date.
func (s *session) hasContext(tag string) bool {
	return slices.ContainsFunc(s.contexts, func(c *searchContext) bool { return c.tag == tag })
}

// cmdCancelUpdate is CANCELUPDATE (RFC 5267 §4.3.5).
func cmdCancelUpdate(s *session, a *args) reply {
	var tags []string
	for more := true; more; more = a.ok() && !a.atEnd() {
		a.sp()
		tags = append(tags, a.str())
	}
	if !a.end() {
		return a.reply()
	}
	for _, tag := range tags {
		if !s.hasContext(tag) {
			return bad("CANCELUPDATE: no updates of the command %q", tag)
		}
	}
	s.contexts = slices.DeleteFunc(s.contexts, func(c *searchContext) bool { return slices.Contains(tags, c.tag) })
	return ok("CANCELUPDATE completed")
}

// removeVanished sends REMOVEFROM for messages that are about to be reported as
// expunged: before that, so that their numbers are valid (RFC 5267 §4.3.4).
func (s *session) removeVanished(ch store.Changes) {
	number := make(map[response.UID]response.UID, len(ch.Vanished))
	for i, uid := range ch.Vanished {
		number[uid] = response.UID(ch.Expunged[i]) + response.UID(i) // as of before the first is reported
	}
	for _, c := range s.contexts {
		gone := func(u response.UID) bool { return number[u] != 0 }
		s.sendUpdate(c, "REMOVEFROM", c.remove(gone), func(u response.UID) response.UID { return number[u] })
	}
}

// updateContexts sends how the results have changed.
func (s *session) updateContexts() {
	if len(s.contexts) == 0 {
		return
	}
	all := s.view.All()
	seq := func(u response.UID) response.UID { return response.UID(s.view.IndexOf(u) + 1) }
	for _, c := range s.contexts {
		now := numbers(s.view, c.find(all), true)
		s.sendUpdate(c, "REMOVEFROM", c.remove(func(u response.UID) bool { return !slices.Contains(now, u) }), seq)
		s.sendUpdate(c, "ADDTO", c.add(now), seq)
	}
}

// contextPair is a position of a result, and what is inserted or removed there.
type contextPair struct {
	pos  int // from 1; 0 for a result in the order of the mailbox
	uids []response.UID
}

// remove takes messages out of the result.
func (c *searchContext) remove(gone func(response.UID) bool) (pairs []contextPair) {
	for i := 0; i < len(c.result); {
		n := 0
		for i+n < len(c.result) && gone(c.result[i+n]) {
			n++
		}
		if n == 0 {
			i++
			continue
		}
		pairs = append(pairs, contextPair{i + 1, slices.Clone(c.result[i : i+n])})
		c.result = slices.Delete(c.result, i, i+n)
	}
	return pairs
}

// add makes the result what it is now: nothing of it is missing there.
func (c *searchContext) add(now []response.UID) (pairs []contextPair) {
	old := c.result
	for i := 0; i < len(now); {
		n := 0
		for i+n < len(now) && (len(old) == 0 || now[i+n] != old[0]) {
			n++
		}
		if n == 0 {
			old = old[1:]
			i++
			continue
		}
		pairs = append(pairs, contextPair{i + 1, now[i : i+n]})
		i += n
	}
	c.result = now
	return pairs
}

// sendUpdate sends an ESEARCH response with ADDTO or REMOVEFROM.
func (s *session) sendUpdate(c *searchContext, item string, pairs []contextPair, seq func(response.UID) response.UID) {
	if len(pairs) == 0 {
		return
	}
	if !c.sorted { // the client finds the places itself
		var all []response.UID
		for _, p := range pairs {
			all = append(all, p.uids...)
		}
		pairs = []contextPair{{0, all}}
	}
	o := s.newOut("* ESEARCH (TAG ").str(c.tag).raw(")")
	if c.uid {
		o.raw(" UID")
	}
	o.raw(" " + item + " (")
	for i, p := range pairs {
		if i > 0 {
			o.raw(" ")
		}
		nums := slices.Clone(p.uids)
		for n, uid := range nums {
			if !c.uid {
				nums[n] = seq(uid)
			}
		}
		o.num(uint64(p.pos)).raw(" " + orderedSet(nums))
	}
	o.raw(")").send()
}
