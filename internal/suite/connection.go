package suite

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

var connectionTests = []Test{
	{Name: "greeting", Run: testGreeting},
	{Name: "CAPABILITY", Run: testCapability},
	{Name: "NOOP", Run: testNoop},
	{Name: "LOGOUT", Run: testLogout},
	{Name: "STARTTLS", Run: testStartTLS},
	{Name: "ID", Run: testID},
	{Name: "ENABLE", Run: testEnable},
	{Name: "Do, a raw command", Run: testDo},
	{Name: "Close", Run: testClose},
}

func testGreeting(t *T) {
	c := t.Dial(nil)
	require.NotNil(t, c.Greeting())
	assert.Equal(t, imap.OK, c.Greeting().Type)
	assert.Equal(t, imap.StateNotAuthenticated, c.State())
	assert.NotNil(t, c.TLS())
	assert.Nil(t, c.Mailbox())
}

func testCapability(t *T) {
	c := t.Dial(nil)
	before, err := c.Capability(t.Ctx)
	require.NoError(t, err)
	assert.True(t, before.Has(imap.CapIMAP4rev1) || before.Has(imap.CapIMAP4rev2), "%s", before)
	assert.Equal(t, before, c.Caps())

	require.NoError(t, t.enter(c, t.User()))
	after := c.Caps() // known without asking, as the library has done it
	assert.True(t, after.Has(imap.CapIMAP4rev1) || after.Has(imap.CapIMAP4rev2), "%s", after)
	asked, err := c.Capability(t.Ctx)
	require.NoError(t, err)
	assert.ElementsMatch(t, after, asked)
}

func testNoop(t *T) {
	c := t.Dial(nil)
	require.NoError(t, c.Noop(t.Ctx))
	require.NoError(t, t.enter(c, t.User()))
	require.NoError(t, c.Noop(t.Ctx))
	t.Selected(c, note("one"))
	require.NoError(t, c.Noop(t.Ctx))
	assert.EqualValues(t, 1, c.Mailbox().Messages)
}

func testLogout(t *T) {
	c := t.Login()
	require.NoError(t, c.Logout(t.Ctx))
	assert.Equal(t, imap.StateLogout, c.State())
	<-c.Done()
	assert.ErrorIs(t, c.Err(), imap.ErrClosed)
	assert.ErrorIs(t, c.Noop(t.Ctx), imap.ErrClosed)

	require.NoError(t, t.Dial(nil).Logout(t.Ctx), "before login")
}

func testStartTLS(t *T) {
	c, err := imap.DialStartTLS(t.Ctx, t.Server.Addr, t.Options())
	require.NoError(t, err)
	defer c.Close()
	require.NotNil(t, c.TLS())
	assert.False(t, c.Caps().Lists(imap.CapLoginDisabled))
	require.NoError(t, t.enter(c, t.User()))
	_, err = c.Select(t.Ctx, "INBOX", nil)
	require.NoError(t, err)
	require.NoError(t, c.Logout(t.Ctx))
}

func testID(t *T) {
	c := t.Login()
	t.Need(c, response.CapID)
	for _, params := range [][]imap.IDParam{nil, {{Name: "name", Value: "suite"}, {Name: "version", Value: `"1"`}}} {
		id, err := c.ID(t.Ctx, params)
		require.NoError(t, err)
		assert.NotNil(t, id)
	}
}

func testEnable(t *T) {
	c := t.Login()
	t.Need(c, response.CapEnable, imap.CapIMAP4rev2)
	// Unknown capabilities are ignored.
	got, err := c.Enable(t.Ctx, "X-NOBODY-KNOWS-THIS")
	require.NoError(t, err)
	if t.Server.UIDOnly { // Cyrus lists what was enabled before, too
		got = slices.DeleteFunc(got, func(e imap.Cap) bool { return e == response.CapUIDOnly })
	}
	assert.Empty(t, got)
	if !c.Caps().Has(imap.CapCondStore) {
		return
	}
	got, err = c.Enable(t.Ctx, imap.CapCondStore)
	require.NoError(t, err)
	assert.True(t, got.Has(imap.CapCondStore), "%s", got)
	assert.True(t, c.Enabled().Has(imap.CapCondStore))
}

func testDo(t *T) {
	c := t.Login()
	answer, err := c.Do(t.Ctx, commands.Raw{Command: "NOOP"})
	require.NoError(t, err)
	assert.Equal(t, imap.OK, answer.Status.Type)

	answer, err = c.Do(t.Ctx, commands.Raw{Command: "CAPABILITY"})
	require.NoError(t, err)
	require.NotEmpty(t, answer.Data)
	assert.IsType(t, &response.CapabilityData{}, answer.Data[0])

	_, err = c.Do(t.Ctx, commands.Raw{Command: "XNOBODY"})
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "XNOBODY", refused.Command)
	require.NoError(t, c.Noop(t.Ctx))
}

func testClose(t *T) {
	c := t.Login()
	t.Selected(c)
	done := make(chan error, 1)
	go func() {
		for _, err := range c.Idle(context.Background()) {
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	time.Sleep(20 * time.Millisecond)
	require.NoError(t, c.Close())
	require.NoError(t, c.Close())
	select {
	case err := <-done:
		assert.ErrorIs(t, err, imap.ErrClosed)
		var lost *imap.ConnError
		assert.True(t, errors.As(err, &lost))
	case <-time.After(5 * time.Second):
		t.Fatal("a loop over Idle outlives Close")
	}
	assert.True(t, imap.SafeToRetry(c.Noop(t.Ctx)))
}
