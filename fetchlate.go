package imap

import (
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// maxLate is the largest set of UIDs whose messages are asked for once more if they do
// not come with all sections.
const maxLate = 1000

// lateRows watches the rows of a FETCH for sections. Apache James sends some of them
// after the tagged OK, where no command expects them, or leaves the second section out:
// what has not come when the command has ended is asked for once more.
type lateRows struct {
	asked    UIDSet
	sections int
	reused   bool // rows are valid until the loop goes on
	yield    func(row, error) bool

	came  UIDSet
	short []*Message // that lack sections
	left  bool       // the loop ends early
}

// mayComeLate reports whether sections of these messages are asked for again.
func mayComeLate(asked UIDSet, cmd *commands.UIDFetch) bool {
	return len(cmd.Items.Sections) > 0 && cmd.ChangedSince == 0 && !asked.Dynamic() && asked.Len() <= maxLate
}

// watchLate returns what watches the rows of a FETCH, or nil if there is no need to.
func watchLate(asked UIDSet, cmd *commands.UIDFetch, mode fetchMode, yield func(row, error) bool) *lateRows {
	if !mayComeLate(asked, cmd) {
		return nil
	}
	return &lateRows{asked: asked, sections: len(cmd.Items.Sections), reused: mode.arena != nil, yield: yield}
}

// row takes a row. One that lacks sections is held back until the command has ended.
func (l *lateRows) row(r row, err error) bool {
	if r.msg != nil && r.msg.UID != 0 {
		l.came.AddNum(r.msg.UID)
	}
	if err == nil && r.msg.UID != 0 && len(r.msg.Sections) < l.sections {
		m := r.msg
		if l.reused {
			m = m.Clone()
		}
		l.short = append(l.short, m)
		return true
	}
	if err != nil && !RowError(err) {
		l.left = true
		if !l.rest() {
			return false
		}
	}
	if !l.yield(r, err) {
		l.left = true
		return false
	}
	return true
}

// missing returns the messages of which something has not come.
func (l *lateRows) missing() UIDSet {
	set := l.asked.Difference(l.came)
	for _, m := range l.short {
		set.AddNum(m.UID)
	}
	return set
}

// again takes a row of the second command.
func (l *lateRows) again(r row, err error) bool {
	if err != nil || r.msg.UID == 0 {
		return l.row(r, err)
	}
	i := slices.IndexFunc(l.short, func(m *Message) bool { return m.UID == r.msg.UID })
	if i < 0 {
		if l.came.Contains(r.msg.UID) { // the late row and the second one
			return true
		}
		return l.row(r, nil)
	}
	m := l.short[i]
	for _, b := range r.msg.Sections {
		if len(m.Sections) >= 2*l.sections { // more than there is any use for
			break
		}
		if !slices.ContainsFunc(m.Sections, func(had response.BodySection) bool {
			return had.Binary == b.Binary && had.Origin == b.Origin && had.Section.Equal(b.Section)
		}) {
			m.Sections = append(m.Sections, b)
		}
	}
	m.Items |= r.msg.Items
	if len(m.Sections) < l.sections {
		return true
	}
	l.short = slices.Delete(l.short, i, i+1)
	return l.row(row{msg: m}, nil)
}

// rest yields the messages that still lack sections as they are.
func (l *lateRows) rest() bool {
	for len(l.short) > 0 {
		m := l.short[0]
		if l.short = l.short[1:]; !l.yield(row{msg: m}, nil) {
			l.left = true
			return false
		}
	}
	return true
}

// askAgain asks for what is missing after the loop f.
func (l *lateRows) askAgain(f *uidFetch) {
	m := f.c.Mailbox()
	exist := m != nil && int64(m.Messages) > l.came.Len() || len(l.short) > 0
	if missing := l.missing(); exist && !l.left && !missing.Empty() {
		second := &uidFetch{ctx: f.c.sameSelection(f.ctx, f.sent), c: f.c, cmd: f.cmd, queue: splitSet(missing, f.c.usefulLimit(missing))}
		second.run(l.again)
	}
	if !l.left {
		l.rest()
	}
}
