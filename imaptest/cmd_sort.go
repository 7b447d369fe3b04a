package imaptest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// sortKey compares two messages.
type sortKey func(a, b *store.Snapshot) int

// cmdSort is SORT (RFC 5256) with result options (RFC 5267).
func cmdSort(s *session, a *args) reply {
	var req searchRequest
	var keys []sortKey
	a.sp()
	if a.keywordIs("RETURN") {
		if !s.srv.has(response.CapESort) {
			a.fail(bad("SORT: no result options here"))
		}
		s.readReturn(a, &req)
	}
	a.list(func() { keys = append(keys, s.sortKey(a)) })
	if a.ok() && len(keys) == 0 {
		a.bad("a sort key")
	}
	a.sp()
	req.charset = a.astring()
	a.sp()
	if !s.readKeys(a, &req) {
		return a.reply()
	}
	all := s.view.All()
	if r := s.tooMany(len(all), false, nil); r.kind != "" {
		return r
	}
	find := func(all []store.Snapshot) []int { return sorted(all, req.find(all), keys) }
	found := find(all)
	if req.save {
		s.saveResult(&req, found)
	}
	nums := numbers(s.view, found, a.uid)
	if req.extended {
		s.sendESearch(a, &req, nums, req.highest(all, found))
		s.watchResult(a, &req, true, find, found)
		return ok("SORT completed")
	}
	o := s.newOut("* SORT")
	for _, n := range nums {
		o.raw(" ").num(uint64(n))
	}
	o.send()
	return ok("SORT completed")
}

// sorted sorts what was found; equals stay in the order of the mailbox.
func sorted(all []store.Snapshot, found []int, keys []sortKey) []int {
	slices.SortStableFunc(found, func(i, j int) int {
		for _, k := range keys {
			if c := k(&all[i], &all[j]); c != 0 {
				return c
			}
		}
		return cmp.Compare(i, j)
	})
	return found
}

// sortKey reads one key of SORT (RFC 5256 §3).
func (s *session) sortKey(a *args) sortKey {
	name := a.keyword()
	if name == "REVERSE" {
		a.sp()
		k := s.sortKey(a)
		return func(x, y *store.Snapshot) int { return k(y, x) }
	}
	text := func(of func(*mime.Part) string) sortKey {
		return func(x, y *store.Snapshot) int {
			return cmp.Compare(strings.ToUpper(of(x.Blob.Tree())), strings.ToUpper(of(y.Blob.Tree())))
		}
	}
	display := s.srv.has(response.CapSortDisplay)
	switch {
	case name == "RELEVANCY" && s.srv.has("SEARCH=FUZZY"): // RFC 6203 §5
		return func(x, y *store.Snapshot) int { return 0 }
	case name == "ARRIVAL":
		return func(x, y *store.Snapshot) int { return x.Date.Compare(y.Date) }
	case name == "DATE":
		return func(x, y *store.Snapshot) int { return sentDate(x).Compare(sentDate(y)) }
	case name == "SIZE":
		return func(x, y *store.Snapshot) int { return cmp.Compare(len(x.Blob.Raw), len(y.Blob.Raw)) }
	case name == "SUBJECT":
		return text(func(p *mime.Part) string { base, _ := baseSubject(p); return base })
	case name == "FROM" || name == "TO" || name == "CC":
		return text(func(p *mime.Part) string { return firstAddress(p, name).Mailbox })
	case (name == "DISPLAYFROM" || name == "DISPLAYTO") && display:
		return text(func(p *mime.Part) string {
			m := firstAddress(p, strings.TrimPrefix(name, "DISPLAY"))
			if m.Name != "" {
				return mime.DecodeHeader(m.Name)
			}
			return m.Mailbox + "@" + m.Host
		})
	}
	a.bad("a sort key")
	return func(x, y *store.Snapshot) int { return 0 }
}

func firstAddress(p *mime.Part, field string) mime.Address {
	v, _ := p.Get(field)
	if list := mime.ParseAddresses(v); len(list) > 0 {
		return list[0]
	}
	return mime.Address{}
}

// sentDate is the Date field, or the internal date if that is none.
func sentDate(m *store.Snapshot) time.Time {
	if t, good := m.Blob.Tree().Date(); good {
		return t
	}
	return m.Date
}
