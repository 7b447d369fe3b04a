package servers

import "context"

// launchDovecot24 starts Dovecot 2.4 in a root of its own.
func launchDovecot24(_ context.Context, s *Server, cfg *Config) error {
	const binary = "/usr/sbin/dovecot"
	r, err := s.findRoot()
	if err != nil {
		return err
	}
	if err := needFiles(r.path(binary), r.path("/usr/lib/dovecot/imap-login")); err != nil {
		return err
	}
	uid, gid, err := r.account("mail")
	if err != nil {
		return err
	}
	if err := s.dovecotFiles(uid, gid); err != nil {
		return err
	}
	if err := s.writeTemplate("dovecot.conf", dovecot24Conf, s.dovecotSettings(cfg, rootDir)); err != nil {
		return err
	}
	s.logs = []string{s.path("start.log"), s.path("log")}
	return s.start(program{
		args:     r.command(s, binary, "-F", "-c", rootDir+"/dovecot.conf"),
		log:      s.path("start.log"),
		isolated: true,
	})
}

// dovecot24Conf is the configuration for Dovecot 2.4, whose language differs
// from that of 2.3.
const dovecot24Conf = `dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
listen = {{.Host}}
instance_name = {{.Name}}
base_dir = {{.Dir}}/run
state_dir = {{.Dir}}/state
log_path = {{.Dir}}/log
default_vsz_limit = 1G

ssl = yes
ssl_min_protocol = TLSv1.2
ssl_server_cert_file = {{.Dir}}/tls/cert.pem
ssl_server_key_file = {{.Dir}}/tls/key.pem
ssl_server_ca_file = {{.Dir}}/tls/ca.pem
ssl_server_require_crl = no
ssl_server_request_client_cert = yes

auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 scram-sha-1-plus scram-sha-256-plus xoauth2 oauthbearer anonymous external
auth_ssl_username_from_cert = yes
auth_anonymous_username = anonymous
auth_failure_delay = 0
auth_verbose = yes
auth_allow_cleartext = {{.Cleartext}}

oauth2 {
  introspection_mode = local
  username_attribute = sub
  oauth2_local_validation {
    dict fs {
      fs posix {
        prefix = {{.Dir}}/keys/
      }
    }
  }
}
passdb external {
  driver = passwd-file
  mechanisms_filter = external
  passwd_file_path = {{.Dir}}/passwd
  fields {
    nopassword = yes
  }
}
passdb oauth2 {
  mechanisms_filter = xoauth2 oauthbearer
}
passdb passwd-file {
  passwd_file_path = {{.Dir}}/passwd
}
userdb static {
  fields {
    uid = mail
    gid = mail
    home = {{.Dir}}/mail/%{user}
  }
}

first_valid_uid = 1
mail_uid = mail
mail_gid = mail
mail_home = {{.Dir}}/mail/%{user}
mail_driver = {{.Format}}
mail_path = ~/mail
mail_fsync = never
mail_utf8_extensions = yes
mail_max_userip_connections = 1000
mail_plugins {
  acl = yes
  quota = yes
  notify = yes
}
mail_attribute {
  dict file {
    path = {{.Dir}}/mail/%{user}/attributes
  }
}
imap_metadata = yes
imap_urlauth_host = localhost
imap_urlauth_port = {{.Port}}
protocol imap {
  mail_plugins {
    imap_acl = yes
    imap_quota = yes
  }
}

acl_driver = vfile
acl_sharing_map {
  dict file {
    path = {{.Dir}}/acl-shared
  }
}
quota "User quota" {
  quota_driver = count
  quota_storage_size = {{.QuotaKB}}K
}

namespace inbox {
  type = private
  inbox = yes
  separator = /
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
  prefix = shared/$user/
  mail_path = {{.Dir}}/mail/%{owner_user}/mail
  subscriptions = no
  list = children
}

service imap-login {
  process_min_avail = 2
  process_limit = 1000
  inet_listener imap {
    listen = {{.Host}}
    port = {{.Port}}
  }
  inet_listener imaps {
    listen = {{.Host}}
    port = {{.TLSPort}}
    ssl = yes
  }
}
service imap {
  process_limit = 1000
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
{{.Extra}}
`
