package account

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// poller watches mailboxes without a connection of their own, all in one goroutine: it
// asks for their status, and makes a pass if that has changed.
type poller struct {
	a     *Account
	boxes []*polled
	every time.Duration
	out   func(*Change, error) bool
	now   atomic.Pointer[polled] // the one whose pass may be in progress
}

// revoke takes the connection, if the body of the loop is running.
func (p *poller) revoke() revoked {
	if box := p.now.Load(); box != nil {
		return box.lease.revoke()
	}
	return revokedNot
}

// polled is one mailbox of a poller.
type polled struct {
	*watcher
	status   *imap.MailboxStatus // when the last pass began; nil: none yet
	notified bool                // the server reports changes by itself
	stale    bool                // and has reported one
}

func newPoller(a *Account, from []*State, opts *WatchOptions, out func(*Change, error) bool) *poller {
	p := &poller{a: a, every: orDefault(opts.Poll, time.Minute), out: out}
	for _, st := range from {
		p.boxes = append(p.boxes, &polled{watcher: newWatcher(a, st, opts, out)})
	}
	return p
}

// watch watches the mailboxes in the best way that there is.
func (p *poller) watch(ctx context.Context) {
	if p.a.cfg.MaxConns > 1 {
		n := &notifier{poller: p, lastOK: time.Now()}
		if n.run(ctx) {
			return
		}
		for _, b := range p.boxes {
			b.notified, b.lastOK = false, n.lastOK
		}
	}
	var running sync.WaitGroup
	idle := min(len(p.boxes), max(p.a.cfg.MaxConns-1, 1))
	for _, b := range p.boxes[:idle] {
		running.Go(func() { b.finish(ctx, b.run(ctx)) })
	}
	p.boxes = p.boxes[idle:]
	p.run(ctx)
	running.Wait()
}

// run polls until ctx ends or no mailbox is left.
func (p *poller) run(ctx context.Context) {
	for len(p.boxes) > 0 {
		if err := p.round(ctx, func(*polled) bool { return true }); err != nil || ctx.Err() != nil {
			return
		}
		wait := p.every - p.every/10 + time.Duration(random()*float64(p.every/5))
		if p.a.sleep(ctx, time.Now().Add(wait)) != nil {
			return
		}
	}
}

// round asks for the mailboxes that are due once, on one connection as long as that
// works. It returns an error if the loop was left.
func (p *poller) round(ctx context.Context, due func(*polled) bool) error {
	inner, err := p.a.enter(ctx)
	if err != nil {
		return err
	}
	left := p.boxes[:0:0]
	for i := 0; i < len(p.boxes); {
		if !due(p.boxes[i]) {
			left = append(left, p.boxes[i])
			i++
			continue
		}
		cn, err := p.a.acquire(ctx, want{readOnly: true, background: p.a.cfg.MaxConns > 1, attempts: 1, revoke: p.revoke})
		box := p.boxes[i]
		if err == nil {
			for ; i < len(p.boxes) && err == nil; i++ {
				box = p.boxes[i]
				if due(box) {
					box.lease.begin()
					p.now.Store(box)
					err = box.poll(inner, cn)
				}
				if err == nil && box.st.Mailbox != "" {
					left = append(left, box)
				}
			}
			if err != nil {
				i--
			}
			p.now.Store(nil)
			if errors.Is(err, errTaken) {
				continue
			}
			p.a.release(cn, err)
		}
		if err == nil {
			continue
		}
		if errors.Is(err, errStop) || ctx.Err() != nil {
			return err
		}
		if err := box.recover(ctx, cn, err); err != nil {
			if errors.Is(err, errStop) || ctx.Err() != nil {
				return err
			}
			box.finish(ctx, err)
			i++ // it is not watched any more
		}
	}
	p.boxes = left
	return nil
}

// isDue reports whether a mailbox of which the server reports changes has to be looked
// at.
func (b *polled) isDue() bool {
	every := safetyPass
	if b.level == LevelQResync {
		every = safetyResync
	}
	return b.stale || time.Since(b.lastPass) >= every
}

// poll asks for the status of a mailbox.
func (b *polled) poll(ctx context.Context, cn *conn) error {
	if b.notified || b.stale {
		return b.resync(ctx, cn, nil)
	}
	if now := cn.mailbox(); now != nil && sameMailbox(now.Name, b.st.Mailbox) {
		// STATUS of the selected mailbox may be as old as its selection
		if !cn.c.Caps().Has(response.CapUnselect) {
			return b.resync(ctx, cn, nil)
		}
		if err := cn.c.Unselect(ctx); err != nil {
			return err
		}
	}
	ctx2, end := b.a.trace(ctx, Operation{Name: "STATUS", Mailbox: b.st.Mailbox})
	status, err := cn.c.Status(ctx2, b.st.Mailbox, imap.StatusMessages|imap.StatusUIDNext|imap.StatusUIDValidity|imap.StatusUnseen|imap.StatusHighestModSeq)
	end(Outcome{Err: err})
	switch {
	case cn.dead(), ctx.Err() != nil:
		return err
	case err != nil, b.status == nil, b.differs(status), time.Since(b.lastPass) >= safetyPass && status.HighestModSeq == 0, time.Since(b.lastPass) >= safetyResync:
		return b.resync(ctx, cn, status)
	}
	b.lastOK, b.gap = time.Now(), false
	return nil
}

func (b *polled) differs(s *imap.MailboxStatus) bool {
	t := b.status
	return s.Messages != t.Messages || s.UIDNext != t.UIDNext || s.UIDValidity != t.UIDValidity || s.Unseen != t.Unseen || s.HighestModSeq != t.HighestModSeq
}

// resync makes a pass. The status of before it is the one to compare the next with.
func (b *polled) resync(ctx context.Context, cn *conn, status *imap.MailboxStatus) error {
	if err := b.step(ctx, cn); err != nil {
		return err
	}
	b.status, b.stale = status, false
	return nil
}
