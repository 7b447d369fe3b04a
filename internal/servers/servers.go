// Package servers starts real IMAP servers for tests: on loopback, in temporary
// folders, on ports of their own, as many side by side as wanted. The file
// .ci/install-servers installs the programs.
//
// Most of the servers need root, because they change user, and run in their own
// PID and mount namespace, so that nothing of them survives the test process.
// The folder that a killed test process leaves is removed by the next one. With
// TMPDIR=/dev/shm a slow disk does not matter.
package servers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// ErrMissing is matched by the error for a server that cannot run here: its software
// is not installed, or the process lacks the rights that the server needs.
var ErrMissing = errors.New("server not available")

// RequireEnv is the environment variable that names the servers, separated by
// commas, which must be there: [Start] then fails instead of skipping. "all"
// stands for every server, "standard" for those of [Standard].
const RequireEnv = "IMAP_REQUIRE_SERVERS"

// startTimeout is how long a server may take to greet.
const startTimeout = 30 * time.Second

// User is an account of a server.
type User struct {
	Name, Password string
}

// Config holds the optional settings of a server. The zero value is fine.
type Config struct {
	// Host is the address to listen on, 127.0.0.1 if empty. Dovecot takes a
	// connection between two equal addresses for a secure one: with 127.0.0.2 it
	// lists LOGINDISABLED before STARTTLS and refuses a LOGIN.
	Host string

	// Extra holds more lines for the main configuration file of Dovecot
	// (top level) and Cyrus (imapd.conf), and more NAME=VALUE lines for the
	// environment of Courier's imapd. The others ignore it.
	Extra string

	// Format is the mailbox format of Dovecot: sdbox (the default), mdbox or
	// maildir.
	Format string

	// Cleartext lets users log in without TLS, if the server has such a setting.
	Cleartext bool

	// QuotaKB is the storage quota of each user in units of 1024 octets, for
	// Dovecot, Cyrus and mox. Zero is 100 MB.
	QuotaKB int

	// Lenient lets mox accept what the RFCs forbid.
	Lenient bool
}

func (c *Config) quotaKB() int {
	if c.QuotaKB > 0 {
		return c.QuotaKB
	}
	return 100 * 1024
}

// Server is a running server.
type Server struct {
	Name    string // the name given to Start
	Version string // as the program reports it, may be empty
	Addr    string // host:port without TLS, with STARTTLS
	TLSAddr string // host:port with TLS from the start
	Users   []User // alice and bob

	Admin *User // an account with rights on all mailboxes, nil if there is none

	CAFile     string // PEM file of the CA of the certificates
	CertFile   string // PEM file of the server's certificate: localhost, 127.0.0.1, ::1
	ClientCert string // PEM file of a client certificate for the first user
	ClientKey  string // PEM file of its key

	dir    string
	lock   *os.File
	proc   *process
	certs  *authority
	logs   []string // names of log files
	oauth  bool
	domain string // what follows the local part of a user's name

	mu      sync.Mutex
	stopped bool
	users   int                                     // users handed out by FreshUser
	pool    int                                     // users there are for FreshUser, 0 if there is no limit
	addUser func(ctx context.Context, u User) error // creates a new user's files, may be nil
}

// driver knows how to start one kind of server.
type driver struct {
	name     string
	extended bool
	launch   func(ctx context.Context, s *Server, cfg *Config) error
}

// drivers lists the servers in the order in which tests should run them.
var drivers = []driver{
	{name: "dovecot", launch: launchDovecot},
	{name: "cyrus", launch: launchCyrus},
	{name: "courier", launch: launchCourier},
	{name: "mox", launch: launchMox},
	{name: "imap4d", launch: launchImap4d},
	{name: "dovecot24", launch: launchDovecot24, extended: true},
	{name: "cyrus312", launch: launchCyrus312, extended: true},
	{name: "gomem", launch: launchGomem, extended: true},
	{name: "gluon", launch: launchGluon, extended: true},
	{name: "maddy", launch: launchMaddy, extended: true},
}

// Names lists the servers this package can start, in the order in which tests
// should run them.
func Names() []string {
	var names []string
	for _, d := range drivers {
		names = append(names, d.name)
	}
	return names
}

// Standard lists the servers that .ci/install-servers installs without an
// argument; the others of [Names] need its argument "extended".
func Standard() []string {
	var names []string
	for _, d := range drivers {
		if !d.extended {
			names = append(names, d.name)
		}
	}
	return names
}

// Launch starts a server. The context limits the start only; [Server.Stop] ends
// the server. The error matches [ErrMissing] if the software is not there.
func Launch(ctx context.Context, name string, cfg *Config) (*Server, error) {
	i := slices.IndexFunc(drivers, func(d driver) bool { return d.name == name })
	if i < 0 {
		return nil, fmt.Errorf("servers: unknown server %q", name)
	}
	settings := Config{}
	if cfg != nil {
		settings = *cfg
	}
	if settings.Host == "" {
		settings.Host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	// Another process may take a port between its choice and its use.
	for attempt := 1; ; attempt++ {
		s, err := launchOnce(ctx, drivers[i], &settings)
		if err == nil {
			return s, nil
		}
		if attempt == 3 || !strings.Contains(strings.ToLower(err.Error()), "address already in use") {
			return nil, fmt.Errorf("servers: %s: %w", name, err)
		}
	}
}

func launchOnce(ctx context.Context, d driver, cfg *Config) (*Server, error) {
	s, err := newServer(d.name, cfg.Host)
	if err != nil {
		return nil, err
	}
	err = d.launch(ctx, s, cfg)
	if err == nil {
		err = s.waitReady(ctx)
	}
	if err == nil && len(s.Users) == 0 {
		s.Users = []User{s.user("alice"), s.user("bob")}
	}
	if err != nil {
		if tail := s.LogTail(30); tail != "" {
			err = fmt.Errorf("%w\n%s", err, tail)
		}
		s.Stop()
		return nil, err
	}
	return s, nil
}

// Start starts a server and stops it when the test ends. The test is skipped if
// the server is not available, unless [RequireEnv] names it.
func Start(t testing.TB, name string, cfg *Config) *Server {
	t.Helper()
	s, err := Launch(t.Context(), name, cfg)
	if err != nil {
		giveUp(t, name, err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("end of the log of %s:\n%s", name, s.LogTail(20))
		}
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func giveUp(t testing.TB, name string, err error) {
	t.Helper()
	if errors.Is(err, ErrMissing) && !required(name) {
		t.Skip(err)
	}
	t.Fatal(err)
}

// required reports whether RequireEnv names a server.
func required(name string) bool {
	for _, word := range strings.Split(os.Getenv(RequireEnv), ",") {
		switch strings.TrimSpace(word) {
		case name, "all":
			return true
		case "standard":
			if slices.Contains(Standard(), name) {
				return true
			}
		}
	}
	return false
}

// shared holds the servers of Shared.
var shared struct {
	sync.Mutex
	entries map[string]*sharedServer
}

type sharedServer struct {
	once   sync.Once
	server *Server
	err    error
}

// Shared returns the one instance of a server, with default settings, that all
// tests of the process use. It is started at the first call. Use
// [Server.FreshUser] for mailboxes that no other test uses, and [Main] or [StopShared] to end
// it properly; its processes end with the test process in any case.
func Shared(t testing.TB, name string) *Server {
	t.Helper()
	shared.Lock()
	e := shared.entries[name]
	if e == nil {
		e = &sharedServer{}
		if shared.entries == nil {
			shared.entries = make(map[string]*sharedServer)
		}
		shared.entries[name] = e
	}
	shared.Unlock()
	e.once.Do(func() { e.server, e.err = Launch(context.Background(), name, nil) })
	if e.err != nil {
		giveUp(t, name, e.err)
	}
	return e.server
}

// StopShared stops the servers that Shared has started.
func StopShared() {
	shared.Lock()
	entries := shared.entries
	shared.entries = nil
	shared.Unlock()
	var wg sync.WaitGroup
	for _, e := range entries {
		e.once.Do(func() { e.err = errors.New("servers: stopped") }) // waits for a start in progress
		if e.server != nil {
			wg.Go(func() { e.server.Stop() })
		}
	}
	wg.Wait()
}

// Main runs the tests of a package, stops the shared servers and exits:
//
//	func TestMain(m *testing.M) { servers.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	StopShared()
	os.Exit(code)
}

// user returns the account of a local part, with the password all servers use.
func (s *Server) user(local string) User {
	return User{Name: local + s.domain, Password: passwordOf(local)}
}

func passwordOf(local string) string { return local + "password" }

// freshName is the local part of the nth user for FreshUser, from 1.
func freshName(n int) string { return fmt.Sprintf("user%04d", n) }

// FreshUser returns a user that no test has used before, with empty mailboxes.
func (s *Server) FreshUser(t testing.TB) User {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users++
	u := s.user(freshName(s.users))
	if s.pool > 0 && s.users > s.pool {
		t.Fatalf("servers: %s: all %d users are handed out", s.Name, s.pool)
	}
	if s.addUser != nil {
		ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
		defer cancel()
		if err := s.addUser(ctx, u); err != nil {
			t.Fatalf("servers: %s: new user %s: %v", s.Name, u.Name, err)
		}
	}
	return u
}

// TLSConfig returns a configuration that trusts the server's certificate, for
// the name localhost.
func (s *Server) TLSConfig() *tls.Config {
	return &tls.Config{RootCAs: s.certs.pool(), ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

// ClientTLSConfig is TLSConfig with the client certificate of the first user.
func (s *Server) ClientTLSConfig() *tls.Config {
	c := s.TLSConfig()
	c.Certificates = []tls.Certificate{s.certs.client}
	return c
}
