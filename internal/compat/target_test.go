package compat

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/internal/servers"
)

// target is a server, and a user whom nobody has used before.
type target struct {
	Addr     string `json:"addr"` // host:port with TLS; the host is what the certificate is for
	CA       string `json:"ca"`   // file
	User     string `json:"user"`
	Password string `json:"password"`
}

// serversToTest are the servers. What start returns makes a target for each
// client.
var serversToTest = []struct {
	name         string
	capabilities []string // of those in capabilitiesToNote
	start        func(t *testing.T) func(t *testing.T) target
}{
	{"imaptest", []string{"IDLE", "LITERAL+", "MOVE", "UIDPLUS"}, inProcess(nil)},
	{"imaptest without MOVE and LITERAL+", []string{"IDLE", "UIDPLUS"}, inProcess([]imaptest.Cap{"MOVE", "LITERAL+", "ESEARCH"})},
	{"dovecot", []string{"IDLE", "LITERAL+", "MOVE", "UIDPLUS"}, dovecot},
}

func inProcess(without []imaptest.Cap) func(t *testing.T) func(t *testing.T) target {
	return func(t *testing.T) func(t *testing.T) target {
		srv := imaptest.NewServer(t, &imaptest.Options{Without: without})
		ca := filepath.Join(t.TempDir(), "ca.pem")
		require.NoError(t, os.WriteFile(ca, imaptest.CertificatePEM(), 0o600))
		var users atomic.Int32
		return func(t *testing.T) target {
			to := target{localhost(t, srv.TLSAddr()), ca, fmt.Sprintf("user%d", users.Add(1)), "s3cret"}
			require.NoError(t, srv.AddUser(imaptest.Account{Name: to.User, Password: to.Password}))
			return to
		}
	}
}

func dovecot(t *testing.T) func(t *testing.T) target {
	srv := servers.Shared(t, "dovecot")
	return func(t *testing.T) target {
		user := srv.FreshUser(t)
		return target{localhost(t, srv.TLSAddr), srv.CAFile, user.Name, user.Password}
	}
}

// localhost returns an address by the name that the certificates are for.
func localhost(t *testing.T, addr string) string {
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	return net.JoinHostPort("localhost", port)
}

// tlsConfig returns a configuration that trusts the target.
func (to target) tlsConfig() (*tls.Config, error) {
	pem, err := os.ReadFile(to.CA)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &tls.Config{RootCAs: pool}, nil
}
