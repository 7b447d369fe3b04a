package promises_test

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// dialPipe is a dial function that reaches a scripted server.
func dialPipe(t testing.TB, serve func(*scripted.Peer)) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) { return scripted.Pipe(t, serve), nil }
}

// TestStartTLSInjection has somebody put a response behind the answer to
// STARTTLS, in the same segment.
func TestStartTLSInjection(t *testing.T) {
	for name, extra := range map[string]string{
		"a response":    "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n",
		"a tagged one":  "A2 OK [CAPABILITY IMAP4rev1] hi\r\n",
		"half a line":   "* OK",
		"a single byte": "\x16",
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				_, err := imap.DialStartTLS(context.Background(), "localhost:143", &imap.Options{Dial: dialPipe(t, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")
					cmd := p.Want("STARTTLS")
					p.Raw(cmd.Tag + " OK go on\r\n" + extra)
					p.Hold()
				})})
				var violation *imap.ProtocolError
				require.ErrorAs(t, err, &violation)
			})
		})
	}
}

// TestStartTLSIsNeverLeftOut has servers, or somebody in between, say that there
// is no TLS.
func TestStartTLSIsNeverLeftOut(t *testing.T) {
	for name, test := range map[string]struct {
		serve func(p *scripted.Peer)
		check func(t *testing.T, err error)
	}{
		"not offered": {func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1] hi")
			p.Hold()
		}, func(t *testing.T, err error) {
			require.ErrorIs(t, err, imap.ErrUnsupported)
			var lacks *imap.UnsupportedError
			require.ErrorAs(t, err, &lacks)
			require.EqualValues(t, imap.CapStartTLS, lacks.Cap)
		}},
		"refused": {func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")
			cmd := p.Want("STARTTLS")
			p.Sendf("%s NO not now", cmd.Tag)
			p.Hold()
		}, func(t *testing.T, err error) {
			var no *imap.StatusError
			require.ErrorAs(t, err, &no)
			require.Equal(t, imap.NO, no.Type)
		}},
		"PREAUTH": {func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] hi")
			p.Hold()
		}, func(t *testing.T, err error) {
			var violation *imap.ProtocolError
			require.ErrorAs(t, err, &violation)
		}},
		"no TLS behind it": {func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")
			p.OK(p.Want("STARTTLS"))
			p.In.Peek(100)
			p.Send("* OK in the clear", "* OK in the clear")
			p.Hold()
		}, func(t *testing.T, err error) {
			var header tls.RecordHeaderError
			require.ErrorAs(t, err, &header)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c, err := imap.DialStartTLS(t.Context(), "localhost:143", &imap.Options{Dial: dialPipe(t, test.serve)})
				require.Nil(t, c)
				test.check(t, err)
			})
		})
	}
}

// TestWhatWasSaidBeforeTLSDoesNotCount offers mechanisms in the clear.
func TestWhatWasSaidBeforeTLSDoesNotCount(t *testing.T) {
	bubble(t, func(t *testing.T) {
		conn := imaptest.Script(t, `
			S: * OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=X-BAD] hi
			C: a STARTTLS
			S: * CAPABILITY IMAP4rev1 AUTH=X-WORSE
			S: a OK go on
			--- starttls
			C: b CAPABILITY
			S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
			S: b OK done
			C: c NOOP
			S: c OK done
		`)
		c, err := imap.DialStartTLS(t.Context(), "localhost:143", &imap.Options{
			TLSConfig: imaptest.ClientTLSConfig(),
			Dial:      func(context.Context, string, string) (net.Conn, error) { return conn, nil },
		})
		require.NoError(t, err)
		defer c.Close()
		require.Equal(t, imap.Capabilities{"IMAP4rev1", "AUTH=PLAIN"}, c.Caps())
		require.NotNil(t, c.TLS())
		works(t, c)
	})
}

// TestAnswersThatComeTooEarly has the server answer what it has not been asked.
func TestAnswersThatComeTooEarly(t *testing.T) {
	for name, test := range map[string]struct {
		serve func(p *scripted.Peer)
		call  func(t *testing.T, c *imap.Client) error
	}{
		"an unknown tag": {func(p *scripted.Peer) {
			p.Want("NOOP")
			p.Send("A77 OK done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error { return c.Noop(t.Context()) }},
		"somebody else's tag": {func(p *scripted.Peer) {
			p.Want("NOOP")
			p.Send("x OK done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error { return c.Noop(t.Context()) }},
		"a tag that looks alike": {func(p *scripted.Peer) {
			p.Want("NOOP")
			p.Send("A01 OK done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error { return c.Noop(t.Context()) }},
		"before the command": {func(p *scripted.Peer) {
			p.Send("A1 OK done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error {
			synctest.Wait()
			return c.Noop(t.Context())
		}},
		"before the literal": {func(p *scripted.Peer) {
			p.Line()
			p.Send("A1 OK [APPENDUID 1 2] done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error {
			_, err := c.Append(t.Context(), "x", 5, strings.NewReader("hello"), nil)
			return err
		}},
		"within the literal": {func(p *scripted.Peer) {
			p.Line()
			p.Send("+ go on")
			p.Bytes(1 << 20)
			p.Send("A1 OK done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error {
			_, err := c.Append(t.Context(), "x", 4<<20, zeros{'a'}, nil)
			return err
		}},
		"twice": {func(p *scripted.Peer) {
			p.Want("NOOP")
			p.Send("A1 OK done", "A1 OK done")
			p.Hold()
		}, func(t *testing.T, c *imap.Client) error {
			_ = c.Noop(t.Context())
			synctest.Wait()
			return c.Noop(t.Context())
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* PREAUTH [CAPABILITY IMAP4rev1] hi")
					test.serve(p)
				})
				err := test.call(t, c)
				var violation *imap.ProtocolError
				require.ErrorAs(t, err, &violation)
				require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
			})
		})
	}
}

// TestRefusedLiteral has the server refuse a message before it was sent, which
// is no violation.
func TestRefusedLiteral(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1] hi")
			p.Line()
			p.Send("A1 NO [TRYCREATE] there is no such mailbox")
			p.Serve(nil)
		})
		_, err := c.Append(t.Context(), "x", 8<<20, zeros{'a'}, nil)
		require.ErrorIs(t, err, imap.CodeTryCreate)
		works(t, c)
	})
}

// remote is a connection that says it leads elsewhere.
type remote struct {
	net.Conn
	addr net.Addr
}

func (r remote) RemoteAddr() net.Addr { return r.addr }

// TestPasswordsNeedTLS tries to send them to another machine without.
func TestPasswordsNeedTLS(t *testing.T) {
	secret := map[string]func(ctx context.Context, c *imap.Client) error{
		"LOGIN":        func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "u", "p") },
		"AuthPassword": func(ctx context.Context, c *imap.Client) error { return c.AuthPassword(ctx, "u", "p") },
		"PLAIN":        func(ctx context.Context, c *imap.Client) error { return c.Authenticate(ctx, imap.Plain("", "u", "p")) },
		"LOGIN mech": func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.SASLLogin("u", "p"))
		},
		"XOAUTH2": func(ctx context.Context, c *imap.Client) error { return c.Authenticate(ctx, imap.XOAuth2("u", "t")) },
		"OAUTHBEARER": func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.OAuthBearer("u", "t", "h", 1))
		},
	}
	far := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 143}
	for name, login := range secret {
		for _, addr := range []net.Addr{far, nil} {
			bubble(t, func(t *testing.T) {
				conn := &counter{Conn: remote{scripted.Pipe(t, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=XOAUTH2 SASL-IR] hi")
					p.Hold()
				}), addr}}
				c, err := imap.NewClient(t.Context(), conn, nil)
				require.NoError(t, err)
				defer c.Close()
				require.ErrorIs(t, login(t.Context(), c), imap.ErrInsecure, name)
				synctest.Wait()
				require.Empty(t, conn.Writes(), name)
			})
		}
	}
	for name, test := range map[string]struct {
		addr net.Addr
		opts *imap.Options
	}{
		"loopback":  {&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, nil},
		"IPv6":      {&net.TCPAddr{IP: net.IPv6loopback}, nil},
		"permitted": {far, &imap.Options{AllowInsecureAuth: true}},
	} {
		bubble(t, func(t *testing.T) {
			conn := remote{scripted.Pipe(t, func(p *scripted.Peer) {
				p.Send("* OK [CAPABILITY IMAP4rev1] hi")
				p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
				p.Serve(nil)
			}), test.addr}
			c, err := imap.NewClient(t.Context(), conn, test.opts)
			require.NoError(t, err)
			defer c.Close()
			require.NoError(t, c.Login(t.Context(), "u", "p"), name)
		})
	}
}

// namedAddr is an address of a kind that the library does not know.
type namedAddr string

func (a namedAddr) Network() string { return string(a) }
func (a namedAddr) String() string  { return "127.0.0.1:143" }

// TestWhatIsLocal and needs no TLS is a loopback address, a Unix domain socket or a
// net.Pipe, and nothing else, whatever it calls itself.
func TestWhatIsLocal(t *testing.T) {
	socket, peer := net.Pipe()
	defer socket.Close()
	defer peer.Close()
	for name, test := range map[string]struct {
		addr  net.Addr
		local bool
	}{
		"IPv4":               {&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}, true},
		"IPv4, another":      {&net.TCPAddr{IP: net.IPv4(127, 9, 9, 9)}, true},
		"IPv6":               {&net.TCPAddr{IP: net.IPv6loopback}, true},
		"Unix domain socket": {&net.UnixAddr{Name: "/run/imap", Net: "unix"}, true},
		"net.Pipe":           {socket.RemoteAddr(), true},
		"far":                {&net.TCPAddr{IP: net.IPv4(192, 0, 2, 1)}, false},
		"far, IPv6":          {&net.TCPAddr{IP: net.ParseIP("2001:db8::1")}, false},
		"private":            {&net.TCPAddr{IP: net.IPv4(10, 0, 0, 1)}, false},
		"unspecified":        {&net.TCPAddr{IP: net.IPv4zero}, false},
		"no IP":              {&net.TCPAddr{}, false},
		"nil TCP address":    {(*net.TCPAddr)(nil), false},
		"nil":                {nil, false},
		"an IP":              {&net.IPAddr{IP: net.IPv4(127, 0, 0, 1)}, false},
		"UDP":                {&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}, false},
		"SOCKS":              {namedAddr("socks"), false},
		"tcp by name":        {namedAddr("tcp"), false},
		"pipe by name":       {namedAddr("pipe"), false},
		"unix by name":       {namedAddr("unix"), false},
	} {
		bubble(t, func(t *testing.T) {
			conn := &counter{Conn: remote{scripted.Pipe(t, func(p *scripted.Peer) {
				p.Send("* OK [CAPABILITY IMAP4rev1] hi")
				p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
				p.Serve(nil)
			}), test.addr}}
			c, err := imap.NewClient(t.Context(), conn, nil)
			require.NoError(t, err)
			defer c.Close()
			err = c.Login(t.Context(), "u", "p")
			if test.local {
				require.NoError(t, err, name)
				return
			}
			require.ErrorIs(t, err, imap.ErrInsecure, name)
			synctest.Wait()
			require.Empty(t, conn.Writes(), name)
		})
	}
}

// TestPasswordThroughAProxyOnThisMachine does not leave in the clear: the address that
// was dialled counts, not only the peer.
func TestPasswordThroughAProxyOnThisMachine(t *testing.T) {
	for host, local := range map[string]bool{
		"imap.example.org": false, "192.0.2.1": false, "[2001:db8::1]": false, "localhost.example.org": false, "xlocalhost": false, "127.0.0.1.example.org": false,
		"": true, "localhost": true, "LOCALHOST": true, "localhost.": true, "mail.localhost": true, "127.0.0.1": true, "127.1.2.3": true, "[::1]": true, "[::ffff:127.0.0.1]": true,
	} {
		bubble(t, func(t *testing.T) {
			conn := &counter{Conn: remote{scripted.Pipe(t, func(p *scripted.Peer) {
				p.Send("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi")
				p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
				p.Serve(nil)
			}), &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9050}}}
			c, err := imap.DialInsecure(t.Context(), host+":143", &imap.Options{
				Dial: func(context.Context, string, string) (net.Conn, error) { return conn, nil },
			})
			require.NoError(t, err)
			defer c.Close()
			err = c.AuthPassword(t.Context(), "user", "secret")
			if local {
				require.NoError(t, err, host)
				return
			}
			require.ErrorIs(t, err, imap.ErrInsecure, host)
			require.ErrorIs(t, c.Login(t.Context(), "user", "secret"), imap.ErrInsecure, host)
			require.ErrorIs(t, c.Authenticate(t.Context(), imap.XOAuth2("user", "secret")), imap.ErrInsecure, host)
			synctest.Wait()
			require.Empty(t, conn.Writes(), host)
		})
	}
}

// TestOldTLSIsRefused by STARTTLS and from the start, unless TLSConfig permits it.
func TestOldTLSIsRefused(t *testing.T) {
	for name, maximum := range map[string]uint16{"TLS 1.0": tls.VersionTLS10, "TLS 1.1": tls.VersionTLS11, "TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		server := serverTLS()
		server.MinVersion, server.MaxVersion = tls.VersionTLS10, maximum
		dial := func(start bool, cfg *tls.Config) (*imap.Client, error) {
			opts := &imap.Options{TLSConfig: cfg, Dial: func(context.Context, string, string) (net.Conn, error) {
				return scripted.Pipe(t, func(p *scripted.Peer) {
					if start {
						p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS] hi")
						p.Answer("STARTTLS")
					}
					p.Use(tls.Server(p.Conn, server))
					if !start {
						p.Send("* OK [CAPABILITY IMAP4rev1] hi")
					}
					p.Serve(func(c scripted.Command) bool {
						if c.Is("CAPABILITY") {
							p.Send("* CAPABILITY IMAP4rev1", c.Tag+" OK done")
							return true
						}
						return false
					})
				}), nil
			}}
			if start {
				return imap.DialStartTLS(t.Context(), "localhost:143", opts)
			}
			return imap.DialTLS(t.Context(), "localhost:993", opts)
		}
		for _, start := range []bool{false, true} {
			c, err := dial(start, clientTLS())
			require.Equal(t, maximum >= tls.VersionTLS12, err == nil, "%s: %v", name, err)
			if err == nil {
				require.NoError(t, c.Close())
			}
			old := clientTLS()
			old.MinVersion = tls.VersionTLS10
			c, err = dial(start, old)
			require.NoError(t, err, name)
			require.Equal(t, maximum, c.TLS().Version)
			require.NoError(t, c.Close())
		}
	}
}

// TestLoginDisabledIsHonoured on a server that would take the password.
func TestLoginDisabledIsHonoured(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var peer *scripted.Peer
		c := connect(t, nil, func(p *scripted.Peer) {
			peer = p
			p.Send("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi")
			p.Serve(nil)
		})
		require.ErrorIs(t, c.Login(t.Context(), "u", "p"), imap.ErrUnsupported)
		require.ErrorIs(t, c.AuthPassword(t.Context(), "u", "p"), imap.ErrUnsupported)
		works(t, c)
		require.Len(t, peer.Log(), 1)
	})
}

func (brokenMechanism) Start() (string, []byte, error) { return "X-BROKEN", nil, nil }

func (echo) Start() (string, []byte, error) { return "X-ECHO", nil, nil }

func (echo) Next(b []byte) ([]byte, error) { return b, nil }
