package imaptest

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// imapURL is an IMAP URL of a message or a part of one (RFC 5092).
type imapURL struct {
	user     string // empty if the URL has no server part
	hasHost  bool
	mailbox  string
	validity uint32 // zero if the URL has none
	uid      response.UID
	section  string
	partial  bool
	start    uint64
	count    uint64 // zero: to the end

	// of URLAUTH (RFC 4467)

	rump    string // the URL up to the access identifier
	expire  time.Time
	access  string // like "user+fred"; empty if there is none
	mech    string
	token   string
	badTime bool
}

// parseURL reads a URL. One that is relative refers to the mailbox given.
func parseURL(text, selected string) (u imapURL, good bool) {
	path := text
	if rest, is := cutPrefixFold(text, "imap://"); is {
		var server string
		server, path, _ = strings.Cut(rest, "/")
		user, _, has := strings.Cut(server, "@")
		if has {
			user, _, _ = strings.Cut(user, ";")
			u.user = unescapeURL(user)
		}
		u.hasHost = true
		path = "/" + path
	}
	path = u.cutAuth(text, path)
	mailbox, rest, _ := strings.Cut(path, "/;")
	if relative, is := strings.CutPrefix(path, ";"); is {
		u.mailbox, rest = selected, relative
	} else if mailbox, is = strings.CutPrefix(mailbox, "/"); is {
		name, validity, has := cutFold(mailbox, ";UIDVALIDITY=")
		u.mailbox = unescapeURL(name)
		if n, err := strconv.ParseUint(validity, 10, 32); has && (err != nil || n == 0) {
			return u, false
		} else if has {
			u.validity = uint32(n)
		}
	}
	for piece := range strings.SplitSeq(rest, "/;") {
		if !u.part(piece) {
			return u, false
		}
	}
	return u, u.mailbox != "" && u.uid != 0
}

// part reads UID=, SECTION= or PARTIAL=.
func (u *imapURL) part(piece string) bool {
	name, value, _ := strings.Cut(piece, "=")
	switch strings.ToUpper(name) {
	case "UID":
		n, err := strconv.ParseUint(value, 10, 32)
		u.uid = response.UID(n)
		return err == nil && n > 0
	case "SECTION":
		u.section = unescapeURL(value)
		return u.section != ""
	case "PARTIAL":
		first, count, has := strings.Cut(value, ".")
		var err, err2 error
		u.partial = true
		u.start, err = strconv.ParseUint(first, 10, 63)
		if has {
			u.count, err2 = strconv.ParseUint(count, 10, 63)
		}
		return err == nil && err2 == nil && (!has || u.count > 0)
	}
	return false
}

// cutAuth takes EXPIRE and URLAUTH off the path.
func (u *imapURL) cutAuth(text, path string) string {
	path, auth, has := cutFold(path, ";URLAUTH=")
	if !has {
		return path
	}
	u.access, auth, has = strings.Cut(auth, ":")
	u.rump = text
	if has {
		u.rump = text[:len(text)-len(auth)-1]
		u.mech, u.token, _ = strings.Cut(auth, ":")
	}
	path, expire, has := cutFold(path, ";EXPIRE=")
	if has {
		var err error
		u.expire, err = time.Parse(time.RFC3339, expire)
		u.badTime = err != nil
	}
	return path
}

// content returns what a URL refers to, among the mailboxes of a user.
func (u *imapURL) content(s *session, owner *store.User) ([]byte, bool) {
	box := owner.Mailbox(u.mailbox)
	if box == nil || u.validity != 0 && u.validity != box.Status().UIDValidity {
		return nil, false
	}
	sec := section{item: "BODY"}
	if u.section != "" {
		a := &args{s: s, line: []byte(u.section + "]")}
		sec.readPart(a)
		sec.readSpecifier(a)
		if a.want(']'); !a.end() {
			return nil, false
		}
	}
	for _, m := range box.Messages() {
		if m.UID != u.uid {
			continue
		}
		text, found, _ := sec.content(m.Blob.Tree())
		if u.partial {
			count := u.count
			if count == 0 {
				count = uint64(len(text))
			}
			text = pieceOf(text, u.start, count)
		}
		return text, found
	}
	return nil, false
}

func unescapeURL(s string) string {
	if out, err := url.PathUnescape(s); err == nil {
		return out
	}
	return s
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if !hasPrefixFold(s, prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// cutFold cuts around the last sep, in any case.
func cutFold(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(strings.ToUpper(s), sep)
	if i < 0 || len(strings.ToUpper(s)) != len(s) {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
