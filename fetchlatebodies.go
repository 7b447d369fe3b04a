package imap

import (
	"slices"

	"github.com/seed-090b04e4/imap/commands"
)

// lateBodies is lateRows for a loop that gets sections one by one.
type lateBodies struct {
	sections []commands.FetchSection
	yield    func(row, error) bool

	came   map[UID][]bool // which of the sections have come; nil: nothing is asked for again
	reused bool           // a message is not valid any more when the next one comes
	later  []row          // sections of a message whose UID may come after them
	blind  bool           // it has not come, or is not known
	failed UIDSet         // the loop has an error for them
	lost   int64          // errors for messages whose UID is not known
	second bool           // these are asked for the second time
	left   bool           // the loop ends early
}

// uidBodies runs a FETCH whose sections are handed out one by one. A message that is there,
// and of which no section comes, is an error.
func uidBodies(f *uidFetch, uids UIDSet, yield func(row, error) bool) {
	l := &lateBodies{sections: f.cmd.Items.Sections, yield: yield}
	if mayComeLate(uids, &f.cmd) {
		l.came = make(map[UID][]bool)
	}
	l.reused = f.arena != nil
	f.all(uids, l.row)
	l.settle(nil)
	bare := f.bare
	if missing, exist := l.missing(uids, f); exist && !l.left && !missing.Empty() {
		second := &uidFetch{fetchMode: f.fetchMode, ctx: f.c.sameSelection(f.ctx, f.sent), c: f.c, cmd: f.cmd}
		second.queue = splitSet(missing, f.c.usefulLimit(missing))
		l.second = true
		second.run(l.row)
		bare = second.bare
	}
	for _, m := range bare {
		if !l.left && l.came[m.UID] == nil && !l.failed.Contains(m.UID) {
			l.left = !yield(row{msg: m}, bareError(m))
		}
	}
}

// row takes a row.
func (l *lateBodies) row(r row, err error) bool {
	l.settle(r.msg)
	switch m := r.msg; {
	case l.came == nil:
	case err != nil && m != nil && m.UID != 0:
		l.failed.AddNum(m.UID)
	case err != nil:
		l.lost++
	case m.UID == 0 && l.reused:
		l.blind = true
	case m.UID == 0:
		l.later = append(l.later, r)
	case !l.note(r):
		return true
	}
	if !l.yield(r, err) || err != nil && !RowError(err) {
		l.left = true
		return false
	}
	return true
}

// settle notes the sections whose UID has come after them, once another message is next.
func (l *lateBodies) settle(next *Message) {
	if len(l.later) == 0 || l.later[0].msg == next {
		return
	}
	for _, r := range l.later {
		if r.msg.UID == 0 {
			l.blind = true
		} else {
			l.note(r)
		}
	}
	l.later = l.later[:0]
}

// note notes that a section has come. It returns false if it has come before, and was asked
// for again with others. One that the server calls by another name stands for any.
func (l *lateBodies) note(r row) bool {
	b := &r.msg.Sections[r.section()]
	came := l.came[r.msg.UID]
	if came == nil {
		came = make([]bool, len(l.sections))
		l.came[r.msg.UID] = came
	}
	i := slices.IndexFunc(l.sections, func(s commands.FetchSection) bool {
		return s.Binary == b.Binary && s.Section.Equal(b.Section) && (s.Partial == nil || s.Partial.Offset == b.Origin)
	})
	if i < 0 {
		i = slices.Index(came, false)
	}
	if i < 0 || came[i] {
		return !l.second
	}
	came[i] = true
	return true
}

// missing returns the messages of which something has not come, and whether they exist, as
// far as is known.
func (l *lateBodies) missing(uids UIDSet, f *uidFetch) (missing UIDSet, exist bool) {
	if l.came == nil || l.blind {
		return UIDSet{}, false
	}
	var whole UIDSet
	for uid, came := range l.came {
		if slices.Contains(came, false) {
			exist = true
		} else {
			whole.AddNum(uid)
		}
	}
	whole.AddSet(l.failed)
	missing = uids.Difference(whole)
	m := f.c.Mailbox()
	return missing, exist || m != nil && int64(m.Messages) > whole.Len() && missing.Len() > l.lost
}
