package gssapi_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/keytab"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/auth/gssapi"
	"github.com/seed-090b04e4/imap/internal/scripted"
	"github.com/seed-090b04e4/imap/internal/servers"
)

func TestMain(m *testing.M) { servers.Main(m) }

// launch starts Dovecot with GSSAPI, whose service is imap/localhost.
func launch(t *testing.T, k *kerberos) *servers.Server {
	t.Helper()
	s, err := servers.Launch(t.Context(), "dovecot", &servers.Config{Extra: fmt.Sprintf(`
auth_mechanisms = plain gssapi
auth_gssapi_hostname = localhost
auth_krb5_keytab = %s
auth_default_realm = %s
auth_username_format = %%Ln
import_environment = $import_environment KRB5_CONFIG=%s
`, k.Keytab(), realm, k.Conf)})
	if err != nil {
		t.Skipf("Dovecot with GSSAPI does not start (dovecot-gssapi may be missing): %v", err)
	}
	t.Cleanup(func() { require.NoError(t, s.Stop()) })
	return s
}

func dial(t *testing.T, s *servers.Server) *imap.Client {
	t.Helper()
	c, err := imap.DialTLS(t.Context(), s.TLSAddr, &imap.Options{TLSConfig: s.TLSConfig()})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// TestDovecot logs in to Dovecot with tickets of MIT Kerberos.
func TestDovecot(t *testing.T) {
	k := startKerberos(t)
	s := launch(t, k)

	c := dial(t, s)
	require.True(t, c.Caps().Has("AUTH=GSSAPI"))
	require.NoError(t, c.Authenticate(t.Context(), gssapi.Mechanism(k.client(t, "alice", "alicepassword"), "imap/localhost", "")))
	require.Equal(t, imap.StateAuthenticated, c.State())
	_, err := c.Select(t.Context(), "INBOX", nil)
	require.NoError(t, err)

	c = dial(t, s)
	require.NoError(t, c.Authenticate(t.Context(), gssapi.Mechanism(k.client(t, "alice", "alicepassword"), "imap/localhost", "alice")), "as oneself")

	c = dial(t, s)
	err = c.Authenticate(t.Context(), gssapi.Mechanism(k.client(t, "alice", "alicepassword"), "imap/localhost", "bob"))
	var refused *imap.StatusError
	require.ErrorAs(t, err, &refused, "as another user")
	require.NoError(t, c.Noop(t.Context()))

	err = c.Authenticate(t.Context(), gssapi.Mechanism(k.client(t, "alice", "wrong"), "imap/localhost", ""))
	require.ErrorContains(t, err, "no ticket for imap/localhost")
	require.NotErrorAs(t, err, &refused)
	err = c.Authenticate(t.Context(), gssapi.Mechanism(k.client(t, "alice", "alicepassword"), "imap/elsewhere", ""))
	require.ErrorAs(t, err, &refused, "a ticket for another server")
	require.NoError(t, c.Noop(t.Context()))
}

// TestServerWithoutTheKey does not pass for the service, whatever it answers.
func TestServerWithoutTheKey(t *testing.T) {
	k := startKerberos(t)
	for name, serve := range map[string]func(*scripted.Peer, string){
		"OK at once": func(p *scripted.Peer, tag string) { p.Send(tag + " OK [CAPABILITY IMAP4rev1] in") },
		"no token":   func(p *scripted.Peer, tag string) { p.Send("+ "); p.Line(); p.Send(tag + " BAD broken off") },
		"garbage":    func(p *scripted.Peer, tag string) { p.Send("+ YWJj"); p.Line(); p.Send(tag + " BAD broken off") },
	} {
		c, err := imap.NewClient(t.Context(), scripted.Pipe(t, func(p *scripted.Peer) {
			p.Send("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=GSSAPI] hi")
			serve(p, p.Command().Tag)
			p.Serve(nil)
		}), nil)
		require.NoError(t, err)
		krb := k.client(t, "alice", "alicepassword")
		require.ErrorContains(t, c.Authenticate(t.Context(), gssapi.Mechanism(krb, "imap/localhost", "")), "gssapi: ", name)
		require.Equal(t, imap.StateAuthenticated&c.State(), imap.State(0), name)
		require.NoError(t, c.Close())
	}
}

// TestNothingIsPrinted of the keys.
func TestNothingIsPrinted(t *testing.T) {
	require.Equal(t, "gssapi.Mechanism{credentials hidden}", fmt.Sprintf("%+v", gssapi.Mechanism(nil, "imap/x", "")))
}

func ExampleMechanism() {
	login := func(ctx context.Context, c *imap.Client, keytabFile string) error {
		cfg, err := config.Load("/etc/krb5.conf")
		if err != nil {
			return err
		}
		kt, err := keytab.Load(keytabFile)
		if err != nil {
			return err
		}
		krb := client.NewWithKeytab("alice", "EXAMPLE.ORG", kt, cfg)
		defer krb.Destroy()
		return c.Authenticate(ctx, gssapi.Mechanism(krb, "imap/mail.example.org", ""))
	}
	_ = login
}
