package imaptest

import (
	"fmt"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// cmdReplace is REPLACE (RFC 8508): APPEND and removal in one.
func cmdReplace(s *session, a *args) reply {
	a.sp()
	set := a.set()
	a.sp()
	name := a.mailbox()
	if !a.ok() {
		return a.reply()
	}
	idx, fail := s.messages(a, set)
	box := s.user.Mailbox(name)
	switch {
	case fail != nil:
		a.fail(*fail)
	case len(idx) != 1 || s.view.At(idx[0]).Gone:
		a.fail(no("", "There is no such message to be replaced"))
	case s.view.ReadOnly:
		a.fail(no("READ-ONLY", "Mailbox is read-only"))
	case box == nil:
		a.fail(no("TRYCREATE", "No such mailbox"))
	case box.Status().ReadOnly:
		a.fail(no("NOPERM", "Mailbox is read-only"))
	}
	if !a.ok() {
		return a.reply()
	}
	var in store.Incoming
	if in = s.appendMessage(a); !a.end() {
		return a.reply()
	}
	old := s.view.UIDAt(idx[0])
	validity, uids := box.Append(in)
	s.view.Box.Expunge(func(u response.UID) bool { return u == old }, false)
	if s.srv.has(response.CapUIDPlus) {
		s.line(fmt.Sprintf("* OK [APPENDUID %d %d] Replacement stored", validity, uids[0]))
	}
	return okCode(s.highestModSeq(), "REPLACE completed")
}
