package imaptest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
)

// URLAUTH (RFC 4467): URLs that give others access to a part of a message. Of the
// access identifiers, "submit+" is for every session, because the server knows no
// submission servers.

const urlMech = "INTERNAL"

// cmdResetKey is RESETKEY (RFC 4467 §6).
func cmdResetKey(s *session, a *args) reply {
	if a.atEnd() {
		s.user.ResetURLKeys("")
		return ok("RESETKEY completed")
	}
	a.sp()
	name := a.mailbox()
	for a.eat(' ') {
		if mech := a.keyword(); a.ok() && mech != urlMech {
			a.fail(bad("RESETKEY: unknown mechanism %q", mech))
		}
	}
	if !a.end() {
		return a.reply()
	}
	if s.user.Mailbox(name) == nil {
		return no("NONEXISTENT", "No such mailbox")
	}
	s.user.ResetURLKeys(name)
	return okCode("URLMECH "+urlMech, "RESETKEY completed")
}

// cmdGenURLAuth is GENURLAUTH (RFC 4467 §6).
func cmdGenURLAuth(s *session, a *args) reply {
	var urls []string
	for more := true; more; more = a.ok() && !a.atEnd() {
		a.sp()
		text := a.astring()
		a.sp()
		if mech := a.keyword(); a.ok() && mech != urlMech {
			a.fail(bad("GENURLAUTH: unknown mechanism %q", mech))
		}
		u, good := parseURL(text, "")
		switch {
		case !a.ok():
		case !good || u.badTime || u.token != "":
			a.fail(bad("GENURLAUTH: not the URL of a message: %q", text))
		case u.user != s.user.Name:
			a.fail(bad("GENURLAUTH: missing or other owner in the URL"))
		case !knownAccess(u.access):
			a.fail(bad("GENURLAUTH: missing or unknown access identifier in the URL"))
		case s.user.Mailbox(u.mailbox) == nil:
			a.fail(bad("GENURLAUTH: no such mailbox"))
		}
		urls = append(urls, u.rump+":"+strings.ToLower(urlMech)+":"+urlToken(s.user, &u))
	}
	if !a.end() {
		return a.reply()
	}
	o := s.newOut("* GENURLAUTH")
	for _, text := range urls {
		o.raw(" ").str(text)
	}
	o.send()
	return ok("GENURLAUTH completed")
}

func knownAccess(access string) bool {
	kind, name, has := strings.Cut(strings.ToLower(access), "+")
	switch kind {
	case "submit", "user":
		return has && name != ""
	case "authuser", "anonymous":
		return !has
	}
	return false
}

// urlToken signs a URL with the key of its mailbox.
func urlToken(owner *store.User, u *imapURL) string {
	sum := hmac.New(sha256.New, owner.URLKey(u.mailbox))
	sum.Write([]byte(u.rump))
	return hex.EncodeToString(sum.Sum(nil))
}

// cmdURLFetch is URLFETCH (RFC 4467 §6).
func cmdURLFetch(s *session, a *args) reply {
	var urls []string
	for more := true; more; more = a.ok() && !a.atEnd() {
		a.sp()
		urls = append(urls, a.astring())
	}
	if !a.end() {
		return a.reply()
	}
	o := s.newOut("* URLFETCH")
	for _, text := range urls {
		o.raw(" ").str(text).raw(" ")
		if data, good := s.fetchURL(text); good {
			o.literal(data, false)
		} else {
			o.raw("NIL")
		}
	}
	o.send()
	return ok("URLFETCH completed")
}

// fetchURL returns what an authorized URL refers to.
func (s *session) fetchURL(text string) ([]byte, bool) {
	u, good := parseURL(text, "")
	if !good || u.badTime || !sameWord(u.mech, urlMech) || !knownAccess(u.access) {
		return nil, false
	}
	if !u.expire.IsZero() && !time.Now().Before(u.expire) {
		return nil, false
	}
	owner := s.srv.store.User(u.user)
	if owner == nil || owner.Mailbox(u.mailbox) == nil || !same(urlToken(owner, &u), strings.ToLower(u.token)) {
		return nil, false
	}
	if kind, name, _ := strings.Cut(u.access, "+"); sameWord(kind, "user") && unescapeURL(name) != s.user.Name {
		return nil, false
	}
	return u.content(s, owner)
}
