package store

// Watcher collects what happens to all mailboxes of a user, for NOTIFY (RFC 5465).
type Watcher struct {
	Wake chan struct{} // gets a value when something may have happened

	user     *User
	events   []Event
	changed  map[*Mailbox]Change
	order    []*Mailbox // of changed
	overflow bool
}

// Change says what happened to the messages of a mailbox; a bit set.
type Change uint8

// The changes.
const (
	MessagesChanged Change = 1 << iota // messages came or went
	FlagsChanged
)

// EventKind is what happened to a name.
type EventKind uint8

// The kinds of events.
const (
	NameCreated EventKind = iota
	NameDeleted
	NameRenamed
	SubscriptionChanged
	MetadataChanged // of a mailbox, or of the server if Name is empty
)

// Event is something that happened to a name.
type Event struct {
	Kind  EventKind
	Name  string
	Old   string // of NameRenamed
	Entry string // of MetadataChanged
}

// MailboxChange is a mailbox whose messages changed.
type MailboxChange struct {
	Name   string
	Box    *Mailbox
	Change Change
}

const maxEvents = 1000 // that wait for one watcher

// Watch begins watching.
func (u *User) Watch() *Watcher {
	u.mu.Lock()
	defer u.mu.Unlock()
	w := &Watcher{Wake: make(chan struct{}, 1), user: u, changed: make(map[*Mailbox]Change)}
	if u.watchers == nil {
		u.watchers = make(map[*Watcher]struct{})
	}
	u.watchers[w] = struct{}{}
	return w
}

// Close ends watching.
func (w *Watcher) Close() {
	w.user.mu.Lock()
	defer w.user.mu.Unlock()
	delete(w.user.watchers, w)
}

// Take returns what happened since it was called last. With overflow, that was more
// than is kept.
func (w *Watcher) Take() (events []Event, changed []MailboxChange, overflow bool) {
	w.user.mu.Lock()
	defer w.user.mu.Unlock()
	for _, b := range w.order {
		changed = append(changed, MailboxChange{b.name, b, w.changed[b]})
	}
	events, overflow = w.events, w.overflow
	w.events, w.order, w.overflow = nil, nil, false
	clear(w.changed)
	return events, changed, overflow
}

func (w *Watcher) poke() {
	select {
	case w.Wake <- struct{}{}:
	default:
	}
}

// happened notes an event. The caller holds the lock.
func (u *User) happened(e Event) {
	for w := range u.watchers {
		if len(w.events) >= maxEvents {
			w.overflow = true
		} else {
			w.events = append(w.events, e)
		}
		w.poke()
	}
}

// notify wakes all who watch the mailbox. The caller holds the lock.
func (b *Mailbox) notify(c Change) {
	for v := range b.views {
		v.poke()
	}
	for w := range b.user.watchers {
		if w.changed[b] == 0 {
			w.order = append(w.order, b)
		}
		w.changed[b] |= c
		w.poke()
	}
}
