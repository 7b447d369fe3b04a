package account

import (
	"context"
	"slices"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// qresync applies the answer to SELECT with QRESYNC (RFC 7162 §3.2.5).
func (p *pass) qresync(ctx context.Context) error {
	gone := p.mbox.Vanished.Intersection(p.st.UIDs)
	if isMuch(gone, p.st.UIDs) {
		there, err := p.search(ctx, gone)
		if err != nil {
			return err
		}
		if !there.Empty() {
			p.demote(LevelQResync, "VANISHED of messages that exist")
			return errAgain
		}
	}
	if err := p.removed(p.mbox.Vanished); err != nil {
		return err
	}
	changed := p.mbox.Changed
	p.needFlags(ctx, uidsOf(changed))
	for _, m := range changed {
		if err := p.row(ctx, m); err != nil {
			return err
		}
	}
	return p.refetch(ctx)
}

// changedSince asks for the changes since the State's mod-sequence (RFC 7162
// §3.1.4.1).
func (p *pass) changedSince(ctx context.Context) error {
	last := maxUID
	if !p.rowsSuffice() { // those that are not known come with their items
		known, _ := p.st.UIDs.Max() // beyond the floor, if a pass was interrupted
		last = max(p.floor-1, known)
	}
	if last == 0 {
		return nil
	}
	span := imap.UIDRange(1, last)
	opts := &imap.FetchOptions{ChangedSince: p.st.ModSeq}
	err := p.fetch(ctx, span, imap.FetchItems{UID: true, Flags: true}, opts, p.row)
	if isBad(err) {
		p.demote(LevelCondStore, err.Error())
		return errAgain
	}
	if err != nil {
		return err
	}
	return p.refetch(ctx)
}

// row applies a message with flags, which may be known or not.
func (p *pass) row(ctx context.Context, m *imap.Message) error {
	switch {
	case m == nil || m.UID == 0:
		p.unsure = true
		return nil
	case !m.Has(response.ItemFlags):
		p.again.AddNum(m.UID)
		return nil
	case p.st.UIDs.Contains(m.UID):
		return p.flagged(ctx, m)
	case m.UID < p.st.First:
		return nil
	case p.rowsSuffice():
		return p.added(m)
	case m.UID < p.floor:
		p.extra.AddNum(m.UID)
	}
	return nil
}

// rowsSuffice reports whether a row with UID and flags is all that is wanted of a
// new message.
func (p *pass) rowsSuffice() bool {
	items := p.opts.Items
	items.UID, items.Flags = false, false
	return items.Mask()&^(response.ItemUID|response.ItemFlags) == 0 && len(items.Sections) == 0 && len(items.Other) == 0 && len(items.BinarySizes) == 0
}

// refetch gets the flags of rows that came without.
func (p *pass) refetch(ctx context.Context) error {
	if p.again.Empty() {
		return nil
	}
	uids := p.again.Intersection(p.st.UIDs)
	p.extra.AddSet(p.again.Difference(p.st.UIDs))
	p.again = imap.UIDSet{}
	return p.fetch(ctx, uids, imap.FetchItems{UID: true, Flags: true}, nil, func(ctx context.Context, m *imap.Message) error {
		if m.UID == 0 || !m.Has(response.ItemFlags) || !p.st.UIDs.Contains(m.UID) {
			p.unsure = true
			return nil
		}
		return p.flagged(ctx, m)
	})
}

// manyMessages is from how many on flags are compared by SEARCH.
const manyMessages = 5000

// compareFlags compares the flags of all known messages, and finds those that are
// gone.
func (p *pass) compareFlags(ctx context.Context) error {
	before := p.found
	var err error
	if p.bySearch() {
		err = p.compareBySearch(ctx)
	} else {
		err = p.compareByFetch(ctx)
	}
	if err == nil && p.found > before && p.level > LevelPlain && p.mbox.HighestModSeq == p.st.ModSeq {
		p.a.difference()
		p.demote(p.level, "flags differ though HIGHESTMODSEQ is the same")
	}
	return err
}

// bySearch reports whether to compare flags by SEARCH: if there are many messages,
// and all flags were fetched not long ago.
func (p *pass) bySearch() bool {
	return p.level == LevelPlain && p.st.UIDs.Len() > manyMessages && p.c.Caps().Has(response.CapESearch) &&
		time.Since(p.st.Compared) < compareEvery
}

// compareByFetch fetches the flags in windows, the newest first.
func (p *pass) compareByFetch(ctx context.Context) error {
	var absent imap.UIDSet
	windows := slices.Collect(p.st.UIDs.Clone().Chunks(window))
	for _, win := range slices.Backward(windows) {
		p.needFlags(ctx, win)
		lo, _ := win.Min()
		hi, _ := win.Max()
		var got imap.UIDSet
		err := p.fetch(ctx, imap.UIDRange(lo, hi), imap.FetchItems{UID: true, Flags: true}, nil, func(ctx context.Context, m *imap.Message) error {
			if m != nil {
				got.AddNum(m.UID)
			}
			return p.row(ctx, m)
		})
		if err != nil {
			return err
		}
		absent.AddSet(win.Difference(got))
	}
	if err := p.refetch(ctx); err != nil {
		return err
	}
	return p.absent(ctx, absent)
}

// absent removes messages that a FETCH did not return, if the server does not list
// them either.
func (p *pass) absent(ctx context.Context, uids imap.UIDSet) error {
	if uids.Empty() {
		return nil
	}
	there, err := p.search(ctx, uids)
	if err != nil {
		return err
	}
	if gone := uids.Difference(there); isMuch(gone, p.st.UIDs) {
		if again, err := p.search(ctx, gone); err != nil {
			return err
		} else if !again.Empty() {
			there.AddSet(again)
		}
	}
	return p.removed(uids.Difference(there))
}

// compareBySearch asks which messages have each flag, and fetches the flags of those
// for which that differs. Keywords that the mailbox does not name in FLAGS are
// found by compareByFetch alone, which therefore goes first.
func (p *pass) compareBySearch(ctx context.Context) error {
	all, err := p.search(ctx, imap.UIDRange(1, maxUID))
	if err != nil {
		return err
	}
	if err := p.absent(ctx, p.st.UIDs.Difference(all)); err != nil {
		return err
	}
	p.needFlags(ctx, p.st.UIDs)
	var differ imap.UIDSet
	names := canonicalFlags(p.mbox.Flags)
	for f := range p.st.Flags {
		if !slices.Contains(names, f) {
			names = append(names, f)
		}
	}
	for _, f := range names {
		res, err := p.c.UIDSearch(ctx, search.And(flagSearch(f), search.UID(imap.UIDRange(1, maxUID))), nil)
		if err != nil {
			return err
		}
		have, want := p.st.Flags[f], res.All.Intersection(p.st.UIDs)
		differ.AddSet(have.Difference(want))
		differ.AddSet(want.Difference(have))
	}
	p.again.AddSet(differ)
	return p.refetch(ctx)
}

// flagSearch is the search key for a flag.
func flagSearch(f imap.Flag) search.Key {
	switch f {
	case imap.FlagSeen:
		return search.Seen()
	case imap.FlagAnswered:
		return search.Answered()
	case imap.FlagFlagged:
		return search.Flagged()
	case imap.FlagDeleted:
		return search.Deleted()
	case imap.FlagDraft:
		return search.Draft()
	}
	return search.Keyword(f)
}

// isMuch reports whether the removal of so many messages has to be confirmed.
func isMuch(gone, of imap.UIDSet) bool {
	n := gone.Len()
	return n > 100 && n > of.Len()/5
}

func uidsOf(list []*imap.Message) (set imap.UIDSet) {
	for _, m := range list {
		set.AddNum(m.UID)
	}
	return set
}

// difference counts a full comparison that found what the level had not reported.
func (a *Account) difference() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.stats.differences++
}
