package store

// Quota is what all mailboxes of a user may hold together; negative is no limit.
type Quota struct {
	Storage  int64 // units of 1024 octets
	Messages int64
}

// NoQuota is without limits.
var NoQuota = Quota{-1, -1}

// SetQuota sets the limits.
func (u *User) SetQuota(q Quota) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.quota = q
}

// Quota returns the limits, and what is used of them.
func (u *User) Quota() (limit, used Quota) {
	u.mu.Lock()
	defer u.mu.Unlock()
	messages, octets := u.usage()
	return u.quota, Quota{Storage: storage(octets), Messages: messages}
}

func (u *User) usage() (messages, octets int64) {
	for _, b := range u.boxes {
		messages += int64(len(b.msgs))
		for _, m := range b.msgs {
			octets += int64(len(m.blob.Raw))
		}
	}
	return messages, octets
}

// OverQuota reports whether so much more is too much.
func (u *User) OverQuota(messages, octets int64) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.quota == NoQuota {
		return false
	}
	haveMessages, haveOctets := u.usage()
	return u.quota.Messages >= 0 && haveMessages+messages > u.quota.Messages ||
		u.quota.Storage >= 0 && storage(haveOctets+octets) > u.quota.Storage
}

// storage returns octets in the unit of Quota.Storage.
func storage(octets int64) int64 { return (octets + 1023) / 1024 }
