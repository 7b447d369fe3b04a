package servers

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

const (
	cyrusBin   = "/usr/lib/cyrus/bin"
	saslPasswd = "/usr/sbin/saslpasswd2"
)

// cyrusSettings fills the templates of Cyrus's configuration.
type cyrusSettings struct {
	Dir, Bin, Programs                    string // Programs has imapd and idled, Bin the rest
	Addr, TLSAddr, Cleartext, More, Extra string
	QuotaKB                               int
}

// launchCyrus starts the Cyrus of this system. Its imapd comes from a package
// that cannot be installed beside Dovecot and is unpacked elsewhere.
func launchCyrus(ctx context.Context, s *Server, cfg *Config) error {
	pkg := filepath.Join(installDir(), "cyrus")
	unpacked := filepath.Join(pkg, cyrusBin)
	if err := needFiles(cyrusBin+"/master", saslPasswd, unpacked+"/imapd", unpacked+"/idled"); err != nil {
		return err
	}
	if err := needRoot(); err != nil {
		return err
	}
	version, _ := os.ReadFile(filepath.Join(pkg, "VERSION"))
	s.Version = strings.TrimSpace(string(version))
	uid, gid, err := account("cyrus")
	if err != nil {
		return err
	}
	s.addUser = func(ctx context.Context, u User) error {
		_, err := output(ctx, u.Password, saslPasswdArgs(s.dir, u)...)
		return err
	}
	if err := s.cyrusFiles(ctx, cfg, cyrusSettings{Dir: s.dir, Programs: unpacked}, uid, gid); err != nil {
		return err
	}
	return s.start(program{args: cyrusMasterArgs(s.dir), log: s.logs[0], isolated: true})
}

// launchCyrus312 starts a newer Cyrus in a root of its own.
func launchCyrus312(ctx context.Context, s *Server, cfg *Config) error {
	r, err := s.findRoot()
	if err != nil {
		return err
	}
	if err := needFiles(r.path(cyrusBin+"/imapd"), r.path(cyrusBin+"/master"), r.path(saslPasswd)); err != nil {
		return err
	}
	uid, gid, err := r.account("cyrus")
	if err != nil {
		return err
	}
	s.addUser = func(ctx context.Context, u User) error {
		_, err := r.output(ctx, s, u.Password, saslPasswdArgs(rootDir, u)...)
		return err
	}
	settings := cyrusSettings{Dir: rootDir, Programs: cyrusBin, More: "allowstarttls: on"}
	if err := s.cyrusFiles(ctx, cfg, settings, uid, gid); err != nil {
		return err
	}
	return s.start(program{args: r.command(s, cyrusMasterArgs(rootDir)...), log: s.logs[0], isolated: true})
}

func cyrusMasterArgs(dir string) []string {
	return []string{cyrusBin + "/master", "-D", "-C", dir + "/imapd.conf", "-M", dir + "/cyrus.conf", "-p", dir + "/master.pid"}
}

func saslPasswdArgs(dir string, u User) []string {
	return []string{saslPasswd, "-p", "-c", "-f", dir + "/conf/sasldb2", "-u", "localhost", u.Name}
}

// cyrusFiles makes folders, configuration and users.
func (s *Server) cyrusFiles(ctx context.Context, cfg *Config, settings cyrusSettings, uid, gid int) error {
	s.logs = []string{s.path("log")}
	for _, name := range []string{"backup", "db", "lock", "log", "msg", "proc", "quota", "sieve", "socket", "user"} {
		if err := s.mkdirs("conf/" + name); err != nil {
			return err
		}
	}
	if err := s.mkdirs("spool"); err != nil {
		return err
	}
	settings.Bin, settings.Addr, settings.TLSAddr = cyrusBin, s.Addr, s.TLSAddr
	settings.Extra, settings.QuotaKB, settings.Cleartext = cfg.Extra, cfg.quotaKB(), "no"
	if cfg.Cleartext {
		settings.Cleartext = "yes"
	}
	if err := s.writeTemplate("imapd.conf", cyrusImapdConf, settings); err != nil {
		return err
	}
	if err := s.writeTemplate("cyrus.conf", cyrusMasterConf, settings); err != nil {
		return err
	}
	s.Admin = &User{Name: "cyrus", Password: passwordOf("cyrus")}
	for _, u := range []User{*s.Admin, s.user("alice"), s.user("bob")} {
		if err := s.addUser(ctx, u); err != nil {
			return err
		}
	}
	return s.chownAll(uid, gid, "conf", "spool")
}

// cyrusMasterConf lists the programs that Cyrus's master process runs.
const cyrusMasterConf = `START {
  recover cmd="{{.Bin}}/ctl_cyrusdb -C {{.Dir}}/imapd.conf -r"
}
SERVICES {
  imap cmd="{{.Programs}}/imapd -C {{.Dir}}/imapd.conf" listen="{{.Addr}}" prefork=2 maxchild=500
  imaps cmd="{{.Programs}}/imapd -C {{.Dir}}/imapd.conf -s" listen="{{.TLSAddr}}" prefork=2 maxchild=500
}
DAEMON {
  idled cmd="{{.Programs}}/idled -C {{.Dir}}/imapd.conf"
}
EVENTS {
}
`

// cyrusImapdConf is the configuration of Cyrus's programs. The mailboxes of a
// user are created at the first login.
const cyrusImapdConf = `servername: localhost
defaultdomain: localhost
virtdomains: off
admins: cyrus
umask: 077
syslog_prefix: cyrus

configdirectory: {{.Dir}}/conf
proc_path: {{.Dir}}/conf/proc
mboxname_lockpath: {{.Dir}}/conf/lock
sieveusehomedir: no
sievedir: {{.Dir}}/conf/sieve
idlesocket: {{.Dir}}/conf/socket/idle
lmtpsocket: {{.Dir}}/conf/socket/lmtp
notifysocket: {{.Dir}}/conf/socket/notify
defaultpartition: default
partition-default: {{.Dir}}/spool
defaultsearchtier: default
defaultsearchpartition-default: {{.Dir}}/spool
search_engine: none
hashimapspool: yes
fulldirhash: yes

sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: {{.Dir}}/conf/sasldb2
sasl_mech_list: PLAIN LOGIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512 NTLM ANONYMOUS EXTERNAL
allowanonymouslogin: yes
allowplaintext: {{.Cleartext}}
maxlogins_per_user: 0

tls_server_cert: {{.Dir}}/tls/cert.pem
tls_server_key: {{.Dir}}/tls/key.pem
tls_client_ca_file: {{.Dir}}/tls/ca.pem
tls_session_timeout: 1440

unixhierarchysep: yes
altnamespace: yes
anyoneuseracl: yes
annotation_allow_undefined: yes
conversations: yes
conversations_db: twoskip
expunge_mode: delayed
delete_mode: delayed
munge8bit: no
imapidresponse: yes
imapidlepoll: 5
skiplist_unsafe: yes

autocreate_quota: {{.QuotaKB}}
autocreate_post: yes
autocreate_inbox_folders: Drafts | Sent | Trash | Junk | Archive
autocreate_subscribe_folders: Drafts | Sent | Trash | Junk | Archive
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
xlist-junk: Junk
xlist-archive: Archive
{{.More}}
{{.Extra}}
`
