package gssapi_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/client"
	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/stretchr/testify/require"

	"github.com/seed-090b04e4/imap/internal/servers"
)

const realm = "TEST.EXAMPLE"

// kerberos is a key distribution center of MIT Kerberos V5 on loopback, with the users
// alice and bob, whose passwords are their names with "password" after it, and the
// services imap/localhost and imap/elsewhere.
type kerberos struct {
	dir  string
	Conf string // krb5.conf
	cfg  *config.Config
}

// startKerberos starts one, or skips the test if it is not installed, unless the
// environment says that it is required.
func startKerberos(t *testing.T) *kerberos {
	t.Helper()
	for _, name := range []string{"/usr/sbin/krb5kdc", "/usr/sbin/kdb5_util", "/usr/sbin/kadmin.local"} {
		if _, err := os.Stat(name); err != nil {
			if strings.Contains(os.Getenv(servers.RequireEnv), "kerberos") {
				t.Fatal(err)
			}
			t.Skipf("Kerberos is not installed: %v", err)
		}
	}
	dir, err := os.MkdirTemp("", "krb")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	require.NoError(t, os.Chmod(dir, 0o755)) // the servers have users of their own
	k := &kerberos{dir: dir, Conf: filepath.Join(dir, "krb5.conf")}
	addr := freeAddr(t)
	_, port, err := net.SplitHostPort(addr)
	require.NoError(t, err)
	k.write(t, "krb5.conf", fmt.Sprintf(`[libdefaults]
 default_realm = %[1]s
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
 udp_preference_limit = 1
[realms]
 %[1]s = {
  kdc = %[2]s
 }
[domain_realm]
 localhost = %[1]s
`, realm, addr))
	k.write(t, "kdc.conf", fmt.Sprintf(`[kdcdefaults]
 kdc_listen = 127.0.0.1:%[2]s
 kdc_tcp_listen = 127.0.0.1:%[2]s
[realms]
 %[1]s = {
  database_name = %[3]s/principal
  key_stash_file = %[3]s/stash
  acl_file = %[3]s/acl
  supported_enctypes = aes256-cts-hmac-sha1-96:normal
 }
`, realm, port, dir))
	k.run(t, "/usr/sbin/kdb5_util", "create", "-s", "-r", realm, "-P", "master")
	for _, command := range []string{
		"addprinc -pw alicepassword alice", "addprinc -pw bobpassword bob",
		"addprinc -randkey imap/localhost", "addprinc -randkey imap/elsewhere",
		"ktadd -k " + k.Keytab() + " imap/localhost",
	} {
		k.run(t, "/usr/sbin/kadmin.local", "-r", realm, "-q", command)
	}
	require.NoError(t, os.Chmod(k.Keytab(), 0o644))
	k.start(t, addr)
	conf, err := os.ReadFile(k.Conf)
	require.NoError(t, err)
	k.cfg, err = config.NewFromString(string(conf))
	require.NoError(t, err)
	return k
}

// Keytab is the file with the key of imap/localhost.
func (k *kerberos) Keytab() string { return filepath.Join(k.dir, "keytab") }

func (k *kerberos) write(t *testing.T, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, name), []byte(content), 0o644))
}

func (k *kerberos) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), "KRB5_CONFIG="+k.Conf, "KRB5_KDC_PROFILE="+filepath.Join(k.dir, "kdc.conf"))
	return cmd
}

func (k *kerberos) run(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := k.command(t.Context(), name, args...).CombinedOutput()
	require.NoError(t, err, "%s %q: %s", name, args, out)
}

// start starts the daemon and waits until it answers.
func (k *kerberos) start(t *testing.T, addr string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := k.command(ctx, "/usr/sbin/krb5kdc", "-n", "-r", realm)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was killed
	})
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}, 10*time.Second, 20*time.Millisecond)
}

// client returns a user's view of Kerberos.
func (k *kerberos) client(t *testing.T, user, password string) *client.Client {
	t.Helper()
	krb := client.NewWithPassword(user, realm, password, k.cfg, client.DisablePAFXFAST(true))
	t.Cleanup(krb.Destroy)
	return krb
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}
