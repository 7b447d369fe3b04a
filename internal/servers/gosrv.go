package servers

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
)

const (
	gomemPool = 500
	gluonPool = 200 // each costs time at the start
)

// launchGomem starts the in-memory server of emersion's go-imap.
func launchGomem(_ context.Context, s *Server, _ *Config) error {
	s.Version = "v2.0.0-beta.8"
	return s.launchOwn("gomem", gomemPool)
}

// launchGluon starts the server that Proton Mail's bridge is built on.
func launchGluon(_ context.Context, s *Server, _ *Config) error {
	s.Version = "v0.17.0"
	return s.launchOwn("gluon", gluonPool)
}

// launchOwn starts a program of the folder goservers.
func (s *Server) launchOwn(name string, pool int) error {
	binary := filepath.Join(installDir(), "bin", name)
	if err := needFiles(binary); err != nil {
		return err
	}
	var users strings.Builder
	for _, local := range localParts(pool) {
		fmt.Fprintf(&users, "%s:%s\n", local, passwordOf(local))
	}
	if err := s.write("users", users.String(), 0o644); err != nil {
		return err
	}
	s.pool, s.logs = pool, []string{s.path("log")}
	return s.start(program{
		args: []string{
			binary, "-plain", s.Addr, "-tls", s.TLSAddr, "-cert", s.CertFile, "-key", s.path("tls/key.pem"),
			"-users", s.path("users"), "-dir", s.dir,
		},
		log: s.logs[0],
	})
}

// launchMaddy starts maddy, which keeps its mail in SQLite.
func launchMaddy(ctx context.Context, s *Server, _ *Config) error {
	binary := filepath.Join(installDir(), "bin", "maddy")
	if err := needFiles(binary); err != nil {
		return err
	}
	s.domain, s.Version = "@localhost", "v0.8.1"
	if err := s.mkdirs("state"); err != nil {
		return err
	}
	settings := map[string]string{"Dir": s.dir, "Addr": s.Addr, "TLSAddr": s.TLSAddr}
	if err := s.writeTemplate("maddy.conf", maddyConf, settings); err != nil {
		return err
	}
	s.addUser = func(ctx context.Context, u User) error {
		config := s.path("maddy.conf")
		if _, err := output(ctx, "", binary, "--config", config, "creds", "create", "-p", u.Password, u.Name); err != nil {
			return err
		}
		_, err := output(ctx, "", binary, "--config", config, "imap-acct", "create", u.Name)
		return err
	}
	for _, local := range []string{"alice", "bob"} {
		if err := s.addUser(ctx, s.user(local)); err != nil {
			return err
		}
	}
	s.logs = []string{s.path("log")}
	return s.start(program{args: []string{binary, "--config", s.path("maddy.conf"), "run"}, dir: s.dir, log: s.logs[0]})
}

// maddyConf names its blocks as the command line of maddy expects.
const maddyConf = `state_dir {{.Dir}}/state
runtime_dir {{.Dir}}/run
hostname localhost
tls file {{.Dir}}/tls/cert.pem {{.Dir}}/tls/key.pem

auth.pass_table local_authdb {
    table sql_table {
        driver sqlite3
        dsn credentials.db
        table_name passwords
    }
}

storage.imapsql local_mailboxes {
    driver sqlite3
    dsn imapsql.db
}

imap tcp://{{.Addr}} tls://{{.TLSAddr}} {
    auth &local_authdb
    storage &local_mailboxes
}
`
