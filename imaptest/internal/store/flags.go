package store

import (
	"slices"

	"github.com/seed-090b04e4/imap/response"
)

var systemFlags = []response.Flag{
	response.FlagAnswered, response.FlagFlagged, response.FlagDeleted, response.FlagSeen, response.FlagDraft,
}

// FlagOp says what STORE does with flags.
type FlagOp int

// The operations of STORE.
const (
	SetFlags FlagOp = iota
	AddFlags
	RemoveFlags
)

// canonical returns base and flags without duplicates, spelled as the mailbox
// knows them, which makes new keywords known. \Recent is left out. The caller
// holds the lock.
func (b *Mailbox) canonical(base, flags []response.Flag) []response.Flag {
	out := slices.Clone(base)
	for _, f := range flags {
		f, known := b.spelling(f)
		if f.Equal(response.FlagRecent) || slices.Contains(out, f) {
			continue
		}
		if !known {
			b.keywords = append(b.keywords, f)
		}
		out = append(out, f)
	}
	return out
}

// spelling returns how the mailbox spells a flag and whether it knows it.
func (b *Mailbox) spelling(f response.Flag) (response.Flag, bool) {
	for _, known := range systemFlags {
		if known.Equal(f) {
			return known, true
		}
	}
	for _, known := range b.keywords {
		if known.Equal(f) {
			return known, true
		}
	}
	return f, f.Equal(response.FlagRecent)
}

// change applies op to the message's flags and reports whether they changed.
// The caller holds the lock and notifies.
func (b *Mailbox) change(m *Message, op FlagOp, flags []response.Flag) bool {
	var next []response.Flag
	switch op {
	case SetFlags:
		next = b.canonical(nil, flags)
	case AddFlags:
		next = b.canonical(m.flags, flags)
	case RemoveFlags:
		next = slices.DeleteFunc(slices.Clone(m.flags), func(f response.Flag) bool {
			return response.ContainsFlag(flags, f)
		})
	}
	if sameFlags(m.flags, next) {
		return false
	}
	b.modSeq++
	m.flags, m.modSeq = next, b.modSeq
	return true
}

func sameFlags(a, b []response.Flag) bool {
	if len(a) != len(b) {
		return false
	}
	for _, f := range a {
		if !slices.Contains(b, f) {
			return false
		}
	}
	return true
}

// ChangeFlags applies op to the messages of the set, for tests that act as
// another session. It returns how many there were.
func (b *Mailbox) ChangeFlags(set func(response.UID) bool, op FlagOp, flags []response.Flag) int {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	n, changed := 0, false
	for _, m := range b.msgs {
		if set(m.uid) {
			n++
			changed = b.change(m, op, flags) || changed
		}
	}
	if changed {
		b.notify(FlagsChanged)
	}
	return n
}
