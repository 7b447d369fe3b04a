package account_test

import (
	"fmt"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// scene is a mailbox, an account, and a program that keeps the mailbox in step.
type scene struct {
	t   *testing.T
	w   *world
	box *imaptest.Mailbox
	a   *account.Account
	r   *replica.Replica
	rew atomic.Pointer[func(string) string]
}

// newScene returns a scene with n messages at a server of a level.
func newScene(t *testing.T, level string, n int, changes ...func(*account.Config)) *scene {
	opts := *levels[level]
	s := &scene{t: t, r: replica.New("INBOX")}
	opts.Faults = []imaptest.Fault{imaptest.Rewrite{With: func(r string) string {
		if f := s.rew.Load(); f != nil {
			return (*f)(r)
		}
		return r
	}}}
	s.w = newWorld(t, &opts)
	s.box = s.w.inbox(n)
	s.a = s.w.open(t, changes...)
	return s
}

// eachScene runs a test at each of the levels; none named: at all.
func eachScene(t *testing.T, n int, test func(t *testing.T, s *scene), only ...string) {
	if len(only) == 0 {
		only = levelNames
	}
	for _, level := range only {
		t.Run(level, func(t *testing.T) {
			bubble(t, func(t *testing.T) { test(t, newScene(t, level, n)) })
		})
	}
}

// rewrite changes what the server sends from now on; nil: no longer.
func (s *scene) rewrite(f func(string) string) {
	if f == nil {
		s.rew.Store(nil)
		return
	}
	s.rew.Store(&f)
}

// sync makes a pass, and compares. It returns what was yielded.
func (s *scene) sync() string {
	s.t.Helper()
	before := len(s.r.Log)
	require.NoError(s.t, s.r.Sync(s.t, s.a, nil))
	s.r.Equal(s.t, contents(s.box))
	return strings.Join(s.r.Log[before:], "\n")
}

// state returns the State that the program has.
func (s *scene) state() *account.State { return s.r.From(s.t) }

// sent returns the commands that f sends.
func (s *scene) sent(f func()) []string {
	before := len(s.w.commands())
	f()
	return s.w.commands()[before:]
}

// replaceCode returns a rewriting of a response code.
func replaceCode(code, by string) func(string) string {
	re := regexp.MustCompile(`\[` + code + `[ \]][^\]]*\]?`)
	return func(r string) string {
		if !strings.HasPrefix(r, "* OK [") {
			return r
		}
		return re.ReplaceAllString(r, by)
	}
}

// inOrder applies rewritings one after the other.
func inOrder(all ...func(string) string) func(string) string {
	return func(r string) string {
		for _, f := range all {
			r = f(r)
		}
		return r
	}
}

// quiet asserts that nothing is yielded but Synced.
func (s *scene) quiet() {
	s.t.Helper()
	assert.Equal(s.t, "INBOX: synced", s.sync())
}

// added returns the lines of messages that are new, without flags.
func added(from, to int) string {
	var lines []string
	for uid := from; uid <= to; uid++ {
		lines = append(lines, fmt.Sprintf("INBOX: added %d []", uid))
	}
	return strings.Join(lines, "\n")
}
