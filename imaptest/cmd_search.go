package imaptest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// searchRequest is what SEARCH asks for.
type searchRequest struct {
	extended bool
	min      bool
	max      bool
	all      bool
	count    bool
	save     bool
	charset  string
	key      searchKey
	modSeq   bool // some key is MODSEQ
	partial  *partialRange
	narrow   []searchKey  // of these, those that only choose messages to be searched
	floor    response.UID // messages below it are not searched (RFC 9738)
	fuzzy    bool         // some key is FUZZY
	relevant bool         // RELEVANCY was asked for (RFC 6203)
	update   bool         // UPDATE was asked for (RFC 5267)
}

// cmdSearch is SEARCH (RFC 9051 §6.4.4).
func cmdSearch(s *session, a *args) reply {
	var req searchRequest
	a.sp()
	if a.keywordIs("RETURN") {
		if !s.srv.has(response.CapESearch) {
			a.fail(bad("SEARCH: no result options here"))
		}
		s.readReturn(a, &req)
	}
	if a.keywordIs("CHARSET") {
		a.sp()
		req.charset = a.astring()
		a.sp()
		if s.utf8 && !s.rev2 { // RFC 6855 §3
			a.fail(bad("SEARCH: no CHARSET after ENABLE UTF8=ACCEPT"))
		}
	}
	if !s.readKeys(a, &req) {
		return a.reply()
	}
	if s.rev2 && !req.extended {
		req.extended, req.all = true, true
	}
	return s.search(a, &req)
}

// readKeys reads the search keys to the end of the command.
func (s *session) readKeys(a *args, req *searchRequest) bool {
	if r := s.checkCharset(req.charset); a.ok() && r.kind != "" {
		a.fail(r)
	}
	p := keyReader{s, a, req}
	var keys []searchKey
	for more := true; more; more = a.ok() && a.eat(' ') {
		isSet := p.atSet()
		key := p.key()
		keys = append(keys, key)
		if isSet {
			req.narrow = append(req.narrow, key)
		}
	}
	req.key = allOf(keys)
	if a.ok() && req.relevant && !req.fuzzy { // RFC 6203 §4
		a.fail(bad("%s: RELEVANCY needs a FUZZY key", a.name))
	}
	if !a.end() {
		if req.save {
			s.savedResult = nil // RFC 5182 §2.1
		}
		return false
	}
	return true
}

// checkCharset refuses a charset that SEARCH does not know.
func (s *session) checkCharset(name string) reply {
	if p := s.srv.opts.Profile; p != nil && len(p.Charsets) > 0 {
		if name != "" && !slices.ContainsFunc(p.Charsets, func(c string) bool { return sameWord(c, name) }) {
			return no("BADCHARSET ("+strings.Join(p.Charsets, " ")+")", "The specified charset is not supported.")
		}
	} else if name != "" && !knownCharset(name) {
		return no("BADCHARSET (US-ASCII UTF-8)", "Unknown charset")
	}
	return reply{}
}

// readReturn reads the result options (RFC 4731 §3.1).
func (s *session) readReturn(a *args, req *searchRequest) {
	req.extended = true
	a.sp()
	a.list(func() { s.readResultOption(a, req) })
	req.all = req.all || !req.min && !req.max && !req.count && !req.save && req.partial == nil && !req.relevant
	a.sp()
}

func (s *session) readResultOption(a *args, req *searchRequest) {
	switch name := a.keyword(); {
	case name == "MIN":
		req.min = true
	case name == "MAX":
		req.max = true
	case name == "ALL":
		req.all = true
	case name == "COUNT":
		req.count = true
	case name == "SAVE" && s.srv.has(response.CapSearchRes):
		req.save = true
	case name == "PARTIAL" && s.srv.has(response.CapPartial):
		a.sp()
		req.partial = a.partialRange()
	case name == "CONTEXT" && s.hasContexts(a): // a hint, which needs no obeying
	case name == "UPDATE" && s.hasContexts(a):
		if req.update = true; s.hasContext(a.tag) {
			a.fail(bad("Tag reuse"))
		}
	case name == "RELEVANCY" && s.srv.has("SEARCH=FUZZY"):
		req.relevant = true
	default:
		a.bad("a result option of SEARCH")
	}
}

// hasContexts reports whether the server knows contexts of the command.
func (s *session) hasContexts(a *args) bool {
	return a.name != "ESEARCH" && s.srv.has(response.Cap("CONTEXT="+a.name))
}

// search finds messages and answers.
func (s *session) search(a *args, req *searchRequest) reply {
	all := s.view.All()
	limit, refused := s.limitSearch(req, all)
	if refused.kind != "" {
		return refused
	}
	done := s.withLimit(ok(a.name+" completed"), limit)
	found := req.find(all)
	if req.save {
		s.saveResult(req, found)
	}
	if req.modSeq {
		s.condstore = true
	}
	high := req.highest(all, found)
	nums := numbers(s.view, found, a.uid)
	if req.extended {
		s.sendESearch(a, req, nums, high)
		s.watchResult(a, req, false, req.find, found)
		return done
	}
	o := s.newOut("* SEARCH")
	for _, n := range nums {
		o.raw(" ").num(uint64(n))
	}
	if high > 0 {
		o.raw(" (MODSEQ ").num(high).raw(")")
	}
	o.send()
	return done
}

// find returns the indices of the messages that match.
func (req *searchRequest) find(all []store.Snapshot) (found []int) {
	for i, m := range all {
		c := candidate{Snapshot: m, index: i, total: len(all), last: all[len(all)-1].UID}
		if m.UID >= req.floor && req.key(&c) {
			found = append(found, i)
		}
	}
	return found
}

// limit cuts the messages that are searched down to those that one command may
// process, and returns the code that says so. The set at the top of the keys
// chooses what is searched; PARTIAL searches what it needs.
func (s *session) limitSearch(req *searchRequest, all []store.Snapshot) (code string, refused reply) {
	if req.partial != nil && !req.min && !req.max && !req.all && !req.count {
		return "", s.tooMany(int(req.partial.last-req.partial.first)+1, false, nil)
	}
	var idx []int
	chosen := allOf(req.narrow)
	for i, m := range all {
		if chosen(&candidate{Snapshot: m, index: i, total: len(all), last: all[len(all)-1].UID}) {
			idx = append(idx, i)
		}
	}
	idx, code = s.limited(idx)
	if code != "" {
		req.floor = all[idx[0]].UID
	}
	return code, reply{}
}

// highest returns the value of the result option MODSEQ: the highest of the
// messages that are returned (RFC 4731 §3.2), zero if there is none to be sent.
func (req *searchRequest) highest(all []store.Snapshot, found []int) (high uint64) {
	if !req.modSeq {
		return 0
	}
	for _, i := range req.returned(found) {
		high = max(high, all[i].ModSeq)
	}
	return high
}

// returned are the messages that a request for MIN, MAX or PARTIAL, or several of
// them, is about; for any other, all that were found (RFC 5182 §2.4, RFC 9394 §3.2).
func (req *searchRequest) returned(found []int) []int {
	if !req.min && !req.max && req.partial == nil || req.all || req.count || len(found) == 0 {
		return found
	}
	var out []int
	if req.partial != nil {
		out = append(out, pick(req.partial, found)...)
	}
	if req.min {
		out = append(out, found[0])
	}
	if req.max {
		out = append(out, found[len(found)-1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// saveResult keeps what "$" stands for (RFC 5182 §2.1).
func (s *session) saveResult(req *searchRequest, found []int) {
	keep := slices.Clone(req.returned(found))
	slices.Sort(keep) // SORT found them in another order
	s.savedResult = numbers(s.view, keep, true)
}

// sendESearch sends ESEARCH (RFC 9051 §7.3.4).
func (s *session) sendESearch(a *args, req *searchRequest, nums []response.UID, high uint64) {
	list := uidSet
	if a.name == "SORT" { // in the order of the sort
		list = orderedSet
	}
	if req.save && !req.min && !req.max && !req.all && !req.count && req.partial == nil {
		return
	}
	o := s.newOut("* ESEARCH (TAG ").str(a.tag).raw(")")
	if a.uid {
		o.raw(" UID")
	}
	o.results(req, nums, high, list)
	o.send()
}

// results writes the result options that were asked for.
func (o *out) results(req *searchRequest, nums []response.UID, high uint64, list func([]response.UID) string) {
	if len(nums) > 0 {
		if req.min {
			o.raw(" MIN ").num(uint64(nums[0]))
		}
		if req.max {
			o.raw(" MAX ").num(uint64(nums[len(nums)-1]))
		}
	}
	if req.count {
		o.raw(" COUNT " + strconv.Itoa(len(nums)))
	}
	if req.all && len(nums) > 0 {
		o.raw(" ALL " + list(nums))
	}
	if req.partial != nil {
		o.raw(" PARTIAL (" + req.partial.text + " ")
		if part := pick(req.partial, nums); len(part) > 0 {
			o.raw(list(part) + ")")
		} else {
			o.raw("NIL)")
		}
	}
	if req.relevant && len(nums) > 0 { // all match as well (RFC 6203 §4)
		o.raw(" RELEVANCY (100" + strings.Repeat(" 100", len(nums)-1) + ")")
	}
	if high > 0 {
		o.raw(" MODSEQ ").num(high)
	}
}

func allOf(keys []searchKey) searchKey {
	return func(c *candidate) bool {
		for _, k := range keys {
			if !k(c) {
				return false
			}
		}
		return true
	}
}

func notKey(k searchKey) searchKey { return func(c *candidate) bool { return !k(c) } }

func flagKey(f response.Flag) searchKey {
	return func(c *candidate) bool { return response.ContainsFlag(c.Flags, f) }
}

func contains(text, needle string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(needle))
}
