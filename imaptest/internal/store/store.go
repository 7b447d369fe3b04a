// Package store keeps users, mailboxes and messages in memory. It knows
// nothing of the wire: sessions look at a mailbox through a [View], which reports
// what changed since they looked last.
//
// One lock per user guards everything that the user owns, so that COPY, MOVE
// and RENAME are single steps for all who watch.
package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"sync"
	"time"
)

// Errors of the operations on mailboxes.
var (
	ErrNoMailbox   = errors.New("no such mailbox")
	ErrExists      = errors.New("mailbox exists")
	ErrHasChildren = errors.New("mailbox has children")
	ErrCannot      = errors.New("that name can not be used")
	ErrInbox       = errors.New("INBOX can not be removed")
	ErrInUse       = errors.New("special use is taken")
)

// Store is all users of a server.
type Store struct {
	Delim byte // hierarchy delimiter

	mu    sync.Mutex
	users map[string]*User
}

// New returns a store without users.
func New(delim byte) *Store {
	return &Store{Delim: delim, users: make(map[string]*User)}
}

// NewUser returns a user with an empty INBOX, who is not in the store yet.
func (s *Store) NewUser(name, password string) *User {
	u := &User{
		Name: name, Password: password, delim: s.Delim,
		boxes: make(map[string]*Mailbox), subscribed: make(map[string]bool),
		nextValidity: 1, quota: NoQuota,
	}
	u.boxes["INBOX"] = u.newMailbox("INBOX")
	return u
}

// Add adds a user whose fields are set; false if there is one of that name.
func (s *Store) Add(u *User) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[u.Name] != nil {
		return false
	}
	s.users[u.Name] = u
	return true
}

// User returns the user of that name, nil if there is none.
func (s *Store) User(name string) *User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[name]
}

// Users returns all users, in no order.
func (s *Store) Users() []*User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*User, 0, len(s.users))
	for _, u := range s.users {
		out = append(out, u)
	}
	return out
}

// User owns mailboxes. Name, Password and Token do not change.
type User struct {
	Name, Password string
	Token          string // for XOAUTH2 and OAUTHBEARER

	// AllMail names the mailbox that shows every message of the user, as
	// Gmail's does; empty if there is none. It is set before first use.
	AllMail string

	delim byte

	mu           sync.Mutex
	boxes        map[string]*Mailbox
	subscribed   map[string]bool
	nextValidity uint32
	quota        Quota
	watchers     map[*Watcher]struct{}
	urlKeys      map[string][]byte            // by mailbox
	metadata     map[string]map[string][]byte // mailbox, or "" for the server, to entries
}

// clock is what the store takes the time from; synctest bubbles replace it by
// themselves.
func clock() time.Time { return time.Now() }

// newID returns an object identifier (RFC 8474 §4): a letter and random digits.
func newID(kind string) string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	return kind + hex.EncodeToString(b[:])
}
