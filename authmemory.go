package imap

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap/internal/sasl"
)

// AuthMemory remembers how [Client.AuthPassword] logged one user in at one server, for
// later Clients with the same [Options].AuthMemory. Its zero value is empty, and it may
// be used by several at a time. Over TLS, AuthPassword begins with what worked, and once
// channel binding has worked for a user, nothing else will do: see docs/security.md.
type AuthMemory struct {
	mu    sync.Mutex // guards what follows
	key   []byte     // of the digests
	bound authDigest // the user who has logged in with channel binding; zero: none
	where authDigest // of the login that way is of; zero: none
	way   string     // the name of what worked after something better had been refused
	until time.Time  // when something better is tried again
}

// authDigest identifies something without containing it.
type authDigest [sha256.Size]byte

// authMemoryTime is how long something weaker is tried first.
const authMemoryTime = 24 * time.Hour

// authVisit is one AuthPassword with what the memory has for it. Nil: there is none.
type authVisit struct {
	m    *AuthMemory
	user authDigest // the user at the server
	// where is the user with the password, the server by its key, what it offers, and the
	// version of TLS: if one of them is another, what was refused may work now.
	where   authDigest
	skipped bool // something better was not tried
}

// visit returns what the memory has for a login by c, which has not begun. m may be nil.
func (m *AuthMemory) visit(c *Client, user, password string) *authVisit {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	v := &authVisit{m: m, user: m.digestLocked(c.transport.host, user)}
	if cs := c.TLS(); cs != nil && len(cs.PeerCertificates) > 0 {
		offered := c.Caps().Values("AUTH")
		slices.Sort(offered)
		v.where = m.digestLocked(c.transport.host, user, password, string(cs.PeerCertificates[0].RawSubjectPublicKeyInfo),
			strings.Join(offered, " "), strconv.Itoa(int(cs.Version)))
	}
	return v
}

// requiresBinding reports whether the user logged in with channel binding before.
func (v *authVisit) requiresBinding() bool {
	if v == nil {
		return false
	}
	v.m.mu.Lock()
	defer v.m.mu.Unlock()
	return v.m.bound == v.user
}

// skip returns ways without those that were refused before the one that worked.
func (v *authVisit) skip(ways []sasl.Choice) []sasl.Choice {
	if v == nil || v.where == (authDigest{}) {
		return ways
	}
	v.m.mu.Lock()
	defer v.m.mu.Unlock()
	if v.m.where != v.where || time.Now().After(v.m.until) {
		return ways
	}
	i := slices.IndexFunc(ways, func(w sasl.Choice) bool { return w.Name == v.m.way })
	v.skipped = i > 0
	return ways[max(i, 0):]
}

// worked takes note of what worked. refused says that something better was refused.
func (v *authVisit) worked(way sasl.Choice, refused bool) {
	if v == nil || v.where == (authDigest{}) {
		return
	}
	v.m.mu.Lock()
	defer v.m.mu.Unlock()
	switch {
	case way.Strength == sasl.Bound:
		v.m.bound = v.user
		v.m.where = authDigest{}
	case refused:
		v.m.where, v.m.way, v.m.until = v.where, way.Name, time.Now().Add(authMemoryTime)
	case !v.skipped:
		v.m.where = authDigest{}
	}
}

// failed forgets what worked, because it was refused.
func (v *authVisit) failed() {
	if v == nil {
		return
	}
	v.m.mu.Lock()
	defer v.m.mu.Unlock()
	v.m.where = authDigest{}
}

// digestLocked returns a digest by which nothing of the parts can be guessed.
func (m *AuthMemory) digestLocked(parts ...string) (d authDigest) {
	if m.key == nil {
		m.key = make([]byte, sha256.Size)
		rand.Read(m.key)
	}
	h := hmac.New(sha256.New, m.key)
	for _, p := range parts {
		h.Write(strconv.AppendInt(nil, int64(len(p)), 10))
		h.Write([]byte{':'})
		h.Write([]byte(p))
	}
	h.Sum(d[:0])
	return d
}

// cannotBind reports whether the server is one that offers channel binding and has none
// for TLS 1.3, as Cyrus up to 3.12, which takes three seconds to say so. That it says
// what it is under TLS gives an attacker nothing: a refusal would do the same.
func (c *Client) cannotBind() bool {
	cs := c.TLS()
	c.mu.Lock()
	greeting, safe := c.session.greeting, c.session.greetedByTLS
	c.mu.Unlock()
	if cs == nil || cs.Version != tls.VersionTLS13 || !safe {
		return false
	}
	_, version, ok := strings.Cut(greeting.Text, "Cyrus IMAP 3.")
	if !ok {
		return false
	}
	if i := strings.IndexFunc(version, func(r rune) bool { return r < '0' || r > '9' }); i >= 0 {
		version = version[:i]
	}
	minor, err := strconv.Atoi(version)
	return err == nil && minor <= 12
}
