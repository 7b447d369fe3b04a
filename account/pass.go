package account

import (
	"context"
	"errors"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
)

// pass is one comparison on one connection.
type pass struct {
	*work
	cn     *conn
	c      *imap.Client
	mbox   *imap.Mailbox // as SELECT reported it
	level  Level
	full   bool        // compare all flags
	asked  bool        // SELECT had QRESYNC
	extra  imap.UIDSet // UIDs below the floor that are not known, and are to be fetched
	again  imap.UIDSet // known ones whose flags have to be fetched
	floor  imap.UID    // all below was examined
	modSeq uint64      // the State's when the pass is complete
}

// pass compares the mailbox with the State once. more says that another pass has to
// follow, to catch up with what changed while an earlier one was interrupted.
func (w *work) pass(ctx context.Context, cn *conn) (more bool, err error) {
	w.a.mu.Lock()
	w.a.stats.passes++
	w.a.mu.Unlock()
	p := &pass{work: w, cn: cn, c: cn.c}
	w.unsure = false
	if err := p.open(ctx); err != nil {
		return false, err
	}
	if w.st.Mailbox == "" {
		return false, nil
	}
	if err := p.begin(ctx); err != nil {
		return false, err
	}
	if err := p.changes(ctx); err != nil {
		return false, err
	}
	if err := p.news(ctx); err != nil {
		return false, err
	}
	if err := p.settle(ctx); err != nil {
		return false, err
	}
	return p.complete(), nil
}

// open selects the mailbox at the best level that works.
func (p *pass) open(ctx context.Context) error {
	for {
		opts := &imap.SelectOptions{ReadOnly: true}
		best := p.allowed(p.cn)
		p.asked = false
		switch {
		case best == LevelQResync && p.st.UIDValidity != 0 && p.st.ModSeq > 0:
			p.asked = true
			opts.QResync = &commands.QResync{UIDValidity: p.st.UIDValidity, ModSeq: p.st.ModSeq}
		case best >= LevelCondStore && !p.cn.vanished:
			opts.CondStore = true
		}
		mbox, err := p.a.selectMailbox(ctx, p.cn, p.st.Mailbox, opts)
		switch {
		case err == nil:
			p.mbox = mbox
			p.level = p.chooseLevel(best)
			p.work.level = p.level
			return nil
		case isBad(err) && p.asked:
			p.demote(LevelQResync, err.Error())
		case isBad(err) && opts.CondStore:
			p.demote(LevelCondStore, err.Error())
		default:
			return p.notThere(ctx, err)
		}
	}
}

// isBad reports whether the server did not understand a command.
func isBad(err error) bool {
	var status *imap.StatusError
	return errors.As(err, &status) && status.Type == imap.BAD && !errors.Is(err, imap.ErrClosed)
}

// chooseLevel judges by what SELECT said.
func (p *pass) chooseLevel(best Level) Level {
	switch {
	case p.mbox.HighestModSeq == 0:
		return LevelPlain // NOMODSEQ, or no CONDSTORE in spite of the capability
	case best == LevelQResync && (p.asked || p.st.ModSeq == 0):
		return LevelQResync
	}
	return min(best, LevelCondStore)
}

// begin finds out whether the State is of this mailbox at all, and how to compare.
func (p *pass) begin(ctx context.Context) error {
	reason, err := p.voidReason(ctx)
	if err != nil {
		return err
	}
	if reason != "" {
		if err := p.reset(p.mbox, reason); err != nil {
			return err
		}
		p.asked = false
	}
	p.st.UIDValidity = p.mbox.UIDValidity
	if p.mbox.ID != "" {
		p.st.ID = p.mbox.ID
	}
	if err := p.load(ctx); err != nil {
		return err
	}
	if p.opts.fromNow && p.st.UIDNext == 0 && p.st.First == 0 {
		if err := p.fromNow(ctx); err != nil {
			return err
		}
	}
	p.floor = max(p.st.UIDNext, p.st.First, 1)
	p.modSeq = p.mbox.HighestModSeq
	if p.level == LevelPlain {
		p.modSeq = 0
	}
	interrupted := p.st.Pass != nil && p.st.Pass.ModSeq > 0 && p.st.ModSeq == 0
	if interrupted && p.level > LevelPlain {
		p.modSeq = min(p.modSeq, p.st.Pass.ModSeq)
	}
	switch {
	case p.st.UIDs.Empty():
	case p.level == LevelPlain:
		p.full = true
	case p.mbox.HighestModSeq < p.st.ModSeq: // a restored backup, or another replica
		p.full = true
	case p.st.ModSeq == 0 && !interrupted:
		p.full = true
	case p.level == LevelCondStore && time.Since(p.st.Compared) > compareEvery && !interrupted:
		p.full = true
	}
	return nil
}

// fromNow leaves out all messages that are there.
func (p *pass) fromNow(ctx context.Context) error {
	if p.mbox.UIDNext > 0 {
		p.st.First = p.mbox.UIDNext
		return nil
	}
	all, err := p.search(ctx, imap.UIDRange(1, maxUID))
	if err != nil {
		return err
	}
	last, _ := all.Max()
	p.st.First = last + 1
	return nil
}

// voidReason says why the UIDs of the State are void, and is empty if they are not.
func (p *pass) voidReason(ctx context.Context) (string, error) {
	st, mbox := &p.st, p.mbox
	switch {
	case st.UIDValidity == 0:
		return "", nil // nothing is known yet, or the server has none
	case mbox.UIDNotSticky:
		return "UIDs do not last", nil
	case mbox.UIDValidity == 0:
		return "", nil
	case mbox.UIDValidity != st.UIDValidity:
		return "UIDVALIDITY changed", nil
	case st.ID != "" && mbox.ID != "" && st.ID != mbox.ID:
		return "MAILBOXID changed", nil
	case mbox.UIDNext == 0 || mbox.UIDNext >= st.UIDNext:
		return "", nil
	}
	// UIDNEXT went back: a restored backup, or a server that reports it wrongly
	above, err := p.search(ctx, imap.UIDRange(mbox.UIDNext, maxUID))
	if err != nil {
		return "", err
	}
	if !above.Empty() {
		return "", nil
	}
	return "UIDNEXT went back", nil
}

// changes applies what happened to known messages.
func (p *pass) changes(ctx context.Context) error {
	switch {
	case p.full:
		return p.compareFlags(ctx)
	case p.asked && p.level == LevelQResync:
		return p.qresync(ctx)
	case p.level >= LevelCondStore && p.st.ModSeq > 0 && p.st.ModSeq < p.mbox.HighestModSeq:
		return p.changedSince(ctx)
	}
	return nil
}

// complete stores that the pass has come to its end.
func (p *pass) complete() (more bool) {
	st := &p.st
	if p.mbox.UIDNext > st.UIDNext {
		st.UIDNext = p.mbox.UIDNext
	}
	if last, ok := st.UIDs.Max(); ok && last >= st.UIDNext && last != maxUID {
		st.UIDNext = last + 1
	}
	st.Pass = nil
	st.ModSeq = p.modSeq
	if p.full && !p.bySearch() || st.Compared.IsZero() {
		st.Compared = time.Now().Truncate(time.Second)
	}
	if p.mbox.UIDValidity == 0 {
		st.ModSeq = 0
	}
	return p.modSeq > 0 && p.modSeq < p.mbox.HighestModSeq
}

// maxUID is the largest UID. "*" is not used instead, because it names the last
// message even if that is older than the range.
const maxUID imap.UID = 1<<32 - 1
