package store

import (
	"bytes"
	"maps"
)

// SetMetadata sets an entry of a mailbox, or of the server if name is empty;
// nil removes it.
func (u *User) SetMetadata(name, entry string, value []byte) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.metadata == nil {
		u.metadata = make(map[string]map[string][]byte)
	}
	name = u.inbox(name)
	u.happened(Event{Kind: MetadataChanged, Name: name, Entry: entry})
	if u.metadata[name] == nil {
		u.metadata[name] = make(map[string][]byte)
	}
	if value == nil {
		delete(u.metadata[name], entry)
		return
	}
	u.metadata[name][entry] = bytes.Clone(value)
}

// Metadata returns all entries of a mailbox.
func (u *User) Metadata(name string) map[string][]byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	return maps.Clone(u.metadata[u.inbox(name)])
}

// renameMetadata has the entries follow their mailbox. Those of INBOX stay too
// (RFC 5464 §4.1).
func (u *User) renameMetadata(from, to string) {
	entries := u.metadata[from]
	if entries == nil {
		return
	}
	u.metadata[to] = maps.Clone(entries)
	if from != "INBOX" {
		delete(u.metadata, from)
	}
}
