package store

import (
	"slices"
	"sort"

	"github.com/seed-090b04e4/imap/response"
)

// View is a mailbox as one session knows it: sequence numbers stay what the
// client knows, whatever happens meanwhile, until Sync.
//
// A View's methods are for one goroutine; they take the user's lock.
type View struct {
	Box      *Mailbox
	ReadOnly bool
	Wake     chan struct{} // gets a value when the mailbox may have changed

	entries  []entry
	seen     uint64 // the mailbox's modSeq at the last Sync
	pending  bool   // entries may hold messages that are gone
	keywords int    // how many keywords the client knows
	detached bool
}

type entry struct {
	msg    *Message
	modSeq uint64 // the message's when the client was informed last
	recent bool
}

// Open looks at the mailbox from now on. Of the messages that are there, at most
// the newest of the number given are seen; zero means all.
func (b *Mailbox) Open(readOnly bool, newest int) (*View, Status) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	v := &View{Box: b, ReadOnly: readOnly || b.readOnly, Wake: make(chan struct{}, 1), keywords: len(b.keywords)}
	st := b.status()
	v.admit()
	if hidden := len(v.entries) - newest; newest > 0 && hidden > 0 {
		v.entries = slices.Clone(v.entries[hidden:])
		st.Messages, st.FirstUnseen = uint32(newest), 0
	}
	v.seen = b.modSeq
	b.views[v] = struct{}{}
	return v, st
}

// Close ends watching.
func (v *View) Close() {
	v.Box.user.mu.Lock()
	defer v.Box.user.mu.Unlock()
	delete(v.Box.views, v)
}

func (v *View) poke() {
	select {
	case v.Wake <- struct{}{}:
	default:
	}
}

// detach makes the view one of a mailbox that is no more. The caller holds the
// lock.
func (v *View) detach() {
	v.detached = true
	v.poke()
}

// Detached reports whether the mailbox was deleted or renumbered under the
// view.
func (v *View) Detached() bool {
	v.Box.user.mu.Lock()
	defer v.Box.user.mu.Unlock()
	return v.detached
}

// admit takes the messages that came since into the view. The caller holds the
// lock.
func (v *View) admit() int {
	var last response.UID
	if n := len(v.entries); n > 0 {
		last = v.entries[n-1].msg.uid
	}
	fresh := v.Box.msgs[v.Box.find(last+1):]
	for _, m := range fresh {
		v.entries = append(v.entries, entry{m, m.modSeq, m.uid >= v.Box.recentFrom})
	}
	if !v.ReadOnly && len(fresh) > 0 {
		v.Box.recentFrom = v.Box.uidNext
	}
	return len(fresh)
}

// Changes is what a client has to be sent, in this order.
type Changes struct {
	Expunged []uint32 // sequence numbers, each as of after the ones before
	Vanished []response.UID
	Exists   uint32 // new number of messages, if New
	Recent   uint32
	New      bool
	Keywords []response.Flag // all keywords, if a new one came
	Flags    []FlagChange
}

// FlagChange is a message whose flags changed.
type FlagChange struct {
	Seq uint32
	Snapshot
}

// Sync brings the view up to date and returns what changed. Without expunge,
// messages that are gone stay for the time being.
func (v *View) Sync(expunge bool) Changes {
	b := v.Box
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	var ch Changes
	if b.modSeq == v.seen && !(expunge && v.pending) || v.detached {
		return ch
	}
	if expunge {
		v.dropGone(&ch)
	}
	for i := range v.entries {
		e := &v.entries[i]
		switch {
		case e.msg.expunged:
			v.pending = true
		case e.msg.modSeq > e.modSeq:
			e.modSeq = e.msg.modSeq
			ch.Flags = append(ch.Flags, FlagChange{uint32(i + 1), v.snap(i)})
		}
	}
	if len(b.keywords) != v.keywords {
		v.keywords = len(b.keywords)
		ch.Keywords = append(ch.Keywords, b.keywords...)
	}
	ch.New = v.admit() > 0
	ch.Exists, ch.Recent = uint32(len(v.entries)), v.recent()
	v.seen = b.modSeq
	return ch
}

// dropGone takes the messages that are gone out of the view.
func (v *View) dropGone(ch *Changes) {
	v.pending = false
	keep := v.entries[:0]
	for _, e := range v.entries {
		if e.msg.expunged {
			ch.Expunged = append(ch.Expunged, uint32(len(keep)+1))
			ch.Vanished = append(ch.Vanished, e.msg.uid)
			continue
		}
		keep = append(keep, e)
	}
	clear(v.entries[len(keep):])
	v.entries = keep
}

// NewKeywords returns all keywords of the mailbox if the client does not know
// some of them yet. It knows them from then on.
func (v *View) NewKeywords() []response.Flag {
	v.Box.user.mu.Lock()
	defer v.Box.user.mu.Unlock()
	if len(v.Box.keywords) == v.keywords {
		return nil
	}
	v.keywords = len(v.Box.keywords)
	return slices.Clone(v.Box.keywords)
}

// ResumeFrom returns the highest mod-sequence up to which the client has been
// sent every change, as of the last Sync: below those of delayed expunges
// (RFC 7162 §3.2). The second result is the lowest of these, zero if none is
// delayed.
func (v *View) ResumeFrom() (safe, delayed uint64) {
	v.Box.user.mu.Lock()
	defer v.Box.user.mu.Unlock()
	for _, e := range v.entries {
		if e.msg.expunged && e.msg.modSeq <= v.seen && (delayed == 0 || e.msg.modSeq < delayed) {
			delayed = e.msg.modSeq
		}
	}
	if delayed > 0 {
		return delayed - 1, delayed
	}
	return v.seen, 0
}

func (v *View) recent() (n uint32) {
	for i := range v.entries {
		if v.entries[i].recent {
			n++
		}
	}
	return n
}

// Len returns how many messages the client knows.
func (v *View) Len() int { return len(v.entries) }

// UIDAt returns the UID of the message with index i.
func (v *View) UIDAt(i int) response.UID { return v.entries[i].msg.uid }

// IndexOf returns the index of the first message whose UID is at least uid.
func (v *View) IndexOf(uid response.UID) int {
	return sort.Search(len(v.entries), func(i int) bool { return v.entries[i].msg.uid >= uid })
}

// At returns the message with index i.
func (v *View) At(i int) Snapshot {
	v.Box.user.mu.Lock()
	defer v.Box.user.mu.Unlock()
	return v.snap(i)
}

func (v *View) snap(i int) Snapshot {
	s := v.entries[i].msg.snapshot()
	s.Recent = v.entries[i].recent
	return s
}

// All returns all messages that the client knows.
func (v *View) All() []Snapshot {
	v.Box.user.mu.Lock()
	defer v.Box.user.mu.Unlock()
	out := make([]Snapshot, len(v.entries))
	for i := range v.entries {
		out[i] = v.snap(i)
	}
	return out
}

// MarkSent notes that the client knows the message with index i as it is in s.
func (v *View) MarkSent(i int, s Snapshot) {
	v.entries[i].modSeq = max(v.entries[i].modSeq, s.ModSeq)
}

// StoreResult is what Store did with one message.
type StoreResult struct {
	Index    int
	Snapshot Snapshot
	Changed  bool
	Modified bool // left alone: it changed after the UNCHANGEDSINCE given
	Stale    bool // a change of another session was not sent to the client before
}

// Store changes the flags of the messages with the given indices in one step.
// With conditional, those that changed after since are left alone.
func (v *View) Store(indices []int, op FlagOp, flags []response.Flag, conditional bool, since uint64) []StoreResult {
	b := v.Box
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	out := make([]StoreResult, 0, len(indices))
	changed := false
	for _, i := range indices {
		e := &v.entries[i]
		r := StoreResult{Index: i, Stale: e.msg.modSeq > e.modSeq}
		switch {
		case e.msg.expunged:
		case conditional && e.msg.modSeq > since:
			r.Modified = true
		default:
			r.Changed = b.change(e.msg, op, flags)
			changed = changed || r.Changed
		}
		r.Snapshot = v.snap(i)
		out = append(out, r)
	}
	if changed {
		b.notify(FlagsChanged)
	}
	return out
}
