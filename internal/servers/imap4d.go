package servers

import (
	"context"
	"fmt"
	"strings"
)

// imap4dPool is the number of accounts for FreshUser.
const imap4dPool = 200

func launchImap4d(ctx context.Context, s *Server, cfg *Config) error {
	const binary = "/usr/sbin/imap4d"
	if err := needFiles(binary); err != nil {
		return err
	}
	if err := needRoot(); err != nil {
		return err
	}
	uid, gid, err := account("mail")
	if err != nil {
		return err
	}
	if version, err := output(ctx, "", binary, "--version"); err == nil {
		s.Version = imap4dVersion(version)
	}
	if err := s.mkdirs("spool", "home", "vd"); err != nil {
		return err
	}
	s.domain, s.pool = "@test", imap4dPool
	var passwd strings.Builder
	for _, local := range localParts(imap4dPool) {
		fmt.Fprintf(&passwd, "%s:%s:%d:%d::%s:/bin/false:%s\n", local, md5Crypt(passwordOf(local), local), uid, gid,
			s.path("home", local), s.path("spool", local))
	}
	if err := s.chownAll(uid, gid, "spool", "home"); err != nil {
		return err
	}
	s.addUser = func(_ context.Context, u User) error {
		home := "home/" + strings.TrimSuffix(u.Name, s.domain)
		spool := "spool/" + strings.TrimSuffix(u.Name, s.domain)
		if err := s.mkdirs(home); err != nil {
			return err
		}
		if err := s.write(spool, "", 0o600); err != nil {
			return err
		}
		return s.chownAll(uid, gid, home, spool)
	}
	for _, local := range []string{"alice", "bob"} {
		if err := s.addUser(ctx, s.user(local)); err != nil {
			return err
		}
	}
	// The name of the file is the domain of the users.
	if err := s.write("vd/test", passwd.String(), 0o644); err != nil {
		return err
	}
	settings := map[string]string{"Dir": s.dir, "Addr": s.Addr, "TLSAddr": s.TLSAddr}
	if err := s.writeTemplate("imap4d.conf", imap4dConf, settings); err != nil {
		return err
	}
	s.logs = []string{s.path("log")}
	return s.start(program{
		args:     []string{binary, "--config-file=" + s.path("imap4d.conf"), "--foreground"},
		log:      s.logs[0],
		isolated: true,
	})
}

// imap4dVersion takes the number out of "imap4d (GNU Mailutils) 3.15 ...".
func imap4dVersion(text string) string {
	_, rest, _ := strings.Cut(text, ") ")
	if fields := strings.Fields(rest); len(fields) > 0 {
		return fields[0]
	}
	return ""
}

// imap4dConf is the configuration of imap4d, which wants a private key that
// only its owner can read.
const imap4dConf = `mode daemon;
foreground yes;
pidfile "{{.Dir}}/pid";
max-children 200;
login-disabled no;
auth {
  authorization virtdomain;
  authentication generic;
}
virtdomain {
  passwd-dir "{{.Dir}}/vd";
}
mailbox {
  mail-spool "{{.Dir}}/spool";
}
tls {
  ssl-certificate-file "{{.Dir}}/tls/cert.pem";
  ssl-key-file "{{.Dir}}/tls/key600.pem";
  ssl-ca-file "{{.Dir}}/tls/ca.pem";
}
logging {
  syslog no;
}
server "{{.Addr}}" {
  single-process no;
  tls-mode ondemand;
}
server "{{.TLSAddr}}" {
  single-process no;
  tls-mode connection;
}
`
