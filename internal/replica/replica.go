// Package replica is a program that keeps in step with a mailbox by package account,
// for tests: the way that its documentation says a program should, and with a check
// of each change.
package replica

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// Replica is a program that keeps what Sync and Watch yield, the way that their
// documentation says: what it makes of changes, and the State, in one transaction.
// It fails the test if a change contradicts what it has.
type Replica struct {
	Mailbox string
	Known   bool // it has an index of its own
	Synced  int  // how often it was in step
	Gone    bool // the mailbox is deleted
	Log     []string

	committed stored // survives a crash
	current   stored
}

type stored struct {
	state    string // JSON
	validity uint32
	messages map[imap.UID][]imap.Flag
}

func (s stored) clone() stored {
	s.messages = maps.Clone(s.messages)
	return s
}

// New returns a Replica of a mailbox that has nothing yet.
func New(mailbox string) *Replica {
	r := &Replica{Mailbox: mailbox}
	r.current.messages = map[imap.UID][]imap.Flag{}
	r.committed = r.current.clone()
	return r
}

// From returns the State that was committed.
func (r *Replica) From(t testing.TB) *account.State {
	if r.current.state == "" {
		return &account.State{Mailbox: r.Mailbox}
	}
	st := new(account.State)
	require.NoError(t, json.Unmarshal([]byte(r.current.state), st))
	return st
}

// Options returns opts with what the replica needs.
func (r *Replica) Options(opts *account.SyncOptions) *account.SyncOptions {
	var o account.SyncOptions
	if opts != nil {
		o = *opts
	}
	if r.Known {
		o.Known = r
	}
	return &o
}

// UIDs is part of account.Known.
func (r *Replica) UIDs(_ context.Context, _ string, validity uint32) (set imap.UIDSet, _ error) {
	if validity == r.current.validity {
		for uid := range r.current.messages {
			set.AddNum(uid)
		}
	}
	return set, nil
}

// Flags is part of account.Known.
func (r *Replica) Flags(_ context.Context, _ string, _ uint32, in imap.UIDSet) iter.Seq2[imap.UID, []imap.Flag] {
	return func(yield func(imap.UID, []imap.Flag) bool) {
		for uid, flags := range r.current.messages {
			if in.Contains(uid) && !yield(uid, flags) {
				return
			}
		}
	}
}

// Sync runs a Sync to its end.
func (r *Replica) Sync(t testing.TB, a *account.Account, opts *account.SyncOptions) error {
	for c, err := range a.Sync(t.Context(), r.From(t), r.Options(opts)) {
		if err != nil {
			return err
		}
		r.Apply(t, c)
		r.Commit(t, c)
	}
	return nil
}

// Commit stores what was applied, with the State.
func (r *Replica) Commit(t testing.TB, c *account.Change) {
	data, err := json.Marshal(c.State())
	require.NoError(t, err)
	r.current.state = string(data)
	r.current.validity = c.State().UIDValidity
	if r.Known {
		assert.Less(t, len(data), 400, "State with an index of the program's own")
	}
	r.committed = r.current.clone()
}

// Crash loses what was not committed.
func (r *Replica) Crash() { r.current = r.committed.clone() }

// Apply applies a change and checks that it is one (I3).
func (r *Replica) Apply(t testing.TB, c *account.Change) {
	r.Log = append(r.Log, c.String())
	m := r.current.messages
	switch c.Kind {
	case account.Added:
		if _, twice := m[c.Message.UID]; twice {
			t.Errorf("added twice: %v", c)
		}
		m[c.Message.UID] = flagsOf(c.Message.Flags)
	case account.Flagged:
		before, ok := m[c.Message.UID]
		if !ok {
			t.Errorf("flagged without being added: %v", c)
		}
		assert.Equal(t, before, flagsOf(c.Before), "flags before, of %v", c)
		m[c.Message.UID] = flagsOf(c.Message.Flags)
		assert.NotEqual(t, before, m[c.Message.UID], "a change without a change: %v", c)
	case account.Removed:
		for uid := range c.UIDs.All() {
			if _, ok := m[uid]; !ok {
				t.Errorf("removed without being added: %d in %v", uid, c)
			}
			delete(m, uid)
		}
	case account.Reset:
		clear(m)
	case account.Renamed:
		r.Mailbox = c.To
	case account.Deleted:
		r.Gone = true
		clear(m)
	case account.Synced:
		r.Synced++
	}
	if !r.Known && c.Kind != account.Deleted && (len(m) < 100 || c.Kind == account.Synced) {
		r.assertState(t, c)
	}
}

// assertState checks that the State is the sum of the changes (I2).
func (r *Replica) assertState(t testing.TB, c *account.Change) {
	st := c.State()
	var have imap.UIDSet
	for _, uid := range slices.Sorted(maps.Keys(r.current.messages)) {
		have.AddNum(uid)
	}
	if !have.Equal(st.UIDs) {
		t.Errorf("after %v: the State has %v, the sum of the changes is %v", c, st.UIDs, have)
	}
	for uid, flags := range r.current.messages {
		if !slices.Equal(flags, flagsOf(st.FlagsOf(uid))) {
			t.Errorf("after %v: the State has the flags %v of %d, the sum of the changes is %v", c, st.FlagsOf(uid), uid, flags)
		}
	}
}

// Equal checks that the replica has what the server has (I1).
func (r *Replica) Equal(t testing.TB, server map[imap.UID][]imap.Flag) bool {
	t.Helper()
	return assert.Equal(t, describe(server), describe(r.current.messages), "replica and server differ; changes:\n%s", strings.Join(r.Log[max(len(r.Log)-40, 0):], "\n"))
}

// Len returns how many messages it has.
func (r *Replica) Len() int { return len(r.current.messages) }

// Started reports whether it has a State.
func (r *Replica) Started() bool { return r.current.state != "" }

func describe(m map[imap.UID][]imap.Flag) string {
	var b strings.Builder
	for _, uid := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%d %v\n", uid, flagsOf(m[uid]))
	}
	return b.String()
}

// flagsOf sorts flags and leaves \Recent out.
func flagsOf(flags []imap.Flag) []imap.Flag {
	out := []imap.Flag{}
	for _, f := range flags {
		if f != imap.FlagRecent {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// SetFlags applies a change that the program has made itself.
func (r *Replica) SetFlags(uid imap.UID, flags []imap.Flag) {
	r.current.messages[uid] = flagsOf(flags)
	r.committed = r.current.clone()
}
