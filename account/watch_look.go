package account

import (
	"context"
	"time"

	"github.com/seed-090b04e4/imap"
)

const (
	manyEvents   = 50               // after which a pass moves the mod-sequence on
	safetyPass   = 30 * time.Minute // between passes without QRESYNC
	safetyResync = 24 * time.Hour   // between passes with QRESYNC
)

// hints is what a batch of events asks for.
type hints struct {
	pass    bool          // more than the rest can say
	exists  bool          // there may be new messages
	gone    imap.UIDSet   // VANISHED
	expunge []imap.SeqNum // EXPUNGE, in order
	flags   imap.UIDSet   // flags have changed
	seqs    imap.SeqSet   // the same, for responses without a UID
	count   int
}

// collect sorts events.
func collect(events []imap.Event) hints {
	h := hints{count: len(events)}
	for _, ev := range events {
		switch ev := ev.(type) {
		case *imap.ExistsData:
			h.exists = true
		case *imap.VanishedData:
			h.gone.AddSet(ev.UIDs)
		case *imap.ExpungeData:
			h.expunge = append(h.expunge, ev.SeqNum)
		case *imap.Message:
			if ev.UID != 0 {
				h.flags.AddNum(ev.UID)
			} else {
				h.seqs.AddNum(ev.SeqNum)
			}
		default:
			h.pass = true
		}
	}
	return h
}

// look looks into what was collected, and makes the passes that are due.
func (v *watcher) look(ctx context.Context, cn *conn) error {
	v.lastOK = time.Now()
	events, lost := cn.inbox.take()
	h := collect(events)
	v.dirty += h.count
	every := safetyPass
	if v.level == LevelQResync {
		every = safetyResync
	}
	quiet := h.count == 0
	due := lost || h.pass || v.dirty >= manyEvents || quiet && v.dirty > 0 || time.Since(v.lastPass) >= every
	if due {
		return v.step(ctx, cn)
	}
	if quiet {
		return nil
	}
	p, ok := v.view(cn)
	if !ok {
		return v.step(ctx, cn)
	}
	sure, err := p.apply(ctx, h)
	if err == nil && !sure && !cn.inbox.waiting() || isRefusal(err) {
		return v.step(ctx, cn)
	}
	if err != nil {
		return err
	}
	return v.inStep()
}

// view returns a pass over the mailbox that is selected, for the parts of it that
// apply needs. ok is false if it is not the right one.
func (v *watcher) view(cn *conn) (*pass, bool) {
	now := cn.mailbox()
	if now == nil || !sameMailbox(now.Name, v.st.Mailbox) || now.UIDValidity != v.st.UIDValidity {
		return nil, false
	}
	p := &pass{work: v.work, cn: cn, c: cn.c, level: v.level}
	p.mbox = &imap.Mailbox{Messages: now.Messages, UIDValidity: now.UIDValidity, Flags: now.Flags}
	p.floor = max(v.st.UIDNext, v.st.First, 1)
	if last, ok := v.st.UIDs.Max(); ok {
		p.floor = max(p.floor, last+1)
	}
	return p, true
}

// apply looks into events. sure is false if only a pass can say what happened.
func (p *pass) apply(ctx context.Context, h hints) (sure bool, err error) {
	p.unsure = false
	if !p.numbers(&h) {
		return false, nil
	}
	if err := p.removed(h.gone); err != nil {
		return false, err
	}
	if err := p.expunged(ctx, h.expunge); err != nil {
		return false, err
	}
	p.again.AddSet(h.flags.Intersection(p.st.UIDs))
	if err := p.refetch(ctx); err != nil {
		return false, err
	}
	if h.exists {
		if err := p.fetchNew(ctx, imap.UIDRange(p.floor, maxUID).Difference(p.st.UIDs), false); err != nil {
			return false, err
		}
		if last, ok := p.st.UIDs.Max(); ok && last >= p.st.UIDNext && last != maxUID {
			p.st.UIDNext = last + 1
		}
	}
	now := p.c.Mailbox()
	if p.unsure || now == nil {
		return false, nil
	}
	return p.st.First > 0 && len(h.expunge) == 0 || p.st.UIDs.Len()+p.st.Missing.Len() == int64(now.Messages), nil
}

// numbers finds the UIDs of messages whose flags were reported by number. It
// returns false if that is not possible: the known set is the map from numbers to
// UIDs only if it is all of the mailbox.
func (p *pass) numbers(h *hints) bool {
	if h.seqs.Empty() {
		return true
	}
	if len(h.expunge) > 0 || h.exists || p.st.First > 0 || !p.st.Missing.Empty() || p.st.UIDs.Len() != int64(p.mbox.Messages) {
		return false
	}
	for n := range h.seqs.All() {
		uid, ok := p.st.UIDs.At(int64(n) - 1)
		if !ok {
			return false
		}
		h.flags.AddNum(uid)
	}
	return true
}

// expunged removes messages that were reported by number. The server is asked
// whether they are gone: a number may be of another view of the mailbox.
func (p *pass) expunged(ctx context.Context, seqs []imap.SeqNum) error {
	if len(seqs) == 0 {
		return nil
	}
	view := p.st.UIDs.Clone()
	view.AddSet(p.st.Missing)
	var gone imap.UIDSet
	for _, n := range seqs {
		if uid, ok := view.At(int64(n) - 1); ok {
			view.Remove(imap.UIDs(uid))
			gone.AddNum(uid)
		}
	}
	there, err := p.search(ctx, gone)
	if err != nil {
		return err
	}
	if !there.Empty() {
		p.unsure = true
	}
	return p.removed(gone.Difference(there))
}
