package store

import "slices"

// Grant is what one identifier may do in a mailbox.
type Grant struct {
	Identifier string
	Rights     string // letters, each once
}

// Grants returns the list of a mailbox, without its owner, in the order in which
// it was made.
func (b *Mailbox) Grants() []Grant {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	return slices.Clone(b.grants)
}

// Grant has change make new rights of an identifier's old ones.
func (b *Mailbox) Grant(identifier string, change func(old string) string) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	i := b.grant(identifier)
	if i < 0 {
		i = len(b.grants)
		b.grants = append(b.grants, Grant{Identifier: identifier})
	}
	b.grants[i].Rights = change(b.grants[i].Rights)
}

// Revoke takes an identifier out of the list.
func (b *Mailbox) Revoke(identifier string) {
	b.user.mu.Lock()
	defer b.user.mu.Unlock()
	if i := b.grant(identifier); i >= 0 {
		b.grants = slices.Delete(b.grants, i, i+1)
	}
}

// grant returns where an identifier is in the list, -1 if it is not.
func (b *Mailbox) grant(identifier string) int {
	return slices.IndexFunc(b.grants, func(g Grant) bool { return g.Identifier == identifier })
}
