package promises_test

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// visit is a login at a server.
type visit struct {
	name    string           // of the server's fault and greeting, for people
	faults  []imaptest.Fault // of the server
	without []imap.Cap       // what it does not offer
	cert    int              // which certificate it has
	tls     uint16           // the version; zero: 1.3
	user    imaptest.Account // zero: user, password
	opts    imap.Options     // of the client
	greets  string           // the greeting; empty: imaptest's
	pause   time.Duration    // before it
	want    string           // the mechanisms that the client tries, with a space between
	fails   func(t *testing.T, err error)
}

const (
	bindsBySHA512 = "SCRAM-SHA-512-PLUS"
	bindsBySHA256 = "SCRAM-SHA-256-PLUS"
	scramSHA256   = "SCRAM-SHA-256"
	cyrusTried    = bindsBySHA256 + " " + scramSHA256
)

// logIn makes one visit, with a memory.
func (v *visit) logIn(t *testing.T, m *imap.AuthMemory, certs []tls.Certificate) {
	t.Helper()
	time.Sleep(v.pause)
	if v.user.Name == "" {
		v.user = imaptest.Account{Name: "user", Password: "password"}
	}
	cfg := &tls.Config{Certificates: certs[v.cert : v.cert+1], MinVersion: tls.VersionTLS12, MaxVersion: v.tls}
	faults := append([]imaptest.Fault{imaptest.HideCapabilities{Names: v.without}}, v.faults...)
	if v.greets != "" {
		faults = append(faults, imaptest.Greeting{Line: v.greets})
	}
	srv := imaptest.NewServer(t, &imaptest.Options{TLSConfig: cfg, Faults: faults, Users: []imaptest.Account{v.user}})
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c.Leaf)
	}
	opts := v.opts
	opts.AuthMemory = m
	c, err := imap.NewClient(t.Context(), tls.Client(srv.PipeTLS(), &tls.Config{RootCAs: pool, ServerName: "localhost"}), &opts)
	require.NoError(t, err)
	defer c.Close()
	err = c.AuthPassword(t.Context(), v.user.Name, v.user.Password)
	if v.fails != nil {
		require.Error(t, err, v.name)
		v.fails(t, err)
	} else {
		require.NoError(t, err, v.name)
	}
	var tried []string
	for _, session := range srv.Transcript() {
		for line := range strings.Lines(session) {
			if _, rest, ok := strings.Cut(line, " AUTHENTICATE "); ok && strings.HasPrefix(line, "C: ") {
				tried = append(tried, strings.Fields(rest)[0])
			}
		}
	}
	assert.Equal(t, v.want, strings.Join(tried, " "), v.name)
}

// TestAuthMemoryBeginsWithWhatWorked, and never with less than that, nor after something
// has changed that what was refused may depend on.
func TestAuthMemoryBeginsWithWhatWorked(t *testing.T) {
	certs := []tls.Certificate{testCertificate(), newCertificate()}
	cyrus := []imaptest.Fault{imaptest.RefuseBinding{After: 3 * time.Second}}
	sha512 := []imap.Cap{"AUTH=SCRAM-SHA-512", "AUTH=SCRAM-SHA-512-PLUS"}
	unbound := append([]imap.Cap{"AUTH=SCRAM-SHA-1-PLUS", "AUTH=SCRAM-SHA-256-PLUS"}, sha512...)
	noScram := append([]imap.Cap{"AUTH=SCRAM-SHA-1", "AUTH=SCRAM-SHA-256"}, unbound...)
	badSCRAM := []imaptest.Fault{imaptest.RefuseBinding{}, imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", N: 1}}}
	refused := func(t *testing.T, err error) { require.ErrorAs(t, err, new(*imap.StatusError)) }
	noBinding := func(t *testing.T, err error) {
		require.ErrorIs(t, err, imap.ErrUnsupported)
		require.ErrorContains(t, err, "channel binding is required")
	}
	wrong := imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE"}, Code: "AUTHENTICATIONFAILED"}
	for name, visits := range map[string][]visit{
		"what was refused is spared": {
			{faults: cyrus, without: sha512, want: cyrusTried}, {faults: cyrus, without: sha512, want: scramSHA256}, {faults: cyrus, without: sha512, want: scramSHA256},
		},
		"nothing was refused": {
			{without: sha512, want: bindsBySHA256}, {without: sha512, want: bindsBySHA256},
		},
		"nothing to bind": {
			{without: unbound, want: scramSHA256}, {without: unbound, want: scramSHA256},
		},
		"SCRAM was refused twice": {
			{faults: badSCRAM, without: unbound, want: "SCRAM-SHA-256 PLAIN"}, {faults: badSCRAM[:1], without: unbound, want: "PLAIN"},
		},
		"a day later, from the top": {
			{faults: cyrus, without: sha512, want: cyrusTried}, {pause: 25 * time.Hour, faults: cyrus, without: sha512, want: cyrusTried},
			{faults: cyrus, without: sha512, want: scramSHA256},
		},
		"another list of mechanisms": {
			{faults: cyrus, without: sha512, want: cyrusTried}, {faults: cyrus, want: bindsBySHA512 + " SCRAM-SHA-512"},
		},
		"another key of the server": {
			{faults: cyrus, without: sha512, want: cyrusTried}, {faults: cyrus, cert: 1, without: sha512, want: cyrusTried},
		},
		"another version of TLS": {
			{faults: cyrus, without: sha512, want: cyrusTried}, {tls: tls.VersionTLS12, without: sha512, want: bindsBySHA256},
		},
		"another password": {
			{faults: cyrus, without: sha512, want: cyrusTried},
			{faults: cyrus, without: sha512, user: imaptest.Account{Name: "user", Password: "new"}, want: cyrusTried},
		},
		"another user": {
			{faults: cyrus, without: sha512, want: cyrusTried},
			{faults: cyrus, without: sha512, user: imaptest.Account{Name: "other", Password: "password"}, want: cyrusTried},
		},
		"what worked is refused, too": {
			{faults: cyrus, without: sha512, want: cyrusTried},
			{faults: []imaptest.Fault{imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", N: 1}}}, without: sha512, want: scramSHA256 + " PLAIN"},
			{faults: cyrus, without: sha512, want: "PLAIN"},
		},
		"a wrong password says nothing": {
			{faults: []imaptest.Fault{imaptest.RefuseBinding{}, imaptest.Refuse{On: imaptest.Nth{Command: "AUTHENTICATE", N: 1}, Code: "AUTHENTICATIONFAILED"}},
				without: sha512, want: cyrusTried, fails: refused},
			{faults: cyrus, without: sha512, want: cyrusTried},
		},
		"binding worked: then it is refused": {
			{without: sha512, want: bindsBySHA256}, {faults: cyrus, without: sha512, want: bindsBySHA256, fails: refused},
			{without: sha512, want: bindsBySHA256},
		},
		"binding worked: then it is not offered": {
			{without: sha512, want: bindsBySHA256}, {without: unbound, want: "", fails: noBinding},
		},
		"binding worked: then SCRAM is not offered": {
			{without: sha512, want: bindsBySHA256}, {without: noScram, cert: 1, want: "", fails: noBinding},
		},
		"binding worked, also at another key": {
			{without: sha512, want: bindsBySHA256}, {faults: cyrus, cert: 1, without: sha512, want: bindsBySHA256, fails: refused},
		},
		"binding worked: then the server says that it is Cyrus": {
			{without: sha512, want: bindsBySHA256},
			{greets: "* OK host Cyrus IMAP 3.6.1 server ready", faults: cyrus, without: sha512, want: bindsBySHA256, fails: refused},
		},
		"binding worked for another user": {
			{without: sha512, want: bindsBySHA256},
			{faults: cyrus, without: sha512, user: imaptest.Account{Name: "other", Password: "password"}, want: cyrusTried},
		},
		"binding is required": {
			{faults: cyrus, without: sha512, want: cyrusTried},
			{faults: cyrus, without: sha512, opts: imap.Options{RequireChannelBinding: true}, want: bindsBySHA256, fails: refused},
		},
		"binding works after all": {
			{faults: cyrus, without: sha512, want: cyrusTried}, {pause: 25 * time.Hour, without: sha512, want: bindsBySHA256},
			{faults: []imaptest.Fault{wrong}, without: sha512, want: bindsBySHA256, fails: refused},
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				var m imap.AuthMemory
				for i := range visits {
					visits[i].logIn(t, &m, certs)
				}
			})
		})
	}
}

// TestCyrusIsNotAskedForWhatItLacks: channel binding on TLS 1.3, which it offers, and
// refuses after three seconds.
func TestCyrusIsNotAskedForWhatItLacks(t *testing.T) {
	certs := []tls.Certificate{testCertificate()}
	sha512 := []imap.Cap{"AUTH=SCRAM-SHA-512", "AUTH=SCRAM-SHA-512-PLUS"}
	for greeting, test := range map[string]visit{
		"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] host Cyrus IMAP 3.6.1-4+deb12u5 server ready": {want: "PLAIN"},
		"* OK host Cyrus IMAP 3.6.1-4+deb12u5 server ready":                                   {want: scramSHA256},
		"* OK host Cyrus IMAP 3.12.4-Debian-3.12.4-1 server ready":                            {want: scramSHA256},
		"* OK host Cyrus IMAP 3.13.1 server ready":                                            {want: bindsBySHA256},
		"* OK host Cyrus IMAP 4.0.1 server ready":                                             {want: bindsBySHA256},
		"* OK host Cyrus IMAP server ready":                                                   {want: bindsBySHA256},
		"* OK host Cyrus IMAP 3. server ready":                                                {want: bindsBySHA256},
		"* OK another server ready":                                                           {want: bindsBySHA256},
		"* OK host Cyrus IMAP 3.6.1 server ready, TLS 1.2":                                    {tls: tls.VersionTLS12, want: bindsBySHA256},
		"* OK host Cyrus IMAP 3.6.1 server ready, PLUS required":                              {opts: imap.Options{RequireChannelBinding: true}, want: bindsBySHA256},
		"* OK host Cyrus IMAP 3.6.1 server ready, no unbound SCRAM": {
			without: []imap.Cap{"AUTH=SCRAM-SHA-1", "AUTH=SCRAM-SHA-256"}, want: bindsBySHA256,
		},
	} {
		t.Run(greeting, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				test.greets, test.without = greeting, append(test.without, sha512...)
				test.logIn(t, nil, certs)
			})
		})
	}
}

// TestGreetingBeforeTLSSaysNothing about what the server can do: it may be forged.
func TestGreetingBeforeTLSSaysNothing(t *testing.T) {
	srv := imaptest.NewServer(t, &imaptest.Options{Faults: []imaptest.Fault{imaptest.Greeting{Line: "* OK host Cyrus IMAP 3.6.1 server ready"}}})
	c, err := imap.DialStartTLS(t.Context(), srv.Addr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.AuthPassword(t.Context(), "user", "password"))
	assert.Contains(t, strings.Join(srv.Transcript(), "\n"), "AUTHENTICATE "+bindsBySHA512)
}
