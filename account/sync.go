package account

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/seed-090b04e4/imap"
)

// SyncOptions are the settings of [Account.Sync]. Nil and the zero value are the
// defaults.
type SyncOptions struct {
	// Items are asked for of each new message; UID and flags always come.
	Items imap.FetchItems
	// Known is the program's own index; nil: the State has the sets.
	Known Known
	// Max is how many messages the first pass yields: the newest ones. Older ones
	// are left out for good. Zero: all.
	Max int
	// Background has calls of Do without it go first.
	Background bool

	fromNow bool
}

// Sync compares a mailbox with a State and yields each difference as a [Change]. A
// State with nothing but the name asks for everything. from itself is not changed.
//
// The loop may be left at any time. What it has yielded is applied to
// [Change.State]; the next Sync from there goes on with the rest, and yields nothing
// twice. A program stores what it makes of a change and the State in one
// transaction. If it stored the change alone, the change comes again.
//
// The last change is Synced, or Deleted if the mailbox is gone. An error ends the
// loop. Broken connections are replaced, and the pass goes on, up to
// Config.MaxAttempts times without progress.
//
// Messages come in windows, the newest first. Silence is not deletion: a message is
// Removed only if the server said so, or did not list it when it was asked for. If
// more than a hundred and a fifth of the messages are gone at once, the server is
// asked again before.
//
// The mailbox is opened by EXAMINE.
//
// Errors: those of [Account.Do]; those of [imap.Client.Select] if the mailbox can't
// be selected and is not gone; what Known returned.
func (a *Account) Sync(ctx context.Context, from *State, opts *SyncOptions) iter.Seq2[*Change, error] {
	return func(yield func(*Change, error) bool) {
		w := newWork(a, from, opts, func(c *Change) bool { return yield(c, nil) })
		if err := w.run(ctx); err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

// run makes passes until one comes to its end.
func (w *work) run(ctx context.Context) error {
	inner, err := w.a.enter(ctx)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		cn, err := w.a.acquire(ctx, want{mailbox: w.st.Mailbox, readOnly: true, background: w.opts.Background, revoke: w.lease.revoke})
		if err != nil {
			return err
		}
		before := w.progress()
		w.lease.begin()
		err = w.passes(inner, cn)
		if errors.Is(err, errTaken) {
			if w.synced {
				return nil
			}
			attempt = 0
			continue
		}
		w.a.release(cn, err)
		if w.progress() != before {
			attempt = 1
		}
		if err == nil || attempt >= w.a.cfg.MaxAttempts || !w.retryable(ctx, err) {
			return err
		}
		if !cn.dead() { // "try again later"
			if err := w.a.sleep(ctx, time.Now().Add(w.a.cfg.Backoff.after(attempt, random()))); err != nil {
				return err
			}
		}
	}
}

// progress is a number that changes when the pass has come further.
func (w *work) progress() int64 {
	n := w.st.UIDs.Len()
	if w.st.Pass != nil {
		n += w.st.Pass.Done.Len()
	}
	return n
}

// retryable reports whether a pass that failed with err should be repeated.
func (w *work) retryable(ctx context.Context, err error) bool {
	if ctx.Err() != nil || errors.Is(err, errStop) || w.a.isClosed() {
		return false
	}
	return classify(err, phaseCommand, 0).class.retryable()
}

// passes makes passes on one connection, until the State is in step.
func (w *work) passes(ctx context.Context, cn *conn) error {
	cn.inbox.clear()
	refused := 0
	for range 8 { // levels and names to try, and a pass to catch up
		more, err := w.pass(ctx, cn)
		w.a.noteResult(err)
		switch {
		case errors.Is(err, errAgain), err == nil && more:
			continue
		case isRefusal(err) && cn.mailbox() != nil && refused == 0:
			refused++ // the mailbox may have been deleted under us: SELECT will say
			continue
		case err != nil:
			return err
		case w.st.Mailbox == "": // deleted
			return nil
		}
		return w.inStep()
	}
	return errAgain
}

// isRefusal reports whether the server answered NO or BAD to a command, for a reason
// that is not of the account.
func isRefusal(err error) bool {
	var status *imap.StatusError
	return errors.As(err, &status) && !errors.Is(err, imap.ErrClosed) && classify(err, phaseCommand, 0).class == classOther
}

// inStep yields Synced, unless nothing happened since the last time.
func (w *work) inStep() error {
	if w.synced {
		return nil
	}
	return w.emit(&Change{Kind: Synced})
}
