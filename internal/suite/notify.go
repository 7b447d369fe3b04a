package suite

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
)

var notifyTests = []Test{
	{Name: "NOTIFY of other mailboxes", Run: testNotifyOthers},
	{Name: "NOTIFY of a name beyond ASCII", Run: testNotifyUmlaut},
	{Name: "NOTIFY of the selected mailbox, without IDLE", Run: testNotifySelected},
	{Name: "NOTIFY of mailboxes that come and go", Run: testNotifyNames},
	{Name: "NOTIFY of something unknown", Run: testNotifyUnknown},
}

var allNews = []commands.NotifyEvent{commands.NotifyMessageNew, commands.NotifyMessageExpunge, commands.NotifyFlagChange}

// notified logs in with a channel of events.
func (t *T) notified() (*imap.Client, <-chan imap.Event) {
	t.Helper()
	events := make(chan imap.Event, 1000)
	opts := t.Options()
	opts.OnEvent = func(e imap.Event) { events <- e }
	c := t.LoginWith(opts)
	if !c.Caps().Has(imap.CapNotify) {
		_, err := c.Notify(t.Ctx, nil, nil)
		assert.ErrorIs(t, err, imap.ErrUnsupported)
		t.NotOffered("NOTIFY")
	}
	return c, events
}

func testNotifyOthers(t *T) {
	c, events := t.notified()
	other := t.Login()
	name := t.NewBox(c, "Watched")
	t.Put(other, name, note("one"))
	t.Selected(c, note("here"))
	all, err := c.Notify(t.Ctx, []commands.NotifyGroup{
		{Filter: commands.FilterSelectedDelayed, Events: allNews},
		{Filter: commands.FilterMailboxes, Mailboxes: []string{name}, Events: allNews},
	}, &commands.NotifyOptions{Status: true})
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, name, all[0].Mailbox)
	assert.EqualValues(t, 1, all[0].Messages)
	t.Put(other, name, note("two"))
	t.expectEvent(c, events, "a message elsewhere", func(e imap.Event) bool {
		d, ok := e.(*imap.MailboxStatus)
		return ok && d.Mailbox == name && d.Has(imap.StatusMessages) && d.Messages == 2
	})
	_, err = c.Notify(t.Ctx, nil, nil)
	require.NoError(t, err)
}

func testNotifyUmlaut(t *T) {
	c, events := t.notified()
	other := t.Login()
	name := t.NewBox(c, "Wätched")
	all, err := c.Notify(t.Ctx, []commands.NotifyGroup{{Filter: commands.FilterMailboxes, Mailboxes: []string{name}, Events: allNews}}, &commands.NotifyOptions{Status: true})
	require.NoError(t, err)
	t.Expect(NotifiesInUTF8, len(all) == 1 && all[0].Mailbox == name, "%v", all)
	if t.Deviates(NotifiesInUTF8) {
		return
	}
	t.Put(other, name, note("one"))
	t.expectEvent(c, events, "a message elsewhere", func(e imap.Event) bool {
		d, ok := e.(*imap.MailboxStatus)
		return ok && d.Mailbox == name && d.Messages == 1
	})
}

func testNotifySelected(t *T) {
	c, events := t.notified()
	other := t.Login()
	name := t.Selected(c, note("one"), note("two", imap.FlagDeleted))
	_, err := c.Notify(t.Ctx, []commands.NotifyGroup{
		{Filter: commands.FilterSelected, Events: allNews, Fetch: imap.FetchItems{UID: true, Envelope: true}},
	}, nil)
	require.NoError(t, err)
	t.Put(other, name, note("three"))
	if t.Deviates(NotifiesInCommands) {
		require.NoError(t, c.Noop(t.Ctx))
	}
	t.expectEvent(c, events, "a message", isExists(3))
	t.expectEvent(c, events, "what was asked for of it", func(e imap.Event) bool {
		m, ok := e.(*imap.Message)
		return ok && m.Envelope != nil && m.Envelope.Subject == "three"
	})
	_, err = other.Select(t.Ctx, name, nil)
	require.NoError(t, err)
	_, err = other.Expunge(t.Ctx)
	require.NoError(t, err)
	if t.Deviates(NotifiesInCommands) {
		require.NoError(t, c.Noop(t.Ctx))
	}
	t.expectEvent(c, events, "a removal", t.isRemoval(2))
	assert.EqualValues(t, 2, c.Mailbox().Messages)
}

func testNotifyNames(t *T) {
	c, events := t.notified()
	other := t.Login()
	_, err := c.Notify(t.Ctx, []commands.NotifyGroup{
		{Filter: commands.FilterPersonal, Events: []commands.NotifyEvent{commands.NotifyMailboxName, commands.NotifySubscriptionChange}},
	}, nil)
	require.NoError(t, err)
	name := t.NewBox(other, "Born")
	t.expectEvent(c, events, "a new mailbox", func(e imap.Event) bool {
		d, ok := e.(*imap.MailboxInfo)
		return ok && d.Mailbox == name
	})
	require.NoError(t, other.Delete(t.Ctx, name))
	t.expectEvent(c, events, "one that is gone", func(e imap.Event) bool {
		d, ok := e.(*imap.MailboxInfo)
		return ok && d.Mailbox == name && d.HasAttr(imap.AttrNonExistent)
	})
}

func testNotifyUnknown(t *T) {
	c, _ := t.notified()
	_, err := c.Notify(t.Ctx, []commands.NotifyGroup{{Filter: commands.FilterPersonal, Events: []commands.NotifyEvent{"X-No-Such-Event"}}}, nil)
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	require.NoError(t, c.Noop(t.Ctx))
}
