package promises_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// loginServer plays a server that has these capabilities and answers each way to log
// in as told: by the mechanism's name, with "LOGIN command" for the command, and
// "… without IR" for one whose initial response did not come with the command. What it
// was not told it accepts. SCRAM is played without a proof, so that it can only fail.
type loginServer struct {
	caps    string
	answers map[string]string // what follows the tag
	tried   []string          // the ways that the client tried

	onCommand func(words []string) (answer string) // answers every way instead
}

func (s *loginServer) serve(p *scripted.Peer) {
	p.Send("* OK [CAPABILITY IMAP4rev1 " + s.caps + "] hi")
	p.Serve(func(c scripted.Command) bool {
		words := strings.Fields(c.Text)
		way := "LOGIN command"
		switch words[0] {
		case "LOGIN":
		case "AUTHENTICATE":
			way = words[1]
			if len(words) < 3 && strings.Contains(s.caps, "SASL-IR") && way != "LOGIN" {
				way += " without IR"
			}
		default:
			return false
		}
		s.tried = append(s.tried, way)
		answer, refused := s.answers[way]
		if s.onCommand != nil {
			answer, refused = s.onCommand(words), true
		}
		switch {
		case refused && !strings.HasPrefix(answer, "+"):
		case words[0] == "AUTHENTICATE" && words[1] == "LOGIN":
			p.Send("+ VXNlcm5hbWU6")
			p.Line()
			p.Send("+ UGFzc3dvcmQ6")
			p.Line()
		case words[0] == "AUTHENTICATE" && len(words) < 3:
			p.Send("+ ")
			p.Line()
		}
		if failure, ok := strings.CutPrefix(answer, "+"); ok { // SCRAM's own report
			p.Send("+ " + base64.StdEncoding.EncodeToString([]byte("e="+failure)))
			p.Line()
			answer = "NO no"
		}
		if answer == "" {
			answer = "OK [CAPABILITY IMAP4rev1] in"
		}
		p.Sendf("%s %s", c.Tag, answer)
		return true
	})
}

// TestAuthPasswordTriesTheNextMeans if the server refused the one before for what it is,
// and never if it refused the password, or if the next one gives more away than the
// connection permits.
func TestAuthPasswordTriesTheNextMeans(t *testing.T) {
	const plus, scram, plain = "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"
	const all = "AUTH=SCRAM-SHA-256-PLUS AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1 AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5"
	const unbound = "AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-1 AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5"
	no := func(ways ...string) map[string]string {
		m := map[string]string{}
		for _, way := range ways {
			m[way] = "NO no"
		}
		return m
	}
	for name, test := range map[string]struct {
		caps    string
		where   string // "TLS", "pipe" or "far", which is permitted by AllowInsecureAuth
		answers map[string]string
		want    string // the ways tried, with a comma between
		ok      bool
	}{
		"PLAIN refused, LOGIN works":           {"AUTH=PLAIN AUTH=LOGIN", "TLS", no(plain), "PLAIN,LOGIN", true},
		"PLAIN refused, only the command left": {"AUTH=PLAIN", "TLS", no(plain), "PLAIN,LOGIN command", true},
		"PLAIN unknown":                        {"AUTH=PLAIN", "TLS", map[string]string{plain: "BAD unknown mechanism"}, "PLAIN,LOGIN command", true},
		"SCRAM refused, PLAIN works":           {"AUTH=SCRAM-SHA-256 AUTH=PLAIN", "TLS", no(scram), "SCRAM-SHA-256,PLAIN", true},
		"SCRAM refused, in the machine":        {"AUTH=SCRAM-SHA-256 AUTH=PLAIN", "pipe", no(scram), "SCRAM-SHA-256,PLAIN", true},
		"SCRAM refused, in the clear":          {"AUTH=SCRAM-SHA-256 AUTH=PLAIN", "far", no(scram), "SCRAM-SHA-256", false},
		"SCRAM refused, LOGINDISABLED":         {"AUTH=SCRAM-SHA-256 LOGINDISABLED", "TLS", no(scram), "SCRAM-SHA-256", false},
		"SCRAM refused, only LOGIN left":       {"AUTH=SCRAM-SHA-256", "TLS", no(scram), "SCRAM-SHA-256,LOGIN command", true},
		"SCRAM refused, not CRAM-MD5":          {"AUTH=SCRAM-SHA-256 AUTH=CRAM-MD5 LOGINDISABLED", "TLS", no(scram), "SCRAM-SHA-256", false},
		"CRAM-MD5 refused":                     {"AUTH=CRAM-MD5", "TLS", map[string]string{"CRAM-MD5": "NO no"}, "CRAM-MD5,LOGIN command", true},
		"PLAIN refused, not CRAM-MD5":          {"AUTH=PLAIN AUTH=CRAM-MD5 LOGINDISABLED", "TLS", no(plain), "PLAIN", false},
		"binding refused":                      {all, "TLS", no(plus, scram), "SCRAM-SHA-256-PLUS,SCRAM-SHA-256,PLAIN", true},
		"binding refused, PLAIN alone left":    {"AUTH=SCRAM-SHA-256-PLUS AUTH=PLAIN", "TLS", no(plus), "SCRAM-SHA-256-PLUS", false},
		"binding refused, LOGIN alone left":    {"AUTH=SCRAM-SHA-256-PLUS", "TLS", no(plus), "SCRAM-SHA-256-PLUS", false},
		"binding not understood":               {all, "TLS", map[string]string{plus: "BAD what", scram: "NO [AUTHENTICATIONFAILED] no"}, "SCRAM-SHA-256-PLUS,SCRAM-SHA-256", false},
		"no more than three":                   {all, "TLS", no(plus, scram, plain, "LOGIN"), "SCRAM-SHA-256-PLUS,SCRAM-SHA-256,PLAIN", false},
		"no more than three without binding":   {unbound, "TLS", no(scram, plain, "LOGIN"), "SCRAM-SHA-256,PLAIN,LOGIN", false},
		"binding needs TLS":                    {all, "pipe", no(scram), "SCRAM-SHA-256,PLAIN", true},
		"wrong password":                       {unbound, "TLS", map[string]string{scram: "NO [AUTHENTICATIONFAILED] no"}, "SCRAM-SHA-256", false},
		"wrong password by BAD":                {"AUTH=PLAIN", "TLS", map[string]string{plain: "BAD [AUTHENTICATIONFAILED] no"}, "PLAIN", false},
		"not that user":                        {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO [AUTHORIZATIONFAILED] no"}, "PLAIN", false},
		"expired":                              {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO [EXPIRED] no"}, "PLAIN", false},
		"wants TLS":                            {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO [PRIVACYREQUIRED] no"}, "PLAIN", false},
		"ask the administrator":                {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO [CONTACTADMIN] no"}, "PLAIN", false},
		"to be shown to the user":              {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO [ALERT] Application-specific password required"}, "PLAIN", false},
		"throttled":                            {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO Request is throttled. Suggested Backoff Time: 5 seconds"}, "PLAIN", false},
		"throttled with BAD":                   {"AUTH=PLAIN SASL-IR", "TLS", map[string]string{plain: "BAD Request is throttled. Suggested Backoff Time: 5 seconds"}, "PLAIN", false},
		"mechanism that can't work":            {"AUTH=PLAIN", "TLS", map[string]string{plain: "NO [CANNOT] no such mechanism"}, "PLAIN,LOGIN command", true},
		"SCRAM says the password is wrong":     {unbound, "TLS", map[string]string{scram: "+invalid-proof"}, "SCRAM-SHA-256", false},
		"SCRAM does not know the user":         {unbound, "TLS", map[string]string{scram: "+unknown-user"}, "SCRAM-SHA-256", false},
		"the list was tampered with":           {unbound, "TLS", map[string]string{scram: "+server-does-support-channel-binding"}, "SCRAM-SHA-256", false},
		"SCRAM says it has an error":           {unbound, "TLS", map[string]string{scram: "+other-error"}, "SCRAM-SHA-256,PLAIN", true},
		"initial response refused":             {"AUTH=PLAIN SASL-IR", "TLS", map[string]string{plain: `BAD Request not ending with \r\n`}, "PLAIN,PLAIN without IR", true},
		"initial response not wanted":          {"AUTH=PLAIN SASL-IR", "TLS", map[string]string{plain: "BAD what", plain + " without IR": "BAD what"}, "PLAIN,PLAIN without IR,LOGIN command", true},
		"initial response taken, NO":           {"AUTH=PLAIN SASL-IR", "TLS", map[string]string{plain: "NO [AUTHENTICATIONFAILED] no"}, "PLAIN", false},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := &loginServer{caps: test.caps, answers: test.answers}
				c := s.client(t, test.where, nil)
				err := c.AuthPassword(t.Context(), "user", "secret")
				require.Equal(t, test.ok, err == nil, err)
				require.Equal(t, test.want, strings.Join(s.tried, ","))
				if !test.ok {
					var st *imap.StatusError
					require.ErrorAs(t, err, &st)
					require.Equal(t, imap.StateNotAuthenticated, c.State())
				}
				works(t, c)
			})
		})
	}
}

// client returns a client of s, over TLS, over a pipe, or over a connection that says it
// leads elsewhere.
func (s *loginServer) client(t *testing.T, where string, opts *imap.Options) *imap.Client {
	t.Helper()
	var o imap.Options
	if opts != nil {
		o = *opts
	}
	pipe := scripted.Pipe(t, func(p *scripted.Peer) {
		if where == "TLS" {
			p.Use(tls.Server(p.Conn, serverTLS()))
		}
		s.serve(p)
	})
	conn := pipe
	switch where {
	case "TLS":
		conn = tls.Client(pipe, clientTLS())
	case "far":
		conn = remote{pipe, &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 143}}
		o.AllowInsecureAuth = true
	}
	c, err := imap.NewClient(t.Context(), conn, &o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestChannelBindingCanBeRequired so that nothing but SCRAM bound to the connection is
// tried, whatever the server offers or refuses.
func TestChannelBindingCanBeRequired(t *testing.T) {
	for name, test := range map[string]struct {
		caps, where string
		answers     map[string]string
		want        string
	}{
		"refused":          {"AUTH=SCRAM-SHA-1-PLUS AUTH=SCRAM-SHA-256 AUTH=PLAIN", "TLS", map[string]string{"SCRAM-SHA-1-PLUS": "NO no"}, "SCRAM-SHA-1-PLUS"},
		"not on offer":     {"AUTH=SCRAM-SHA-256 AUTH=PLAIN", "TLS", nil, ""},
		"without TLS":      {"AUTH=SCRAM-SHA-256-PLUS AUTH=PLAIN", "pipe", nil, ""},
		"nothing on offer": {"", "TLS", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := &loginServer{caps: test.caps, answers: test.answers}
				c := s.client(t, test.where, &imap.Options{RequireChannelBinding: true})
				err := c.AuthPassword(t.Context(), "user", "secret")
				require.Error(t, err)
				require.Equal(t, test.want, strings.Join(s.tried, ","))
				if test.want == "" {
					require.ErrorIs(t, err, imap.ErrUnsupported)
					require.ErrorContains(t, err, "channel binding is required")
				}
				works(t, c)
			})
		})
	}
}

// TestScramSaysWhetherItCouldBind to the server, which notices by it if somebody has taken
// -PLUS off its list (RFC 5802 §6).
func TestScramSaysWhetherItCouldBind(t *testing.T) {
	for name, test := range map[string]struct{ where, caps, flag string }{
		"could bind":            {"TLS", "AUTH=SCRAM-SHA-256", "y,,"},
		"does bind":             {"TLS", "AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS", "p=tls-exporter,,"},
		"no TLS":                {"pipe", "AUTH=SCRAM-SHA-256", "n,,"},
		"no TLS, -PLUS offered": {"pipe", "AUTH=SCRAM-SHA-256 AUTH=SCRAM-SHA-256-PLUS", "n,,"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var first string
				s := &loginServer{caps: "SASL-IR " + test.caps, onCommand: func(words []string) string {
					b, err := base64.StdEncoding.DecodeString(words[2])
					assert.NoError(t, err)
					first = string(b)
					return "NO [AUTHENTICATIONFAILED] no"
				}}
				c := s.client(t, test.where, nil)
				require.Error(t, c.AuthPassword(t.Context(), "user", "secret"))
				require.True(t, strings.HasPrefix(first, test.flag+"n=user,r="), first)
			})
		})
	}
}

// TestSASLRoundsAreBounded has a server that asks and asks, before and after the client
// has broken off.
func TestSASLRoundsAreBounded(t *testing.T) {
	for name, test := range map[string]struct {
		mech  imap.Mechanism
		end   bool // the server gives up when the client does
		bound int
	}{
		"after the mechanism failed": {imap.XOAuth2("user", "token"), false, 5},
		"a mechanism with answers":   {echo{}, false, 50},
		"and the server gives up":    {echo{}, true, 50},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var rounds atomic.Int32
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1] hi")
					cmd := p.Command()
					for {
						p.Send("+ YWJj")
						rounds.Add(1)
						if p.Line() == "*" && test.end {
							p.Sendf("%s BAD broken off", cmd.Tag)
							p.Serve(nil)
						}
					}
				})
				err := c.Authenticate(t.Context(), test.mech)
				require.Error(t, err)
				require.LessOrEqual(t, int(rounds.Load()), test.bound)
				if test.end {
					var violation *imap.ProtocolError
					require.ErrorAs(t, err, &violation)
					works(t, c)
					return
				}
				require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
			})
		})
	}
	t.Run("after the caller has gone", func(t *testing.T) {
		bubble(t, func(t *testing.T) {
			var rounds atomic.Int32
			ctx, cancel := context.WithCancel(t.Context())
			c := connect(t, nil, func(p *scripted.Peer) {
				p.Send("* OK [CAPABILITY IMAP4rev1] hi")
				p.Command()
				cancel()
				synctest.Wait()
				for {
					p.Send("+ YWJj")
					rounds.Add(1)
					p.Line()
				}
			})
			require.ErrorIs(t, c.Authenticate(ctx, echo{}), context.Canceled)
			<-c.Done()
			require.LessOrEqual(t, int(rounds.Load()), 3)
		})
	})
}

// TestErrorsOfForbiddenPasswords say what to do, and nothing has been sent.
func TestErrorsOfForbiddenPasswords(t *testing.T) {
	for name, test := range map[string]struct {
		where, caps, login, auth string
	}{
		"before TLS": {"pipe", "LOGINDISABLED STARTTLS",
			"imap: LOGIN: the server forbids passwords before TLS", "imap: AUTHENTICATE: the server forbids passwords before TLS"},
		"over TLS": {"TLS", "LOGINDISABLED AUTH=GSSAPI",
			"imap: LOGIN: the server forbids the command LOGIN",
			"imap: AUTHENTICATE: the server forbids the command LOGIN and offers no mechanism for a password that the library has"},
		"DIGEST-MD5": {"TLS", "LOGINDISABLED AUTH=DIGEST-MD5",
			"imap: LOGIN: the server forbids the command LOGIN",
			"imap: AUTHENTICATE: the server forbids the command LOGIN and offers no mechanism for a password that the library has: DIGEST-MD5 protects nothing any more (RFC 6331)"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := &loginServer{caps: test.caps}
				c := s.client(t, test.where, nil)
				err := c.Login(t.Context(), "user", "secret")
				require.EqualError(t, err, test.login)
				require.ErrorIs(t, err, imap.ErrUnsupported)
				err = c.AuthPassword(t.Context(), "user", "secret")
				require.EqualError(t, err, test.auth)
				require.ErrorIs(t, err, imap.ErrUnsupported)
				require.Empty(t, s.tried)
			})
		})
	}
}

// ownMechanism is a mechanism of a program's own, with all that one may have.
type ownMechanism struct {
	done, failure error
	reveals       bool
}

func (*ownMechanism) Start() (string, []byte, error) { return "X-OWN", []byte("one"), nil }
func (*ownMechanism) Next(challenge []byte) ([]byte, error) {
	return []byte(fmt.Sprintf("<%s>", challenge)), nil
}
func (m *ownMechanism) Done() error         { return m.done }
func (m *ownMechanism) Failure() error      { return m.failure }
func (m *ownMechanism) RevealsSecret() bool { return m.reveals }

// TestMechanismsOfOnesOwn take part as those of the library do.
func TestMechanismsOfOnesOwn(t *testing.T) {
	unproven, why := errors.New("unproven"), errors.New("why")
	run := func(t *testing.T, m imap.Mechanism, where, end string) (*imap.Client, error) {
		s := &loginServer{caps: "SASL-IR AUTH=X-OWN", answers: map[string]string{"X-OWN": end}}
		c := s.client(t, where, nil)
		return c, c.Authenticate(t.Context(), m)
	}
	bubble(t, func(t *testing.T) {
		_, err := run(t, &ownMechanism{}, "pipe", "OK [CAPABILITY IMAP4rev1] in")
		require.NoError(t, err)
	})
	bubble(t, func(t *testing.T) {
		c, err := run(t, &ownMechanism{done: unproven}, "pipe", "OK [CAPABILITY IMAP4rev1] in")
		require.ErrorIs(t, err, unproven)
		require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
	})
	bubble(t, func(t *testing.T) {
		c, err := run(t, &ownMechanism{failure: why}, "pipe", "NO [AUTHENTICATIONFAILED] no")
		require.ErrorIs(t, err, why)
		require.ErrorIs(t, err, imap.CodeAuthenticationFailed)
		works(t, c)
	})
	bubble(t, func(t *testing.T) {
		far := remote{scripted.Pipe(t, func(p *scripted.Peer) { p.Send("* OK [CAPABILITY IMAP4rev1] hi"); p.Hold() }), &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}}
		c, err := imap.NewClient(t.Context(), far, nil)
		require.NoError(t, err)
		defer c.Close()
		require.ErrorIs(t, c.Authenticate(t.Context(), &ownMechanism{reveals: true}), imap.ErrInsecure)
	})
}

// testCertificate is for localhost, and its own authority.
var testCertificate = sync.OnceValue(newCertificate)

func newCertificate() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<34, 0), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// serverTLS is the configuration of a server that a test plays, clientTLS that of a
// client that trusts it.
func serverTLS() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{testCertificate()}} }

func clientTLS() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(testCertificate().Leaf)
	return &tls.Config{RootCAs: pool, ServerName: "localhost"}
}

// TestCapabilitiesAreKnownAfterLogin: asked for only if the server did not send them by
// itself.
func TestCapabilitiesAreKnownAfterLogin(t *testing.T) {
	for name, login := range map[string]func(context.Context, *imap.Client) error{
		"LOGIN": func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", "secret") },
		"AUTHENTICATE": func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.Plain("", "user", "secret"))
		},
	} {
		for how, answer := range map[string]string{
			"code": "$T OK [CAPABILITY IMAP4rev1 X-AFTER] in", "untagged": "* CAPABILITY IMAP4rev1 X-AFTER\r\n$T OK in", "not at all": "$T OK in",
		} {
			bubble(t, func(t *testing.T) {
				var peer *scripted.Peer
				c := connect(t, nil, func(p *scripted.Peer) {
					peer = p
					p.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR X-BEFORE] hi")
					p.Send(strings.ReplaceAll(answer, "$T", p.Command().Tag))
					p.Serve(func(c scripted.Command) bool {
						if !c.Is("CAPABILITY") {
							return false
						}
						p.Send("* CAPABILITY IMAP4rev1 X-AFTER", c.Tag+" OK done")
						return true
					})
				})
				require.NoError(t, login(t.Context(), c))
				require.True(t, c.Caps().Has("X-AFTER"), "%s, %s", name, how)
				require.False(t, c.Caps().Has("X-BEFORE"))
				require.Equal(t, how == "not at all", len(peer.Log()) == 2, peer.Log())
			})
		}
	}
}

// TestLoginToServices logs in to every service that imaptest imitates, in the ways that
// it offers, with the right password and with a wrong one.
func TestLoginToServices(t *testing.T) {
	for name, profile := range map[string]func() *imaptest.Profile{
		"Gmail": imaptest.Gmail, "Exchange": imaptest.Exchange, "Yahoo": imaptest.Yahoo, "Coremail": imaptest.Coremail,
		"Strato": imaptest.Strato, "James": imaptest.James, "ICloud": imaptest.ICloud, "Courier": imaptest.Courier, "Domino": imaptest.Domino,
	} {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, &imaptest.Options{Profile: profile()})
			c, err := imap.DialTLS(t.Context(), srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
			require.NoError(t, err)
			defer c.Close()
			err = c.AuthPassword(t.Context(), "user", "wrong")
			var refused *imap.StatusError
			require.ErrorAs(t, err, &refused)
			require.NotContains(t, err.Error(), "wrong")
			var throttled *imap.ThrottleError
			require.False(t, errors.As(err, &throttled), err)
			require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
			require.Equal(t, imap.StateAuthenticated, c.State())
			if c.Caps().Has("AUTH=XOAUTH2") {
				again, err := imap.DialTLS(t.Context(), srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
				require.NoError(t, err)
				defer again.Close()
				require.NoError(t, again.Authenticate(t.Context(), imap.XOAuth2("user", "password")))
			}
		})
	}
}
