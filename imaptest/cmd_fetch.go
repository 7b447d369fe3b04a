package imaptest

import (
	"fmt"
	"slices"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// fetchRequest is what FETCH asks for.
type fetchRequest struct {
	set      numSet
	items    []fetchItem
	seen     bool // some item sets \Seen
	changed  bool // CHANGEDSINCE was given
	since    uint64
	vanished bool
	partial  *partialRange
}

// fetchItem writes one item of a message. It returns a NO for what can't be
// had, which does not end the command.
type fetchItem struct {
	name  string
	write func(o *out, m *fetchedMessage) *reply
}

// fetchedMessage is the message that items are written of.
type fetchedMessage struct {
	index int
	store.Snapshot
}

// cmdFetch is FETCH (RFC 9051 §6.4.5).
func cmdFetch(s *session, a *args) reply {
	req := s.readFetch(a)
	if !a.end() {
		return a.reply()
	}
	idx, fail := s.messages(a, req.set)
	if fail != nil {
		return *fail
	}
	if req.changed {
		s.condstore = true
		if req.vanished {
			s.vanishedEarlier(req.since, func(u response.UID) bool {
				return req.set.containsUID(u, s.view.Box.Status().UIDNext-1)
			})
		}
	}
	if req.partial != nil {
		if r := s.tooMany(int(req.partial.last-req.partial.first)+1, false, nil); r.kind != "" {
			return r
		}
		idx = pick(req.partial, idx)
	}
	idx, limit := s.limited(idx)
	if limit != "" {
		idx = slices.Clone(idx)
		slices.Reverse(idx) // RFC 9738
	}
	result := ok("FETCH completed")
	for _, i := range idx {
		if r := s.fetchOne(&req, i); r != nil {
			result = *r
		}
		if s.ioErr != nil {
			return none()
		}
	}
	return s.withLimit(result, limit)
}

// fetchOne sends the items of one message.
func (s *session) fetchOne(req *fetchRequest, i int) *reply {
	m := fetchedMessage{i, s.view.At(i)}
	if req.changed && m.ModSeq <= req.since {
		return nil
	}
	items := req.items
	if req.seen && !s.view.ReadOnly && !m.Gone && !response.ContainsFlag(m.Flags, response.FlagSeen) {
		r := s.view.Store([]int{i}, store.AddFlags, []response.Flag{response.FlagSeen}, false, 0)
		m.Snapshot = r[0].Snapshot
		items = s.withNewFlags(items)
	}
	for _, e := range s.effects() {
		if e.items != nil {
			items = e.items(items)
		}
	}
	var fail *reply
	o := s.newFetch(i, m.UID)
	head := len(o.b)
	for _, item := range items {
		o.item()
		if r := item.write(o, &m); r != nil {
			fail = r
		}
	}
	if hasItem(items, "FLAGS") && (!s.condstore || hasItem(items, "MODSEQ")) {
		s.view.Told(i, m.Snapshot)
	} // else sync sends them together, as RFC 7162 §3.1 wants it
	if hasItem(items, "FLAGS") {
		s.sendNewFlags()
	}
	s.sendFetch(o, head, &m)
	return fail
}

// withNewFlags adds the items that have to go with flags that FETCH has changed:
// FLAGS, MODSEQ (RFC 7162 §3.1) and UID (RFC 7162 §3.2.4).
func (s *session) withNewFlags(items []fetchItem) []fetchItem {
	items = slices.Clone(items)
	add := func(name string, write func(*out, *fetchedMessage) *reply) {
		if !hasItem(items, name) {
			items = append(items, fetchItem{name, write})
		}
	}
	if s.withUID(false) {
		add("UID", itemUID)
	}
	add("FLAGS", itemFlags)
	if s.condstore {
		add("MODSEQ", itemModSeq)
	}
	return items
}

func hasItem(items []fetchItem, name string) bool {
	return slices.ContainsFunc(items, func(it fetchItem) bool { return it.name == name })
}

// sendFetch sends the response, or where a fault wants it so, several.
func (s *session) sendFetch(o *out, head int, m *fetchedMessage) {
	for _, e := range s.effects() {
		if e.split == nil {
			continue
		}
		var items []string
		for n, at := range o.items {
			end := len(o.b)
			if n+1 < len(o.items) {
				end = o.items[n+1] - 1 // the space between
			}
			items = append(items, string(o.b[at:end]))
		}
		for _, group := range e.split(s, uint32(m.UID), items) {
			line := string(o.b[:head])
			for n, item := range group {
				if n > 0 {
					line += " "
				}
				line += item
			}
			s.line(line + ")")
		}
		return
	}
	o.raw(")").send()
}

// readFetch reads the arguments of FETCH.
func (s *session) readFetch(a *args) (req fetchRequest) {
	a.sp()
	req.set = a.set()
	a.sp()
	if a.peek() == '(' {
		a.list(func() { s.readItem(a, &req) })
		if a.ok() && len(req.items) == 0 {
			a.bad("a FETCH item")
		}
	} else if !s.readMacro(a, &req) {
		s.readItem(a, &req)
	}
	if a.eat(' ') {
		a.list(func() { s.readFetchModifier(a, &req) })
	}
	if req.vanished && (!a.uid || !s.qresync || !req.changed) {
		a.fail(bad("FETCH: VANISHED needs UID FETCH, QRESYNC and CHANGEDSINCE"))
	}
	if req.changed {
		req.addOnce("MODSEQ", itemModSeq)
	}
	if a.uid && !s.uidOnly {
		req.items = append([]fetchItem{{"UID", itemUID}}, without1(req.items, "UID")...)
	}
	return req
}

func without1(items []fetchItem, name string) []fetchItem {
	out := items[:0:0]
	for _, it := range items {
		if it.name != name {
			out = append(out, it)
		}
	}
	return out
}

func (req *fetchRequest) addOnce(name string, write func(*out, *fetchedMessage) *reply) {
	if !hasItem(req.items, name) {
		req.items = append(req.items, fetchItem{name, write})
	}
}

func (s *session) readFetchModifier(a *args, req *fetchRequest) {
	switch name := a.keyword(); {
	case name == "CHANGEDSINCE" && s.srv.has(response.CapCondStore):
		a.sp()
		req.changed, req.since = true, a.number64()
	case name == "PARTIAL" && s.srv.has(response.CapPartial) && a.uid:
		a.sp()
		req.partial = a.partialRange()
	case name == "VANISHED" && s.srv.has(response.CapQResync):
		req.vanished = true
	default:
		a.bad("a FETCH modifier")
	}
}

var macros = []struct {
	name  string
	items []string
}{
	{"ALL", []string{"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE"}},
	{"FAST", []string{"FLAGS", "INTERNALDATE", "RFC822.SIZE"}},
	{"FULL", []string{"FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY"}},
}

// readMacro reads ALL, FAST or FULL.
func (s *session) readMacro(a *args, req *fetchRequest) bool {
	for _, m := range macros {
		if a.keywordIs(m.name) {
			for _, name := range m.items {
				req.items = append(req.items, fetchItem{name, plainItems[name].write})
			}
			return true
		}
	}
	return false
}

// itemName reads the name of an item, up to its section.
func (a *args) itemName() string {
	start := a.pos
	for a.err == nil && a.pos < len(a.line) {
		c := a.line[a.pos] &^ 0x20
		if (c < 'A' || c > 'Z') && (a.line[a.pos] < '0' || a.line[a.pos] > '9') && a.line[a.pos] != '.' && a.line[a.pos] != '-' {
			break
		}
		a.pos++
	}
	b := make([]byte, 0, 16)
	for _, c := range a.line[min(start, len(a.line)):a.pos] {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		b = append(b, c)
	}
	return string(b)
}

// readItem reads one item.
func (s *session) readItem(a *args, req *fetchRequest) {
	name := a.itemName()
	if a.peek() == '[' {
		s.readSection(a, req, name)
		return
	}
	item, known := plainItems[name]
	if !known || item.cap != "" && !s.srv.has(item.cap) {
		a.fail(bad("FETCH: unknown item %q", name))
		return
	}
	switch name {
	case "RFC822", "RFC822.TEXT":
		req.seen = true
	case "MODSEQ":
		s.condstore = true
	case "PREVIEW": // RFC 8970 §3.1
		if a.eat(' ') {
			if a.peek() != '(' { // another item
				a.pos--
				break
			}
			a.list(func() {
				if a.keyword() != "LAZY" {
					a.bad("LAZY")
				}
			})
		}
	}
	req.items = append(req.items, fetchItem{name, item.write})
}

// plainItems are the items without a section.
var plainItems = map[string]struct {
	cap   response.Cap
	write func(*out, *fetchedMessage) *reply
}{
	"UID":           {"", itemUID},
	"FLAGS":         {"", itemFlags},
	"INTERNALDATE":  {"", itemInternalDate},
	"RFC822.SIZE":   {"", itemSize},
	"ENVELOPE":      {"", itemEnvelope},
	"BODY":          {"", func(o *out, m *fetchedMessage) *reply { return itemStructure(o, m, "BODY") }},
	"BODYSTRUCTURE": {"", func(o *out, m *fetchedMessage) *reply { return itemStructure(o, m, "BODYSTRUCTURE") }},
	"RFC822":        {"", func(o *out, m *fetchedMessage) *reply { return itemRFC822(o, "RFC822", m.Blob.Raw) }},
	"RFC822.HEADER": {"", func(o *out, m *fetchedMessage) *reply {
		return itemRFC822(o, "RFC822.HEADER", m.Blob.Tree().Header)
	}},
	"RFC822.TEXT": {"", func(o *out, m *fetchedMessage) *reply {
		return itemRFC822(o, "RFC822.TEXT", m.Blob.Tree().Body)
	}},
	"MODSEQ":      {response.CapCondStore, itemModSeq},
	"SAVEDATE":    {response.CapSaveDate, itemSaveDate},
	"PREVIEW":     {response.CapPreview, itemPreview},
	"EMAILID":     {response.CapObjectID, itemEmailID},
	"THREADID":    {response.CapObjectID, itemThreadID},
	"X-GM-MSGID":  {response.CapGmailExt1, itemGmailMsgID},
	"X-GM-THRID":  {response.CapGmailExt1, itemGmailThreadID},
	"X-GM-LABELS": {response.CapGmailExt1, itemGmailLabels},
}

func itemUID(o *out, m *fetchedMessage) *reply {
	o.raw("UID ").num(uint64(m.UID))
	return nil
}

func itemFlags(o *out, m *fetchedMessage) *reply {
	o.raw("FLAGS ").flags(m.Flags, m.Recent)
	return nil
}

func itemInternalDate(o *out, m *fetchedMessage) *reply {
	o.raw(`INTERNALDATE "` + formatDateTime(m.Date) + `"`)
	return nil
}

func itemSize(o *out, m *fetchedMessage) *reply {
	o.raw("RFC822.SIZE ").num(uint64(len(m.Blob.Raw)))
	return nil
}

func itemEnvelope(o *out, m *fetchedMessage) *reply {
	o.raw("ENVELOPE ")
	o.envelope(m.Blob.Tree())
	return nil
}

func itemStructure(o *out, m *fetchedMessage, name string) *reply {
	o.raw(name + " ")
	at, lits := len(o.b), len(o.lits)
	o.body(m.Blob.Tree(), name == "BODYSTRUCTURE")
	for _, e := range o.s.effects() {
		if e.structure != nil {
			text := e.structure(o.s, uint32(m.UID), string(o.b[at:]))
			o.b, o.lits = append(o.b[:at], text...), o.lits[:lits]
		}
	}
	return nil
}

func itemRFC822(o *out, name string, text []byte) *reply {
	o.raw(name+" ").literal(text, false)
	return nil
}

func itemModSeq(o *out, m *fetchedMessage) *reply {
	o.modSeq(m.ModSeq)
	return nil
}

func itemSaveDate(o *out, m *fetchedMessage) *reply {
	o.raw(`SAVEDATE "` + formatDateTime(m.Saved) + `"`)
	return nil
}

func itemPreview(o *out, m *fetchedMessage) *reply {
	o.raw("PREVIEW ").str(m.Blob.Tree().Preview())
	return nil
}

func itemEmailID(o *out, m *fetchedMessage) *reply {
	o.raw("EMAILID (" + m.Blob.EmailID + ")")
	return nil
}

func itemThreadID(o *out, m *fetchedMessage) *reply {
	o.raw(fmt.Sprintf("THREADID (%s)", m.Blob.Thread()))
	return nil
}
