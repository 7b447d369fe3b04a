package commands

import "github.com/seed-090b04e4/imap/response"

// Copy is COPY, and with UIDs UID COPY (RFC 9051 §6.4.7, §6.4.9).
type Copy[N response.UID | response.SeqNum] struct {
	Set     response.Set[N] // which messages; not empty; [response.Saved] needs SEARCHRES
	Mailbox string          // where to, in UTF-8
}

// The two forms of [Copy].
type (
	UIDCopy = Copy[response.UID]    // by UID
	SeqCopy = Copy[response.SeqNum] // by message sequence number
)

// Name returns "COPY" or "UID COPY".
func (Copy[N]) Name() string { return pick[N]("COPY", "UID COPY") }

// Effects implements [Command].
func (c Copy[N]) Effects() Effects {
	return Selected | MayExpunge | savedEffects(c.Set) | pick[N](SeqNums, 0)
}

// Encode implements [Command].
func (c Copy[N]) Encode(e *Encoder) {
	e.word(c.Name())
	e.SP()
	putSet(e, c.Set)
	e.SP()
	e.Mailbox(c.Mailbox)
}

// Move is MOVE, and with UIDs UID MOVE (RFC 9051 §6.4.8, RFC 6851), which needs
// the capability MOVE or IMAP4rev2.
type Move[N response.UID | response.SeqNum] struct {
	Set     response.Set[N] // which messages; not empty; [response.Saved] needs SEARCHRES
	Mailbox string          // where to, in UTF-8
}

// The two forms of [Move].
type (
	UIDMove = Move[response.UID]    // by UID
	SeqMove = Move[response.SeqNum] // by message sequence number
)

// Name returns "MOVE" or "UID MOVE".
func (Move[N]) Name() string { return pick[N]("MOVE", "UID MOVE") }

// Effects implements [Command].
func (c Move[N]) Effects() Effects {
	return Selected | MayExpunge | savedEffects(c.Set) | pick[N](SeqNums, 0)
}

// Encode implements [Command].
func (c Move[N]) Encode(e *Encoder) {
	e.word(c.Name())
	e.SP()
	putSet(e, c.Set)
	e.SP()
	e.Mailbox(c.Mailbox)
}

// Expunge is EXPUNGE (RFC 9051 §6.4.3): it removes every message marked
// \Deleted, including those that other clients marked.
type Expunge struct{}

// Name implements [Command].
func (Expunge) Name() string { return "EXPUNGE" }

// Effects implements [Command].
func (Expunge) Effects() Effects { return Selected | MayExpunge }

// Encode implements [Command].
func (Expunge) Encode(e *Encoder) { e.word("EXPUNGE") }

// UIDExpunge is UID EXPUNGE (RFC 9051 §6.4.9, RFC 4315 §2.1), which needs the
// capability UIDPLUS or IMAP4rev2: it removes those of the messages that are
// marked \Deleted.
type UIDExpunge struct {
	UIDs response.UIDSet // which messages; not empty; [response.Saved] needs SEARCHRES
}

// Name implements [Command].
func (UIDExpunge) Name() string { return "UID EXPUNGE" }

// Effects implements [Command].
func (c UIDExpunge) Effects() Effects { return Selected | MayExpunge | savedEffects(c.UIDs) }

// Encode implements [Command].
func (c UIDExpunge) Encode(e *Encoder) {
	e.word("UID EXPUNGE")
	e.SP()
	putSet(e, c.UIDs)
}
