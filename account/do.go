package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// DoOptions are the settings of [Account.Do]. Nil and the zero value are the
// defaults.
type DoOptions struct {
	// ReadOnly is enough for the function: the mailbox is opened by EXAMINE if no
	// connection has it selected already.
	ReadOnly bool
	// Background has calls without it go first.
	Background bool
	// Retry says that the function may run again on another connection if the
	// first one breaks: that it reads, or that doing it twice does no harm. Without
	// it the function runs again only if nothing of it was sent.
	Retry bool
}

// held marks a context with the connections that its function has borrowed.
type held struct {
	a *Account
	n int
}

type heldKey struct{}

// Do lends a connection to f, with mailbox selected; if mailbox is empty, with none
// selected if the server has UNSELECT, else with any. f must not use the client
// after it has returned, nor close it. The context that f gets is to be used in it.
//
// If the connection breaks, f runs again on another one, as far as
// [DoOptions].Retry allows; errors that are not of the connection are returned as
// f returned them.
//
// A Do within f needs another connection. If the account may have no more, its
// error matches [imap.ErrState].
//
// Errors: what f returned; those of [Open]; those of [imap.Client.Select]; a
// *[imap.ThrottleError] if the server asked the account to wait for longer than
// Config.MaxWait: then nothing was sent, and RetryAfter is what is left of that time.
func (a *Account) Do(ctx context.Context, mailbox string, opts *DoOptions, f func(context.Context, *imap.Client, *imap.Mailbox) error) error {
	if opts == nil {
		opts = &DoOptions{}
	}
	w := want{mailbox: mailbox, readOnly: opts.ReadOnly, background: opts.Background}
	for attempt := 1; ; attempt++ {
		err, again := a.doOnce(ctx, w, opts.Retry, f)
		if !again || attempt >= a.cfg.MaxAttempts || ctx.Err() != nil {
			return err
		}
	}
}

// doOnce runs f once. again says that it may run again.
func (a *Account) doOnce(ctx context.Context, w want, retry bool, f func(context.Context, *imap.Client, *imap.Mailbox) error) (err error, again bool) {
	inner, err := a.enter(ctx)
	if err != nil {
		return err, false
	}
	cn, err := a.acquire(ctx, w)
	if err != nil {
		return err, false
	}
	defer func() { a.release(cn, err) }()
	mbox, err := a.prepare(inner, cn, w)
	if err != nil {
		return err, cn.dead() && ctx.Err() == nil
	}
	err = f(inner, cn.c, mbox)
	a.noteResult(err)
	if err == nil || !cn.dead() || !errors.Is(err, imap.ErrClosed) || a.isClosed() {
		return err, false
	}
	return err, retry || imap.SafeToRetry(err)
}

// enter returns a context that says that its holder has a connection.
func (a *Account) enter(ctx context.Context) (context.Context, error) {
	n := 1
	if h, ok := ctx.Value(heldKey{}).(held); ok && h.a == a {
		n += h.n
		a.mu.Lock()
		limit := a.gate.limit
		a.mu.Unlock()
		if n > limit {
			return nil, fmt.Errorf("account: a call within Do needs connection %d of at most %d: %w", n, limit, imap.ErrState)
		}
	}
	return context.WithValue(ctx, heldKey{}, held{a, n}), nil
}

// prepare selects the mailbox, unless it is selected.
func (a *Account) prepare(ctx context.Context, cn *conn, w want) (*imap.Mailbox, error) {
	if w.mailbox == "" {
		if cn.mailbox() != nil && cn.c.Caps().Has(response.CapUnselect) {
			return nil, cn.c.Unselect(ctx)
		}
		return nil, nil
	}
	if mbox := cn.selected(w); mbox != nil {
		return mbox, nil
	}
	return a.selectMailbox(ctx, cn, w.mailbox, &imap.SelectOptions{ReadOnly: w.readOnly})
}

// selectMailbox is SELECT or EXAMINE.
func (a *Account) selectMailbox(ctx context.Context, cn *conn, mailbox string, opts *imap.SelectOptions) (*imap.Mailbox, error) {
	ctx, end := a.trace(ctx, Operation{Name: "SELECT", Mailbox: mailbox})
	mbox, err := cn.c.Select(ctx, mailbox, opts)
	rows := 0
	if mbox != nil {
		rows = len(mbox.Changed)
	}
	end(Outcome{Rows: rows, Err: err})
	a.noteResult(err)
	return mbox, err
}
