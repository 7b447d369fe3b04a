package suite

import (
	"context"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
)

var unsolicitedTests = []Test{
	{Name: "IDLE: a new message", Run: testIdleExists},
	{Name: "IDLE: flags", Run: testIdleFlags},
	{Name: "IDLE: a message that goes", Run: testIdleExpunge},
	{Name: "IDLE, interrupted by commands", Run: testIdleInterrupted},
	{Name: "IDLE, renewed", Run: testIdleRenewal},
	{Name: "IDLE, ended", Run: testIdleEnds},
	{Name: "NOOP reports another session's changes", Run: testNoopReports},
	{Name: "OnEvent", Run: testOnEvent},
}

// changeTimeout is how long a server may take to report a change to an idle client;
// some look only every few seconds.
const changeTimeout = 40 * time.Second

// watch runs Idle on a selected mailbox until the test ends. The channel, which has
// room, receives what it yields.
func (t *T) watch(c *imap.Client) <-chan imap.Event {
	t.Helper()
	t.Need(c, imap.CapIdle, imap.CapIMAP4rev2)
	ctx, cancel := context.WithCancel(t.Ctx)
	events := make(chan imap.Event, 1000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for event, err := range c.Idle(ctx) {
			if err != nil {
				return
			}
			events <- event
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	time.Sleep(150 * time.Millisecond) // the server's "+"
	return events
}

// expectEvent waits for an event. If the server sends no unsolicited responses, it
// sends a NOOP.
func (t *T) expectEvent(c *imap.Client, events <-chan imap.Event, what string, match func(imap.Event) bool) {
	t.Helper()
	limit := changeTimeout
	if t.Deviates(SessionsApart) {
		limit = 200 * time.Millisecond
	} else if LosesNews.of(t.Server.Name) {
		limit = 2 * time.Second
	}
	timeout := time.After(limit)
	for poked := false; ; {
		select {
		case event := <-events:
			if match(event) {
				return
			}
		case <-timeout:
			if LosesNews.of(t.Server.Name) {
				t.Tolerate(LosesNews, false, "no event: %s", what)
				return
			}
			if poked || !t.Deviates(SessionsApart) {
				t.Expect(SessionsApart, false, "no event: %s", what)
				return
			}
			poked = true
			require.NoError(t, c.Noop(t.Ctx))
			timeout = time.After(500 * time.Millisecond)
		}
	}
}

func isExists(n uint32) func(imap.Event) bool {
	return func(e imap.Event) bool {
		d, ok := e.(*imap.ExistsData)
		return ok && d.Messages == n
	}
}

func testIdleExists(t *T) {
	c, other := t.Login(), t.Login()
	name := t.Selected(c, note("one"))
	events := t.watch(c)
	t.Put(other, name, note("two"))
	t.expectEvent(c, events, "a message", isExists(2))
	if t.Deviates(SessionsApart) {
		return
	}
	assert.EqualValues(t, 2, c.Mailbox().Messages)
	all := t.Fetch(c, imap.FetchItems{Envelope: true})
	require.Len(t, all, 2)
	assert.Equal(t, "two", all[1].Envelope.Subject)
}

func testIdleFlags(t *T) {
	c, other := t.Login(), t.Login()
	name := t.Selected(c, note("one"), note("two"))
	uids := t.UIDs(c)
	_, err := other.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	events := t.watch(c)
	_, err = other.UIDStore(t.Ctx, imap.UIDs(uids[1]), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	require.NoError(t, err)
	t.expectEvent(c, events, "a flag", func(e imap.Event) bool {
		m, ok := e.(*imap.Message)
		return ok && (m.SeqNum == 2 || m.UID == uids[1]) && m.HasFlag(imap.FlagFlagged)
	})
}

// isRemoval reports whether an event says that the message with that number is gone: or
// any other one, by its UID.
func (t *T) isRemoval(n imap.SeqNum) func(imap.Event) bool {
	return func(e imap.Event) bool {
		switch e := e.(type) {
		case *imap.ExpungeData:
			return e.SeqNum == n && !t.Server.UIDOnly
		case *imap.VanishedData:
			return e.UIDs.Len() == 1 && t.Server.UIDOnly
		}
		return false
	}
}

func testIdleExpunge(t *T) {
	c, other := t.Login(), t.Login()
	name := t.Selected(c, note("one"), note("two", imap.FlagDeleted), note("three"))
	_, err := other.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	events := t.watch(c)
	_, err = other.Expunge(t.Ctx)
	require.NoError(t, err)
	t.expectEvent(c, events, "a removal", t.isRemoval(2))
	require.NoError(t, c.Noop(t.Ctx))
	if t.Deviates(SessionsApart) {
		return
	}
	assert.EqualValues(t, 2, c.Mailbox().Messages)
	assert.Len(t, t.UIDs(c), 2)
}

func testIdleInterrupted(t *T) {
	c, other := t.Login(), t.Login()
	name := t.Selected(c, note("one"))
	events := t.watch(c)
	for range 3 {
		assert.Len(t, t.UIDs(c), 1)
		require.NoError(t, c.Noop(t.Ctx))
	}
	t.Put(other, name, note("two"))
	t.expectEvent(c, events, "a message", isExists(2))
}

func testIdleRenewal(t *T) {
	other := t.Login()
	opts := t.Options()
	opts.IdleRenewal = 100 * time.Millisecond
	c := t.LoginWith(opts)
	name := t.Selected(c, note("one"))
	events := t.watch(c)
	time.Sleep(500 * time.Millisecond)
	t.Put(other, name, note("two"))
	t.expectEvent(c, events, "a message", isExists(2))
	require.NoError(t, c.Noop(t.Ctx))
}

func testIdleEnds(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	ctx, cancel := context.WithTimeout(t.Ctx, 300*time.Millisecond)
	defer cancel()
	for event, err := range c.Idle(ctx) {
		require.NoError(t, err)
		t.Logf("%T", event)
	}
	require.Error(t, ctx.Err())
	assert.Len(t, t.UIDs(c), 1)
}

func testNoopReports(t *T) {
	c, other := t.Login(), t.Login()
	name := t.Selected(c, note("one"), note("two"))
	uids := t.UIDs(c)
	_, err := other.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	_, err = other.UIDStore(t.Ctx, imap.UIDs(uids[0]), imap.StoreAdd, []imap.Flag{imap.FlagDeleted}, nil)
	require.NoError(t, err)
	_, err = other.Expunge(t.Ctx)
	require.NoError(t, err)
	t.Put(other, name, note("three"), note("four"))
	limit := changeTimeout
	if SessionsApart.of(t.Server.Name) {
		limit = 0
	} else if Bewildered.of(t.Server.Name) {
		limit = time.Second
	}
	deadline := time.Now().Add(limit)
	for {
		require.NoError(t, c.Noop(t.Ctx))
		found, err := c.UIDSearch(t.Ctx, nil, nil)
		ok := err == nil && c.Mailbox().Messages == 3 && found.All.Len() == 3 && !found.All.Contains(uids[0])
		switch {
		case ok:
			return
		case time.Now().Before(deadline):
			time.Sleep(50 * time.Millisecond)
		case SessionsApart.of(t.Server.Name):
			t.Expect(SessionsApart, false, "%d messages", c.Mailbox().Messages)
			return
		default:
			t.Expect(Bewildered, false, "%d messages, SEARCH: %+v %v", c.Mailbox().Messages, found, err)
			return
		}
	}
}

func testOnEvent(t *T) {
	events := make(chan imap.Event, 1000)
	opts := t.Options()
	opts.OnEvent = func(e imap.Event) { events <- e }
	c := t.LoginWith(opts)
	name := t.Selected(c, note("one"))
	t.Put(c, name, note("two"))
	deadline := time.Now().Add(changeTimeout)
	if LosesNews.of(t.Server.Name) {
		deadline = time.Now().Add(2 * time.Second)
	}
	for time.Now().Before(deadline) {
		require.NoError(t, c.Noop(t.Ctx))
		select {
		case e := <-events:
			if isExists(2)(e) {
				return
			}
		case <-time.After(50 * time.Millisecond):
		}
	}
	t.Tolerate(LosesNews, false, "no event of the new message")
}
