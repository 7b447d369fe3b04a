package commands

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// GetQuota is GETQUOTA (RFC 9208 §4.1.1, RFC 2087 §4.2), which needs the
// capability QUOTA, or one that begins with QUOTA=RES-.
type GetQuota struct {
	Root string // name of the quota root; may be empty
}

// Name implements [Command].
func (GetQuota) Name() string { return "GETQUOTA" }

// Effects implements [Command]. The answer names the quota root, so that many may
// run.
func (GetQuota) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c GetQuota) Encode(e *Encoder) {
	e.word("GETQUOTA")
	e.SP()
	e.Argument("quota root").AString(c.Root)
}

// GetQuotaRoot is GETQUOTAROOT (RFC 9208 §4.1.2, RFC 2087 §4.3), which needs the
// capability QUOTA, or one that begins with QUOTA=RES-.
type GetQuotaRoot struct {
	Mailbox string // in UTF-8
}

// Name implements [Command].
func (GetQuotaRoot) Name() string { return "GETQUOTAROOT" }

// Effects implements [Command]. The answer names the mailbox, so that many may
// run.
func (GetQuotaRoot) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c GetQuotaRoot) Encode(e *Encoder) { e.onMailbox("GETQUOTAROOT", c.Mailbox) }

// QuotaLimit is the limit of one resource.
type QuotaLimit struct {
	Name  string // like [response.QuotaStorage]; an atom (RFC 9208 §3.1.1)
	Limit int64  // in the resource's units; zero prohibits any usage (RFC 9208 §3.1.2)
}

// SetQuota is SETQUOTA (RFC 9208 §4.1.3), which needs the capability QUOTASET.
// The capability QUOTA is enough if there is none that begins with QUOTA=: such a
// server implements RFC 2087, which includes SETQUOTA (§4.1).
type SetQuota struct {
	Root   string       // name of the quota root; may be empty
	Limits []QuotaLimit // all limits of the root, each resource once; empty: no limits
}

// Name implements [Command].
func (SetQuota) Name() string { return "SETQUOTA" }

// Effects implements [Command]. The server executes commands about the same root in
// the order in which they were sent (RFC 9051 §5.5).
func (SetQuota) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c SetQuota) Encode(e *Encoder) {
	e.word("SETQUOTA")
	e.SP()
	e.Argument("quota root").AString(c.Root)
	e.SP()
	e.BeginList()
	for i, l := range c.Limits {
		c.check(e, i)
		e.SP()
		e.Argument("resource").Atom(l.Name)
		e.SP()
		e.Number(uint64(l.Limit))
	}
	e.EndList()
}

// check checks limit i: it must be a 63-bit number (RFC 9208 §7, "number64"), and
// the only one of its resource.
func (c SetQuota) check(e *Encoder, i int) {
	if c.Limits[i].Limit < 0 {
		e.failShown("limit", strconv.FormatInt(c.Limits[i].Limit, 10), "is negative")
	}
	for _, other := range c.Limits[:i] {
		if ascii.EqualFold(c.Limits[i].Name, other.Name) {
			e.FailValue("resource", other.Name, "occurs twice")
		}
	}
}
