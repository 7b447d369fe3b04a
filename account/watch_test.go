package account_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/replica"
)

// watched is a replica that a Watch keeps in step.
type watched struct {
	*replica.Replica
	mu     sync.Mutex
	gaps   []*account.Change
	times  map[imap.UID]time.Time // when they were added
	errs   []error
	cancel context.CancelFunc
	done   chan struct{}
	body   func(*account.Change)
}

// watch starts a Watch in a goroutine, until the test ends.
func watch(t *testing.T, a *account.Account, r *replica.Replica, opts *account.WatchOptions, body func(*account.Change)) *watched {
	v := &watched{Replica: r, times: map[imap.UID]time.Time{}, done: make(chan struct{}), body: body}
	if opts == nil {
		opts = &account.WatchOptions{}
	}
	opts.SyncOptions = *r.Options(&opts.SyncOptions)
	var ctx context.Context
	ctx, v.cancel = context.WithCancel(t.Context())
	go func() {
		defer close(v.done)
		for c, err := range a.Watch(ctx, []*account.State{r.From(t)}, opts) {
			v.take(t, c, err)
		}
	}()
	t.Cleanup(v.stop)
	return v
}

func (v *watched) stop() {
	v.cancel()
	<-v.done
}

func (v *watched) take(t testing.TB, c *account.Change, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case err != nil:
		v.errs = append(v.errs, err)
		v.Log = append(v.Log, "error: "+err.Error())
		return
	case c.Kind == account.Gap:
		v.gaps = append(v.gaps, c)
	case c.Kind == account.Added:
		v.times[c.Message.UID] = time.Now()
	}
	v.Apply(t, c)
	if c.Kind != account.Added || v.Len() < 100 {
		v.Commit(t, c)
	}
	if v.body != nil {
		v.body(c)
	}
}

func (v *watched) equal(t testing.TB, box *imaptest.Mailbox) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.Equal(t, contents(box))
}

// gone reports whether the Watch has ended because the mailbox was deleted.
func (v *watched) gone() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.Gone
}

// changes returns what was yielded, and how many messages were added.
func (v *watched) changes() (log string, added int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return strings.Join(v.Log, "\n"), len(v.times)
}

// outages returns the gaps.
func (v *watched) outages() []*account.Change {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.gaps
}

func (v *watched) added(uid imap.UID) time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.times[uid]
}

func eachLevel(t *testing.T, test func(t *testing.T, opts *imaptest.Options)) {
	for name, opts := range levels {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				o := *opts
				test(t, &o)
			})
		})
	}
}

func TestWatchReportsChangesAtOnce(t *testing.T) {
	eachLevel(t, func(t *testing.T, opts *imaptest.Options) {
		w := newWorld(t, opts)
		box := w.inbox(20)
		v := watch(t, w.open(t), replica.New("INBOX"), nil, nil)
		time.Sleep(time.Minute)
		v.equal(t, box)
		for i, change := range []func(){
			func() { deliver(box, 20) },
			func() { box.AddFlags(3, imap.FlagFlagged) },
			func() { box.Expunge(5) },
			func() { box.Expunge(1); deliver(box, 21); box.AddFlags(21, imap.FlagSeen) },
			func() { box.Expunge(20, 21, 22) },
			func() { box.Expunge(2, 4, 6, 8); box.SetFlags(3, "$x") },
			func() { box.Expunge() },
			func() { deliver(box, 30); box.Expunge(box.UIDNext() - 1) },
			func() { deliver(box, 31) },
		} {
			change()
			time.Sleep(time.Second)
			if !v.equal(t, box) {
				t.Fatalf("after change %d", i)
			}
		}
		assert.Empty(t, v.outages())
		assert.Equal(t, 1, w.Sessions())
	})
}

func TestWatchLatency(t *testing.T) {
	eachLevel(t, func(t *testing.T, opts *imaptest.Options) {
		w := newWorld(t, opts)
		box := w.inbox(5)
		v := watch(t, w.open(t), replica.New("INBOX"), nil, nil)
		time.Sleep(time.Hour + 17*time.Second)
		start := time.Now()
		uid := deliver(box, 6)
		time.Sleep(time.Minute)
		assert.LessOrEqual(t, v.added(uid).Sub(start), 150*time.Millisecond)
	})
}

func TestIdleSilentDeath(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		box := w.inbox(5)
		v := watch(t, w.open(t), replica.New("INBOX"), nil, nil)
		time.Sleep(30 * time.Minute)
		w.Fault(imaptest.OnSession(1, imaptest.StallAfter{}))
		start := time.Now()
		uid := deliver(box, 6)
		time.Sleep(20 * time.Minute)
		require.False(t, v.added(uid).IsZero())
		assert.LessOrEqual(t, v.added(uid).Sub(start), 10*time.Minute)
		require.Len(t, v.outages(), 1)
		assert.ErrorIs(t, v.outages()[0].Err, imap.ErrTimeout)
		v.equal(t, box)
	})
}

func TestGapThenEverythingThatHappened(t *testing.T) {
	eachLevel(t, func(t *testing.T, opts *imaptest.Options) {
		w := newWorld(t, opts)
		box := w.inbox(10)
		a := w.open(t)
		v := watch(t, a, replica.New("INBOX"), nil, nil)
		time.Sleep(5 * time.Minute)
		w.down.Store(true)
		w.Disconnect()
		start := time.Now()
		box.Expunge(3)
		box.AddFlags(4, imap.FlagSeen)
		deliver(box, 11)
		time.Sleep(6 * time.Hour)
		assert.Less(t, w.dials(), 155, "attempts in six hours: one in two and a half minutes, but for the first ones")
		w.down.Store(false)
		time.Sleep(6 * time.Minute)
		v.equal(t, box)
		require.Len(t, v.outages(), 1)
		assert.ErrorIs(t, v.outages()[0].Err, imap.ErrClosed)
		assert.WithinDuration(t, start, v.outages()[0].Since, 5*time.Minute)
		assert.Positive(t, a.Stats().Lost)
	})
}

func TestWatchManyByIdleAndPolling(t *testing.T) {
	eachLevel(t, func(t *testing.T, opts *imaptest.Options) {
		opts.Without = append(slices.Clone(opts.Without), "NOTIFY")
		w := newWorld(t, opts)
		user := w.User("user")
		names := []string{"INBOX"}
		for _, n := range []string{"A", "B", "C", "D", "E"} {
			_, err := user.Create(n)
			require.NoError(t, err)
			names = append(names, n)
		}
		a := w.open(t)
		replicas := map[string]*replica.Replica{}
		var from []*account.State
		for _, n := range names {
			deliver(user.Mailbox(n), 1)
			replicas[n] = replica.New(n)
			from = append(from, replicas[n].From(t))
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for c, err := range a.Watch(ctx, from, nil) {
				if assert.NoError(t, err) {
					replicas[c.Mailbox].Apply(t, c)
				}
			}
		}()
		for i := range 4 {
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			for _, n := range names {
				replicas[n].Equal(t, contents(user.Mailbox(n)))
				deliver(user.Mailbox(n), 10+i)
				user.Mailbox(n).AddFlags(1, imap.FlagSeen)
			}
			assert.LessOrEqual(t, w.Sessions(), 3)
		}
		cancel()
		<-done
	})
}

// The body of a Watch or Sync may need the only connection that there is.
func TestTheBodyGetsAConnectionWithLimitOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		box := w.inbox(3)
		a := w.open(t, maxConns(1))
		use := func(*account.Change) {
			assert.NoError(t, a.Do(t.Context(), "INBOX", nil, func(ctx context.Context, c *imap.Client, _ *imap.Mailbox) error { return c.Noop(ctx) }))
		}
		v := watch(t, a, replica.New("INBOX"), nil, use)
		time.Sleep(time.Minute)
		v.equal(t, box)
		deliver(box, 4)
		time.Sleep(time.Minute)
		v.equal(t, box)
		start := time.Now()
		use(nil)
		assert.Less(t, time.Since(start), time.Second)
		deliver(box, 5)
		time.Sleep(time.Minute)
		v.equal(t, box)
		assert.Equal(t, 1, w.dials())
		assert.Empty(t, v.outages())
	})
}

func TestWatchFromNow(t *testing.T) {
	eachLevel(t, func(t *testing.T, opts *imaptest.Options) {
		w := newWorld(t, opts)
		box := w.inbox(100)
		v := watch(t, w.open(t), replica.New("INBOX"), &account.WatchOptions{FromNow: true}, nil)
		time.Sleep(time.Minute)
		_, n := v.changes()
		assert.Zero(t, n)
		uid := deliver(box, 101)
		box.AddFlags(1, imap.FlagSeen)
		box.Expunge(2)
		time.Sleep(time.Minute)
		_, n = v.changes()
		assert.Equal(t, 1, n)
		assert.False(t, v.added(uid).IsZero())
		box.AddFlags(uid, imap.FlagFlagged)
		time.Sleep(time.Minute)
		log, _ := v.changes()
		assert.Contains(t, log, "INBOX: flagged 101")
		box.Expunge(uid)
		time.Sleep(time.Minute)
		log, _ = v.changes()
		assert.Contains(t, log, "INBOX: removed 101")
		assert.Zero(t, w.count("UID FETCH 1:100"))
	})
}

func TestMailboxErrorsDoNotStopOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, &imaptest.Options{Users: []imaptest.Account{{Name: "user", Password: "password", Mailboxes: []imaptest.Folder{{Name: "No", NoSelect: true}}}}})
		a := w.open(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		var errs []error
		synced := map[string]int{}
		for c, err := range a.Watch(ctx, []*account.State{{Mailbox: "No"}, {Mailbox: "INBOX"}}, nil) {
			if err != nil {
				errs = append(errs, err)
				continue
			}
			synced[c.Mailbox]++
		}
		require.Len(t, errs, 1)
		var of *account.MailboxError
		require.ErrorAs(t, errs[0], &of)
		assert.Equal(t, "No", of.Mailbox)
		assert.Positive(t, synced["INBOX"])
	})
}

// A quiet Watch sends next to nothing.
func TestQuietWatchIsQuiet(t *testing.T) {
	bubble(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.inbox(5)
		watch(t, w.open(t), replica.New("INBOX"), nil, nil)
		time.Sleep(time.Minute)
		before := len(w.commands())
		time.Sleep(10 * time.Hour)
		assert.LessOrEqual(t, len(w.commands())-before, 3*10*60/9+3, "IDLE, DONE and NOOP every nine minutes")
	})
}

// Whatever keeps an account from connecting, a Watch that begins then waits, and goes
// on when the server answers again: what other calls have met is no end for it.
func TestWatchBeginsDuringOutage(t *testing.T) {
	login := imaptest.Nth{Command: "AUTHENTICATE", Every: true}
	for name, test := range map[string]struct {
		fault imaptest.Fault
		call  time.Duration // that other calls take at most
	}{
		"calls are cancelled":     {imaptest.Silent{On: login}, time.Second},
		"attempts take too long":  {imaptest.Silent{On: login}, time.Hour},
		"[LIMIT] after the login": {imaptest.Refuse{On: login, Code: "LIMIT", Text: "Come back"}, time.Hour},
		"[UNAVAILABLE]":           {imaptest.Refuse{On: login, Code: "UNAVAILABLE", Text: "No"}, time.Hour},
		"BYE as greeting":         {imaptest.ByeGreeting{Text: "Out of order"}, time.Hour},
		"the connection is cut":   {imaptest.CutAfter{Bytes: 10}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				w := newWorld(t, nil)
				box := w.inbox(3)
				a := w.open(t)
				w.Fault(test.fault)
				for range 12 {
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(test.call, cancel)
					assert.Error(t, a.Do(ctx, "INBOX", nil, func(context.Context, *imap.Client, *imap.Mailbox) error { return nil }))
					cancel()
				}
				v := watch(t, a, replica.New("INBOX"), nil, nil)
				time.Sleep(time.Second)
				w.ClearFaults()
				time.Sleep(2 * time.Hour)
				v.stop()
				assert.Empty(t, v.errs)
				v.equal(t, box)
			})
		})
	}
}
