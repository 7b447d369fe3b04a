package imaptest

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// cmdESearch is ESEARCH (RFC 7377): UIDs of messages in several mailboxes.
func cmdESearch(s *session, a *args) reply {
	in := []string{s.viewName}
	a.sp()
	if a.keywordIs("IN") {
		a.sp()
		in = s.searchSources(a)
		a.sp()
	} else if s.view == nil {
		a.fail(bad("ESEARCH: no mailbox is selected"))
	}
	req := searchRequest{extended: true, all: true}
	if a.keywordIs("RETURN") {
		req.all = false
		s.readReturn(a, &req)
		if req.save {
			a.fail(bad("ESEARCH: SAVE is not for several mailboxes"))
		}
	}
	if a.keywordIs("CHARSET") {
		a.sp()
		req.charset = a.astring()
		a.sp()
	}
	if !s.readKeys(a, &req) {
		return a.reply()
	}
	for _, name := range in {
		if box := s.user.Mailbox(name); box != nil {
			s.searchBox(a, &req, name, box)
		}
	}
	return ok("ESEARCH completed")
}

// searchBox searches one mailbox, and answers if something matches (RFC 7377
// §2.1).
func (s *session) searchBox(a *args, req *searchRequest, name string, box *store.Mailbox) {
	all := box.Messages()
	found := req.find(all)
	if len(found) == 0 {
		return
	}
	var uids []response.UID
	for _, i := range found {
		uids = append(uids, all[i].UID)
	}
	o := s.newOut("* ESEARCH (TAG ").str(a.tag).raw(" MAILBOX ").mailbox(name)
	o.raw(" UIDVALIDITY ").num(uint64(box.Status().UIDValidity)).raw(") UID")
	o.results(req, uids, req.highest(all, found), uidSet)
	o.send()
}

// searchSources reads which mailboxes to search (RFC 7377 §2.2), and returns their
// names, each once.
func (s *session) searchSources(a *args) (names []string) {
	a.list(func() {
		matches := s.mailboxFilter(a)
		for _, box := range s.user.List() {
			if a.ok() && !box.NoSelect && !box.Missing && matches(box) && !slices.Contains(names, box.Name) {
				names = append(names, box.Name)
			}
		}
	})
	return names
}

// mailboxFilter reads filter-mailboxes (RFC 5465 §8, RFC 7377 §4).
func (s *session) mailboxFilter(a *args) func(store.Info) bool {
	below := func(deep bool) func(store.Info) bool {
		delim, roots := s.srv.opts.Delimiter, a.mailboxes()
		return func(box store.Info) bool {
			return slices.ContainsFunc(roots, func(root string) bool {
				rest, is := strings.CutPrefix(box.Name, root+delim)
				return box.Name == root || is && (deep || !strings.Contains(rest, delim))
			})
		}
	}
	switch name := a.keyword(); name {
	case "SELECTED":
		if s.view == nil {
			a.fail(bad("%s: no mailbox is selected", a.name))
		}
		return func(box store.Info) bool { return box.Name == s.viewName }
	case "INBOXES":
		return func(box store.Info) bool { return box.Name == "INBOX" }
	case "PERSONAL":
		return func(store.Info) bool { return true }
	case "SUBSCRIBED":
		return func(box store.Info) bool { return box.Subscribed }
	case "SUBTREE", "SUBTREE-ONE":
		return below(name == "SUBTREE")
	case "MAILBOXES":
		names := a.mailboxes()
		return func(box store.Info) bool { return slices.Contains(names, box.Name) }
	}
	a.bad("a filter for mailboxes")
	return func(store.Info) bool { return false }
}

// mailboxes reads one-or-more-mailbox (RFC 5465 §8).
func (a *args) mailboxes() (names []string) {
	a.sp()
	if a.peek() != '(' {
		return []string{a.mailbox()}
	}
	a.list(func() { names = append(names, a.mailbox()) })
	return names
}
