package account

import (
	"context"
	"slices"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// window is how many messages one FETCH asks for.
const window = 500

// news fetches what is not known yet.
func (p *pass) news(ctx context.Context) error {
	below := p.extra.Clone()
	below.AddSet(p.st.Missing)
	for win := range below.Difference(p.st.UIDs).Chunks(window) {
		if err := p.fetchNew(ctx, win, true); err != nil {
			return err
		}
	}
	todo := p.todo()
	if todo.Empty() {
		return nil
	}
	if p.st.Pass == nil {
		p.st.Pass = &Pass{ModSeq: p.modSeq}
	}
	lo, _ := todo.Min()
	hi, _ := todo.Max()
	initial := p.opts.Max > 0 && p.st.UIDNext == 0 && p.st.First == 0
	if !initial && int64(hi)-int64(lo) < window {
		return p.fetchNew(ctx, todo, false)
	}
	listed, err := p.search(ctx, imap.UIDRange(lo, hi))
	if err != nil {
		return err
	}
	listed = listed.Intersection(todo)
	if initial && listed.Len() > int64(p.opts.Max) {
		listed = listed.Last(p.opts.Max)
		p.st.First, _ = listed.Min()
	}
	last, _ := listed.Max()
	windows := slices.Collect(listed.Chunks(window))
	for _, win := range slices.Backward(windows) {
		if err := p.fetchNew(ctx, win, true); err != nil {
			return err
		}
		first, _ := win.Min()
		p.st.Pass.Done.AddRange(first, last)
	}
	return nil
}

// todo returns the UIDs from the floor on that are not known and were not examined.
func (p *pass) todo() imap.UIDSet {
	if p.mbox.Messages == 0 || p.mbox.UIDNext > 0 && p.mbox.UIDNext <= p.floor || p.counted() {
		return imap.UIDSet{}
	}
	last := maxUID
	if p.mbox.UIDNext > 0 {
		last = p.mbox.UIDNext - 1
	}
	todo := imap.UIDRange(p.floor, last).Difference(p.st.UIDs).Difference(p.st.Missing)
	if p.st.Pass != nil {
		todo = todo.Difference(p.st.Pass.Done)
	}
	return todo
}

// counted reports whether the rows of SELECT have brought all messages already.
func (p *pass) counted() bool {
	return p.asked && p.level == LevelQResync && p.rowsSuffice() && p.st.First == 0 && p.extra.Empty() &&
		p.st.UIDs.Len()+p.st.Missing.Len() == int64(p.mbox.Messages)
}

// fetchNew fetches a window of messages that are not known. listed says that SEARCH
// has listed them, so that those that do not come are looked into.
func (p *pass) fetchNew(ctx context.Context, win imap.UIDSet, listed bool) error {
	items := p.opts.Items
	items.UID, items.Flags = true, true
	var got, unread imap.UIDSet
	var unreadErr error
	err := p.fetchRows(ctx, win, items, nil, func(ctx context.Context, m *imap.Message, err error) error {
		switch {
		case m == nil || m.UID == 0:
			p.unsure = true
		case p.st.UIDs.Contains(m.UID):
			got.AddNum(m.UID)
			if err == nil && m.Has(response.ItemFlags) {
				return p.flagged(ctx, m)
			}
		case !win.Contains(m.UID): // "n:*" has the last message even if it is older
		case err != nil || !m.Has(response.ItemFlags):
			unread.AddNum(m.UID)
			unreadErr = err
		default:
			got.AddNum(m.UID)
			return p.added(m)
		}
		return nil
	})
	if err != nil {
		return err
	}
	unread = unread.Difference(p.st.UIDs)
	if err := p.missing(unread, unreadErr); err != nil {
		return err
	}
	if !listed {
		return p.overlooked(ctx, win)
	}
	return p.omitted(ctx, win.Difference(got).Difference(unread))
}

// overlooked fetches what the server has, and did not return. With QRESYNC the count
// shows them; without, a message that is gone may hide one that did not come.
func (p *pass) overlooked(ctx context.Context, win imap.UIDSet) error {
	if p.level == LevelQResync {
		return nil
	}
	if hi, _ := win.Max(); hi == maxUID { // what comes after the last one is asked for again anyway
		last, _ := p.st.UIDs.Max()
		win = win.Intersection(imap.UIDRange(1, max(last, 1)))
	}
	there, err := p.search(ctx, win)
	if err != nil {
		return err
	}
	left := there.Difference(p.st.UIDs).Difference(p.st.Missing)
	if left.Empty() {
		return nil
	}
	return p.fetchNew(ctx, left, true)
}

// omitted looks into messages that were listed and did not come. Those that are
// gone meanwhile are none; the others are missing.
func (p *pass) omitted(ctx context.Context, uids imap.UIDSet) error {
	uids = uids.Difference(p.st.UIDs)
	if uids.Empty() {
		return nil
	}
	there, err := p.search(ctx, uids)
	if err != nil {
		return err
	}
	if gone := uids.Difference(there); !gone.Empty() && !p.st.Missing.Empty() {
		p.st.Missing.Remove(gone)
	}
	return p.missing(there, nil)
}

// settle makes sure, by counting, that nothing was overlooked, and compares UIDs if
// the count differs.
func (p *pass) settle(ctx context.Context) error {
	now := p.c.Mailbox()
	if now == nil {
		return imap.ErrState
	}
	if err := p.within(ctx); err != nil {
		return err
	}
	known := p.st.UIDs.Len() + p.st.Missing.Len()
	steady := now.Messages == p.mbox.Messages
	switch {
	case p.st.First > 0 && p.level == LevelQResync && !p.unsure:
		return nil // older messages are not counted
	case p.st.First > 0:
	case !p.unsure && steady && known == int64(p.mbox.Messages):
		return nil
	case !p.unsure && !steady && p.level == LevelQResync:
		return nil // the next pass learns of it
	}
	missed, err := p.compareUIDs(ctx)
	if missed && p.level == LevelQResync && steady {
		p.a.difference()
	}
	if err == nil && p.unsure && !p.full {
		p.full = true
		p.unsure = false
		return p.compareFlags(ctx)
	}
	return err
}

// within fetches messages that came while SELECT was answered: EXISTS counts them,
// and UIDNEXT was sent before.
func (p *pass) within(ctx context.Context) error {
	if p.st.First > 0 || p.mbox.UIDNext == 0 || p.st.UIDs.Len()+p.st.Missing.Len() >= int64(p.mbox.Messages) {
		return nil
	}
	return p.fetchNew(ctx, imap.UIDRange(max(p.mbox.UIDNext, p.floor), maxUID).Difference(p.st.UIDs), false)
}

// compareUIDs asks for all UIDs and applies the difference.
func (p *pass) compareUIDs(ctx context.Context) (missed bool, err error) {
	there, err := p.search(ctx, imap.UIDRange(max(p.st.First, 1), maxUID))
	if err != nil {
		return false, err
	}
	gone := p.st.UIDs.Difference(there)
	if isMuch(gone, p.st.UIDs) {
		again, err := p.search(ctx, gone)
		if err != nil {
			return false, err
		}
		gone = gone.Difference(again)
	}
	if !p.st.Missing.Empty() {
		p.st.Missing = p.st.Missing.Intersection(there)
	}
	missed = !gone.Empty()
	if err := p.removed(gone); err != nil {
		return missed, err
	}
	extra := there.Difference(p.st.UIDs).Difference(p.st.Missing)
	for win := range extra.Chunks(window) {
		if err := p.fetchNew(ctx, win, true); err != nil {
			return missed, err
		}
	}
	return missed, nil
}

// search returns which of the UIDs exist.
func (p *pass) search(ctx context.Context, uids imap.UIDSet) (imap.UIDSet, error) {
	return p.a.searchUIDs(ctx, p.c, p.st.Mailbox, uids)
}

// searchUIDs returns which of the UIDs exist.
func (a *Account) searchUIDs(ctx context.Context, c *imap.Client, mailbox string, uids imap.UIDSet) (imap.UIDSet, error) {
	if uids.Empty() {
		return imap.UIDSet{}, nil
	}
	ctx, end := a.trace(ctx, Operation{Name: "UID SEARCH", Mailbox: mailbox})
	res, err := c.UIDSearch(ctx, search.UID(uids), nil)
	if err != nil {
		end(Outcome{Err: err})
		return imap.UIDSet{}, err
	}
	end(Outcome{Rows: int(res.All.Len())})
	return res.All.Intersection(uids), nil
}

// fetch is UID FETCH. Rows that can't be read are given to row as far as they can.
func (p *pass) fetch(ctx context.Context, uids imap.UIDSet, items imap.FetchItems, opts *imap.FetchOptions, row func(context.Context, *imap.Message) error) error {
	return p.fetchRows(ctx, uids, items, opts, func(ctx context.Context, m *imap.Message, err error) error {
		if err != nil && m != nil {
			m.Items &^= response.ItemFlags // what it has is not certain
		}
		return row(ctx, m)
	})
}

// fetchRows is UID FETCH. row gets each message, with the error if it could not be
// read in full.
func (p *pass) fetchRows(ctx context.Context, uids imap.UIDSet, items imap.FetchItems, opts *imap.FetchOptions, row func(context.Context, *imap.Message, error) error) error {
	if uids.Empty() {
		return nil
	}
	ctx, end := p.a.trace(ctx, Operation{Name: "UID FETCH", Mailbox: p.st.Mailbox})
	var out Outcome
	for m, err := range p.c.UIDFetch(ctx, uids, items, opts) {
		if err != nil && !imap.RowError(err) {
			out.Err = err
			break
		}
		out.Rows++
		if err := row(ctx, m, err); err != nil {
			out.Err = err
			break
		}
	}
	end(out)
	return out.Err
}
