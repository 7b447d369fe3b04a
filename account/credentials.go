package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net"
	"strconv"

	"github.com/seed-090b04e4/imap"
)

// Credentials returns the secret for a login. It is called before every login,
// from whichever goroutine needs a connection, so that it can refresh a token, or
// ask for a new password after the last one was refused. An error ends the call
// that needed the connection.
type Credentials func(ctx context.Context, try Attempt) (Secret, error)

// Attempt is the login that a secret is needed for.
type Attempt struct {
	User string // the user name of the URL
	Host string // the host of the URL
	// Refused is why the last login was refused, and nil if there was none or it
	// succeeded. A token that was refused has to be renewed.
	Refused error
}

// Secret is what a user logs in with. The first field that is set counts. It is
// neither logged nor printed.
type Secret struct {
	// Mechanism is a SASL mechanism for this login alone.
	Mechanism imap.Mechanism
	// Token is an OAuth 2.0 access token, sent by OAUTHBEARER (RFC 7628) or
	// XOAUTH2, whichever the server offers.
	Token string
	// Password is sent by the strongest means that the server offers: see
	// [imap.Client.AuthPassword].
	Password string
}

// String returns a text without the secret.
func (Secret) String() string { return "secret" }

// GoString returns a text without the secret.
func (Secret) GoString() string { return "account.Secret{}" }

// LogValue returns a value without the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue("secret") }

// Password returns Credentials that are one password.
func Password(password string) Credentials {
	return func(context.Context, Attempt) (Secret, error) { return Secret{Password: password}, nil }
}

// Token returns Credentials that call f for an access token at every login.
func Token(f func(ctx context.Context, try Attempt) (string, error)) Credentials {
	return func(ctx context.Context, try Attempt) (Secret, error) {
		token, err := f(ctx, try)
		return Secret{Token: token}, err
	}
}

var errNoSecret = errors.New("account: Credentials returned an empty secret")

// authenticate logs in.
func (s Secret) authenticate(ctx context.Context, c *imap.Client, ep endpoint) error {
	switch {
	case s.Mechanism != nil:
		return c.Authenticate(ctx, s.Mechanism)
	case s.Token != "":
		if caps := c.Caps(); caps.Has("AUTH=OAUTHBEARER") || !caps.Has("AUTH=XOAUTH2") {
			host, port, err := net.SplitHostPort(ep.addr)
			if err != nil {
				return err
			}
			n, err := strconv.Atoi(port)
			if err != nil {
				return err
			}
			return c.Authenticate(ctx, imap.OAuthBearer(ep.user, s.Token, host, n))
		}
		return c.Authenticate(ctx, imap.XOAuth2(ep.user, s.Token))
	case s.Password != "":
		return c.AuthPassword(ctx, ep.user, s.Password)
	}
	return errNoSecret
}

// fingerprint identifies a secret, so that one that was refused is recognized
// without being kept. All Mechanisms are alike, as they can't be compared.
type fingerprint [sha256.Size]byte

func (s Secret) fingerprint(key []byte) (f fingerprint) {
	h := hmac.New(sha256.New, key)
	switch {
	case s.Mechanism != nil:
		h.Write([]byte("m"))
	case s.Token != "":
		h.Write([]byte("t" + s.Token))
	default:
		h.Write([]byte("p" + s.Password))
	}
	h.Sum(f[:0])
	return f
}

func newKey() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}
