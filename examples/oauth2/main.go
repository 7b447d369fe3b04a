// Command oauth2 logs in to Gmail or Microsoft 365 with an OAuth 2 token in place of a
// password, and prints how many messages are in the inbox.
//
//	oauth2 -provider microsoft -client ID -user you@example.org
//	oauth2 -provider google -client ID -user you@gmail.com
//
// The client ID is that of an application which you have registered with the provider, with
// the right to access mail by IMAP; a client secret, if it has one, is in
// OAUTH_CLIENT_SECRET. The user grants access on any device, with a code that the program
// prints (RFC 8628), or with -browser on this one (RFC 8252): Google gives the right to
// read mail by a code to few applications. Tokens are kept in a file, so that it is done
// once.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"unicode"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/endpoints"

	"github.com/seed-090b04e4/imap"
)

// provider is a mail service with OAuth.
type provider struct {
	endpoint oauth2.Endpoint
	scopes   []string
	addr     string
}

var providers = map[string]provider{
	"google": {endpoints.Google, []string{"https://mail.google.com/"}, "imap.gmail.com:993"},
	"microsoft": {
		endpoints.AzureAD("common"),
		[]string{"https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"}, "outlook.office365.com:993",
	},
}

// login is what the program is to do.
type login struct {
	provider
	client, secret, user string
	file                 string // for the tokens
	browser              bool
	tls                  *tls.Config
	out                  io.Writer
}

func main() {
	l := login{secret: os.Getenv("OAUTH_CLIENT_SECRET"), out: os.Stdout}
	name := flag.String("provider", "", "`NAME` of the service: google or microsoft")
	flag.StringVar(&l.client, "client", "", "`ID` of the registered application")
	flag.StringVar(&l.user, "user", "", "`ADDRESS` of the mailbox")
	flag.StringVar(&l.file, "tokens", "", "`FILE` for the tokens; empty: one in the user's configuration folder")
	flag.BoolVar(&l.browser, "browser", false, "grant access in a browser on this machine")
	flag.Usage = func() {
		fmt.Fprint(os.Stderr, "usage: oauth2 -provider NAME -client ID -user ADDRESS [flags]\n\n"+
			"oauth2 logs in to Gmail or Microsoft 365 with a token in place of a password.\n"+
			"ID is that of an application which you have registered with the provider.\n\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	var known bool
	if l.provider, known = providers[*name]; !known || l.client == "" || l.user == "" {
		flag.Usage()
		os.Exit(2)
	}
	err := l.run(ctx)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "oauth2: %s\n", clean(err.Error()))
		os.Exit(1)
	}
}

// grant asks the user for access.
func (l *login) grant(ctx context.Context, cfg *oauth2.Config) (*oauth2.Token, error) {
	if l.browser {
		return l.grantInBrowser(ctx, cfg)
	}
	device, err := cfg.DeviceAuth(ctx, oauth2.AccessTypeOffline)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(l.out, "Open %s and enter the code %s\n", clean(device.VerificationURI), clean(device.UserCode))
	return cfg.DeviceAccessToken(ctx, device)
}

// count logs in to the mailbox and prints what is in the inbox.
func (l *login) count(ctx context.Context, token *oauth2.Token) error {
	c, err := imap.DialTLS(ctx, l.addr, &imap.Options{TLSConfig: l.tls, ReadOnly: true})
	if err != nil {
		return err
	}
	defer c.Close()
	mechanism := imap.XOAuth2(l.user, token.AccessToken)
	if c.Caps().Has("AUTH=OAUTHBEARER") {
		mechanism = imap.OAuthBearer(l.user, token.AccessToken, "", 0)
	}
	if err := c.Authenticate(ctx, mechanism); err != nil {
		return err
	}
	inbox, err := c.Status(ctx, "INBOX", imap.StatusMessages|imap.StatusUnseen)
	if err != nil {
		return err
	}
	fmt.Fprintf(l.out, "INBOX has %d messages, %d of them unread.\n", inbox.Messages, inbox.Unseen)
	return c.Logout(ctx)
}

// clean returns a server's text without control characters, which a terminal could take
// for commands.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, s)
}
