package promises_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// Promise 9: what was said in the clear does not count in TLS.

// toTLS plays a server that says before in the clear, and goes on in TLS with serve.
func toTLS(before []string, serve func(*scripted.Peer)) func(*scripted.Peer) {
	return func(p *scripted.Peer) {
		p.Send("* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED LITERAL+ X-CLEAR] hi")
		cmd := p.Want("STARTTLS")
		p.Send(before...)
		p.Sendf("%s OK go on", cmd.Tag)
		conn := tls.Server(p.Conn, serverTLS())
		if conn.Handshake() != nil {
			return
		}
		p.Use(conn)
		serve(p)
	}
}

func inTLS(p *scripted.Peer) {
	p.Answer("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN X-SECURE")
	p.Serve(nil)
}

// saidInTheClear is what an attacker may put in before STARTTLS has been answered.
var saidInTheClear = []string{
	"* ENABLED UTF8=ACCEPT IMAP4rev2", "* OK [ALERT] call +1 555 0100", "* CAPABILITY IMAP4rev1 X-CLEAR AUTH=LOGIN",
	`* LIST () "/" "&bad"`, "* 7 EXISTS", "* NO [ALERT] hurry", "* XVENDOR 1",
}

// TestWhatWasSaidBeforeTLSIsForgotten, by the dial function and by the method.
func TestWhatWasSaidBeforeTLSIsForgotten(t *testing.T) {
	for name, dial := range map[string]func(*testing.T, *imap.Options, func(*scripted.Peer)) (*imap.Client, error){
		"DialStartTLS": func(t *testing.T, o *imap.Options, serve func(*scripted.Peer)) (*imap.Client, error) {
			o.Dial, o.TLSConfig = dialPipe(t, serve), clientTLS()
			return imap.DialStartTLS(t.Context(), "localhost", o)
		},
		"StartTLS": func(t *testing.T, o *imap.Options, serve func(*scripted.Peer)) (*imap.Client, error) {
			c, err := imap.NewClient(t.Context(), scripted.Pipe(t, serve), o)
			if err != nil {
				return nil, err
			}
			return c, c.StartTLS(t.Context(), clientTLS())
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var events []imap.Event
				opts := &imap.Options{}
				if name == "DialStartTLS" { // the method can't take back what OnEvent has received
					opts.OnEvent = func(ev imap.Event) { events = append(events, ev) }
				}
				c, err := dial(t, opts, toTLS(saidInTheClear, inTLS))
				require.NoError(t, err)
				defer c.Close()
				synctest.Wait()
				require.Empty(t, events)
				require.Empty(t, c.Enabled())
				require.True(t, c.Caps().Lists("X-SECURE"))
				require.False(t, c.Caps().Lists("X-CLEAR"))
				require.Equal(t, imap.StateNotAuthenticated, c.State())
				require.NotNil(t, c.TLS())
				require.NotNil(t, c.Greeting())
				works(t, c)
			})
		})
	}
}

// TestStartTLSComesFirst: after anything else, it is refused, and nothing is sent.
func TestStartTLSComesFirst(t *testing.T) {
	offers := "[CAPABILITY IMAP4rev1 STARTTLS]"
	for name, test := range map[string]struct {
		serve func(*scripted.Peer)
		begin func(t *testing.T, c *imap.Client)
	}{
		"PREAUTH": {func(p *scripted.Peer) { p.Send("* PREAUTH " + offers + " hi") }, func(*testing.T, *imap.Client) {}},
		"after login": {func(p *scripted.Peer) {
			p.Send("* OK " + offers + " hi")
			p.Sendf("%s OK %s welcome", p.Want(`LOGIN "u" "p"`).Tag, offers)
		}, func(t *testing.T, c *imap.Client) { require.NoError(t, c.Login(t.Context(), "u", "p")) }},
		"a command in flight": {func(p *scripted.Peer) {
			p.Send("* OK " + offers + " hi")
			p.Want("NOOP")
		}, func(t *testing.T, c *imap.Client) {
			go func() { _ = c.Noop(context.Background()) }()
			synctest.Wait()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					test.serve(p)
					p.Hold()
					require.NotContains(t, p.Wire(), "STARTTLS")
				})
				test.begin(t, c)
				require.ErrorIs(t, c.StartTLS(t.Context(), nil), imap.ErrState)
				require.NoError(t, c.Err(), "the connection goes on")
			})
		})
	}
	bubble(t, func(t *testing.T) { // TLS is on
		c, err := imap.DialStartTLS(t.Context(), "localhost", &imap.Options{Dial: dialPipe(t, toTLS(nil, inTLS)), TLSConfig: clientTLS()})
		require.NoError(t, err)
		defer c.Close()
		require.ErrorIs(t, c.StartTLS(t.Context(), clientTLS()), imap.ErrState)
		works(t, c)
	})
}

// TestAddressesNeedNoPort: the usual one is taken.
func TestAddressesNeedNoPort(t *testing.T) {
	for addr, want := range map[string][2]string{
		"imap.example.org":      {"imap.example.org:993", "imap.example.org:143"},
		"imap.example.org:9":    {"imap.example.org:9", "imap.example.org:9"},
		"imap.example.org:imap": {"imap.example.org:imap", "imap.example.org:imap"},
		"192.0.2.1":             {"192.0.2.1:993", "192.0.2.1:143"},
		"::1":                   {"[::1]:993", "[::1]:143"},
		"[::1]":                 {"[::1]:993", "[::1]:143"},
		"[::1]:9":               {"[::1]:9", "[::1]:9"},
	} {
		for i, dial := range []func(context.Context, string, *imap.Options) (*imap.Client, error){imap.DialTLS, imap.DialStartTLS, imap.DialInsecure} {
			var dialled string
			_, err := dial(t.Context(), addr, &imap.Options{Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
				dialled = addr
				return nil, net.ErrClosed
			}})
			require.ErrorIs(t, err, net.ErrClosed)
			require.Equal(t, want[min(i, 1)], dialled)
		}
	}
	for _, addr := range []string{"", "a:b:c", ":::"} {
		_, err := imap.DialTLS(t.Context(), addr, nil)
		require.Error(t, err, addr)
	}
}
