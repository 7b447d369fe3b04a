package imaptest

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
)

// The mechanisms that clients seldom use.

// saslCramMD5 is CRAM-MD5 (RFC 2195).
func saslCramMD5(x *exchange) *store.User {
	if x.hasInitial { // the server speaks first
		x.aborted = true
		return nil
	}
	challenge := fmt.Sprintf("<%d.%d@imaptest>", x.s.num, time.Now().UnixNano())
	msg, good := x.ask(challenge)
	i := strings.LastIndexByte(msg, ' ')
	if !good || i < 0 {
		x.aborted = true
		return nil
	}
	u := x.s.srv.store.User(msg[:i])
	if u == nil {
		return nil
	}
	sum := hmac.New(md5.New, []byte(u.Password))
	sum.Write([]byte(challenge))
	if !same(hex.EncodeToString(sum.Sum(nil)), msg[i+1:]) {
		return nil
	}
	return u
}

// saslExternal is EXTERNAL (RFC 4422 appendix A): the user is whom the client's
// certificate names. Whether it is to be trusted, Options.TLSConfig says.
func saslExternal(x *exchange) *store.User {
	authzid, good := x.first()
	name := x.s.certificateName()
	if !good || name == "" || authzid != "" && authzid != name {
		return nil
	}
	return x.s.srv.store.User(name)
}

// certificateName is the common name of the client's certificate, empty if it has
// sent none.
func (s *session) certificateName() string {
	if s.tls == nil {
		return ""
	}
	certs := s.tls.ConnectionState().PeerCertificates
	if len(certs) == 0 {
		return ""
	}
	return certs[0].Subject.CommonName
}

// saslAnonymous is ANONYMOUS (RFC 4505): the user "anonymous", if there is one. What
// the client says of itself is not looked at.
func saslAnonymous(x *exchange) *store.User {
	if _, good := x.first(); !good {
		return nil
	}
	return x.s.srv.store.User("anonymous")
}
