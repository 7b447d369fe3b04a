package conformance_test

import (
	"flag"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	imap "github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/servers"
	"github.com/seed-090b04e4/imap/internal/suite"
)

// extendedEnv set to 1 runs the suite against all servers, not only those of
// servers.Standard.
const extendedEnv = "IMAP_EXTENDED_SERVERS"

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests mostly wait for servers: more of them than there are processors
	// may do so at once.
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		flag.Set("test.parallel", strconv.Itoa(parallel))
	}
	servers.Main(m)
}

const parallel = 8

// TestServers runs the behaviour suite against imaptest and every real server
// that is there.
func TestServers(t *testing.T) {
	report := &suite.Report{}
	if name := os.Getenv(suite.ReportEnv); name != "" {
		t.Cleanup(func() {
			if err := report.Write(name); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("imaptest", func(t *testing.T) {
		s, _ := inProcess(t)
		runSuite(t, s, report)
	})
	for _, name := range servers.Names() {
		t.Run(name, func(t *testing.T) {
			if !wanted(name) {
				t.Skipf("one of the further servers: set %s=1", extendedEnv)
			}
			runSuite(t, realServer(t, servers.Shared(t, name)), report)
		})
	}
}

// wanted reports whether the suite is to run against a server.
func wanted(name string) bool {
	if slices.Contains(servers.Standard(), name) || os.Getenv(extendedEnv) == "1" {
		return true
	}
	required := strings.Split(os.Getenv(servers.RequireEnv), ",")
	return slices.Contains(required, name) || slices.Contains(required, "all")
}

func runSuite(t *testing.T, s *suite.Server, report *suite.Report) {
	t.Parallel()
	suite.Run(t, s, report)
}

// realServer describes a real server to the suite.
func realServer(t testing.TB, s *servers.Server) *suite.Server {
	out := &suite.Server{
		Name: s.Name, Version: s.Version, Addr: s.Addr, TLSAddr: s.TLSAddr,
		TLS: s.TLSConfig(), ClientTLS: s.ClientTLSConfig(),
		FreshUser: func(t testing.TB) suite.User { return suite.User(s.FreshUser(t)) },
		Launch: func(t testing.TB) (*suite.Server, func() error) {
			again := servers.Start(t, s.Name, nil)
			return realServer(t, again), again.Shutdown
		},
	}
	if s.OAuthToken("x") != "" {
		out.OAuthToken = func(user string, expired bool) string {
			if expired {
				return s.ExpiredOAuthToken(user)
			}
			return s.OAuthToken(user)
		}
	}
	return out
}

// inProcess starts a server of package imaptest, and returns how to end it.
func inProcess(t testing.TB) (*suite.Server, func() error) {
	srv := imaptest.NewServer(t, nil)
	users := make(chan int, 1)
	users <- 1
	return &suite.Server{
		Name: "imaptest", Addr: srv.Addr(), TLSAddr: srv.TLSAddr(), TLS: srv.TLSConfig(),
		FreshUser: func(t testing.TB) suite.User {
			n := <-users
			users <- n + 1
			u := suite.User{Name: "user" + strconv.Itoa(n), Password: "secret of " + strconv.Itoa(n)}
			if err := srv.AddUser(imaptest.Account{Name: u.Name, Password: u.Password, Token: "token-" + u.Name}); err != nil {
				t.Fatal(err)
			}
			return u
		},
		OAuthToken: func(user string, expired bool) string {
			if expired {
				return "stale"
			}
			return "token-" + user
		},
		Launch: func(t testing.TB) (*suite.Server, func() error) {
			return inProcess(t)
		},
	}, func() error { srv.Close(); return nil }
}

// TestLoginDisabled has a server that wants TLS before a login: no password
// leaves without it.
func TestLoginDisabled(t *testing.T) {
	t.Parallel()
	s := servers.Start(t, "dovecot", &servers.Config{Host: "127.0.0.2"})
	u := s.FreshUser(t)
	c, err := imap.DialInsecure(t.Context(), s.Addr, nil)
	require.NoError(t, err)
	defer c.Close()
	require.True(t, c.Caps().Lists(imap.CapLoginDisabled))

	err = c.Login(t.Context(), u.Name, u.Password)
	var lacks *imap.UnsupportedError
	require.ErrorAs(t, err, &lacks)
	require.ErrorIs(t, err, imap.ErrUnsupported)

	// What the library does not send by itself, the server refuses.
	_, err = c.Do(t.Context(), commands.Raw{Command: "LOGIN", Args: []commands.Arg{
		commands.ArgString(u.Name), commands.ArgSecret(commands.ArgString(u.Password)),
	}})
	require.ErrorIs(t, err, imap.CodePrivacyRequired)
	require.NoError(t, c.Noop(t.Context()), "the connection works on")
	assert.Equal(t, imap.StateNotAuthenticated, c.State())

	secure, err := imap.DialStartTLS(t.Context(), s.Addr, &imap.Options{TLSConfig: s.TLSConfig()})
	require.NoError(t, err)
	defer secure.Close()
	require.NoError(t, secure.Login(t.Context(), u.Name, u.Password))
	require.NoError(t, secure.Logout(t.Context()))
}

// TestServerBye: a server that ends in good order says so, and the error has it.
func TestServerBye(t *testing.T) {
	t.Parallel()
	s := servers.Start(t, "dovecot", nil)
	u := s.FreshUser(t)
	c, err := imap.DialInsecure(t.Context(), s.Addr, nil) // with TLS the relaying process ends first
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Login(t.Context(), u.Name, u.Password))
	_, err = c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)
	time.AfterFunc(100*time.Millisecond, func() { s.Shutdown() })
	var last error
	for _, err := range c.Idle(t.Context()) {
		last = err
	}
	var lost *imap.ConnError
	require.ErrorAs(t, last, &lost)
	var bye *imap.StatusError
	require.ErrorAs(t, last, &bye)
	assert.Equal(t, imap.BYE, bye.Type)
	assert.ErrorAs(t, c.Err(), &bye)
}
