package suite

import (
	"crypto/tls"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
)

var loginTests = []Test{
	{Name: "LOGIN", Run: testLogin},
	{Name: "the strongest mechanism for a password", Run: testAuthPassword},
	{Name: "PLAIN", Run: mechanism("PLAIN", func(_ *imap.Client, u User) (imap.Mechanism, error) {
		return imap.Plain("", u.Name, u.Password), nil
	})},
	{Name: "LOGIN, the mechanism", Run: mechanism("LOGIN", func(_ *imap.Client, u User) (imap.Mechanism, error) {
		return imap.SASLLogin(u.Name, u.Password), nil
	})},
	{Name: "CRAM-MD5", Run: mechanism("CRAM-MD5", func(_ *imap.Client, u User) (imap.Mechanism, error) {
		return imap.CramMD5(u.Name, u.Password), nil
	})},
	{Name: "SCRAM-SHA-1", Run: mechanism("SCRAM-SHA-1", scram(imap.ScramSHA1))},
	{Name: "SCRAM-SHA-256", Run: mechanism("SCRAM-SHA-256", scram(imap.ScramSHA256))},
	{Name: "SCRAM-SHA-1-PLUS, TLS 1.2", Run: scramPlus("SCRAM-SHA-1-PLUS", imap.ScramSHA1, tls.VersionTLS12)},
	{Name: "SCRAM-SHA-1-PLUS, TLS 1.3", Run: scramPlus("SCRAM-SHA-1-PLUS", imap.ScramSHA1, tls.VersionTLS13)},
	{Name: "SCRAM-SHA-256-PLUS, TLS 1.2", Run: scramPlus("SCRAM-SHA-256-PLUS", imap.ScramSHA256, tls.VersionTLS12)},
	{Name: "SCRAM-SHA-256-PLUS, TLS 1.3", Run: scramPlus("SCRAM-SHA-256-PLUS", imap.ScramSHA256, tls.VersionTLS13)},
	{Name: "ANONYMOUS", Run: testAnonymous},
	{Name: "EXTERNAL", Run: testExternal},
	{Name: "XOAUTH2", Run: token("XOAUTH2", imap.XOAuth2)},
	{Name: "OAUTHBEARER", Run: token("OAUTHBEARER", func(user, token string) imap.Mechanism {
		return imap.OAuthBearer(user, token, "localhost", 993)
	})},
	{Name: "a wrong password", Run: testWrongPassword},
}

func testLogin(t *T) {
	c := t.Dial(nil)
	u := t.User()
	if c.Caps().Lists(imap.CapLoginDisabled) {
		assert.ErrorIs(t, c.Login(t.Ctx, u.Name, u.Password), imap.ErrUnsupported)
		t.NotOffered("LOGIN (LOGINDISABLED)")
	}
	require.NoError(t, c.Login(t.Ctx, u.Name, u.Password))
	assert.Equal(t, imap.StateAuthenticated, c.State())
	assert.ErrorIs(t, c.Login(t.Ctx, u.Name, u.Password), imap.ErrState, "twice")
	require.NoError(t, c.Noop(t.Ctx))
}

func testAuthPassword(t *T) {
	c := t.Dial(nil)
	u := t.User()
	require.NoError(t, c.AuthPassword(t.Ctx, u.Name, u.Password)) // also if the server offers what it does not have
	assert.Equal(t, imap.StateAuthenticated, c.State())
	require.NoError(t, c.Noop(t.Ctx))
}

// mechanism tests a mechanism if the server offers it: with the right password,
// and after the wrong one.
func mechanism(name string, make func(*imap.Client, User) (imap.Mechanism, error)) func(*T) {
	return func(t *T) {
		c := t.Dial(nil)
		authenticate(t, c, name, make)
	}
}

func authenticate(t *T, c *imap.Client, name string, make func(*imap.Client, User) (imap.Mechanism, error)) {
	t.Helper()
	if !c.Caps().Lists(imap.Cap("AUTH=" + name)) {
		t.NotOffered("AUTH=" + name)
	}
	u := t.User()
	bad, err := make(c, User{u.Name, u.Password + "x"})
	require.NoError(t, err)
	err = c.Authenticate(t.Ctx, bad)
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused, "a wrong password")
	assert.Equal(t, imap.StateNotAuthenticated, c.State())

	m, err := make(c, u)
	require.NoError(t, err)
	err = c.Authenticate(t.Ctx, m)
	deviation := AdvertisesBrokenSASL
	if strings.HasSuffix(name, "-PLUS") && c.TLS().Version == tls.VersionTLS13 {
		deviation = NoBindingOnTLS13
		if AdvertisesBrokenSASL.of(t.Server.Name) {
			deviation = AdvertisesBrokenSASL
		}
	}
	if name == "PLAIN" || name == "LOGIN" {
		require.NoError(t, err)
	} else {
		t.Expect(deviation, err == nil, "%s: %v", name, err)
	}
	if err == nil {
		assert.Equal(t, imap.StateAuthenticated, c.State())
	}
	require.NoError(t, c.Noop(t.Ctx))
}

func scram(hash imap.ScramHash) func(*imap.Client, User) (imap.Mechanism, error) {
	return func(_ *imap.Client, u User) (imap.Mechanism, error) {
		return imap.Scram(hash, u.Name, u.Password), nil
	}
}

// scramPlus tests SCRAM bound to a connection of one version of TLS.
func scramPlus(name string, hash imap.ScramHash, version uint16) func(*T) {
	return func(t *T) {
		opts := t.Options()
		opts.TLSConfig = opts.TLSConfig.Clone()
		opts.TLSConfig.MinVersion, opts.TLSConfig.MaxVersion = version, version
		c := t.Dial(opts)
		require.Equal(t, version, c.TLS().Version)
		authenticate(t, c, name, func(c *imap.Client, u User) (imap.Mechanism, error) {
			return c.ScramPlus(hash, u.Name, u.Password)
		})
	}
}

func testAnonymous(t *T) {
	c := t.Dial(nil)
	if !c.Caps().Lists("AUTH=ANONYMOUS") {
		t.NotOffered("AUTH=ANONYMOUS")
	}
	err := c.Authenticate(t.Ctx, imap.Anonymous("suite@example.org"))
	t.Expect(AdvertisesBrokenSASL, err == nil, "ANONYMOUS: %v", err)
	err = c.Noop(t.Ctx)
	t.Expect(CrashesAnonymous, err == nil, "NOOP: %v", err)
}

func testExternal(t *T) {
	if t.Server.ClientTLS == nil {
		t.NotOffered("AUTH=EXTERNAL")
	}
	opts := t.Options()
	opts.TLSConfig = t.Server.ClientTLS
	without := t.Dial(nil)
	listed := without.Caps().Lists("AUTH=EXTERNAL")
	c, err := imap.DialTLS(t.Ctx, t.Server.TLSAddr, opts)
	if err != nil && !listed {
		t.NotOffered("AUTH=EXTERNAL")
	}
	require.NoError(t, err)
	defer c.Close()
	if !listed && !c.Caps().Lists("AUTH=EXTERNAL") {
		t.NotOffered("AUTH=EXTERNAL")
	}
	err = c.Authenticate(t.Ctx, imap.External(""))
	t.Expect(AdvertisesBrokenSASL, err == nil, "EXTERNAL: %v", err)
	if !listed {
		return
	}
	err = without.Authenticate(t.Ctx, imap.External(""))
	var refused *imap.StatusError
	assert.ErrorAs(t, err, &refused, "without a certificate")
	require.NoError(t, without.Noop(t.Ctx))
}

// token tests a mechanism that takes an OAuth token.
func token(name string, make func(user, token string) imap.Mechanism) func(*T) {
	return func(t *T) {
		c := t.Dial(nil)
		if t.Server.OAuthToken == nil || !c.Caps().Lists(imap.Cap("AUTH="+name)) {
			t.NotOffered("AUTH=" + name)
		}
		u := t.User()
		err := c.Authenticate(t.Ctx, make(u.Name, t.Server.OAuthToken(u.Name, true)))
		var refused *imap.StatusError
		require.ErrorAs(t, err, &refused, "an expired token")
		var why *imap.OAuthError
		require.ErrorAs(t, err, &why, "the server's reason")
		assert.NotEmpty(t, why.Status)
		require.NoError(t, c.Authenticate(t.Ctx, make(u.Name, t.Server.OAuthToken(u.Name, false))))
		require.NoError(t, c.Noop(t.Ctx))
		assert.Equal(t, imap.StateAuthenticated, c.State())
	}
}

func testWrongPassword(t *T) {
	u := t.User()
	for _, bad := range []User{{u.Name, "wrong"}, {u.Name, ""}, {"nobody" + u.Name, "wrong"}, {u.Name, "grüße \"\\ {3}"}} {
		c := t.Dial(nil)
		err := t.enter(c, bad)
		require.Error(t, err)
		if bad.Password != "" { // some mechanisms have no form for an empty one
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused, "%q", bad.Password)
		}
		assert.Equal(t, imap.StateNotAuthenticated, c.State())
		require.NoError(t, t.enter(c, u), "the connection works on")
		require.NoError(t, c.Noop(t.Ctx))
		require.NoError(t, c.Logout(t.Ctx))
	}
}
