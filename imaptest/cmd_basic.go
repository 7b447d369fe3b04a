package imaptest

import "strings"

// cmdCapability is CAPABILITY (RFC 9051 §6.1.1).
func cmdCapability(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	s.line("* CAPABILITY " + strings.Join(s.caps(), " "))
	return ok("CAPABILITY completed")
}

// cmdNoop is NOOP (RFC 9051 §6.1.2).
func cmdNoop(s *session, a *args) reply {
	a.end()
	return a.reply()
}

// cmdLogout is LOGOUT (RFC 9051 §6.1.3).
func cmdLogout(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	s.line("* BYE Logging out")
	r := ok("LOGOUT completed")
	r.last = true
	return r
}

// cmdCheck is CHECK (RFC 3501 §6.4.1).
func cmdCheck(s *session, a *args) reply {
	if s.rev2 {
		return bad("CHECK is no command of IMAP4rev2")
	}
	a.end()
	return a.reply()
}

// cmdID answers with the server's name (RFC 2971).
func cmdID(s *session, a *args) reply {
	a.sp()
	if !a.keywordIs("NIL") {
		n := 0
		a.list(func() {
			a.str()
			a.sp()
			a.nstring()
			if n++; n > 30 {
				a.fail(bad("ID: more than 30 fields"))
			}
		})
	}
	if !a.end() {
		return a.reply()
	}
	if p := s.srv.opts.Profile; p != nil && p.ID != "" {
		s.line("* ID " + p.ID)
	} else {
		s.line(`* ID ("name" "imaptest" "vendor" "imaptest")`)
	}
	return ok("ID completed")
}
