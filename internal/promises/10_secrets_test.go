package promises_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// secrets are what no log and no error may show, in the forms in which they
// travel.
type secrets struct {
	log  *bytes.Buffer
	opts *imap.Options
	hide []string
}

func newSecrets(hide ...string) *secrets {
	s := &secrets{log: &bytes.Buffer{}}
	for _, h := range hide {
		s.hide = append(s.hide, h, base64.StdEncoding.EncodeToString([]byte(h)))
	}
	s.opts = &imap.Options{Logger: slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	return s
}

// check looks for them.
func (s *secrets) check(t *testing.T, c *imap.Client, err error) {
	t.Helper()
	_ = c.Close()
	synctest.Wait()
	require.NotEmpty(t, s.log.String(), "there is a log")
	for _, text := range []string{s.log.String(), fmt.Sprint(err), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err)} {
		for _, h := range s.hide {
			require.NotContains(t, text, h)
			require.NotContains(t, text, strings.TrimRight(h, "=")[:len(h)*2/3], "not even most of it")
		}
	}
}

// TestSecretsAreNotPrinted logs in with everything, successfully and not, and
// looks for the secret in the log and in the errors.
func TestSecretsAreNotPrinted(t *testing.T) {
	const password, token = "p4ssw0rd-of-the-test", "t0ken-of-the-test-abcdef"
	oauthRefusal := base64.StdEncoding.EncodeToString([]byte(`{"status":"401","schemes":"bearer","scope":"mail"}`))
	for name, test := range map[string]struct {
		login func(ctx context.Context, c *imap.Client) error
		serve func(p *scripted.Peer, end string) // answers up to the end
	}{
		"LOGIN": {func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", password) },
			func(p *scripted.Peer, end string) { p.Sendf("%s %s", p.Command().Tag, end) }},
		"LOGIN with a literal": {func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", password+"\r\nü") },
			func(p *scripted.Peer, end string) { p.Sendf("%s %s", p.Command().Tag, end) }},
		"PLAIN": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.Plain("", "user", password))
		}, func(p *scripted.Peer, end string) {
			cmd := p.Command()
			p.Send("+ ")
			p.Line()
			p.Sendf("%s %s", cmd.Tag, end)
		}},
		"LOGIN mechanism": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.SASLLogin("user", password))
		}, func(p *scripted.Peer, end string) {
			cmd := p.Command()
			p.Send("+ VXNlcm5hbWU6")
			p.Line()
			p.Send("+ UGFzc3dvcmQ6")
			p.Line()
			p.Sendf("%s %s", cmd.Tag, end)
		}},
		"XOAUTH2": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.XOAuth2("user", token))
		},
			func(p *scripted.Peer, end string) {
				cmd := p.Command()
				p.Send("+ ")
				p.Line()
				if strings.HasPrefix(end, "NO") {
					p.Send("+ " + oauthRefusal)
					p.Line()
				}
				p.Sendf("%s %s", cmd.Tag, end)
			}},
		"CRAM-MD5": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.CramMD5("user", password))
		}, func(p *scripted.Peer, end string) {
			cmd := p.Command()
			p.Send("+ " + base64.StdEncoding.EncodeToString([]byte("<1@x>")))
			p.Line()
			p.Sendf("%s %s", cmd.Tag, end)
		}},
		"SCRAM-SHA-256": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.Scram(imap.ScramSHA256, "user", password))
		}, func(p *scripted.Peer, end string) {
			cmd := p.Command()
			p.Send("+ ")
			scramServer(p, password, strings.HasPrefix(end, "OK"))
			p.Sendf("%s %s", cmd.Tag, end)
		}},
	} {
		for _, end := range []string{"OK [CAPABILITY IMAP4rev1] in", "NO [AUTHENTICATIONFAILED] no", "BAD what"} {
			t.Run(name+"/"+end, func(t *testing.T) {
				bubble(t, func(t *testing.T) {
					s := newSecrets(password, token)
					c := connect(t, s.opts, func(p *scripted.Peer) {
						p.Send("* OK [CAPABILITY IMAP4rev1] hi")
						test.serve(p, end)
						p.Serve(nil)
					})
					err := test.login(t.Context(), c)
					require.Equal(t, strings.HasPrefix(end, "OK"), err == nil, err)
					if strings.HasPrefix(end, "NO") {
						require.ErrorIs(t, err, imap.CodeAuthenticationFailed)
					}
					works(t, c)
					s.check(t, c, err)
				})
			})
		}
		t.Run(name+"/initial response", func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				s := newSecrets(password, token)
				c := connect(t, s.opts, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR LITERAL+] hi")
					p.Sendf("%s NO no", p.Command().Tag)
					p.Serve(nil)
				})
				err := test.login(t.Context(), c)
				require.Error(t, err)
				works(t, c)
				s.check(t, c, err)
			})
		})
	}
}

// scramServer plays SCRAM-SHA-256 for a user with this password, without the
// proof of its own where it is not to succeed.
func scramServer(p *scripted.Peer, password string, succeed bool) {
	read := func() string {
		b, err := base64.StdEncoding.DecodeString(p.Line())
		assert.NoError(p.T, err)
		return string(b)
	}
	send := func(s string) { p.Send("+ " + base64.StdEncoding.EncodeToString([]byte(s))) }
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	first := strings.TrimPrefix(read(), "n,,")
	_, nonce, _ := strings.Cut(first, "r=")
	salt := []byte("salt of test")
	serverFirst := "r=" + nonce + "server,s=" + base64.StdEncoding.EncodeToString(salt) + ",i=4096"
	send(serverFirst)
	final := read()
	withoutProof, _, _ := strings.Cut(final, ",p=")
	if !succeed {
		return
	}
	key := mac([]byte(password), string(salt)+"\x00\x00\x00\x01")
	salted := bytes.Clone(key)
	for range 4095 {
		key = mac([]byte(password), string(key))
		for i := range salted {
			salted[i] ^= key[i]
		}
	}
	signature := mac(mac(salted, "Server Key"), first+","+serverFirst+","+withoutProof)
	send("v=" + base64.StdEncoding.EncodeToString(signature))
	p.Line()
}

// A URL with its token is all it takes to read a message: no log has it, whichever side
// says it.
func TestKeysOfURLsAreNotPrinted(t *testing.T) {
	const key = "91354a473744909de610943775f92038"
	bubble(t, func(t *testing.T) {
		s := newSecrets(key)
		c := connect(t, s.opts, func(p *scripted.Peer) {
			p.Send("* PREAUTH [CAPABILITY IMAP4rev1 URLAUTH] hi")
			p.Answer(`GENURLAUTH "imap://u@x/INBOX/;uid=1;urlauth=anonymous" INTERNAL`,
				`* genurlauth "imap://u@x/INBOX/;uid=1;urlauth=anonymous:internal:`+key+`"`)
			p.Serve(func(cmd scripted.Command) bool {
				if !cmd.Is("URLFETCH") {
					return false
				}
				p.Sendf(`* URLFETCH "imap://u@x/INBOX/;uid=1;urlauth=anonymous:internal:%s" "text"`, key)
				p.OK(cmd)
				return true
			})
		})
		urls, err := c.GenURLAuth(t.Context(), "imap://u@x/INBOX/;uid=1;urlauth=anonymous")
		require.NoError(t, err)
		require.Contains(t, urls[0], key)
		_, err = c.URLFetch(t.Context(), urls, commands.URLItems{})
		require.NoError(t, err)
		s.check(t, c, nil)
	})
}
