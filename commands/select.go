package commands

import (
	"strconv"

	"github.com/seed-090b04e4/imap/response"
)

// Select is SELECT, or with ReadOnly EXAMINE (RFC 9051 §6.3.2, §6.3.3).
type Select struct {
	Mailbox   string   // in UTF-8
	ReadOnly  bool     // EXAMINE
	CondStore bool     // report mod-sequences: needs CONDSTORE (RFC 7162 §3.1.8)
	QResync   *QResync // nil: none
}

// QResync asks SELECT for what changed since the mailbox was last seen (RFC 7162
// §3.2.5). It needs the capability QRESYNC, which must be enabled.
type QResync struct {
	UIDValidity uint32          // as last seen
	ModSeq      uint64          // the highest mod-sequence last seen
	KnownUIDs   response.UIDSet // the UIDs that the client knows; empty: all of them
	// MatchSeqs and MatchUIDs are message sequence numbers and the UIDs that they
	// had, in the same order: a hint that helps the server find what was expunged.
	// Both are empty, or have the same length.
	MatchSeqs response.SeqSet
	MatchUIDs response.UIDSet
}

// Name returns "SELECT" or "EXAMINE".
func (c Select) Name() string {
	if c.ReadOnly {
		return "EXAMINE"
	}
	return "SELECT"
}

// Effects implements [Command].
func (Select) Effects() Effects { return Reselects | MayExpunge }

// Encode implements [Command].
func (c Select) Encode(e *Encoder) {
	c.ReadOnly = c.ReadOnly || e.dialect.ReadOnly
	e.word(c.Name())
	e.SP()
	e.Mailbox(c.Mailbox)
	if !c.CondStore && c.QResync == nil {
		return
	}
	e.SP()
	e.BeginList()
	if c.CondStore {
		e.SP()
		e.word("CONDSTORE")
	}
	if c.QResync != nil {
		e.SP()
		c.QResync.encode(e)
	}
	e.EndList()
}

func (q *QResync) encode(e *Encoder) {
	q.check(e)
	e.word("QRESYNC")
	e.SP()
	e.BeginList()
	e.Number(uint64(q.UIDValidity))
	e.SP()
	e.Number(q.ModSeq)
	if !q.KnownUIDs.Empty() {
		e.SP()
		e.UIDs(q.KnownUIDs)
	}
	if !q.MatchSeqs.Empty() || !q.MatchUIDs.Empty() {
		e.SP()
		e.BeginList()
		e.Argument("match set").Seqs(q.MatchSeqs)
		e.SP()
		e.Argument("match set").UIDs(q.MatchUIDs)
		e.EndList()
	}
	e.EndList()
}

// check checks the parameters as RFC 7162 §7 defines them.
func (q *QResync) check(e *Encoder) {
	switch {
	case q.UIDValidity == 0:
		e.Fail("UIDVALIDITY", "is zero")
	case q.ModSeq == 0 || q.ModSeq > maxModSeq:
		e.failNumber("mod-sequence", q.ModSeq, "is not a positive 63-bit number")
	case q.KnownUIDs.Dynamic():
		e.Fail("known UIDs", `contain "*"`)
	case q.MatchSeqs.Dynamic() || q.MatchUIDs.Dynamic():
		e.Fail("match data", `contain "*"`)
	case q.MatchSeqs.Len() != q.MatchUIDs.Len():
		e.Fail("match data", "have sets of different lengths")
	}
}

// maxModSeq is the largest mod-sequence (RFC 7162 §3.1).
const maxModSeq = 1<<63 - 1

func (e *Encoder) failNumber(argument string, n uint64, msg string) {
	e.failShown(argument, strconv.FormatUint(n, 10), msg)
}

// Close is CLOSE (RFC 9051 §6.4.1): it removes the messages marked \Deleted,
// unless the mailbox is read-only, and deselects the mailbox.
type Close struct{}

// Name implements [Command].
func (Close) Name() string { return "CLOSE" }

// Effects implements [Command].
func (Close) Effects() Effects { return Selected | Reselects }

// Encode implements [Command].
func (Close) Encode(e *Encoder) { e.word("CLOSE") }

// Unselect is UNSELECT (RFC 9051 §6.4.2, RFC 3691), which needs the capability
// UNSELECT or IMAP4rev2: it deselects the mailbox and removes nothing.
type Unselect struct{}

// Name implements [Command].
func (Unselect) Name() string { return "UNSELECT" }

// Effects implements [Command].
func (Unselect) Effects() Effects { return Selected | Reselects }

// Encode implements [Command].
func (Unselect) Encode(e *Encoder) { e.word("UNSELECT") }

// Check is CHECK (RFC 3501 §6.4.1), which IMAP4rev2 no longer has.
type Check struct{}

// Name implements [Command].
func (Check) Name() string { return "CHECK" }

// Effects implements [Command].
func (Check) Effects() Effects { return Selected | MayExpunge }

// Encode implements [Command].
func (Check) Encode(e *Encoder) { e.word("CHECK") }
