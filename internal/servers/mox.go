package servers

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func launchMox(ctx context.Context, s *Server, cfg *Config) error {
	binary := filepath.Join(installDir(), "bin", "mox")
	if err := needFiles(binary); err != nil {
		return err
	}
	s.domain = "@localhost"
	if version, err := output(ctx, "", binary, "version"); err == nil {
		s.Version = strings.Fields(version + " ")[0]
	}
	data := s.path("mox")
	if _, err := output(ctx, "", binary, "localserve", "-dir", data, "-initonly"); err != nil {
		return err
	}
	for from, to := range map[string]string{"cert.pem": "localhost.crt", "key.pem": "localhost.key", "ca.pem": "ca.crt"} {
		text, err := os.ReadFile(s.path("tls", from))
		if err != nil {
			return err
		}
		if err := s.write("mox/"+to, string(text), 0o600); err != nil {
			return err
		}
	}
	settings := map[string]any{
		"User": os.Getuid(), "Host": cfg.Host, "Port": s.port(), "TLSPort": s.tlsPort(),
		"Pedantic": !cfg.Lenient, "Cleartext": cfg.Cleartext, "Quota": cfg.quotaKB() * 1024,
	}
	if err := s.writeTemplate("mox/mox.conf", moxConf, settings); err != nil {
		return err
	}
	if err := s.moxAccounts("alice", "bob"); err != nil {
		return err
	}
	s.logs = []string{s.path("log")}
	err := s.start(program{args: []string{binary, "localserve", "-dir", data}, dir: data, log: s.logs[0]})
	if err != nil {
		return err
	}
	mox := func(ctx context.Context, stdin string, args ...string) error {
		_, err := output(ctx, stdin, append([]string{binary, "-config", filepath.Join(data, "mox.conf")}, args...)...)
		return err
	}
	// Passwords are set by the running server.
	if err := s.waitGreeting(ctx, s.Addr, nil); err != nil {
		return err
	}
	for _, local := range []string{"alice", "bob"} {
		if err := mox(ctx, passwordOf(local)+"\n", "setaccountpassword", local); err != nil {
			return err
		}
	}
	s.addUser = func(ctx context.Context, u User) error {
		local := strings.TrimSuffix(u.Name, s.domain)
		if err := mox(ctx, "", "config", "account", "add", local, u.Name); err != nil {
			return err
		}
		return mox(ctx, u.Password+"\n", "setaccountpassword", local)
	}
	return nil
}

// moxAccounts adds accounts to the generated domains.conf and takes away its web
// handlers, which want a web listener.
func (s *Server) moxAccounts(locals ...string) error {
	text, err := os.ReadFile(s.path("mox/domains.conf"))
	if err != nil {
		return err
	}
	conf, _, _ := strings.Cut(string(text), "\nWebHandlers:")
	head, tail, found := strings.Cut(conf, "\nAccounts:\n")
	if !found {
		return fmt.Errorf("no accounts in domains.conf:\n%s", text)
	}
	var b strings.Builder
	b.WriteString(head + "\nAccounts:\n")
	for _, local := range locals {
		fmt.Fprintf(&b, "\t%s:\n\t\tDomain: localhost\n\t\tDestinations:\n\t\t\t%s@localhost: nil\n", local, local)
	}
	b.WriteString(tail + "\n")
	return s.write("mox/domains.conf", b.String(), 0o660)
}

const moxConf = `DataDir: .
LogLevel: info
User: {{.User}}
Hostname: localhost
Pedantic: {{.Pedantic}}
QuotaMessageSize: {{.Quota}}
TLS:
	CA:
		AdditionalToSystem: true
		CertFiles:
			- ca.crt
AdminPasswordFile: adminpasswd
Listeners:
	local:
		IPs:
			- {{.Host}}
		TLS:
			KeyCerts:
				-
					CertFile: localhost.crt
					KeyFile: localhost.key
		IMAP:
			Enabled: true
			Port: {{.Port}}
			NoRequireSTARTTLS: {{.Cleartext}}
		IMAPS:
			Enabled: true
			Port: {{.TLSPort}}
Postmaster:
	Account: mox
	Mailbox: Inbox
`
