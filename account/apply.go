package account

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/response"
)

// Apply makes changes in a mailbox, in order. Result i says what became of ops[i]; a
// Result that is neither Done nor has an Err was not tried, because the error that
// Apply returned says that nothing can be tried now.
//
// If a connection breaks, changes of flags are repeated. APPEND, COPY, MOVE and
// EXPUNGE are not: Apply first looks for what they have left, by what
// [Account.Plan] has found out before (which it calls itself for operations without
// an Intent), and repeats only what certainly did not happen. What stays unknown is
// an *[OutcomeUnknownError] in the Result.
//
// An operation whose Intent names another UIDVALIDITY than the mailbox has is not
// done: the error is [ErrUIDValidity].
//
// Errors: those of [Account.Do].
func (a *Account) Apply(ctx context.Context, mailbox string, ops ...Op) ([]Result, error) {
	results := make([]Result, len(ops))
	for i := range ops {
		op := ops[i] // the Intent of the caller is not changed
		ap := &applying{a: a, mailbox: mailbox, op: op, res: &results[i]}
		if op.Intent != nil {
			in := *op.Intent
			ap.op.Intent = &in
		}
		if err := ap.run(ctx); err != nil {
			return results, err
		}
	}
	return results, nil
}

// applying is an operation in progress.
type applying struct {
	a       *Account
	mailbox string
	op      Op
	res     *Result
	last    error // why the last try ended
	tries   int
}

// run tries the operation until its outcome is known. It returns an error if nothing
// can be tried now.
func (ap *applying) run(ctx context.Context) error {
	if ap.op.Intent == nil {
		ops := []Op{ap.op}
		if err := ap.a.Plan(ctx, ap.mailbox, ops); err != nil {
			return ap.settle(err)
		}
		ap.op = ops[0]
	}
	for attempt := 1; ; attempt++ {
		err := ap.a.Do(ctx, ap.mailbox, nil, ap.try)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, imap.ErrClosed) && ap.tries > 0 && attempt < ap.a.cfg.MaxAttempts && ctx.Err() == nil && !ap.a.isClosed():
			ap.last = err // the next try looks first
			continue
		case ap.tries > 0 && (errors.Is(err, imap.ErrClosed) || ctx.Err() != nil):
			ap.res.Err = &OutcomeUnknownError{Op: ap.op, Facts: []string{"the connection was lost, and there is no other"}, Err: err}
			return err
		}
		return ap.settle(err)
	}
}

// settle puts an error of the operation into its Result, and returns one that says
// that nothing can be tried now.
func (ap *applying) settle(err error) error {
	var status *imap.StatusError
	var conflict *ConflictError
	var unknown *OutcomeUnknownError
	switch {
	case errors.Is(err, imap.ErrClosed), classify(err, phaseCommand, 0).class.retryable(), isAuth(err):
		return err
	case errors.As(err, &status), errors.As(err, &conflict), errors.As(err, &unknown), errors.Is(err, ErrUIDValidity),
		errors.Is(err, imap.ErrUnsupported), ap.tries > 0:
		ap.res.Err = err
		return nil
	}
	return err
}

// try does the operation once on a connection, after looking for what an earlier try
// has left.
func (ap *applying) try(ctx context.Context, c *imap.Client, m *imap.Mailbox) error {
	in := ap.op.Intent
	if in.UIDValidity != 0 && m.UIDValidity != in.UIDValidity {
		if in.Tried {
			return &OutcomeUnknownError{Op: ap.op, Facts: []string{"the mailbox has another UIDVALIDITY"}, Err: ErrUIDValidity}
		}
		return ErrUIDValidity
	}
	if in.Tried {
		done, err := ap.look(ctx, c)
		if done || err != nil {
			ap.res.Done = done && err == nil
			return err
		}
	}
	in.Tried = true
	ap.tries++
	err := ap.do(ctx, c)
	ap.res.Done = err == nil
	return err
}

// do sends the operation.
func (ap *applying) do(ctx context.Context, c *imap.Client) (err error) {
	op := &ap.op
	switch op.Kind {
	case OpFlags:
		return ap.flags(ctx, c)
	case OpExpunge:
		return ap.expunge(ctx, c, op.UIDs)
	case OpMove, OpCopy:
		send, name := c.UIDMove, "UID MOVE"
		if op.Kind == OpCopy {
			send, name = c.UIDCopy, "UID COPY"
		}
		ctx, end := ap.a.trace(ctx, Operation{Name: name, Mailbox: ap.mailbox})
		res, err := send(ctx, op.UIDs, op.To)
		end(Outcome{Err: err})
		if res != nil && err == nil {
			ap.res.ToValidity = res.UIDValidity
			for from, to := range res.Pairs() {
				ap.copied(from, to)
			}
		}
		return err
	case OpAppend:
		return ap.append(ctx, c)
	}
	return fmt.Errorf("account: %v is not an operation", op.Kind)
}

func (ap *applying) copied(from, to imap.UID) {
	if ap.res.To == nil {
		ap.res.To = map[imap.UID]imap.UID{}
	}
	ap.res.To[from] = to
}

func (ap *applying) append(ctx context.Context, c *imap.Client) error {
	r, size, err := ap.op.Body()
	if err != nil {
		return fmt.Errorf("account: opening the message: %w", err)
	}
	defer r.Close()
	ctx, end := ap.a.trace(ctx, Operation{Name: "APPEND", Mailbox: ap.mailbox})
	res, err := c.Append(ctx, ap.mailbox, size, r, &imap.AppendOptions{Flags: ap.op.Add, InternalDate: ap.op.Date})
	end(Outcome{Octets: size, Err: err})
	if err != nil {
		return err
	}
	ap.res.ToValidity = res.UIDValidity
	if uid := res.UID(); uid != 0 {
		ap.copied(0, uid)
	}
	return nil
}

// expunge marks messages and removes exactly them.
func (ap *applying) expunge(ctx context.Context, c *imap.Client, uids imap.UIDSet) error {
	if !c.Caps().Has(response.CapUIDPlus) {
		return &imap.UnsupportedError{Command: "UID EXPUNGE", Cap: response.CapUIDPlus}
	}
	ctx, end := ap.a.trace(ctx, Operation{Name: "UID EXPUNGE", Mailbox: ap.mailbox})
	_, err := c.UIDStore(ctx, uids, imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, &imap.StoreOptions{Silent: true})
	if err == nil {
		_, err = c.UIDExpunge(ctx, uids)
	}
	end(Outcome{Err: err})
	return err
}

// flags adds and removes flags, each sign with one command: replacing them would wipe
// those of others.
func (ap *applying) flags(ctx context.Context, c *imap.Client) error {
	op := &ap.op
	var since uint64
	if op.Seen != nil {
		var err error
		if since, err = ap.unchanged(ctx, c); err != nil {
			return err
		}
	}
	ap.res.Messages = nil
	for _, part := range []struct {
		op    imap.StoreOp
		flags []imap.Flag
	}{{imap.StoreAdd, op.Add}, {imap.StoreRemove, op.Remove}} {
		if len(part.flags) == 0 {
			continue
		}
		ctx, end := ap.a.trace(ctx, Operation{Name: "UID STORE", Mailbox: ap.mailbox})
		res, err := c.UIDStore(ctx, op.UIDs, part.op, part.flags, &imap.StoreOptions{UnchangedSince: since})
		end(Outcome{Err: err})
		if err != nil {
			return err
		}
		if uid, ok := res.Modified.Min(); ok {
			return &ConflictError{UID: uid, Base: op.Seen, Add: op.Add, Remove: op.Remove}
		}
		ap.res.Messages = append(ap.res.Messages, res.Messages...)
		since = 0 // our own change has a larger one
	}
	return nil
}

// unchanged checks that the flags are those that the user saw, or those with the
// change made already. It returns the largest mod-sequence among the messages, and 0
// if the server has none.
func (ap *applying) unchanged(ctx context.Context, c *imap.Client) (since uint64, err error) {
	op := &ap.op
	seen := canonicalFlags(op.Seen)
	ours := slices.DeleteFunc(canonicalFlags(append(slices.Clone(op.Seen), op.Add...)), func(f imap.Flag) bool {
		return slices.ContainsFunc(op.Remove, f.Equal)
	})
	items := imap.FetchItems{UID: true, Flags: true}
	if mbox := c.Mailbox(); mbox != nil && mbox.HighestModSeq > 0 {
		items.ModSeq = c.Caps().Has(response.CapCondStore) || c.Caps().Has(response.CapQResync)
	}
	for m, err := range c.UIDFetch(ctx, op.UIDs, items, nil) {
		if err != nil {
			return 0, err
		}
		theirs := canonicalFlags(m.Flags)
		if !slices.Equal(theirs, seen) && !slices.Equal(theirs, ours) {
			return 0, &ConflictError{UID: m.UID, Base: op.Seen, Add: op.Add, Remove: op.Remove, Theirs: theirs}
		}
		since = max(since, m.ModSeq)
	}
	return since, nil
}
