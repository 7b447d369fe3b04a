package account

import (
	"context"
	"errors"
	"time"

	"github.com/seed-090b04e4/imap"
)

// Tracer is called for each command that the package sends itself; what a function
// given to Do sends, it does not see. Its methods are called from any goroutine.
type Tracer interface {
	// Start is called before the command is sent. The context that it returns is
	// used for it, and given to End.
	Start(ctx context.Context, op Operation) context.Context
	// End is called after the answer, or the failure.
	End(ctx context.Context, op Operation, out Outcome)
}

// Operation is a command.
type Operation struct {
	Name    string // as in the RFC, like "UID FETCH"; "CONNECT" for dialing
	Mailbox string // that it is about; empty: none
	Host    string // of the server
	User    string // of the account
}

// Outcome is what became of a command.
type Outcome struct {
	Rows     int           // messages or mailboxes in the answer
	Octets   int64         // of bodies of messages
	Duration time.Duration // from Start to End
	Code     imap.CodeName // of the refusal, if it had one
	Err      error         // nil: OK
}

// trace begins an operation. The function that it returns ends it.
func (a *Account) trace(ctx context.Context, op Operation) (context.Context, func(Outcome)) {
	if a.cfg.Tracer == nil {
		return ctx, func(Outcome) {}
	}
	op.Host, op.User = a.ep.host, a.ep.user
	start := time.Now()
	ctx = a.cfg.Tracer.Start(ctx, op)
	return ctx, func(out Outcome) {
		out.Duration = time.Since(start)
		if status := (*imap.StatusError)(nil); errors.As(out.Err, &status) && status.Code != nil {
			out.Code = status.Code.Name()
		}
		a.cfg.Tracer.End(ctx, op, out)
	}
}
