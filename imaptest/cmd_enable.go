package imaptest

import (
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// cmdEnable is ENABLE (RFC 9051 §6.3.1).
func cmdEnable(s *session, a *args) reply {
	var names []string
	for a.eat(' ') {
		names = append(names, a.keyword())
	}
	if len(names) == 0 {
		a.bad("a capability")
	}
	if !a.end() {
		return a.reply()
	}
	done := ""
	for _, name := range names {
		if s.srv.has(response.Cap(name)) && s.enable(name) {
			done += " " + name
		}
	}
	s.line("* ENABLED" + done)
	return ok("ENABLE completed")
}

// enable switches an extension on and reports whether that can be done.
func (s *session) enable(name string) bool {
	switch strings.ToUpper(name) {
	case "CONDSTORE":
		s.condstore = true
	case "QRESYNC":
		s.condstore, s.qresync = true, true
	case "UIDONLY":
		s.uidOnly = true
	case "UTF8=ACCEPT":
		s.utf8 = true
	case "IMAP4REV2":
		s.rev2, s.utf8 = true, true
	default:
		return false
	}
	return true
}
