package servers_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-090b04e4/imap/internal/servers"
)

func TestMain(m *testing.M) { servers.Main(m) }

// session is a connection driven line by line.
type session struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
	tag  int
}

// dial connects, by TLS if there is a configuration, and reads the greeting.
func dial(t *testing.T, addr string, conf *tls.Config) *session {
	t.Helper()
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	if conf != nil {
		conn = tls.Client(conn, conf)
	}
	s := &session{t: t, conn: conn, r: bufio.NewReader(conn)}
	if line := s.line(); !strings.HasPrefix(line, "* OK") {
		t.Fatalf("greeting %q", line)
	}
	return s
}

func (s *session) line() string {
	s.t.Helper()
	line, err := s.r.ReadString('\n')
	if err != nil {
		s.t.Fatalf("after %q: %v", line, err)
	}
	return strings.TrimRight(line, "\r\n")
}

// command sends a command and further lines, one for each continuation, and
// returns the untagged responses and the tagged one without its tag.
func (s *session) command(text string, more ...string) (untagged []string, status string) {
	s.t.Helper()
	s.tag++
	tag := fmt.Sprintf("t%d ", s.tag)
	io.WriteString(s.conn, tag+text+"\r\n")
	for {
		line := s.line()
		switch {
		case strings.HasPrefix(line, tag):
			return untagged, strings.TrimPrefix(line, tag)
		case strings.HasPrefix(line, "+"):
			next := ""
			if len(more) > 0 {
				next, more = more[0], more[1:]
			}
			io.WriteString(s.conn, next+"\r\n")
		default:
			untagged = append(untagged, line)
		}
	}
}

func (s *session) ok(text string, more ...string) []string {
	s.t.Helper()
	untagged, status := s.command(text, more...)
	if !strings.HasPrefix(status, "OK") {
		s.t.Fatalf("%s: %s", text, status)
	}
	return untagged
}

func (s *session) startTLS(conf *tls.Config) {
	s.t.Helper()
	s.ok("STARTTLS")
	s.conn = tls.Client(s.conn, conf)
	s.r = bufio.NewReader(s.conn)
}

// login uses LOGIN, or AUTHENTICATE PLAIN with mox, which has no LOGIN.
func (s *session) login(name string, u servers.User) {
	s.t.Helper()
	if name == "mox" {
		ir := base64.StdEncoding.EncodeToString([]byte("\x00" + u.Name + "\x00" + u.Password))
		s.ok("AUTHENTICATE PLAIN", ir)
		return
	}
	s.ok("LOGIN " + u.Name + " " + u.Password)
}

func TestSideBySide(t *testing.T) {
	for _, name := range servers.Names() {
		t.Run(name, func(t *testing.T) {
			var both []*servers.Server
			for range 2 {
				begin := time.Now()
				s := servers.Start(t, name, nil)
				t.Logf("%s %s started in %v", name, s.Version, time.Since(begin).Round(time.Millisecond))
				both = append(both, s)
			}
			for _, s := range both {
				user := s.Users[0]
				c := dial(t, s.TLSAddr, s.TLSConfig())
				caps := c.ok("CAPABILITY")
				if len(caps) == 0 || !strings.Contains(caps[0], "IMAP4rev1") {
					t.Errorf("CAPABILITY: %q", caps)
				}
				c.login(name, user)
				c.ok("SELECT INBOX")
				c.ok("LOGOUT")

				c = dial(t, s.Addr, nil)
				c.startTLS(s.TLSConfig())
				c.login(name, s.Users[1])
				c.ok("LOGOUT")
			}
			for _, s := range both {
				begin := time.Now()
				if err := s.Stop(); err != nil {
					t.Error(err)
				}
				t.Logf("stopped in %v", time.Since(begin).Round(time.Millisecond))
				for _, addr := range []string{s.Addr, s.TLSAddr} {
					if conn, err := net.Dial("tcp", addr); err == nil {
						conn.Close()
						t.Errorf("%s is still open", addr)
					}
				}
				if _, err := os.Stat(s.Dir()); !errors.Is(err, os.ErrNotExist) {
					t.Errorf("the folder is still there: %v", err)
				}
			}
		})
	}
}

func TestFreshUser(t *testing.T) {
	for _, name := range servers.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := servers.Shared(t, name)
			seen := make(map[string]bool)
			for range 3 {
				begin := time.Now()
				u := s.FreshUser(t)
				made := time.Since(begin)
				if seen[u.Name] {
					t.Errorf("%s comes twice", u.Name)
				}
				seen[u.Name] = true
				c := dial(t, s.TLSAddr, s.TLSConfig())
				begin = time.Now()
				c.login(name, u)
				untagged := c.ok("SELECT INBOX")
				t.Logf("%s made in %v, in INBOX in %v", u.Name, made.Round(time.Millisecond), time.Since(begin).Round(time.Millisecond))
				if all := strings.Join(untagged, "\n"); !strings.Contains(all, "* 0 EXISTS") {
					t.Errorf("INBOX of %s:\n%s", u.Name, all)
				}
				c.ok("LOGOUT")
			}
		})
	}
}

// TestCourierCRAM shows that Courier's own form of the passwords is right.
func TestCourierCRAM(t *testing.T) {
	s := servers.Shared(t, "courier")
	u := s.FreshUser(t)
	c := dial(t, s.TLSAddr, s.TLSConfig())
	io.WriteString(c.conn, "a AUTHENTICATE CRAM-MD5\r\n")
	challenge, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(c.line(), "+ "))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(md5.New, []byte(u.Password))
	mac.Write(challenge)
	answer := fmt.Sprintf("%s %x", u.Name, mac.Sum(nil))
	io.WriteString(c.conn, base64.StdEncoding.EncodeToString([]byte(answer))+"\r\n")
	if line := c.line(); !strings.HasPrefix(line, "a OK") {
		t.Error(line)
	}
}

func TestClientCertificate(t *testing.T) {
	for _, name := range []string{"dovecot", "dovecot24"} {
		t.Run(name, func(t *testing.T) {
			s := servers.Shared(t, name)
			c := dial(t, s.TLSAddr, s.ClientTLSConfig())
			c.ok("AUTHENTICATE EXTERNAL", "")
			c.ok("LOGOUT")
		})
	}
}

func TestOAuthToken(t *testing.T) {
	for _, name := range []string{"dovecot", "dovecot24"} {
		t.Run(name, func(t *testing.T) {
			s := servers.Shared(t, name)
			u := s.FreshUser(t)
			for token, want := range map[string]string{s.OAuthToken(u.Name): "OK", s.ExpiredOAuthToken(u.Name): "NO"} {
				c := dial(t, s.TLSAddr, s.TLSConfig())
				ir := base64.StdEncoding.EncodeToString([]byte("user=" + u.Name + "\x01auth=Bearer " + token + "\x01\x01"))
				if _, status := c.command("AUTHENTICATE XOAUTH2", ir); !strings.HasPrefix(status, want) {
					t.Errorf("got %q, want %s", status, want)
				}
			}
		})
	}
}

// TestConfig starts servers with other settings than usual.
func TestConfig(t *testing.T) {
	for _, c := range []struct {
		title, name, capability string
		cfg                     servers.Config
	}{
		{title: "maildir", name: "dovecot", cfg: servers.Config{Format: "maildir"}},
		{title: "mdbox", name: "dovecot", cfg: servers.Config{Format: "mdbox"}},
		{title: "extra", name: "dovecot", cfg: servers.Config{Extra: "imap_literal_minus = yes"}, capability: " LITERAL-"},
		{title: "cleartext", name: "dovecot", cfg: servers.Config{Host: "127.0.0.2", Cleartext: true}},
		{title: "ipv6", name: "dovecot", cfg: servers.Config{Host: "::1"}},
		{title: "cleartext", name: "cyrus", cfg: servers.Config{Cleartext: true}},
		{title: "ipv6", name: "cyrus", cfg: servers.Config{Host: "::1", Cleartext: true}},
		{title: "extra", name: "cyrus312", cfg: servers.Config{Extra: "literalminus: yes", Cleartext: true}, capability: " LITERAL-"},
		{title: "ipv6", name: "courier", cfg: servers.Config{Host: "::1"}},
		{title: "extra", name: "courier", cfg: servers.Config{Extra: `IMAP_CAPABILITY="$IMAP_CAPABILITY XTEST"`}, capability: " XTEST"},
		{title: "cleartext", name: "mox", cfg: servers.Config{Cleartext: true, Lenient: true, QuotaKB: 100}},
		{title: "ipv6", name: "imap4d", cfg: servers.Config{Host: "::1"}},
		{title: "mdbox", name: "dovecot24", cfg: servers.Config{Format: "mdbox"}},
	} {
		t.Run(c.name+"/"+c.title, func(t *testing.T) {
			t.Parallel()
			s := servers.Start(t, c.name, &c.cfg)
			d := dial(t, s.Addr, nil)
			d.login(c.name, s.Users[0])
			if all := strings.Join(d.ok("CAPABILITY"), " "); !strings.Contains(all, c.capability) {
				t.Errorf("%s is not among %s", c.capability, all)
			}
			d.ok("SELECT INBOX")
		})
	}
}

func TestQuota(t *testing.T) {
	for _, name := range []string{"dovecot", "cyrus", "mox", "dovecot24"} {
		t.Run(name, func(t *testing.T) {
			s := servers.Start(t, name, &servers.Config{QuotaKB: 2345})
			c := dial(t, s.TLSAddr, s.TLSConfig())
			c.login(name, s.Users[0])
			if all := strings.Join(c.ok("GETQUOTAROOT INBOX"), " "); !strings.Contains(all, " 2345)") {
				t.Error(all)
			}
		})
	}
}

func TestInsecureConnection(t *testing.T) {
	s := servers.Start(t, "dovecot", &servers.Config{Host: "127.0.0.2"})
	c := dial(t, s.Addr, nil)
	if _, status := c.command("LOGIN " + s.Users[0].Name + " " + s.Users[0].Password); !strings.Contains(status, "PRIVACYREQUIRED") {
		t.Errorf("LOGIN: %s", status)
	}
}

func TestShutdown(t *testing.T) {
	s := servers.Start(t, "dovecot", nil)
	c := dial(t, s.Addr, nil) // with TLS the relaying process ends first
	c.login(s.Name, s.Users[0])
	if err := s.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if line := c.line(); !strings.HasPrefix(line, "* BYE") {
		t.Errorf("got %q, want BYE", line)
	}
}

func TestLaunchErrors(t *testing.T) {
	if _, err := servers.Launch(context.Background(), "nobody", nil); err == nil || errors.Is(err, servers.ErrMissing) {
		t.Errorf("unknown server: %v", err)
	}
	_, err := servers.Launch(t.Context(), "dovecot", &servers.Config{Extra: "no_such_setting = 1"})
	if errors.Is(err, servers.ErrMissing) {
		t.Skip(err)
	}
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("the log is not in the error: %v", err)
	}
}
