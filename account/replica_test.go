package account_test

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
	"github.com/seed-090b04e4/imap/imaptest"
)

// replica is a program that keeps what Sync and Watch yield, the way that their
// documentation says: what it makes of changes, and the State, in one transaction.
// It fails the test if a change contradicts what it has.
type replica struct {
	mailbox   string
	known     bool   // it has an index of its own
	committed stored // survives a crash
	current   stored
	synced    int
	gone      bool
	log       []string
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

func newReplica(mailbox string) *replica {
	r := &replica{mailbox: mailbox}
	r.current.messages = map[imap.UID][]imap.Flag{}
	r.committed = r.current.clone()
	return r
}

// from returns the State that was committed.
func (r *replica) from(t testing.TB) *account.State {
	if r.current.state == "" {
		return &account.State{Mailbox: r.mailbox}
	}
	st := new(account.State)
	require.NoError(t, json.Unmarshal([]byte(r.current.state), st))
	return st
}

// options returns opts with what the replica needs.
func (r *replica) options(opts *account.SyncOptions) *account.SyncOptions {
	var o account.SyncOptions
	if opts != nil {
		o = *opts
	}
	if r.known {
		o.Known = r
	}
	return &o
}

// UIDs is part of account.Known.
func (r *replica) UIDs(_ context.Context, _ string, validity uint32) (set imap.UIDSet, _ error) {
	if validity == r.current.validity {
		for uid := range r.current.messages {
			set.AddNum(uid)
		}
	}
	return set, nil
}

// Flags is part of account.Known.
func (r *replica) Flags(_ context.Context, _ string, _ uint32, in imap.UIDSet) iter.Seq2[imap.UID, []imap.Flag] {
	return func(yield func(imap.UID, []imap.Flag) bool) {
		for uid, flags := range r.current.messages {
			if in.Contains(uid) && !yield(uid, flags) {
				return
			}
		}
	}
}

// sync runs a Sync to its end.
func (r *replica) sync(t testing.TB, a *account.Account, opts *account.SyncOptions) error {
	for c, err := range a.Sync(t.Context(), r.from(t), r.options(opts)) {
		if err != nil {
			return err
		}
		r.apply(t, c)
		r.commit(t, c)
	}
	return nil
}

// commit stores what was applied, with the State.
func (r *replica) commit(t testing.TB, c *account.Change) {
	data, err := json.Marshal(c.State())
	require.NoError(t, err)
	r.current.state = string(data)
	r.current.validity = c.State().UIDValidity
	if r.known {
		assert.Less(t, len(data), 400, "State with an index of the program's own")
	}
	r.committed = r.current.clone()
}

// crash loses what was not committed.
func (r *replica) crash() { r.current = r.committed.clone() }

// apply applies a change and checks that it is one (I3).
func (r *replica) apply(t testing.TB, c *account.Change) {
	r.log = append(r.log, c.String())
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
		r.mailbox = c.To
	case account.Deleted:
		r.gone = true
		clear(m)
	case account.Synced:
		r.synced++
	}
	if !r.known && c.Kind != account.Deleted && (len(m) < 100 || c.Kind == account.Synced) {
		r.assertState(t, c)
	}
}

// assertState checks that the State is the sum of the changes (I2).
func (r *replica) assertState(t testing.TB, c *account.Change) {
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

// assertEqual checks that the replica is what the server has (I1).
func (r *replica) assertEqual(t testing.TB, box *imaptest.Mailbox) bool {
	t.Helper()
	return assert.Equal(t, contents(box), describe(r.current.messages), "replica and server differ; changes:\n%s", strings.Join(r.log[max(len(r.log)-40, 0):], "\n"))
}

// contents describes what a mailbox of the server has.
func contents(box *imaptest.Mailbox) string {
	m := map[imap.UID][]imap.Flag{}
	for _, msg := range box.Messages() {
		m[msg.UID] = flagsOf(msg.Flags)
	}
	return describe(m)
}

func describe(m map[imap.UID][]imap.Flag) string {
	var b strings.Builder
	for _, uid := range slices.Sorted(maps.Keys(m)) {
		fmt.Fprintf(&b, "%d %v\n", uid, m[uid])
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
