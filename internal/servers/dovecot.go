package servers

import (
	"context"
	"fmt"
	"strings"
)

// dovecotPool is the number of accounts for FreshUser: one line each in a file.
const dovecotPool = 2000

// dovecotSettings fills the templates of Dovecot's configuration.
type dovecotSettings struct {
	Dir, Host, Port, TLSPort, Name string
	Format, Cleartext, Extra       string
	QuotaKB                        int
}

func (s *Server) dovecotSettings(cfg *Config, dir string) dovecotSettings {
	d := dovecotSettings{
		Dir: dir, Host: cfg.Host, Port: s.port(), TLSPort: s.tlsPort(), Name: "t" + s.port(),
		Format: cfg.Format, Cleartext: "no", Extra: cfg.Extra, QuotaKB: cfg.quotaKB(),
	}
	if d.Format == "" {
		d.Format = "sdbox"
	}
	if cfg.Cleartext {
		d.Cleartext = "yes"
	}
	return d
}

// dovecotFiles makes the folders and files that all versions of Dovecot use,
// owned by the user whose ids are given.
func (s *Server) dovecotFiles(uid, gid int) error {
	if err := s.mkdirs("mail", "public", "keys/default/HS256"); err != nil {
		return err
	}
	if err := s.write("keys/default/HS256/default", oauthKeyBase64, 0o644); err != nil {
		return err
	}
	if err := s.write("acl-shared", "", 0o644); err != nil {
		return err
	}
	var passwd strings.Builder
	for _, local := range localParts(dovecotPool) {
		fmt.Fprintf(&passwd, "%s:{PLAIN}%s\n", local, passwordOf(local))
	}
	passwd.WriteString("anonymous:{PLAIN}" + passwordOf("anonymous") + "\n")
	if err := s.write("passwd", passwd.String(), 0o644); err != nil {
		return err
	}
	s.pool, s.oauth = dovecotPool, true
	return s.chownAll(uid, gid, "mail", "public", "acl-shared")
}

// localParts returns the local parts of all users of a server with a pool of n
// users for FreshUser.
func localParts(n int) []string {
	locals := []string{"alice", "bob"}
	for i := range n {
		locals = append(locals, freshName(i+1))
	}
	return locals
}

func launchDovecot(ctx context.Context, s *Server, cfg *Config) error {
	const binary = "/usr/sbin/dovecot"
	if err := needFiles(binary, "/usr/lib/dovecot/imap-login"); err != nil {
		return err
	}
	if err := needRoot(); err != nil {
		return err
	}
	uid, gid, err := account("mail")
	if err != nil {
		return err
	}
	if s.Version, err = output(ctx, "", binary, "--version"); err != nil {
		return err
	}
	if err := s.dovecotFiles(uid, gid); err != nil {
		return err
	}
	settings := s.dovecotSettings(cfg, s.dir)
	if settings.Cleartext == "yes" {
		settings.Cleartext = "no"
	} else {
		settings.Cleartext = "yes" // the setting is the opposite: disable_plaintext_auth
	}
	if err := s.writeTemplate("oauth2.ext", dovecotOAuth, settings); err != nil {
		return err
	}
	if err := s.writeTemplate("dovecot.conf", dovecotConf, settings); err != nil {
		return err
	}
	s.logs = []string{s.path("start.log"), s.path("log")}
	return s.start(program{
		args:     []string{binary, "-F", "-c", s.path("dovecot.conf")},
		log:      s.path("start.log"),
		isolated: true,
	})
}

const dovecotOAuth = `introspection_mode = local
local_validation_key_dict = fs:posix:prefix={{.Dir}}/keys/
username_attribute = sub
`

// dovecotConf is the configuration for Dovecot 2.3. The penalty for failed
// logins is off, and mail is not synced to disk.
const dovecotConf = `protocols = imap
listen = {{.Host}}
instance_name = {{.Name}}
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/log
default_vsz_limit = 1G
shutdown_clients = yes

ssl = yes
ssl_min_protocol = TLSv1.2
ssl_cert = <{{.Dir}}/tls/cert.pem
ssl_key = <{{.Dir}}/tls/key.pem
ssl_ca = <{{.Dir}}/tls/ca.pem
ssl_require_crl = no
ssl_verify_client_cert = yes

auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer anonymous external
auth_ssl_username_from_cert = yes
auth_anonymous_username = anonymous
auth_cache_size = 0
auth_failure_delay = 0
auth_verbose = yes
disable_plaintext_auth = {{.Cleartext}}

passdb {
  driver = static
  mechanisms = external
  args = nopassword=y
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {{.Dir}}/oauth2.ext
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {{.Dir}}/passwd
}
userdb {
  driver = static
  args = uid=mail gid=mail home={{.Dir}}/mail/%u
}

first_valid_uid = 1
mail_uid = mail
mail_gid = mail
mail_home = {{.Dir}}/mail/%u
mail_location = {{.Format}}:~/mail
mail_attribute_dict = file:{{.Dir}}/mail/%u/attributes
mail_fsync = never
mail_plugins = acl quota zlib notify
mail_max_userip_connections = 1000
mailbox_list_index = yes
imap_metadata = yes
imap_urlauth_host = localhost
imap_urlauth_port = {{.Port}}

namespace inbox {
  type = private
  inbox = yes
  separator = /
  prefix =
  mailbox Drafts {
    special_use = \Drafts
  }
  mailbox Sent {
    special_use = \Sent
  }
  mailbox Trash {
    special_use = \Trash
  }
  mailbox Junk {
    special_use = \Junk
  }
  mailbox Archive {
    special_use = \Archive
  }
}
namespace shared {
  type = shared
  separator = /
  prefix = shared/%%u/
  location = {{.Format}}:{{.Dir}}/mail/%%u/mail
  subscriptions = no
  list = children
}
namespace public {
  type = public
  separator = /
  prefix = Public/
  location = {{.Format}}:{{.Dir}}/public
  subscriptions = no
  list = children
}

service imap-login {
  chroot =
  service_count = 0
  process_min_avail = 2
  client_limit = 1000
  inet_listener imap {
    address = {{.Host}}
    port = {{.Port}}
  }
  inet_listener imaps {
    address = {{.Host}}
    port = {{.TLSPort}}
    ssl = yes
  }
}
service imap {
  process_limit = 1000
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}

protocol imap {
  mail_plugins = $mail_plugins imap_acl imap_quota imap_zlib
}
plugin {
  acl = vfile
  acl_shared_dict = file:{{.Dir}}/acl-shared
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:storage={{.QuotaKB}}K
  quota_rule2 = Trash:ignore
}
{{.Extra}}
`
