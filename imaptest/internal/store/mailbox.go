package store

import (
	"slices"
	"sort"
	"time"

	"github.com/seed-090b04e4/imap/response"
)

// Mailbox is one mailbox of a user. All fields are guarded by the user's lock.
type Mailbox struct {
	user *User

	name        string
	id          string
	specialUse  []response.MailboxAttr
	noSelect    bool // only a level of the hierarchy
	readOnly    bool
	uidValidity uint32
	uidNext     response.UID
	modSeq      uint64
	recentFrom  response.UID // messages from here on were shown to no session yet
	msgs        []*Message   // ascending UIDs
	expunged    []Expunged   // ascending mod-sequences
	keywords    []response.Flag
	views       map[*View]struct{}
	grants      []Grant
}

// Message is one message of a mailbox, guarded by the user's lock.
type Message struct {
	uid      response.UID
	flags    []response.Flag // replaced, never changed in place
	date     time.Time
	saved    time.Time
	modSeq   uint64
	blob     *Blob
	expunged bool
}

// Expunged is a row of the log of messages that are gone.
type Expunged struct {
	UID    response.UID
	ModSeq uint64
}

// Snapshot is a message as it stands at one moment.
type Snapshot struct {
	UID    response.UID
	Flags  []response.Flag
	Date   time.Time
	Saved  time.Time
	ModSeq uint64
	Blob   *Blob
	Gone   bool // expunged by now
	Recent bool // only of a View
}

func (m *Message) snapshot() Snapshot {
	return Snapshot{m.uid, m.flags, m.date, m.saved, m.modSeq, m.blob, m.expunged, false}
}

// newMailbox returns an empty mailbox. The caller holds the lock, or is alone.
func (u *User) newMailbox(name string) *Mailbox {
	box := &Mailbox{
		user: u, name: name, id: newID("F"), uidValidity: u.nextValidity, uidNext: 1, modSeq: 1, recentFrom: 1,
		views: make(map[*View]struct{}),
	}
	u.nextValidity++
	return box
}

// Incoming is a message to be stored.
type Incoming struct {
	Blob  *Blob
	Flags []response.Flag
	Date  time.Time
}

// Append stores messages in one step and returns their UIDs.
func (b *Mailbox) Append(in ...Incoming) (validity uint32, uids []response.UID) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	for _, m := range in {
		uids = append(uids, b.add(m.Blob, m.Flags, m.Date).uid)
		if all := b.user.boxes[b.user.AllMail]; b.user.AllMail != "" && all != nil && all != b {
			if !slices.ContainsFunc(all.msgs, func(o *Message) bool { return o.blob == m.Blob }) {
				all.add(m.Blob, m.Flags, m.Date)
				all.notify(MessagesChanged)
			}
		}
	}
	b.notify(MessagesChanged)
	return b.uidValidity, uids
}

// add stores one message. The caller holds the lock and notifies.
func (b *Mailbox) add(blob *Blob, flags []response.Flag, date time.Time) *Message {
	now := clock()
	if date.IsZero() {
		date = now
	}
	b.modSeq++
	m := &Message{
		uid: b.uidNext, flags: b.canonical(nil, flags), date: date.Truncate(time.Second),
		saved: now.Truncate(time.Second), modSeq: b.modSeq, blob: blob,
	}
	b.uidNext++
	b.msgs = append(b.msgs, m)
	return m
}

// find returns the index of the first message with a UID of at least uid.
func (b *Mailbox) find(uid response.UID) int {
	return sort.Search(len(b.msgs), func(i int) bool { return b.msgs[i].uid >= uid })
}

// Messages returns all messages of the mailbox.
func (b *Mailbox) Messages() []Snapshot {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	out := make([]Snapshot, len(b.msgs))
	for i, m := range b.msgs {
		out[i] = m.snapshot()
	}
	return out
}

// remove expunges the messages for which gone is true and returns their UIDs.
// The caller holds the lock.
func (b *Mailbox) remove(gone func(*Message) bool) []response.UID {
	var uids []response.UID
	keep := b.msgs[:0:0]
	for _, m := range b.msgs {
		if !gone(m) {
			keep = append(keep, m)
			continue
		}
		b.modSeq++
		m.expunged = true
		m.modSeq = b.modSeq
		b.expunged = append(b.expunged, Expunged{m.uid, b.modSeq})
		uids = append(uids, m.uid)
	}
	if len(uids) > 0 {
		b.msgs = keep
		b.notify(MessagesChanged)
	}
	return uids
}

// Expunge removes the messages of the set, or with onlyDeleted those of them
// that bear \Deleted, and returns their UIDs. A nil set means all.
func (b *Mailbox) Expunge(set func(response.UID) bool, onlyDeleted bool) []response.UID {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	return b.remove(func(m *Message) bool {
		return (set == nil || set(m.uid)) && (!onlyDeleted || response.ContainsFlag(m.flags, response.FlagDeleted))
	})
}

// ExpungedSince returns the UIDs that were expunged after modSeq.
func (b *Mailbox) ExpungedSince(modSeq uint64) []response.UID {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	i := sort.Search(len(b.expunged), func(i int) bool { return b.expunged[i].ModSeq > modSeq })
	var uids []response.UID
	for _, e := range b.expunged[i:] {
		uids = append(uids, e.UID)
	}
	slices.Sort(uids)
	return uids
}

// Status is what STATUS and SELECT report of a mailbox.
type Status struct {
	Name          string
	ID            string
	Messages      uint32
	Recent        uint32
	Unseen        uint32
	FirstUnseen   uint32 // sequence number, zero if there is none
	Deleted       uint32
	DeletedSize   int64
	Size          int64
	UIDNext       response.UID
	UIDValidity   uint32
	HighestModSeq uint64
	ReadOnly      bool
	Keywords      []response.Flag
}

// Status counts the mailbox's messages.
func (b *Mailbox) Status() Status {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	return b.status()
}

func (b *Mailbox) status() Status {
	st := Status{
		Name: b.name, ID: b.id, Messages: uint32(len(b.msgs)), UIDNext: b.uidNext, UIDValidity: b.uidValidity,
		HighestModSeq: b.modSeq, ReadOnly: b.readOnly, Keywords: slices.Clone(b.keywords),
	}
	for i, m := range b.msgs {
		st.Size += int64(len(m.blob.Raw))
		if !response.ContainsFlag(m.flags, response.FlagSeen) {
			if st.Unseen == 0 {
				st.FirstUnseen = uint32(i + 1)
			}
			st.Unseen++
		}
		if response.ContainsFlag(m.flags, response.FlagDeleted) {
			st.Deleted++
			st.DeletedSize += int64(len(m.blob.Raw))
		}
		if m.uid >= b.recentFrom {
			st.Recent++
		}
	}
	return st
}

// Name returns the mailbox's present name.
func (b *Mailbox) Name() string {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	return b.name
}

// ID returns the mailbox's object identifier.
func (b *Mailbox) ID() string { return b.id }

// SetReadOnly makes the mailbox refuse changes by sessions, or take them again.
func (b *Mailbox) SetReadOnly(on bool) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	b.readOnly = on
}

// SetUIDValidity changes the validity of the UIDs, as a server does that lost
// its index. Messages get new UIDs from 1 on; no watching session is informed.
func (b *Mailbox) SetUIDValidity(v uint32) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	b.uidValidity = v
	b.user.nextValidity = max(b.user.nextValidity, v+1)
	b.expunged = nil
	old := b.msgs
	b.msgs, b.uidNext, b.recentFrom = nil, 1, 1
	for _, m := range old {
		b.add(m.blob, m.flags, m.date)
	}
	for v := range b.views {
		v.detach()
	}
}

// Bump raises the mailbox's mod-sequence, so that tests can see large numbers.
func (b *Mailbox) Bump(by uint64) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	b.modSeq += by
}
