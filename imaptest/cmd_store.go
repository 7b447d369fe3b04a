package imaptest

import (
	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// storeRequest is what STORE asks for.
type storeRequest struct {
	set         numSet
	conditional bool
	since       uint64
	op          store.FlagOp
	silent      bool
	flags       []response.Flag
	labels      []string // X-GM-LABELS
	isLabels    bool
}

// cmdStore is STORE (RFC 9051 §6.4.6) with UNCHANGEDSINCE (RFC 7162 §3.1.3).
func cmdStore(s *session, a *args) reply {
	req := s.readStore(a)
	if !a.end() {
		return a.reply()
	}
	if s.view.ReadOnly {
		return no("READ-ONLY", "Mailbox is read-only")
	}
	idx, fail := s.messages(a, req.set)
	if fail != nil {
		return *fail
	}
	idx, limit := s.limited(idx)
	if req.isLabels {
		return s.withLimit(s.storeLabels(a, req, idx), limit)
	}
	return s.withLimit(s.storeFlags(a, req, idx), limit)
}

// storeFlags is STORE for flags.
func (s *session) storeFlags(a *args, req storeRequest, idx []int) reply {
	if req.conditional {
		s.condstore = true
	}
	var modified []response.UID
	gone := false
	for _, r := range s.view.Store(idx, req.op, req.flags, req.conditional, req.since) {
		switch {
		case r.Snapshot.Gone:
			gone = true
		case r.Modified:
			modified = append(modified, numbers(s.view, []int{r.Index}, a.uid)...)
		case !req.silent:
			s.sendFlagChange(uint32(r.Index+1), r.Snapshot, a.uid)
			s.view.Told(r.Index, r.Snapshot)
		case r.Stale: // the client has to learn what others did: sync tells
		default:
			if s.condstore && r.Changed {
				s.sendModSeq(r, a.uid)
			}
			s.view.Told(r.Index, r.Snapshot)
		}
	}
	switch {
	case len(modified) > 0:
		return okCode("MODIFIED "+uidSet(modified), "Conditional STORE failed for some")
	case gone && !a.uid && req.silent: // RFC 2180 §4.2.1
		return okCode("EXPUNGEISSUED", "STORE completed for those that are still there")
	case gone && !a.uid:
		return no("EXPUNGEISSUED", "Some of the messages are gone")
	}
	return ok("STORE completed")
}

func (s *session) readStore(a *args) (req storeRequest) {
	a.sp()
	req.set = a.set()
	a.sp()
	if a.peek() == '(' && s.srv.has(response.CapCondStore) {
		a.list(func() {
			if a.keyword() != "UNCHANGEDSINCE" {
				a.bad("UNCHANGEDSINCE")
			}
			a.sp()
			req.conditional, req.since = true, a.number64()
		})
		a.sp()
	}
	req.op = store.SetFlags
	if a.eat('+') {
		req.op = store.AddFlags
	} else if a.eat('-') {
		req.op = store.RemoveFlags
	}
	switch name := a.keyword(); {
	case name == "FLAGS":
	case name == "FLAGS.SILENT":
		req.silent = true
	case name == "X-GM-LABELS" && s.srv.has(response.CapGmailExt1):
		req.isLabels = true
	case name == "X-GM-LABELS.SILENT" && s.srv.has(response.CapGmailExt1):
		req.isLabels, req.silent = true, true
	default:
		a.bad("FLAGS")
	}
	a.sp()
	switch {
	case req.isLabels:
		req.labels = a.labels()
	case a.peek() == '(':
		req.flags = a.flags()
	default: // flags without parentheses
		req.flags = append(req.flags, a.flag())
		for a.eat(' ') {
			req.flags = append(req.flags, a.flag())
		}
	}
	for _, f := range req.flags {
		if a.ok() && f[0] == '\\' && !response.ContainsFlag(storable, f) {
			a.fail(bad("STORE: %s can not be stored", f))
		}
	}
	return req
}

var storable = []response.Flag{
	response.FlagAnswered, response.FlagFlagged, response.FlagDeleted, response.FlagSeen, response.FlagDraft,
	response.FlagRecent, // the client may not, but clients do; it is ignored
}

// sendModSeq tells the new mod-sequence of a silent STORE (RFC 7162 §3.1.3).
func (s *session) sendModSeq(r store.StoreResult, withUID bool) {
	o := s.newFetch(r.Index, r.Snapshot.UID)
	if s.withUID(withUID) {
		o.item().raw("UID ").num(uint64(r.Snapshot.UID))
	}
	o.item().modSeq(r.Snapshot.ModSeq).raw(")").send()
}
