package store

import "crypto/rand"

// URLKey returns the mailbox access key of a mailbox (RFC 4467 §1.1), which is made
// when it is needed first.
func (u *User) URLKey(mailbox string) []byte {
	u.mu.Lock()
	defer u.mu.Unlock()
	name := u.inbox(mailbox)
	if u.urlKeys == nil {
		u.urlKeys = make(map[string][]byte)
	}
	if u.urlKeys[name] == nil {
		key := make([]byte, 16)
		_, _ = rand.Read(key) // never fails
		u.urlKeys[name] = key
	}
	return u.urlKeys[name]
}

// ResetURLKeys removes the key of a mailbox, or of all if the name is empty.
func (u *User) ResetURLKeys(mailbox string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if mailbox == "" {
		clear(u.urlKeys)
		return
	}
	delete(u.urlKeys, u.inbox(mailbox))
}
