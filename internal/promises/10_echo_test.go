package promises_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/internal/scripted"
)

// TestSecretsThatComeBackAreNotPrinted has a server quote what it was sent, in every kind
// of response and in every form.
func TestSecretsThatComeBackAreNotPrinted(t *testing.T) {
	const password, word, token = `p4ss"w\rd-of-the-test`, "letters", "t0ken-of-the-test-abcdef"
	for name, test := range map[string]struct {
		login func(ctx context.Context, c *imap.Client) error
		hide  []string
	}{
		"LOGIN":                {func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", password) }, []string{password}},
		"LOGIN with a word":    {func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", word) }, []string{word}},
		"LOGIN with a literal": {func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", password+"ü") }, []string{password}},
		"PLAIN": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.Plain("", "user", password))
		}, []string{password}},
		"LOGIN mechanism": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.SASLLogin("user", password))
		}, []string{password}},
		"XOAUTH2": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.XOAuth2("user", token))
		}, []string{token}},
		"OAUTHBEARER": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.OAuthBearer("user", token, "h", 1))
		}, []string{token}},
		"CRAM-MD5": {func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.CramMD5("user", password))
		}, nil},
	} {
		for _, caps := range []string{"IMAP4rev1", "IMAP4rev1 SASL-IR LITERAL+"} {
			for _, answer := range []string{"$T BAD what: $E", "$T NO [AUTHENTICATIONFAILED] no $E", "* BAD what: $E\r\n$T NO no", "* NO $E\r\n$T OK [CAPABILITY IMAP4rev1] in: $E", "* BYE $E",
				"$T NO no\r\n* BYE $E", "$T BAD no\r\n* NO $E\r\n* BYE $E", // after the login
				"$T NO [XBAD $E] no", "* NO [ALERT] $E\r\n$T BAD [XBAD $E] $E", "* LIST $E\r\n$T NO $E", "* BAD\r\n* 5 $E\r\n* FLAGS ($E\r\n$T NO no", // codes, and what can't be read
				"$E\r\n$T NO no", "$T $E"} {
				t.Run(name+"/"+caps+"/"+answer, func(t *testing.T) {
					bubble(t, func(t *testing.T) {
						s := newSecrets(test.hide...)
						var events []imap.Event
						s.opts.OnEvent = func(e imap.Event) { events = append(events, e) }
						c := connect(t, s.opts, func(p *scripted.Peer) {
							p.Send("* OK [CAPABILITY " + caps + "] hi")
							for {
								echoEverything(p, name, answer)
							}
						})
						err := test.login(t.Context(), c)
						synctest.Wait()
						s.check(t, c, err)
						require.Contains(t, s.log.String(), "***")
						for _, e := range events {
							for _, h := range s.hide {
								switch e := e.(type) {
								case *imap.StatusResponse:
									require.NotContains(t, fmt.Sprintf("%+v", e), h)
								case *imap.ParseErrorData:
									require.NotContains(t, fmt.Sprintf("%+v %q", e.Err, e.Err.Raw), h)
								}
							}
						}
					})
				})
			}
		}
	}
}

// echoEverything answers one command with what the client has sent for it, as it came,
// decoded, and without quotes.
func echoEverything(p *scripted.Peer, mechanism, answer string) {
	cmd := p.Command()
	said := []string{cmd.Text, strings.NewReplacer(`"`, "", `\`, "").Replace(cmd.Text)}
	if cmd.Is("NOOP") {
		p.OK(cmd)
		return
	}
	words := strings.Fields(cmd.Text)
	rounds := map[string]int{"LOGIN mechanism": 2, "PLAIN": 1, "XOAUTH2": 1, "OAUTHBEARER": 1, "CRAM-MD5": 1}[mechanism]
	if cmd.Is("AUTHENTICATE") && len(words) == 3 {
		said = append(said, decoded(words[2]))
		rounds = 0
	}
	for range rounds {
		challenge := ""
		if mechanism == "CRAM-MD5" || mechanism == "LOGIN mechanism" {
			challenge = "YWJj"
		}
		p.Send("+ " + challenge)
		line := p.Line()
		said = append(said, line, decoded(line))
	}
	echo := strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ", "\x01", " ").Replace(strings.Join(said, " "))
	p.Raw(strings.NewReplacer("$T", cmd.Tag, "$E", echo).Replace(answer) + "\r\n")
}

func decoded(line string) string {
	b, _ := base64.StdEncoding.DecodeString(line)
	return string(b)
}

// TestOrdinaryAnswersAreReadable although the password is a word of them.
func TestOrdinaryAnswersAreReadable(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := connect(t, nil, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1] hi")
			p.Sendf("%s NO [AUTHENTICATIONFAILED] Wrong password for user", p.Command().Tag)
			p.Sendf("%s NO [AUTHENTICATIONFAILED] Wrong password for user", p.Command().Tag)
			p.Serve(nil)
		})
		err := c.Login(t.Context(), "user", "password")
		require.ErrorContains(t, err, "Wrong password for user")
		err = c.Login(t.Context(), "user", "p")
		require.ErrorContains(t, err, "Wrong password for user")
	})
}

// After a login that has succeeded nothing is hidden any more: the password is kept no
// longer than it is needed.
func TestSecretsAreForgottenAfterLogin(t *testing.T) {
	const password = "p4ss-w0rd"
	for name, login := range map[string]func(context.Context, *imap.Client) error{
		"LOGIN": func(ctx context.Context, c *imap.Client) error { return c.Login(ctx, "user", password) },
		"PLAIN": func(ctx context.Context, c *imap.Client) error {
			return c.Authenticate(ctx, imap.Plain("", "user", password))
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				c := connect(t, nil, func(p *scripted.Peer) {
					p.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR] hi")
					p.Sendf("%s NO no", p.Command().Tag)
					p.Sendf("%s OK [CAPABILITY IMAP4rev1] in", p.Command().Tag)
					p.Sendf("%s NO the text %s", p.Command().Tag, password)
				})
				require.Error(t, login(t.Context(), c))
				require.NoError(t, login(t.Context(), c))
				require.ErrorContains(t, c.Noop(t.Context()), password)
			})
		})
	}
}
