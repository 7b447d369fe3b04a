package account

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// notifier watches mailboxes by NOTIFY (RFC 5465): one connection, which has none of
// them selected, reports that something has changed in one, and a pass over another
// connection finds out what. So there are no message sequence numbers, and the two
// connections do for any number of mailboxes.
//
// The connection is not used for anything else afterwards, as no command restores what
// a server reports before the first NOTIFY (RFC 5465 §3.1).
type notifier struct {
	*poller
	lastOK time.Time // when the connection was known to work
	names  []string  // of the mailboxes, as the server knows them

	mu      sync.Mutex         // guards what follows
	cancel  context.CancelFunc // ends the present wait
	revoked bool               // the connection is wanted by others
}

var (
	errNoNotify = errors.New("account: NOTIFY is not available")
	errOverflow = errors.New("account: the server had too much to report and has stopped: NOTIFICATIONOVERFLOW")
)

// run watches until ctx ends, the loop is left, or no mailbox is left. It returns
// false if the mailboxes that are left have to be watched in another way: the server
// has no NOTIFY, or does not do what it says, or allows one connection alone.
func (n *notifier) run(ctx context.Context) (ended bool) {
	for len(n.boxes) > 0 {
		cn, err := n.a.acquire(ctx, want{readOnly: true, background: true, attempts: 1, revoke: n.revoke})
		if err == nil {
			var used bool
			if used, err = n.session(ctx, cn); used {
				n.a.retire(cn, err)
			} else {
				n.a.release(cn, err)
			}
		}
		switch {
		case errors.Is(err, errNoNotify):
			return false
		case ctx.Err() != nil, errors.Is(err, errStop):
			return true
		case err == nil:
			continue
		}
		if err := n.recover(ctx, cn, err); err != nil {
			return true
		}
	}
	return true
}

// recover yields a Gap for each mailbox, and waits until the next attempt. If that is
// of no use, it yields the error for each and returns it.
func (n *notifier) recover(ctx context.Context, cn *conn, err error) error {
	hopeless := n.boxes[0].hopeless(cn, err)
	next := n.a.nextAttempt()
	for _, b := range n.boxes {
		if hopeless {
			b.finish(ctx, err)
			continue
		}
		if err := b.gapSince(n.lastOK, next, err); err != nil {
			return err
		}
	}
	if hopeless {
		return err
	}
	return n.a.sleep(ctx, next)
}

// session watches over one connection, until that ends or no mailbox is left. It
// reports whether the connection is of no use for others any more.
func (n *notifier) session(ctx context.Context, cn *conn) (used bool, err error) {
	if !cn.c.Caps().Has(response.CapNotify) || n.a.limitNow() < 2 {
		return false, errNoNotify
	}
	if _, err := n.a.prepare(ctx, cn, want{}); err != nil {
		return false, err
	}
	if cn.mailbox() != nil {
		return false, errNoNotify
	}
	cn.inbox.watch(func() { time.AfterFunc(coalesce, n.wake) })
	defer cn.inbox.watch(nil)
	if err := n.subscribe(ctx, cn); err != nil {
		return true, err
	}
	return true, n.look(ctx, cn)
}

// look waits for reports and looks into them.
func (n *notifier) look(ctx context.Context, cn *conn) error {
	check := time.AfterFunc(idleCheck, n.wake)
	defer check.Stop()
	for {
		if err := n.passes(ctx, cn); err != nil || len(n.boxes) == 0 {
			return err
		}
		check.Reset(n.nextLook())
		if err := n.wait(ctx, cn); err != nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if n.isRevoked() {
			return errNoNotify
		}
		if time.Since(n.lastOK) >= idleCheck && !checkNow(cn.c, idleReply) || cn.dead() {
			return n.boxes[0].lost(cn)
		}
		since := n.lastOK
		n.lastOK = time.Now()
		if err := n.take(ctx, cn, since); err != nil {
			return err
		}
	}
}

// subscribe has the server report changes, and marks all mailboxes as to be looked at:
// nothing is known of what happened before.
func (n *notifier) subscribe(ctx context.Context, cn *conn) error {
	n.names = n.names[:0]
	for _, b := range n.boxes {
		n.names = append(n.names, b.st.Mailbox)
		b.stale, b.notified = true, false
	}
	group := commands.NotifyGroup{Filter: commands.FilterMailboxes, Mailboxes: n.names, Events: []commands.NotifyEvent{
		commands.NotifyMessageNew, commands.NotifyMessageExpunge, commands.NotifyFlagChange, commands.NotifyMailboxName,
	}}
	ctx2, end := n.a.trace(ctx, Operation{Name: "NOTIFY"})
	statuses, err := cn.c.Notify(ctx2, []commands.NotifyGroup{group}, &commands.NotifyOptions{Status: true})
	end(Outcome{Rows: len(statuses), Err: err})
	if isRefusal(err) && !cn.dead() { // BADEVENT, or no such filter
		return errNoNotify
	}
	if err != nil {
		return err
	}
	n.lastOK = time.Now()
	proven := false
	for _, st := range statuses { // a mailbox without one is asked for as if there were no NOTIFY
		for _, b := range n.boxes {
			if sameMailbox(st.Mailbox, b.st.Mailbox) {
				b.notified, proven = true, true
			}
		}
	}
	if !proven {
		return errNoNotify
	}
	return nil
}

// passes looks at the mailboxes that have changed. If one has got another name, the
// server is asked to report that.
func (n *notifier) passes(ctx context.Context, cn *conn) error {
	for {
		if err := n.round(ctx, func(b *polled) bool { return b.isDue() || !b.notified }); err != nil {
			return err
		}
		same := len(n.names) == len(n.boxes)
		for i, b := range n.boxes {
			same = same && b.st.Mailbox == n.names[i]
		}
		if same || len(n.boxes) == 0 {
			return nil
		}
		if err := n.subscribe(ctx, cn); err != nil {
			return err
		}
	}
}

// nextLook is when to look at something without being asked.
func (n *notifier) nextLook() time.Duration {
	next := idleCheck
	for _, b := range n.boxes {
		if !b.notified {
			next = min(next, n.every)
		}
	}
	return next
}

// take marks what the server has reported to have changed. since is when all was well.
func (n *notifier) take(ctx context.Context, cn *conn, since time.Time) error {
	events, lost := cn.inbox.take()
	for _, ev := range events {
		switch ev := ev.(type) {
		case *imap.MailboxStatus:
			n.changed(ev.Mailbox)
		case *imap.MailboxInfo:
			n.changed(ev.Mailbox)
			if ev.Ext != nil {
				n.changed(ev.Ext.OldName)
			}
		case *imap.StatusResponse:
			if !ev.HasCode(response.CodeNotificationOverflow) {
				continue
			}
			for _, b := range n.boxes {
				if err := b.gapSince(since, time.Now(), errOverflow); err != nil {
					return err
				}
			}
			return n.subscribe(ctx, cn)
		default:
			lost = true
		}
	}
	if lost {
		for _, b := range n.boxes {
			b.stale = true
		}
	}
	return nil
}

// changed marks a mailbox.
func (n *notifier) changed(name string) {
	for _, b := range n.boxes {
		if sameMailbox(b.st.Mailbox, name) {
			b.stale = true
		}
	}
}

// wait waits in IDLE until there is something to look at.
func (n *notifier) wait(ctx context.Context, cn *conn) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n.mu.Lock()
	n.cancel = cancel
	stop := n.revoked
	n.mu.Unlock()
	if stop || cn.inbox.waiting() {
		return nil
	}
	for _, err := range cn.c.Idle(ctx) {
		if err != nil {
			return n.boxes[0].lost(cn)
		}
	}
	return nil
}

// wake ends the wait.
func (n *notifier) wake() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cancel != nil {
		n.cancel()
	}
}

// revoke gives the connection up if the account may have but one. Account.mu is held.
func (n *notifier) revoke() revoked {
	if n.a.gate.limitNow(time.Now(), n.a.cfg.MaxConns) > 1 {
		return revokedNot
	}
	n.mu.Lock()
	before := n.revoked
	n.revoked = true
	n.mu.Unlock()
	if before {
		return revokedNot // asked already
	}
	n.wake()
	return revokedLater
}

func (n *notifier) isRevoked() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.revoked
}
