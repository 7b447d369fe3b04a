package imaptest

import (
	"errors"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// mailboxError answers a command on mailboxes that failed (RFC 5530).
func mailboxError(err error) reply {
	switch {
	case errors.Is(err, store.ErrNoMailbox):
		return no("NONEXISTENT", "No such mailbox")
	case errors.Is(err, store.ErrExists):
		return no("ALREADYEXISTS", "Mailbox exists already")
	case errors.Is(err, store.ErrHasChildren):
		return no("HASCHILDREN", "Mailbox has children")
	case errors.Is(err, store.ErrInUse):
		return no("USEATTR", "Another mailbox has that use")
	}
	return no("CANNOT", err.Error())
}

// cmdCreate is CREATE (RFC 9051 §6.3.4) with CREATE-SPECIAL-USE (RFC 6154).
func cmdCreate(s *session, a *args) reply {
	a.sp()
	name := a.mailbox()
	var use []response.MailboxAttr
	if a.eat(' ') {
		a.list(func() {
			if a.keyword() != "USE" || !s.srv.has(response.CapCreateSpecialUse) {
				a.bad("a parameter of CREATE")
			}
			a.sp()
			a.list(func() { use = append(use, response.MailboxAttr(a.flag())) })
		})
	}
	if !a.end() {
		return a.reply()
	}
	for i, u := range use {
		known := false
		for _, k := range specialUses {
			if known = known || k.Equal(u); k.Equal(u) {
				use[i] = k
			}
		}
		if !known {
			return no("USEATTR", "Unknown special use")
		}
	}
	box, err := s.user.Create(name, use...)
	if err != nil {
		return mailboxError(err)
	}
	if s.srv.has(response.CapObjectID) {
		return okCode("MAILBOXID ("+box.ID()+")", "CREATE completed")
	}
	return ok("CREATE completed")
}

// cmdDelete is DELETE (RFC 9051 §6.3.5).
func cmdDelete(s *session, a *args) reply {
	a.sp()
	name := a.mailbox()
	if !a.end() {
		return a.reply()
	}
	box := s.user.Mailbox(name)
	if s.state == stateSelected && s.view.Box == box && box.Name() != "INBOX" {
		s.leave()
	}
	if err := s.user.Delete(name); err != nil {
		return mailboxError(err)
	}
	return ok("DELETE completed")
}

// cmdRename is RENAME (RFC 9051 §6.3.6).
func cmdRename(s *session, a *args) reply {
	a.sp()
	from := a.mailbox()
	a.sp()
	to := a.mailbox()
	if !a.end() {
		return a.reply()
	}
	if err := s.user.Rename(from, to); err != nil {
		return mailboxError(err)
	}
	return ok("RENAME completed")
}

func cmdSubscribe(s *session, a *args) reply   { return s.subscribe(a, true) }
func cmdUnsubscribe(s *session, a *args) reply { return s.subscribe(a, false) }

func (s *session) subscribe(a *args, on bool) reply {
	a.sp()
	name := a.mailbox()
	if !a.end() {
		return a.reply()
	}
	if on && !s.user.Exists(name) {
		return no("NONEXISTENT", "No such mailbox")
	}
	s.user.Subscribe(name, on)
	return a.reply()
}

// statusItem writes the value of one STATUS item.
type statusItem struct {
	cap   response.Cap // needed; empty for none
	write func(o *out, st *store.Status)
}

var statusItems = map[string]statusItem{
	"MESSAGES":    {"", func(o *out, st *store.Status) { o.num(uint64(st.Messages)) }},
	"RECENT":      {"", func(o *out, st *store.Status) { o.num(uint64(st.Recent)) }},
	"UIDNEXT":     {"", func(o *out, st *store.Status) { o.num(uint64(st.UIDNext)) }},
	"UIDVALIDITY": {"", func(o *out, st *store.Status) { o.num(uint64(st.UIDValidity)) }},
	"UNSEEN":      {"", func(o *out, st *store.Status) { o.num(uint64(st.Unseen)) }},
	"DELETED": {response.CapIMAP4rev2, func(o *out, st *store.Status) {
		o.num(uint64(st.Deleted))
	}},
	"SIZE": {response.CapStatusSize, func(o *out, st *store.Status) { o.num(uint64(st.Size)) }},
	"DELETED-STORAGE": {"QUOTA=RES-STORAGE", func(o *out, st *store.Status) {
		o.num(uint64(st.DeletedSize))
	}},
	"HIGHESTMODSEQ": {response.CapCondStore, func(o *out, st *store.Status) { o.num(st.HighestModSeq) }},
	"MAILBOXID":     {response.CapObjectID, func(o *out, st *store.Status) { o.raw("(" + st.ID + ")") }},
	"APPENDLIMIT": {response.CapAppendLimit, func(o *out, _ *store.Status) {
		o.num(uint64(o.s.srv.opts.MaxMessage))
	}},
}

// statusNames reads the list of STATUS items.
func (s *session) statusNames(a *args) []string {
	var names []string
	a.list(func() {
		name := a.keyword()
		item, known := statusItems[name]
		if a.ok() && (!known || item.cap != "" && !s.srv.has(item.cap)) {
			a.fail(bad("%s: unknown STATUS item %q", a.name, name))
		}
		names = append(names, name)
	})
	if a.ok() && len(names) == 0 {
		a.bad("a STATUS item")
	}
	return names
}

// sendStatus sends a STATUS response.
func (s *session) sendStatus(name string, box *store.Mailbox, items []string) {
	st := box.Status()
	o := s.newOut("* STATUS ").mailbox(name).raw(" (")
	for i, item := range items {
		if i > 0 {
			o.raw(" ")
		}
		if item == "HIGHESTMODSEQ" {
			s.condstore = true // RFC 7162 §3.1
		}
		statusItems[item].write(o.raw(item+" "), &st)
	}
	o.raw(")").send()
}

// cmdStatus is STATUS (RFC 9051 §6.3.11).
func cmdStatus(s *session, a *args) reply {
	a.sp()
	name := a.mailbox()
	a.sp()
	items := s.statusNames(a)
	if !a.end() {
		return a.reply()
	}
	box := s.user.Mailbox(name)
	if box == nil {
		return no("NONEXISTENT", "No such mailbox")
	}
	s.sendStatus(name, box, items)
	return ok("STATUS completed")
}
