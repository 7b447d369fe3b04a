package promises_test

import (
	"context"
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestServerThatDoesNotProveItself says OK all the same.
func TestServerThatDoesNotProveItself(t *testing.T) {
	for name, serve := range map[string]func(p *scripted.Peer){
		"at once": func(p *scripted.Peer) {
			p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
		},
		"without signature": func(p *scripted.Peer) {
			cmd := p.Command()
			p.Send("+ ")
			scramServer(p, "secret", false)
			p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", cmd.Tag)
		},
		"with another's": func(p *scripted.Peer) {
			cmd := p.Command()
			p.Send("+ ")
			scramServer(p, "not the password", true)
			p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", cmd.Tag)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1] hi")
					serve(p)
					p.Hold()
				})
				err := c.Authenticate(t.Context(), imap.Scram(imap.ScramSHA256, "user", "secret"))
				require.Error(t, err)
				require.NotEqual(t, imap.StateAuthenticated, c.State())
				if name != "with another's" { // there, the exchange was broken off
					require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
				}
			})
		})
	}
	for _, mech := range []string{"SCRAM-SHA-256", "SCRAM-SHA-1"} {
		t.Run("at once, with the initial response in the command, "+mech, func(t *testing.T) {
			for name, login := range map[string]func(context.Context, *imap.Client) error{
				"Authenticate": func(ctx context.Context, c *imap.Client) error {
					hash := map[string]imap.ScramHash{"SCRAM-SHA-1": imap.ScramSHA1, "SCRAM-SHA-256": imap.ScramSHA256}[mech]
					return c.Authenticate(ctx, imap.Scram(hash, "user", "secret"))
				},
				"AuthPassword": func(ctx context.Context, c *imap.Client) error { return c.AuthPassword(ctx, "user", "secret") },
			} {
				bubble(t, func(t *testing.T) {
					c := connect(t, nil, func(p *scripted.Peer) {
						p.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=" + mech + " AUTH=PLAIN] hi")
						p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
						p.Hold()
					})
					require.ErrorContains(t, login(t.Context(), c), "signature", name)
					require.NotEqual(t, imap.StateAuthenticated, c.State())
					require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
				})
			}
		})
	}
	// A mechanism without proof has at least to be asked.
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1] hi")
			p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
			p.Hold()
		})
		err := c.Authenticate(t.Context(), imap.Plain("", "u", "p"))
		var violation *imap.ProtocolError
		require.ErrorAs(t, err, &violation)
		require.ErrorIs(t, c.Noop(t.Context()), imap.ErrClosed)
	})
}

// brokenMechanism fails at the first challenge.
type brokenMechanism struct{ err error }

func (m brokenMechanism) Next([]byte) ([]byte, error) { return nil, m.err }

// TestMechanismThatFails breaks the exchange off, and the connection goes on.
func TestMechanismThatFails(t *testing.T) {
	boom := errors.New("boom")
	for name, challenge := range map[string]string{"its error": "+ YWJj", "no base64": "+ !!!"} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1] hi")
					cmd := p.Want("AUTHENTICATE X-BROKEN")
					p.Send(challenge)
					assert.Equal(t, "*", p.Line())
					p.Sendf("%s BAD broken off", cmd.Tag)
					p.Serve(nil)
				})
				err := c.Authenticate(t.Context(), brokenMechanism{boom})
				require.Error(t, err)
				if name == "its error" {
					require.ErrorIs(t, err, boom)
				}
				require.Equal(t, imap.StateNotAuthenticated, c.State())
				works(t, c)
			})
		})
	}
}

// TestOAuthRefusalReachesTheCaller with what the server said of it.
func TestOAuthRefusalReachesTheCaller(t *testing.T) {
	for name, mech := range map[string]imap.Mechanism{
		"XOAUTH2": imap.XOAuth2("user", "ya29.abc"), "OAUTHBEARER": imap.OAuthBearer("user", "ya29.abc", "host", 993),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR] hi")
					cmd := p.Command()
					p.Send("+ " + base64.StdEncoding.EncodeToString([]byte(`{"status":"invalid_token","scope":"https://mail.example/"}`)))
					p.Line()
					p.Sendf("%s NO [AUTHENTICATIONFAILED] no", cmd.Tag)
					p.Serve(nil)
				})
				err := c.Authenticate(t.Context(), mech)
				var refused *imap.OAuthError
				require.ErrorAs(t, err, &refused)
				require.Equal(t, "invalid_token", refused.Status)
				require.Equal(t, "https://mail.example/", refused.Scope)
				require.ErrorIs(t, err, imap.CodeAuthenticationFailed)
				works(t, c)
			})
		})
	}
}

// TestChallengesAreNeverLost has the server be quicker than the client, which is
// slow to say that it waits.
func TestChallengesAreNeverLost(t *testing.T) {
	addr := scripted.Listen(t, func(p *scripted.Peer) {
		p.Send("* OK [CAPABILITY IMAP4rev1] hi")
		for {
			cmd := p.Command()
			if !cmd.Is("AUTHENTICATE") {
				p.OK(cmd)
				continue
			}
			for range 3 {
				p.Send("+ YWJj")
				p.Line()
			}
			p.Sendf("%s NO no", cmd.Tag)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := imap.DialInsecure(ctx, addr, nil)
	require.NoError(t, err)
	defer c.Close()
	for range 300 {
		var no *imap.StatusError
		require.ErrorAs(t, c.Authenticate(ctx, echo{}), &no)
	}
}

// echo is a mechanism that says what it hears.
type echo struct{}
