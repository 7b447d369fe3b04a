package imaptest

import (
	"strconv"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

func cmdSelect(s *session, a *args) reply  { return s.selectBox(a, false) }
func cmdExamine(s *session, a *args) reply { return s.selectBox(a, true) }

// selectParams are the parameters of SELECT (RFC 4466 §2.1).
type selectParams struct {
	condstore bool
	qresync   *qresyncParams
}

// selectBox is SELECT and EXAMINE (RFC 9051 §6.3.2).
func (s *session) selectBox(a *args, examine bool) reply {
	a.sp()
	name := a.mailbox()
	var p selectParams
	if a.eat(' ') {
		a.list(func() { s.selectParam(a, &p) })
	}
	if !a.end() {
		if a.reply().kind == "NO" {
			s.leave()
		}
		return a.reply()
	}
	s.leave() // a failed SELECT leaves no mailbox selected
	box := s.user.Mailbox(name)
	if box == nil {
		return no("NONEXISTENT", "No such mailbox")
	}
	if p.condstore || p.qresync != nil {
		s.condstore = true
	}
	newest := 0
	if p := s.srv.opts.Profile; p != nil && !s.uidOnly {
		newest = p.Visible
	}
	view, st := box.Open(examine, newest)
	s.view, s.viewName, s.state = view, name, stateSelected
	s.describe(st)
	if p.qresync != nil {
		s.resync(p.qresync, st)
	}
	if view.ReadOnly {
		return okCode("READ-ONLY", a.name+" completed")
	}
	return okCode("READ-WRITE", a.name+" completed")
}

// leave closes the selected mailbox when another one is asked for.
func (s *session) leave() {
	if s.state != stateSelected {
		return
	}
	s.deselect()
	if s.qresync || s.rev2 { // RFC 7162 §3.2.11
		s.line("* OK [CLOSED] Previous mailbox is closed")
	}
}

func (s *session) selectParam(a *args, p *selectParams) {
	switch name := a.keyword(); {
	case name == "CONDSTORE" && s.srv.has(response.CapCondStore):
		p.condstore = true
	case name == "QRESYNC" && s.srv.has(response.CapQResync):
		if !s.qresync {
			a.fail(bad("%s: QRESYNC is not enabled", a.name))
		}
		p.qresync = readQResync(a)
	default:
		a.bad("a parameter of SELECT")
	}
}

// describe sends what SELECT reports of a mailbox.
func (s *session) describe(st store.Status) {
	s.sendFlags(st.Keywords)
	s.line("* " + strconv.Itoa(int(st.Messages)) + " EXISTS")
	if !s.rev2 {
		s.line("* " + strconv.Itoa(int(st.Recent)) + " RECENT")
		if st.FirstUnseen > 0 && !s.uidOnly {
			s.line("* OK [UNSEEN " + strconv.Itoa(int(st.FirstUnseen)) + "] First unseen message")
		}
	}
	s.line("* OK [UIDVALIDITY " + strconv.FormatUint(uint64(st.UIDValidity), 10) + "] UIDs valid")
	s.line("* OK [UIDNEXT " + strconv.FormatUint(uint64(st.UIDNext), 10) + "] Predicted next UID")
	if s.srv.has(response.CapCondStore) {
		s.line("* OK [HIGHESTMODSEQ " + strconv.FormatUint(st.HighestModSeq, 10) + "] Highest")
	}
	if s.srv.has(response.CapObjectID) {
		s.line("* OK [MAILBOXID (" + st.ID + ")] Identified")
	}
	if s.srv.has(response.CapURLAuth) {
		s.line("* OK [URLMECH " + urlMech + "] Mechanisms")
	}
	if s.rev2 {
		s.newOut("* LIST () ").str(s.srv.opts.Delimiter).raw(" ").mailbox(st.Name).send()
	}
}

// cmdClose is CLOSE (RFC 9051 §6.4.1): expunge without a word.
func cmdClose(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	if !s.view.ReadOnly {
		s.view.Box.Expunge(nil, true)
	}
	s.deselect()
	return ok("CLOSE completed")
}

// cmdUnselect is UNSELECT (RFC 9051 §6.4.2).
func cmdUnselect(s *session, a *args) reply {
	if !a.end() {
		return a.reply()
	}
	s.deselect()
	return ok("UNSELECT completed")
}
