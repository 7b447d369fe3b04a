package suite

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/search"
)

var errorTests = []Test{
	{Name: "a certificate for another host", Run: testWrongHost},
	{Name: "an unknown authority", Run: testUnknownAuthority},
	{Name: "a closed port", Run: testClosedPort},
	{Name: "a context that has ended", Run: testEndedContext},
	{Name: "calls in the wrong state", Run: testWrongState},
	{Name: "a missing mailbox", Run: testMissingMailbox},
	{Name: "a SELECT that fails", Run: testFailedSelect},
	{Name: "malformed arguments", Run: testMalformedArguments},
	{Name: "over-long arguments", Run: testOverlongArguments},
	{Name: "the server ends during IDLE", Run: testShutdown},
}

func isArgument(err error) bool {
	var bad *imap.ArgumentError
	return errors.As(err, &bad)
}

func testWrongHost(t *T) {
	opts := t.Options()
	opts.TLSConfig = t.Server.TLS.Clone()
	opts.TLSConfig.ServerName = "imap.example.org"
	for name, dial := range dialers {
		addr := t.Server.TLSAddr
		if name == "STARTTLS" {
			addr = t.Server.Addr
		}
		_, err := dial(t.Ctx, addr, opts)
		var bad *tls.CertificateVerificationError
		require.ErrorAs(t, err, &bad, name)
		var host x509.HostnameError
		require.ErrorAs(t, err, &host, name)
		assert.Equal(t, "imap.example.org", host.Host)
	}
}

var dialers = map[string]func(context.Context, string, *imap.Options) (*imap.Client, error){
	"TLS": imap.DialTLS, "STARTTLS": imap.DialStartTLS,
}

func testUnknownAuthority(t *T) {
	opts := t.Options()
	opts.TLSConfig = &tls.Config{ServerName: "localhost", RootCAs: x509.NewCertPool()}
	_, err := imap.DialTLS(t.Ctx, t.Server.TLSAddr, opts)
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, err, &unknown)
}

func testClosedPort(t *T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	for name, dial := range dialers {
		_, err = dial(t.Ctx, addr, t.Options())
		require.ErrorIs(t, err, syscall.ECONNREFUSED, name)
	}
}

func testEndedContext(t *T) {
	c := t.Login()
	ctx, cancel := context.WithCancel(t.Ctx)
	cancel()
	assert.ErrorIs(t, c.Noop(ctx), context.Canceled)
	_, err := c.Select(ctx, "INBOX", nil)
	assert.ErrorIs(t, err, context.Canceled)
	require.NoError(t, c.Noop(t.Ctx))

	_, err = imap.DialTLS(ctx, t.Server.TLSAddr, t.Options())
	assert.ErrorIs(t, err, context.Canceled)
}

func testWrongState(t *T) {
	c := t.Dial(nil)
	_, err := c.Select(t.Ctx, "INBOX", nil)
	assert.ErrorIs(t, err, imap.ErrState, "before login")
	require.NoError(t, t.enter(c, t.User()))
	_, err = c.UIDSearch(t.Ctx, nil, nil)
	var state *imap.StateError
	require.ErrorAs(t, err, &state, "before SELECT")
	assert.Equal(t, imap.StateAuthenticated, state.State)
	_, err = c.Expunge(t.Ctx)
	assert.ErrorIs(t, err, imap.ErrState)
	require.NoError(t, c.Noop(t.Ctx))
}

// testMissingMailbox requires a typed error from everything that names a mailbox.
func testMissingMailbox(t *T) {
	c := t.Login()
	none := t.Box(c, "NotThere")
	err := c.Rename(t.Ctx, none, none+"Either")
	t.Expect(RenamesNothing, err != nil, "RENAME: %v", err)
	calls := map[string]func() error{
		"SELECT": func() error { _, err := c.Select(t.Ctx, none, nil); return err },
		"DELETE": func() error { return c.Delete(t.Ctx, none) },
		"STATUS": func() error { _, err := c.Status(t.Ctx, none, imap.StatusMessages); return err },
	}
	for name, call := range calls {
		var refused *imap.StatusError
		require.ErrorAs(t, call(), &refused, name)
		assert.Equal(t, imap.NO, refused.Type, "%s: %v", name, refused)
	}
	require.NoError(t, c.Noop(t.Ctx))
}

func testFailedSelect(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	require.Equal(t, imap.StateSelected, c.State())
	_, err := c.Select(t.Ctx, t.Box(c, "NotThere"), nil)
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, imap.StateAuthenticated, c.State())
	assert.Nil(t, c.Mailbox())
	_, err = c.UIDSearch(t.Ctx, nil, nil)
	assert.ErrorIs(t, err, imap.ErrState)
	m, err := c.Select(t.Ctx, "INBOX", nil)
	require.NoError(t, err)
	assert.EqualValues(t, 0, m.Messages)
}

// testMalformedArguments requires that they are refused before anything is sent.
func testMalformedArguments(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	nul := "a\x00b"
	calls := map[string]func() error{
		"NUL in a name":         func() error { return c.Create(t.Ctx, nul, nil) },
		"NUL in a search":       func() error { _, err := c.UIDSearch(t.Ctx, search.Subject(nul), nil); return err },
		"a search of no UTF-8":  func() error { _, err := c.UIDSearch(t.Ctx, search.Subject("a\xff"), nil); return err },
		"a flag with a space":   func() error { return t.storeFlag(c, "two words") },
		"a flag with a newline": func() error { return t.storeFlag(c, "x\r\nA1 LOGOUT") },
		"the server's own flag": func() error { return t.storeFlag(c, imap.FlagRecent) },
		"a raw command with a newline": func() error {
			_, err := c.Do(t.Ctx, commands.Raw{Command: "NOOP\r\nA1 LOGOUT"})
			return err
		},
		"an empty field name": func() error {
			_, err := imap.Collect(c.UIDFetch(t.Ctx, imap.UIDs(1), imap.FetchItems{
				Sections: []imap.FetchSection{imap.HeaderFields("")},
			}, nil))
			return err
		},
	}
	for name, call := range calls {
		assert.True(t, isArgument(call()), "%s: %v", name, call())
	}
	require.NoError(t, c.Noop(t.Ctx))
	assert.Equal(t, imap.StateSelected, c.State())

	// A newline in a name is part of the name: it cannot become a command.
	err := c.Create(t.Ctx, t.Box(c, "x\r\nA1 LOGOUT"), nil)
	t.Logf("a newline in a name: %v", err)
	require.NoError(t, c.Noop(t.Ctx))
	assert.Equal(t, imap.StateSelected, c.State())
}

func (t *T) storeFlag(c *imap.Client, f imap.Flag) error {
	_, err := c.UIDStore(t.Ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{f}, nil)
	return err
}

// testOverlongArguments: the server refuses or hangs up, and the error says which;
// after a refusal, the connection is usable.
func testOverlongArguments(t *T) {
	c := t.Login()
	t.Selected(c, note("one"))
	long := strings.Repeat("x", 100_000)
	calls := map[string]func(*imap.Client) error{
		"a mailbox": func(c *imap.Client) error { return c.Create(t.Ctx, t.Box(c, long), nil) },
		"an atom": func(c *imap.Client) error {
			_, err := c.Do(t.Ctx, commands.Raw{Command: "X" + long})
			return err
		},
	}
	for name, call := range calls {
		opts := t.Options()
		opts.ReadTimeout = 5 * time.Second
		c := t.LoginWith(opts)
		err := call(c)
		var refused *imap.StatusError
		var lost *imap.ConnError
		switch {
		case err == nil && name == "a mailbox": // accepted
			require.NoError(t, c.Noop(t.Ctx), name)
		case errors.As(err, &lost):
			assert.ErrorIs(t, err, imap.ErrClosed, name)
			assert.Error(t, c.Err(), name)
		case errors.As(err, &refused):
			ctx, cancel := context.WithTimeout(t.Ctx, 5*time.Second)
			err := c.Noop(ctx)
			cancel()
			if name == "a mailbox" {
				t.Expect(SwallowsRefusedLiteral, err == nil, "NOOP: %v", err)
			} else {
				require.NoError(t, err, name)
			}
		default:
			t.Errorf("%s: %v", name, err)
		}
	}
}

func testShutdown(t *T) {
	if t.Server.Launch == nil {
		t.NotOffered("an instance to end")
	}
	s, shutdown := t.Server.Launch(t)
	t2 := &T{T: t.T, Server: s, Ctx: t.Ctx, out: t.out}
	c := t2.Login()
	_, err := c.Select(t.Ctx, "INBOX", nil)
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		for event, err := range c.Idle(t.Ctx) {
			t.Logf("%T %v", event, err)
			if err != nil {
				ended <- err
				return
			}
		}
		ended <- nil
	}()
	time.Sleep(100 * time.Millisecond)
	require.NoError(t, shutdown())
	select {
	case err := <-ended:
		var lost *imap.ConnError
		require.ErrorAs(t, err, &lost)
		assert.ErrorIs(t, err, imap.ErrClosed)
		assert.ErrorIs(t, err, net.ErrClosed)
		require.Error(t, c.Err())
	case <-time.After(15 * time.Second):
		t.Fatal("the end of the server goes unseen")
	}
	assert.ErrorIs(t, c.Noop(t.Ctx), imap.ErrClosed)
}
