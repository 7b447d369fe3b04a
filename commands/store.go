package commands

import "github.com/seed-090b04e4/imap/response"

// StoreOp is what STORE does with the flags (RFC 9051 §6.4.6). The zero value is
// invalid.
type StoreOp uint8

// The operations of RFC 9051 §6.4.6.
const (
	StoreSet    StoreOp = iota + 1 // FLAGS: these flags and no others
	StoreAdd                       // +FLAGS
	StoreRemove                    // -FLAGS
)

func (op StoreOp) sign() string {
	switch op {
	case StoreAdd:
		return "+"
	case StoreRemove:
		return "-"
	}
	return ""
}

// Store is STORE, and with UIDs UID STORE (RFC 9051 §6.4.6, §6.4.9).
type Store[N response.UID | response.SeqNum] struct {
	Set            response.Set[N] // which messages; not empty; [response.Saved] needs SEARCHRES
	Op             StoreOp         // what to do with the flags
	Flags          []response.Flag // which flags; may be empty
	Silent         bool            // the server need not return the new flags
	UnchangedSince uint64          // only messages whose mod-sequence is not larger; zero: all. Needs CONDSTORE (RFC 7162 §3.1.3)
	GmailLabels    []string        // labels in place of Flags: needs X-GM-EXT-1
}

// The two forms of [Store].
type (
	UIDStore = Store[response.UID]    // by UID
	SeqStore = Store[response.SeqNum] // by message sequence number
)

// Name returns "STORE" or "UID STORE".
func (Store[N]) Name() string { return pick[N]("STORE", "UID STORE") }

// Effects implements [Command].
func (c Store[N]) Effects() Effects {
	return Selected | WritesFlags | savedEffects(c.Set) | pick[N](SeqNums, MayExpunge)
}

// pick returns one value for message sequence numbers and another for UIDs.
func pick[N response.UID | response.SeqNum, T any](seq, uid T) T {
	var n N
	if _, ok := any(n).(response.UID); ok {
		return uid
	}
	return seq
}

// Encode implements [Command].
func (c Store[N]) Encode(e *Encoder) {
	e.word(c.Name())
	e.SP()
	putSet(e, c.Set)
	if c.UnchangedSince > maxModSeq {
		e.failNumber("mod-sequence", c.UnchangedSince, "is not a 63-bit number")
	}
	if c.UnchangedSince > 0 {
		e.SP()
		e.word("(UNCHANGEDSINCE ")
		e.Number(c.UnchangedSince)
		e.EndList()
	}
	if c.Op < StoreSet || c.Op > StoreRemove {
		e.Fail("operation", "is not StoreSet, StoreAdd or StoreRemove")
	}
	e.SP()
	e.word(c.Op.sign())
	if c.GmailLabels != nil {
		e.word("X-GM-LABELS")
	} else {
		e.word("FLAGS")
	}
	if c.Silent {
		e.word(".SILENT")
	}
	e.SP()
	if c.GmailLabels == nil {
		e.Argument("flag").FlagList(c.Flags)
		return
	}
	if len(c.Flags) > 0 {
		e.Fail("flags", "are given in addition to labels")
	}
	e.BeginList()
	for _, l := range c.GmailLabels {
		e.SP()
		e.Argument("label").GmailLabel(l)
	}
	e.EndList()
}

// GmailLabel appends a label of Gmail: a system label like \Inbox, or a name that
// is encoded like that of a mailbox.
func (e *Encoder) GmailLabel(label string) {
	if len(label) > 0 && label[0] == '\\' {
		e.word(`\`)
		e.Atom(label[1:])
		return
	}
	if b, ok := e.mailboxBytes(label, "label"); ok {
		putString(e, b, "label")
	}
}
