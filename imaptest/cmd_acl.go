package imaptest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// Access control lists (RFC 4314) are stored and returned, and not enforced: no user but
// its owner reaches a mailbox, whatever its list says, and the owner has all
// rights for good. They go with the mailbox: RENAME keeps them, DELETE drops them.
// Identifiers are names of users, of groups or anything else, and compare octet by
// octet, without SASLprep.

// newRights are those that RFC 4314 has added, and rfc2086Rights the others but
// for the two that it has replaced by them (RFC 4314 §2.1).
const (
	newRights     = "kxte"
	rfc2086Rights = "lrswipa"
)

// virtual are the rights that stand for others (RFC 4314 §2.1.1).
var virtual = []struct{ right, members string }{{"c", "kx"}, {"d", "te"}}

// allRights are the rights of an owner, and all that there are.
const allRights = rfc2086Rights + newRights

// knowsNewRights reports whether the server is one of RFC 4314 and not of RFC 2086,
// whose clients know neither of the new rights.
func (srv *Server) knowsNewRights() bool {
	_, newer := response.Capabilities(srv.opts.Capabilities).Rights()
	return newer
}

// showRights returns rights in the usual order, with the virtual ones of which
// any member is there.
func (srv *Server) showRights(rights string) string {
	known := rfc2086Rights
	if srv.knowsNewRights() {
		known = allRights
	}
	var out []byte
	for i := range len(known) {
		if strings.IndexByte(rights, known[i]) >= 0 {
			out = append(out, known[i])
		}
	}
	for _, v := range virtual {
		if strings.ContainsAny(rights, v.members) {
			out = append(out, v.right...)
		}
	}
	return string(out)
}

// rights reads a rights modification: how, and which rights, with the members of
// virtual ones in their place.
func (a *args) rights() (sign byte, rights string) {
	text := a.astring()
	if text != "" && (text[0] == '+' || text[0] == '-') {
		sign, text = text[0], text[1:]
	}
	known := a.s.srv.showRights(allRights)
	for i := range len(text) {
		if a.ok() && strings.IndexByte(known, text[i]) < 0 {
			a.fail(bad("%s: the right %q is not supported", a.name, text[i:i+1]))
		}
	}
	for _, v := range virtual {
		text = strings.ReplaceAll(text, v.right, v.members)
	}
	return sign, text
}

// identifier reads whom a command is about.
func (a *args) identifier() string {
	id := a.astring()
	if a.ok() && (id == "" || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl)) {
		a.fail(bad("%s: no identifier: %q", a.name, id))
	}
	return id
}

// aclMailbox reads the mailbox of a command, and whom it is about if the
// command says that.
func (s *session) aclMailbox(a *args, more ...func()) (name string, box *store.Mailbox) {
	a.sp()
	name = a.mailbox()
	for _, read := range more {
		a.sp()
		read()
	}
	if !a.end() {
		return name, nil
	}
	box = s.user.Mailbox(name)
	if box == nil {
		a.fail(no("NONEXISTENT", "No such mailbox"))
	}
	return name, box
}

// cmdGetACL is GETACL (RFC 4314 §3.3).
func cmdGetACL(s *session, a *args) reply {
	name, box := s.aclMailbox(a)
	if !a.ok() {
		return a.reply()
	}
	o := s.newOut("* ACL ").mailbox(name)
	list := append([]store.Grant{{Identifier: s.user.Name, Rights: allRights}}, box.Grants()...)
	for _, g := range list {
		o.raw(" ").str(g.Identifier).raw(" ").str(s.srv.showRights(g.Rights))
	}
	o.send()
	return ok("GETACL completed")
}

// cmdSetACL is SETACL (RFC 4314 §3.1).
func cmdSetACL(s *session, a *args) reply {
	var id, rights string
	var sign byte
	_, box := s.aclMailbox(a, func() { id = a.identifier() }, func() { sign, rights = a.rights() })
	if !a.ok() {
		return a.reply()
	}
	if id == s.user.Name {
		return no("CANNOT", "The owner has all rights for good")
	}
	box.Grant(id, func(old string) string {
		without := strings.Map(func(r rune) rune {
			if strings.ContainsRune(rights, r) {
				return -1
			}
			return r
		}, old)
		switch sign {
		case '+':
			return without + rights
		case '-':
			return without
		}
		return rights
	})
	return ok("SETACL completed")
}

// cmdDeleteACL is DELETEACL (RFC 4314 §3.2).
func cmdDeleteACL(s *session, a *args) reply {
	var id string
	_, box := s.aclMailbox(a, func() { id = a.identifier() })
	if !a.ok() {
		return a.reply()
	}
	if id == s.user.Name {
		return no("CANNOT", "The owner has all rights for good")
	}
	box.Revoke(id)
	return ok("DELETEACL completed")
}

// cmdListRights is LISTRIGHTS (RFC 4314 §3.4): no rights are tied together.
func cmdListRights(s *session, a *args) reply {
	var id string
	name, _ := s.aclMailbox(a, func() { id = a.identifier() })
	if !a.ok() {
		return a.reply()
	}
	o := s.newOut("* LISTRIGHTS ").mailbox(name).raw(" ").str(id)
	if all := s.srv.showRights(allRights); id == s.user.Name {
		o.raw(" ").str(all)
	} else {
		o.raw(` "" ` + strings.Join(strings.Split(all, ""), " "))
	}
	o.send()
	return ok("LISTRIGHTS completed")
}

// cmdMyRights is MYRIGHTS (RFC 4314 §3.5).
func cmdMyRights(s *session, a *args) reply {
	name, _ := s.aclMailbox(a)
	if !a.ok() {
		return a.reply()
	}
	s.sendMyRights(name)
	return ok("MYRIGHTS completed")
}

// sendMyRights sends the owner's rights in a mailbox.
func (s *session) sendMyRights(name string) {
	s.newOut("* MYRIGHTS ").mailbox(name).raw(" ").str(s.srv.showRights(allRights)).send()
}
