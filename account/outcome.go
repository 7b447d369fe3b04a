package account

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
)

// lookAgain is how long to wait before a message that was not found is looked for
// once more: some servers show what APPEND has stored only after a while.
const lookAgain = 5 * time.Second

// look finds out whether an earlier try has taken effect. If it has not, the
// operation may be sent again.
func (ap *applying) look(ctx context.Context, c *imap.Client) (done bool, err error) {
	if err := c.Noop(ctx); err != nil { // the view of the mailbox may be older than the operation
		return false, err
	}
	switch ap.op.Kind {
	case OpAppend, OpCopy:
		return ap.lookAtTarget(ctx, c)
	case OpMove:
		return ap.lookAtMove(ctx, c)
	}
	return false, nil // OpFlags and OpExpunge may be repeated
}

// lookAtTarget looks for an APPEND or COPY.
func (ap *applying) lookAtTarget(ctx context.Context, c *imap.Client) (bool, error) {
	for again := range 2 {
		found, err := ap.find(ctx, c)
		if err != nil {
			return false, err
		}
		switch {
		case len(found) == len(ap.op.Intent.Prints) && len(found) > 0:
			ap.keep(found)
			return true, nil
		case len(found) > 0: // COPY is all or nothing, but not on every server
			ap.keep(found)
			return false, ap.unknown(fmt.Sprintf("%d of %d copies are there", len(found), len(ap.op.Intent.Prints)))
		}
		if again == 0 {
			if err := ap.a.sleep(ctx, time.Now().Add(lookAgain)); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

// lookAtMove looks for a MOVE at both ends. Messages that are here and not there are
// moved again; those in both places are removed here.
func (ap *applying) lookAtMove(ctx context.Context, c *imap.Client) (bool, error) {
	here, err := ap.a.searchUIDs(ctx, c, ap.mailbox, ap.op.UIDs)
	if err != nil {
		return false, err
	}
	found, err := ap.find(ctx, c)
	if err != nil {
		return false, err
	}
	var there imap.UIDSet
	for uid := range found {
		there.AddNum(uid)
	}
	ap.keep(found)
	if lost := ap.planned().Difference(here).Difference(there); !lost.Empty() {
		return false, ap.unknown("gone here and not found there: " + lost.String())
	}
	if both := here.Intersection(there); !both.Empty() {
		if err := ap.expunge(ctx, c, both); err != nil {
			return false, err
		}
	}
	if rest := here.Difference(there); !rest.Empty() {
		ap.op.UIDs = rest
		return false, nil
	}
	return true, nil
}

// planned returns the messages that were there when the operation was planned.
func (ap *applying) planned() (uids imap.UIDSet) {
	for _, p := range ap.op.Intent.Prints {
		uids.AddNum(p.UID)
	}
	return uids
}

func (ap *applying) unknown(facts ...string) error {
	return &OutcomeUnknownError{Op: ap.op, Facts: facts, Err: ap.last}
}

// keep notes the UIDs that messages were found under.
func (ap *applying) keep(found map[imap.UID]imap.UID) {
	for from, to := range found {
		ap.copied(from, to)
	}
	ap.res.ToValidity = ap.op.Intent.ToValidity
}

// find looks for the messages among those that the target has got since the
// operation was planned. A UID is not guessed: size, date and header must agree.
func (ap *applying) find(ctx context.Context, c *imap.Client) (map[imap.UID]imap.UID, error) {
	in := ap.op.Intent
	found := map[imap.UID]imap.UID{}
	look := func(ctx context.Context, c *imap.Client, m *imap.Mailbox) error {
		if in.ToValidity != 0 && m.UIDValidity != in.ToValidity {
			return ap.unknown("the target has another UIDVALIDITY")
		}
		prints, err := ap.a.prints(ctx, c, m.Name, imap.UIDRange(in.ToNext, maxUID))
		if err != nil {
			return err
		}
		used := map[imap.UID]bool{}
		for _, want := range in.Prints {
			for _, p := range prints {
				if p.UID >= in.ToNext && !used[p.UID] && want.fits(p) {
					found[want.UID] = p.UID
					used[p.UID] = true
					break
				}
			}
		}
		return nil
	}
	if ap.op.Kind == OpAppend || sameMailbox(ap.op.To, ap.mailbox) {
		return found, look(ctx, c, c.Mailbox())
	}
	// the target is selected on this connection for a moment
	back := c.Mailbox()
	m, err := c.Select(ctx, ap.op.To, &imap.SelectOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	err = look(ctx, c, m)
	if _, err2 := c.Select(ctx, back.Name, &imap.SelectOptions{ReadOnly: back.ReadOnly}); err == nil {
		err = err2
	}
	return found, err
}

// fits reports whether q may be p under another UID. Servers that turn LF into CRLF
// change the size of an appended message, which the header then has to make up for.
func (p Print) fits(q Print) bool {
	if p.Header != q.Header {
		return false
	}
	if p.UID == 0 {
		return p.Size <= q.Size && q.Size <= p.Size+p.Size/8+2
	}
	return p.Size == q.Size && (p.Date.IsZero() || p.Date.Equal(q.Date))
}
