package servers

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"
)

// courierPool is the number of accounts for FreshUser.
const courierPool = 200

func launchCourier(ctx context.Context, s *Server, cfg *Config) error {
	root := filepath.Join(installDir(), "courier")
	needed := []string{
		"/usr/lib/courier/courier-authlib/authdaemond", "/usr/sbin/couriertcpd", "/usr/sbin/makeuserdb", "/usr/bin/couriertls",
		filepath.Join(root, "usr/bin/imapd"), "/etc/courier",
	}
	if err := needFiles(needed...); err != nil {
		return err
	}
	if err := needRoot(); err != nil {
		return err
	}
	version, _ := os.ReadFile(filepath.Join(root, "VERSION"))
	s.Version = strings.TrimSpace(string(version))
	if err := s.courierUsers(ctx); err != nil {
		return err
	}
	uid, gid, err := account("courier")
	if err != nil {
		return err
	}
	if err := s.mkdirs("etc/shared", "run/authdaemon"); err != nil {
		return err
	}
	if err := s.chownAll(uid, gid, "run"); err != nil {
		return err
	}
	settings := map[string]string{
		"Dir": s.dir, "Root": root, "Host": cfg.Host, "Port": s.port(), "TLSPort": s.tlsPort(), "Extra": cfg.Extra,
	}
	for name, text := range map[string]string{
		"etc/authdaemonrc": courierAuthConf, "imapd.env": courierImapdConf, "run.sh": courierScript,
	} {
		if err := s.writeTemplate(name, text, settings); err != nil {
			return err
		}
	}
	for _, name := range []string{"etc/shared/index", "etc/imapaccess.dat"} {
		if err := s.write(name, "", 0o644); err != nil {
			return err
		}
	}
	s.logs = []string{s.path("log")}
	return s.start(program{args: []string{"/bin/sh", s.path("run.sh")}, log: s.logs[0], isolated: true})
}

// courierHashes are the hashes of the CRAM mechanisms.
var courierHashes = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New}

// courierUsers makes the list of users and sets up the making of their maildirs.
func (s *Server) courierUsers(ctx context.Context) error {
	uid, gid, err := account("mail")
	if err != nil {
		return err
	}
	if err := s.mkdirs("etc", "mail"); err != nil {
		return err
	}
	s.pool = courierPool
	var userdb strings.Builder
	for _, local := range localParts(courierPool) {
		sum := sha256.Sum256([]byte(passwordOf(local)))
		fmt.Fprintf(&userdb, "%s\tuid=%d|gid=%d|home=%s|mail=%s|systempw={SHA256}%s",
			local, uid, gid, s.path("mail", local), s.path("mail", local, "Maildir"),
			base64.StdEncoding.EncodeToString(sum[:]))
		for name, newHash := range courierHashes {
			states, err := hmacStates(newHash, passwordOf(local))
			if err != nil {
				return err
			}
			fmt.Fprintf(&userdb, "|hmac-%spw=%s", name, states)
		}
		userdb.WriteString("|options=disablepop3=1\n")
	}
	s.addUser = func(_ context.Context, u User) error {
		for _, name := range []string{"cur", "new", "tmp"} {
			if err := s.mkdirs(filepath.Join("mail", u.Name, "Maildir", name)); err != nil {
				return err
			}
		}
		return s.chownAll(uid, gid, filepath.Join("mail", u.Name))
	}
	for _, local := range []string{"alice", "bob"} {
		if err := s.addUser(ctx, s.user(local)); err != nil {
			return err
		}
	}
	return s.write("etc/userdb", userdb.String(), 0o700)
}

const courierAuthConf = `authmodulelist="authuserdb"
authmodulelistorig="authuserdb"
authdaemonvar=/run/courier/authdaemon
daemons=4
DEBUG_LOGIN=0
DEFAULTOPTIONS=""
LOGGEROPTS=""
`

// courierImapdConf is the environment of Courier's imapd. IDLE looks for changes
// every second.
const courierImapdConf = `CAPABILITY_BASE="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE AUTH=CRAM-MD5 AUTH=CRAM-SHA1 AUTH=CRAM-SHA256 AUTH=LOGIN"
IMAP_CAPABILITY="$CAPABILITY_BASE"
IMAP_CAPABILITY_TLS="$CAPABILITY_BASE AUTH=PLAIN"
SMAP_CAPABILITY=SMAP1
SMAP1_CAPABILITY=SMAP1
IMAP_ACL=1
IMAP_KEYWORDS=1
IMAP_PROXY=0
IMAP_UMASK=022
IMAP_USELOCKS=1
IMAP_IDLE_TIMEOUT=1
IMAP_ENHANCEDIDLE=0
IMAP_OBSOLETE_CLIENT=0
IMAP_CHECK_ALL_FOLDERS=0
IMAP_DISABLETHREADSORT=0
IMAP_MAILBOX_SANITY_CHECK=1
IMAP_SHAREDINDEXFILE=/etc/courier/shared/index
IMAP_TRASHFOLDERNAME=Trash
IMAP_EMPTYTRASH=Trash:7
IMAP_MOVE_EXPUNGE_TO_TRASH=0
IMAP_STARTTLS=YES
IMAP_TLS_REQUIRED=0
MAXDAEMONS=500
MAXPERIP=500
COURIERTLS=/usr/bin/couriertls
TLS_CERTFILE={{.Dir}}/tls/both.pem
TLS_TRUSTCERTS={{.Dir}}/tls/ca.pem
TLS_DHPARAMS=/dev/null
TLS_VERIFYPEER=NONE
TLS_STARTTLS_PROTOCOL=
{{.Extra}}
`

// courierScript runs Courier. The names of its folders for configuration and
// sockets are compiled in: the server's own are mounted over them, which only
// this process and its children see.
const courierScript = `set -eu
mkdir -p /run/courier
mount --bind {{.Dir}}/etc /etc/courier
mount --bind {{.Dir}}/run /run/courier
/usr/sbin/makeuserdb
set -a
. /etc/courier/authdaemonrc
. {{.Dir}}/imapd.env
set +a
/usr/lib/courier/courier-authlib/authdaemond &
imapd='{{.Root}}/usr/bin/imapd Maildir'
login={{.Root}}/usr/lib/courier/courier/imaplogin
tcpd='/usr/sbin/couriertcpd -address={{.Host}} -maxprocs=500 -maxperip=500 -nodnslookup -noidentlookup'
until [ -S /run/courier/authdaemon/socket ]; do sleep 0.01; done
$tcpd {{.Port}} $login $imapd &
IMAP_CAPABILITY="$IMAP_CAPABILITY_TLS" IMAP_TLS=1 $tcpd {{.TLSPort}} $COURIERTLS -server -tcpd $login $imapd &
wait
`
