package store

import (
	"slices"
	"sort"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// inbox maps any spelling of INBOX to the one in use.
func (u *User) inbox(name string) string {
	if len(name) >= 5 && strings.EqualFold(name[:5], "INBOX") && (len(name) == 5 || name[5] == u.delim) {
		return "INBOX" + name[5:]
	}
	return name
}

// Mailbox returns the mailbox of that name, nil if there is none or if
// it can't be selected.
func (u *User) Mailbox(name string) *Mailbox {
	u.mu.Lock()
	defer u.mu.Unlock()
	if b := u.boxes[u.inbox(name)]; b != nil && !b.noSelect {
		return b
	}
	return nil
}

// Exists reports whether there is a mailbox or a level of that name.
func (u *User) Exists(name string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.boxes[u.inbox(name)] != nil
}

// Create makes a mailbox and the levels above it.
func (u *User) Create(name string, use ...response.MailboxAttr) (*Mailbox, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	name = u.inbox(strings.TrimSuffix(name, string(u.delim)))
	d := string(u.delim)
	if name == "" || strings.HasPrefix(name, d) || strings.Contains(name, d+d) {
		return nil, ErrCannot
	}
	if b := u.boxes[name]; b != nil && !b.noSelect {
		return nil, ErrExists
	}
	for _, b := range u.boxes {
		if slices.ContainsFunc(b.specialUse, func(a response.MailboxAttr) bool { return slices.ContainsFunc(use, a.Equal) }) {
			return nil, ErrInUse
		}
	}
	for i := range name {
		if name[i] == u.delim && u.boxes[name[:i]] == nil {
			u.boxes[name[:i]] = u.newMailbox(name[:i])
			u.happened(Event{Kind: NameCreated, Name: name[:i]})
		}
	}
	b := u.newMailbox(name)
	b.specialUse = use
	u.boxes[name] = b
	u.happened(Event{Kind: NameCreated, Name: name})
	return b, nil
}

// Level makes name a level of the hierarchy that can't be selected.
func (u *User) Level(name string, use ...response.MailboxAttr) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.boxes[name] == nil {
		b := u.newMailbox(name)
		b.noSelect, b.specialUse = true, use
		u.boxes[name] = b
	}
}

// Delete removes a mailbox. One that has children becomes a mere level.
func (u *User) Delete(name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	name = u.inbox(name)
	b := u.boxes[name]
	children := u.hasChildren(name)
	switch {
	case b == nil:
		return ErrNoMailbox
	case name == "INBOX":
		return ErrInbox
	case b.noSelect && children:
		return ErrHasChildren
	}
	delete(u.boxes, name)
	delete(u.metadata, name)
	if children {
		level := u.newMailbox(name)
		level.noSelect = true
		u.boxes[name] = level
	}
	b.detachAll()
	u.happened(Event{Kind: NameDeleted, Name: name})
	return nil
}

// detachAll ends all views of a mailbox that is no more.
func (b *Mailbox) detachAll() {
	for _, m := range b.msgs {
		m.expunged = true
	}
	for v := range b.views {
		v.detach()
	}
}

func (u *User) hasChildren(name string) bool {
	prefix := name + string(u.delim)
	for other := range u.boxes {
		if strings.HasPrefix(other, prefix) {
			return true
		}
	}
	return false
}

// Rename gives a mailbox and all below it another name. Renaming INBOX moves
// its messages (RFC 9051 §6.3.6).
func (u *User) Rename(from, to string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	from, to = u.inbox(from), u.inbox(strings.TrimSuffix(to, string(u.delim)))
	d := string(u.delim)
	switch {
	case u.boxes[from] == nil:
		return ErrNoMailbox
	case u.boxes[to] != nil:
		return ErrExists
	case to == "" || strings.HasPrefix(to, d) || strings.Contains(to, d+d) || strings.HasPrefix(to, from+d):
		return ErrCannot
	}
	for i := range to {
		if to[i] == u.delim && u.boxes[to[:i]] == nil {
			u.boxes[to[:i]] = u.newMailbox(to[:i])
			u.happened(Event{Kind: NameCreated, Name: to[:i]})
		}
	}
	u.happened(Event{Kind: NameRenamed, Name: to, Old: from})
	if from == "INBOX" {
		u.moveInbox(to)
		return nil
	}
	for name, b := range u.boxes {
		if name == from || strings.HasPrefix(name, from+d) {
			delete(u.boxes, name)
			b.name = to + name[len(from):]
			u.boxes[b.name] = b
			u.renameMetadata(name, b.name)
		}
	}
	return nil
}

// moveInbox moves what INBOX holds to a new mailbox.
func (u *User) moveInbox(to string) {
	src, dest := u.boxes["INBOX"], u.newMailbox(to)
	u.boxes[to] = dest
	u.renameMetadata("INBOX", to)
	for _, m := range src.msgs {
		dest.add(m.blob, m.flags, m.date)
	}
	src.remove(func(*Message) bool { return true })
}

// Subscribe adds name to the subscriptions, or takes it out.
func (u *User) Subscribe(name string, on bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if on {
		u.subscribed[u.inbox(name)] = true
	} else {
		delete(u.subscribed, u.inbox(name))
	}
	u.happened(Event{Kind: SubscriptionChanged, Name: u.inbox(name)})
}

// Info is a mailbox, a level, or a subscription to neither, as LIST returns it.
type Info struct {
	Name       string
	SpecialUse []response.MailboxAttr
	NoSelect   bool
	Missing    bool // does not exist: only it is subscribed, or a name below it
	Subscribed bool
	Children   bool
}

// List returns all names, sorted, INBOX first.
func (u *User) List() []Info {
	u.mu.Lock()
	defer u.mu.Unlock()
	parents := make(map[string]bool)
	for name := range u.boxes {
		for i := range name {
			if name[i] == u.delim {
				parents[name[:i]] = true
			}
		}
	}
	out := make([]Info, 0, len(u.boxes))
	for name, b := range u.boxes {
		out = append(out, Info{name, b.specialUse, b.noSelect, false, u.subscribed[name], parents[name]})
	}
	missing := make(map[string]bool)
	for name := range u.subscribed {
		for i := range name { // levels above that do not exist either
			if name[i] == u.delim && u.boxes[name[:i]] == nil {
				missing[name[:i]] = true
			}
		}
		if u.boxes[name] == nil {
			missing[name] = true
		}
	}
	for name := range missing {
		out = append(out, Info{Name: name, Missing: true, Subscribed: u.subscribed[name], Children: parents[name]})
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i].Name, out[j].Name
		if (a == "INBOX") != (b == "INBOX") {
			return a == "INBOX"
		}
		return a < b
	})
	return out
}

// LabelsOf returns the names of the mailboxes that hold a blob, but for except
// and AllMail, and the blob's further labels.
func (u *User) LabelsOf(blob *Blob, except *Mailbox) []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	out := slices.Clone(blob.Labels)
	for name, b := range u.boxes {
		if b == except || name == u.AllMail {
			continue
		}
		if slices.ContainsFunc(b.msgs, func(m *Message) bool { return m.blob == blob }) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// SetLabel puts a label on a blob or takes it off. A label that is a mailbox's
// name puts the message there or removes it.
func (u *User) SetLabel(blob *Blob, label string, on bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	b := u.boxes[u.inbox(label)]
	if b == nil {
		if on && !slices.Contains(blob.Labels, label) {
			blob.Labels = append(slices.Clip(blob.Labels), label)
		} else if !on {
			blob.Labels = slices.DeleteFunc(slices.Clone(blob.Labels), func(l string) bool { return l == label })
		}
		return
	}
	has := slices.ContainsFunc(b.msgs, func(m *Message) bool { return m.blob == blob })
	switch {
	case on && !has:
		b.add(blob, nil, clock())
		b.notify(MessagesChanged)
	case !on && has:
		b.remove(func(m *Message) bool { return m.blob == blob })
	}
}
