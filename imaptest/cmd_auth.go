package imaptest

import (
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// cmdLogin is LOGIN (RFC 9051 §6.2.3).
func cmdLogin(s *session, a *args) reply {
	a.sp()
	name := a.astring()
	a.sp()
	password := a.astring()
	if !a.end() {
		return a.reply()
	}
	if !s.mayAuthenticate() {
		return no("PRIVACYREQUIRED", "LOGIN needs TLS")
	}
	if s.srv.has(response.CapLoginDisabled) {
		return no("CANNOT", "LOGIN is disabled")
	}
	u := s.srv.store.User(name)
	if u == nil || !same(u.Password, password) {
		return s.refused()
	}
	return s.welcome(u, "LOGIN completed")
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// welcome makes the session one of the user's.
func (s *session) welcome(u *store.User, text string) reply {
	s.user, s.state, s.failures = u, stateAuthenticated, 0
	return okCode(s.capabilityCode(), text)
}

// refused counts a failed login.
func (s *session) refused() reply {
	s.failures++
	r := no("AUTHENTICATIONFAILED", "Authentication failed")
	if s.failures >= s.srv.opts.AuthAttempts {
		s.line("* BYE Too many failed logins")
		r.last = true
	}
	return r
}

// mechanism runs one SASL exchange. It returns the user, nil if the client
// is refused.
type mechanism func(x *exchange) *store.User

var mechanisms = map[string]mechanism{
	"PLAIN":              saslPlain,
	"LOGIN":              saslLogin,
	"XOAUTH2":            saslXOAuth2,
	"OAUTHBEARER":        saslOAuthBearer,
	"SCRAM-SHA-1":        saslScram,
	"SCRAM-SHA-1-PLUS":   saslScram,
	"SCRAM-SHA-256":      saslScram,
	"SCRAM-SHA-256-PLUS": saslScram,
	"SCRAM-SHA-512":      saslScram,
	"SCRAM-SHA-512-PLUS": saslScram,
	"CRAM-MD5":           saslCramMD5,
	"EXTERNAL":           saslExternal,
	"ANONYMOUS":          saslAnonymous,
}

// cmdAuthenticate is AUTHENTICATE (RFC 9051 §6.2.2) with an initial response
// (RFC 4959).
func cmdAuthenticate(s *session, a *args) reply {
	a.sp()
	name := a.keyword()
	x := &exchange{s: s, mech: name}
	if a.eat(' ') {
		x.initial = a.rest()
		x.hasInitial = true
	}
	if !a.end() {
		return a.reply()
	}
	run := mechanisms[name]
	switch {
	case x.hasInitial && !s.srv.has(response.CapSASLIR):
		return bad("AUTHENTICATE: no initial response here")
	case !s.mayAuthenticate():
		return no("PRIVACYREQUIRED", "AUTHENTICATE needs TLS")
	case run == nil || !s.srv.has(response.Cap("AUTH="+name)) || !s.shows(response.Cap("AUTH="+name)):
		return no("CANNOT", "Unsupported mechanism")
	}
	u := run(x)
	switch {
	case s.ioErr != nil:
		return none()
	case x.aborted:
		return bad("AUTHENTICATE was cancelled or malformed")
	case u == nil:
		return s.refused()
	}
	return s.welcome(u, "AUTHENTICATE completed")
}

// rest reads what is left of the line.
func (a *args) rest() string {
	if a.err != nil {
		return ""
	}
	text := string(a.line[a.pos:])
	a.pos = len(a.line)
	return text
}

// exchange is one run of AUTHENTICATE.
type exchange struct {
	s          *session
	mech       string
	initial    string
	hasInitial bool
	aborted    bool
}

// first returns the client's first message.
func (x *exchange) first() (string, bool) {
	if !x.hasInitial {
		return x.ask("")
	}
	if x.initial == "=" { // empty, RFC 4959 §3
		return "", true
	}
	return x.decode(x.initial)
}

// ask sends a challenge and returns the client's answer; false if the client
// gave up.
func (x *exchange) ask(challenge string) (string, bool) {
	x.s.line("+ " + base64.StdEncoding.EncodeToString([]byte(challenge)))
	x.s.flush()
	line, err := x.s.readLine()
	if err != nil || string(line) == "*" {
		x.aborted = true
		return "", false
	}
	return x.decode(string(line))
}

func (x *exchange) decode(text string) (string, bool) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		x.aborted = true
		return "", false
	}
	return string(b), true
}

// saslPlain is PLAIN (RFC 4616).
func saslPlain(x *exchange) *store.User {
	msg, good := x.first()
	parts := strings.Split(msg, "\x00")
	if !good || len(parts) != 3 {
		x.aborted = x.aborted || good && len(parts) != 3
		return nil
	}
	u := x.s.srv.store.User(parts[1])
	if u == nil || !same(u.Password, parts[2]) || parts[0] != "" && parts[0] != parts[1] {
		return nil
	}
	return u
}

// saslLogin is LOGIN, which no RFC describes.
func saslLogin(x *exchange) *store.User {
	var name string
	good := true
	if x.hasInitial {
		name, good = x.first()
	} else {
		name, good = x.ask("Username:")
	}
	if !good {
		return nil
	}
	password, good := x.ask("Password:")
	u := x.s.srv.store.User(name)
	if !good || u == nil || !same(u.Password, password) {
		return nil
	}
	return u
}

// saslXOAuth2 is Google's XOAUTH2.
func saslXOAuth2(x *exchange) *store.User {
	msg, good := x.first()
	if !good {
		return nil
	}
	var name, token string
	for field := range strings.SplitSeq(msg, "\x01") {
		if v, is := strings.CutPrefix(field, "user="); is {
			name = v
		}
		if v, is := strings.CutPrefix(field, "auth=Bearer "); is {
			token = v
		}
	}
	return x.bearer(name, token, `{"status":"401","schemes":"bearer","scope":"https://mail.example/"}`)
}

// saslOAuthBearer is OAUTHBEARER (RFC 7628).
func saslOAuthBearer(x *exchange) *store.User {
	msg, good := x.first()
	if !good {
		return nil
	}
	gs2, fields, _ := strings.Cut(msg, "\x01")
	var name, token string
	for part := range strings.SplitSeq(gs2, ",") {
		if v, is := strings.CutPrefix(part, "a="); is {
			name = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(v)
		}
	}
	for field := range strings.SplitSeq(fields, "\x01") {
		if v, is := strings.CutPrefix(field, "auth=Bearer "); is {
			token = v
		}
	}
	return x.bearer(name, token, `{"status":"invalid_token","scope":"mail"}`)
}

// bearer checks a token. A client that is refused gets the reason and has to answer
// before the exchange ends.
func (x *exchange) bearer(name, token, why string) *store.User {
	u := x.s.srv.store.User(name)
	if name == "" {
		for _, other := range x.s.srv.store.Users() {
			if same(other.Token, token) {
				u = other
			}
		}
	}
	if u == nil || !same(u.Token, token) {
		x.ask(why)
		x.aborted = false // an answer of "*" is as good as any
		return nil
	}
	return u
}

// cmdUnauthenticate is UNAUTHENTICATE (RFC 8437). It ends the compression of the
// connection: the server's after its answer, the client's after the command.
func cmdUnauthenticate(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	s.deselect()
	s.endNotify()
	s.state, s.user = stateNotAuthenticated, nil
	s.condstore, s.qresync, s.utf8, s.uidOnly, s.rev2 = false, false, false, false, s.srv.rev2Only()
	done := okCode(s.capabilityCode(), "UNAUTHENTICATE completed")
	if !s.deflated {
		return done
	}
	s.tagged(a.tag, done)
	s.endCompress()
	return none()
}
