package imaptest

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// specialUses are the special uses that the server knows (RFC 6154, RFC 8457).
var specialUses = []response.MailboxAttr{
	response.AttrAll, response.AttrArchive, response.AttrDrafts, response.AttrFlagged, response.AttrJunk,
	response.AttrSent, response.AttrTrash, response.AttrImportant,
}

// listQuery is what LIST asks for (RFC 5258).
type listQuery struct {
	s         *session
	word      string // LIST, LSUB or XLIST
	reference string
	patterns  []string
	extended  bool

	// selection
	subscribed bool
	specialUse bool
	remote     bool
	recursive  bool

	// return
	showSubscribed bool
	showChildren   bool
	showUse        bool
	status         []string
	myRights       bool     // RFC 8440
	metadata       []string // entries, RFC 9590
}

// cmdList is LIST (RFC 9051 §6.3.9).
func cmdList(s *session, a *args) reply {
	q := &listQuery{s: s, word: "LIST"}
	extended := s.srv.has(response.CapListExtended)
	a.sp()
	if a.peek() == '(' && extended {
		a.list(func() { q.selection(a) })
		q.extended = true
		a.sp()
	}
	q.reference = a.mailbox()
	a.sp()
	if a.peek() == '(' && extended {
		a.list(func() { q.patterns = append(q.patterns, a.listPattern()) })
		q.extended = true
	} else {
		q.patterns = []string{a.listPattern()}
	}
	if a.eat(' ') {
		if !a.keywordIs("RETURN") {
			a.bad("RETURN")
		}
		a.sp()
		var options []string
		a.list(func() { options = append(options, q.returnOption(a)) })
		q.extended = true
		s.refuseReturn(a, options)
	}
	if a.ok() && q.recursive && !q.subscribed && !q.specialUse {
		a.fail(bad("LIST: RECURSIVEMATCH needs another selection option"))
	}
	if !a.end() {
		return a.reply()
	}
	q.run()
	return ok("LIST completed")
}

func (q *listQuery) selection(a *args) {
	switch name := a.keyword(); {
	case name == "SUBSCRIBED":
		q.subscribed, q.showSubscribed = true, true
	case name == "REMOTE":
		q.remote = true
	case name == "RECURSIVEMATCH":
		q.recursive = true
	case name == "SPECIAL-USE" && q.s.srv.has(response.CapSpecialUse):
		q.specialUse, q.showUse = true, true
	default:
		a.bad("a selection option of LIST")
	}
}

// refuseReturn lets faults refuse the return options.
func (s *session) refuseReturn(a *args, options []string) {
	for _, e := range s.effects() {
		if e.refuseReturn != nil && a.ok() {
			if r := e.refuseReturn(options); r.kind != "" {
				a.fail(r)
			}
		}
	}
}

// returnOption reads one return option and returns its name.
func (q *listQuery) returnOption(a *args) string {
	srv, name := q.s.srv, a.keyword()
	switch {
	case name == "SUBSCRIBED" && srv.has(response.CapListExtended):
		q.showSubscribed = true
	case name == "CHILDREN" && srv.has(response.CapListExtended):
		q.showChildren = true
	case name == "SPECIAL-USE" && srv.has(response.CapSpecialUse):
		q.showUse = true
	case name == "STATUS" && srv.has(response.CapListStatus):
		a.sp()
		q.status = q.s.statusNames(a)
	case name == "MYRIGHTS" && srv.has(response.CapListMyRights):
		q.myRights = true
	case name == "METADATA" && srv.has(response.CapListMetadata):
		a.sp()
		a.list(func() { q.metadata = append(q.metadata, a.entry()) })
		if a.ok() && len(q.metadata) == 0 {
			a.bad("an entry")
		}
	default:
		a.bad("a return option of LIST")
	}
	return name
}

// cmdLsub is LSUB (RFC 3501 §6.3.9).
func cmdLsub(s *session, a *args) reply {
	q := &listQuery{s: s, word: "LSUB", subscribed: true}
	a.sp()
	q.reference = a.mailbox()
	a.sp()
	q.patterns = []string{a.listPattern()}
	if s.rev2 {
		return bad("LSUB is no command of IMAP4rev2")
	}
	if !a.end() {
		return a.reply()
	}
	q.run()
	return ok("LSUB completed")
}

// cmdXList is XLIST, which Gmail had before SPECIAL-USE.
func cmdXList(s *session, a *args) reply {
	q := &listQuery{s: s, word: "XLIST"}
	a.sp()
	q.reference = a.mailbox()
	a.sp()
	q.patterns = []string{a.listPattern()}
	if !a.end() {
		return a.reply()
	}
	q.run()
	return ok("XLIST completed")
}

func (q *listQuery) run() {
	s, delim := q.s, q.s.srv.opts.Delimiter
	if !q.extended && q.patterns[0] == "" { // asks for the delimiter and the root
		s.newOut("* " + q.word + ` (\Noselect) `).str(delim).raw(` ""`).send()
		return
	}
	all := s.user.List()
	for _, box := range all {
		if !q.matches(box.Name) {
			continue
		}
		selected := q.selects(box)
		below, hidden := q.below(all, box.Name)
		childInfo := q.recursive && (hidden || selected && below) // RFC 5258 §3.5
		if q.word == "LSUB" && !selected && below && strings.HasSuffix(q.patterns[0], "%") {
			s.newOut(`* LSUB (\Noselect) `).str(delim).raw(" ").mailbox(box.Name).send()
			continue
		}
		if selected || childInfo {
			q.send(box, childInfo)
		}
	}
}

// selects reports whether the selection options choose the mailbox.
func (q *listQuery) selects(box store.Info) bool {
	switch {
	case q.subscribed && !box.Subscribed, box.Missing && !box.Subscribed, q.specialUse && len(box.SpecialUse) == 0:
		return false
	case box.Missing:
		return q.subscribed
	}
	return true
}

// matches reports whether a name fits one of the patterns.
func (q *listQuery) matches(name string) bool {
	return slices.ContainsFunc(q.patterns, func(p string) bool {
		return matchPattern(q.reference+p, name, q.s.srv.opts.Delimiter[0])
	})
}

// below reports whether a mailbox below name is chosen, and whether one of these
// is not returned itself.
func (q *listQuery) below(all []store.Info, name string) (chosen, hidden bool) {
	if q.word != "LSUB" && !q.recursive {
		return false, false
	}
	prefix := name + q.s.srv.opts.Delimiter
	for _, b := range all {
		if strings.HasPrefix(b.Name, prefix) && q.selects(b) {
			chosen = true
			hidden = hidden || !q.matches(b.Name)
		}
	}
	return chosen, hidden
}

// send sends the response for one mailbox.
func (q *listQuery) send(box store.Info, childInfo bool) {
	s := q.s
	var attrs []string
	add := func(a response.MailboxAttr) { attrs = append(attrs, string(a)) }
	switch {
	case box.Missing && (q.extended || s.rev2):
		add(response.AttrNonExistent)
	case box.Missing, box.NoSelect:
		add(response.AttrNoSelect)
	}
	if q.showSubscribed && box.Subscribed {
		add(response.AttrSubscribed)
	}
	children := s.srv.has(response.CapChildren) && !q.extended || q.showChildren
	if children && q.word != "LSUB" {
		if box.Children {
			add(response.AttrHasChildren)
		} else {
			add(response.AttrHasNoChildren)
		}
	}
	use := q.showUse || !q.extended && s.srv.has(response.CapSpecialUse) || q.word == "XLIST"
	if use && q.word != "LSUB" {
		if q.word == "XLIST" && box.Name == "INBOX" {
			add(`\Inbox`)
		}
		for _, u := range box.SpecialUse {
			add(u)
		}
	}
	o := s.newOut("* " + q.word + " (" + strings.Join(attrs, " ") + ") ")
	o.str(s.srv.opts.Delimiter).raw(" ").mailbox(box.Name)
	if childInfo {
		o.raw(` ("CHILDINFO" (`)
		var infos []string
		if q.subscribed {
			infos = append(infos, `"SUBSCRIBED"`)
		}
		if q.specialUse {
			infos = append(infos, `"SPECIAL-USE"`)
		}
		o.raw(strings.Join(infos, " ")).raw("))")
	}
	o.send()
	if b := s.user.Mailbox(box.Name); b != nil && !box.Missing && q.selects(box) {
		q.sendMore(box.Name, b)
	}
}

// sendMore sends what was asked for with each mailbox.
func (q *listQuery) sendMore(name string, box *store.Mailbox) {
	if q.status != nil {
		q.s.sendStatus(name, box, q.status)
	}
	if q.myRights {
		q.s.sendMyRights(name)
	}
	if q.metadata != nil {
		q.s.sendMetadata(name, q.metadata, 0, -1)
	}
}

// matchPattern matches a mailbox name with "*", anything, and "%", anything but
// the delimiter. Time is bounded by the product of the lengths.
func matchPattern(pattern, name string, delim byte) bool {
	if len(pattern) >= 5 && strings.EqualFold(pattern[:5], "INBOX") {
		pattern = "INBOX" + pattern[5:]
	}
	at := make([]bool, len(name)+1) // at[i]: what was matched so far may end at i
	at[0] = true
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		if c != '*' && c != '%' {
			for j := len(name); j > 0; j-- {
				at[j] = at[j-1] && name[j-1] == c
			}
			at[0] = false
			continue
		}
		for j := 1; j <= len(name); j++ {
			at[j] = at[j] || at[j-1] && (c == '*' || name[j-1] != delim)
		}
	}
	return at[len(name)]
}
