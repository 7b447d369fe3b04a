package account_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// fleet is replicas of several mailboxes that one Watch keeps in step.
type fleet struct {
	t        *testing.T
	w        *world
	mu       sync.Mutex
	replicas map[string]*replica.Replica
	gaps     []*account.Change
	errs     []error
	cancel   context.CancelFunc
	done     chan struct{}
}

// watchAll watches INBOX and n further mailboxes, each with a message, until the test
// ends.
func watchAll(t *testing.T, w *world, a *account.Account, n int, opts *account.WatchOptions) *fleet {
	f := &fleet{t: t, w: w, replicas: map[string]*replica.Replica{}, done: make(chan struct{})}
	var from []*account.State
	for i := range n + 1 {
		name := "INBOX"
		if i > 0 {
			name = fmt.Sprintf("Box %d", i)
			_, err := w.User("user").Create(name)
			require.NoError(t, err)
		}
		deliver(w.User("user").Mailbox(name), 1)
		f.replicas[name] = replica.New(name)
		from = append(from, f.replicas[name].From(t))
	}
	ctx, cancel := context.WithCancel(t.Context())
	f.cancel = cancel
	go func() {
		defer close(f.done)
		for c, err := range a.Watch(ctx, from, opts) {
			f.take(c, err)
		}
	}()
	t.Cleanup(f.stop)
	return f
}

func (f *fleet) stop() {
	f.cancel()
	<-f.done
}

func (f *fleet) take(c *account.Change, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		f.errs = append(f.errs, err)
		return
	}
	if c.Kind == account.Gap {
		f.gaps = append(f.gaps, c)
	}
	r := f.replicas[c.Mailbox]
	r.Apply(f.t, c)
	if c.Kind == account.Renamed {
		delete(f.replicas, c.Mailbox)
		f.replicas[c.To] = r
	}
}

// equal compares all mailboxes.
func (f *fleet) equal() bool {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	ok := assert.Empty(f.t, f.errs)
	for name, r := range f.replicas {
		if !r.Gone {
			ok = r.Equal(f.t, contents(f.w.User("user").Mailbox(name))) && ok
		}
	}
	return ok
}

// outages returns how many Gaps there were, and forgets them.
func (f *fleet) outages() []*account.Change {
	f.mu.Lock()
	defer f.mu.Unlock()
	gaps := f.gaps
	f.gaps = nil
	return gaps
}

func (f *fleet) box(i int) *imaptest.Mailbox {
	if i == 0 {
		return f.w.User("user").Mailbox("INBOX")
	}
	return f.w.User("user").Mailbox(fmt.Sprintf("Box %d", i))
}

// Two connections do for many mailboxes, and changes are reported at once.
func TestWatchManyByNotify(t *testing.T) {
	for _, level := range []string{"qresync", "condstore", "plain"} {
		t.Run(level, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, levels[level])
				f := watchAll(t, w, w.open(t), 30, nil)
				time.Sleep(30 * time.Second)
				require.True(t, f.equal())
				for i := range 60 {
					box := f.box(i % 31)
					deliver(box, 100+i)
					f.box((i+7)%31).AddFlags(1, imap.FlagSeen)
					if i%5 == 0 {
						box.Expunge(box.Messages()[0].UID)
					}
					time.Sleep(time.Second)
					if !f.equal() {
						t.Fatalf("after change %d", i)
					}
					assert.LessOrEqual(t, w.Sessions(), 2)
				}
				assert.Zero(t, w.count("STATUS"), "nothing is polled")
				before := len(w.commands())
				time.Sleep(10 * time.Hour)
				assert.Less(t, len(w.commands())-before, 2500, "a quiet Watch is quiet")
				assert.Empty(t, f.outages())
			})
		})
	}
}

// The loss of the connection is a Gap for each mailbox. What happened meanwhile follows.
func TestNotifyConnectionLost(t *testing.T) {
	for name, lose := range map[string]func(w *world){
		"cut":    func(w *world) { w.Disconnect() },
		"silent": func(w *world) { w.Fault(imaptest.OnSession(1, imaptest.StallAfter{})) },
		"down": func(w *world) {
			w.down.Store(true)
			w.Disconnect()
			time.AfterFunc(time.Hour, func() { w.down.Store(false) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, nil)
				f := watchAll(t, w, w.open(t), 5, nil)
				time.Sleep(5 * time.Minute)
				lose(w)
				for i := range 6 {
					deliver(f.box(i), 5)
				}
				time.Sleep(75 * time.Minute)
				f.equal()
				gaps := map[string]int{}
				for _, g := range f.outages() {
					gaps[g.Mailbox]++
					assert.Error(t, g.Err)
				}
				assert.Len(t, gaps, 6)
				for name, n := range gaps { // the two connections may be cut one after the other
					assert.LessOrEqual(t, n, 2, name)
				}
				deliver(f.box(3), 6)
				time.Sleep(time.Second)
				f.equal()
			})
		})
	}
}

// A STATUS that NOTIFY sends may have any of its items, or none: it says that there is
// something to look at.
func TestNotifyStatusWithoutValidity(t *testing.T) {
	for _, items := range []string{"(MESSAGES 4294967295)", "(UIDNEXT 1)", "()", "(UNSEEN 0 HIGHESTMODSEQ 1)"} {
		bubble(t, func(t *testing.T) {
			s := newScene(t, "qresync", 0)
			s.rewrite(func(r string) string {
				if rest, ok := strings.CutPrefix(r, "* STATUS "); ok {
					name, _, _ := strings.Cut(rest, " (")
					return "* STATUS " + name + " " + items
				}
				return r
			})
			f := watchAll(t, s.w, s.a, 3, nil)
			time.Sleep(10 * time.Second)
			for i := range 20 {
				deliver(f.box(i%4), i+10)
				f.box((i+1)%4).AddFlags(1, imap.FlagSeen)
				time.Sleep(time.Second)
				if !f.equal() {
					t.Fatalf("after change %d, with %s", i, items)
				}
			}
			assert.NotZero(t, s.w.count("NOTIFY SET STATUS"))
			assert.Zero(t, s.w.count("STATUS"))
		})
	}
}

// Too much to report is a Gap, after which all is looked at.
func TestNotifyOverflow(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newScene(t, "qresync", 0)
		f := watchAll(t, s.w, s.a, 3, nil)
		time.Sleep(time.Minute)
		s.rewrite(func(r string) string {
			if strings.HasPrefix(r, "* STATUS ") {
				return "* OK [NOTIFICATIONOVERFLOW] Too much"
			}
			return r
		})
		deliver(f.box(2), 7)
		time.Sleep(50 * time.Millisecond)
		s.rewrite(nil)
		for i := range 4 {
			deliver(f.box(i), 8)
		}
		time.Sleep(10 * time.Second)
		f.equal()
		gaps := f.outages()
		require.Len(t, gaps, 4)
		for _, g := range gaps {
			assert.ErrorContains(t, g.Err, "NOTIFICATIONOVERFLOW")
		}
		assert.Equal(t, 2, s.w.count("NOTIFY SET STATUS"))
		assert.LessOrEqual(t, s.w.dials(), 2, "the connection goes on")
		deliver(f.box(1), 9)
		time.Sleep(time.Second)
		f.equal()
	})
}

// A server that offers NOTIFY and refuses it, or never reports a status, is watched in
// the other way.
func TestNotifyFallsBack(t *testing.T) {
	silent := func(r string) string {
		if strings.HasPrefix(r, "* STATUS ") {
			return ""
		}
		return r
	}
	for name, set := range map[string]func(s *scene){
		"BAD": func(s *scene) {
			s.w.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "NOTIFY", Every: true}, Status: "BAD"})
		},
		"BADEVENT": func(s *scene) {
			s.w.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "NOTIFY", Every: true}, Code: "BADEVENT (MessageNew MessageExpunge)"})
		},
		"no status": func(s *scene) { s.rewrite(silent) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newScene(t, "qresync", 0)
				set(s)
				f := watchAll(t, s.w, s.a, 3, nil)
				time.Sleep(5 * time.Second)
				s.rewrite(nil)
				for i := range 12 {
					deliver(f.box(i%4), i+10)
					time.Sleep(2 * time.Minute)
					if !f.equal() {
						t.Fatalf("after change %d", i)
					}
					assert.LessOrEqual(t, s.w.Sessions(), 3)
				}
				assert.NotZero(t, s.w.count("IDLE"))
				assert.NotZero(t, s.w.count("STATUS"))
				assert.Empty(t, f.outages())
			})
		})
	}
}

// An account that may have one connection alone does without.
func TestNotifyNeedsTwoConnections(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		f := watchAll(t, w, w.open(t, maxConns(1)), 3, nil)
		time.Sleep(2 * time.Minute)
		deliver(f.box(2), 5)
		time.Sleep(2 * time.Minute)
		f.equal()
		assert.Zero(t, w.count("NOTIFY"))
		assert.Equal(t, 1, w.dials())
	})
	bubble(t, func(t *testing.T) { // the server allows one alone
		w := newWorld(t, nil)
		a := w.open(t)
		f := watchAll(t, w, a, 3, nil)
		time.Sleep(time.Minute)
		w.Fault(imaptest.OnSession(3, imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", Every: true}, Code: "LIMIT", Text: "too many connections"}))
		for n := 4; n < 100; n++ {
			w.Fault(imaptest.OnSession(n, imaptest.Delay{Each: time.Microsecond}))
		}
		for i := range 10 {
			deliver(f.box(i%4), i+10)
			time.Sleep(5 * time.Minute)
			f.equal()
			assert.NoError(t, a.Do(t.Context(), "INBOX", nil, noop))
		}
	})
}

// Names change too. A mailbox that is renamed is watched under its new name.
func TestNotifyFollowsNames(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newScene(t, "qresync", 0)
		f := watchAll(t, s.w, s.a, 3, nil)
		time.Sleep(time.Minute)
		other := s.client()
		require.NoError(t, other.Rename(t.Context(), "Box 2", "Elsewhere"))
		require.NoError(t, s.w.User("user").Delete("Box 3"))
		time.Sleep(10 * time.Second)
		f.equal()
		assert.Contains(t, f.replicas, "Elsewhere")
		assert.True(t, f.replicas["Box 3"].Gone)
		deliver(s.w.User("user").Mailbox("Elsewhere"), 7)
		deliver(f.box(1), 7)
		time.Sleep(time.Second)
		f.equal()
	})
}

// Calls get their connections while a Watch has one.
func TestDoBesideNotify(t *testing.T) {
	for n := 2; n <= 3; n++ {
		bubble(t, func(t *testing.T) {
			w := newWorld(t, nil)
			a := w.open(t, maxConns(n))
			f := watchAll(t, w, a, 10, nil)
			for i := range 30 {
				start := time.Now()
				deliver(f.box(i%11), i+10)
				require.NoError(t, a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error { return c.Noop(ctx) }))
				assert.LessOrEqual(t, time.Since(start), 3*time.Second)
				time.Sleep(time.Second)
				f.equal()
				assert.LessOrEqual(t, w.Sessions(), n)
			}
		})
	}
}
