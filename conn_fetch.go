package imap

import (
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// fetchCollector decides which FETCH responses are the answer to one FETCH, and
// puts together the messages that the server spreads over several.
type fetchCollector struct {
	noCollector
	s        *stream
	want     response.Items          // of a complete answer
	sections []commands.FetchSection // of a complete answer
	uids     UIDSet
	seqs     SeqSet
	byUID    bool
	any      bool // which messages the set means, only the server knows
	filtered bool // not each of them has to come

	hint   int      // in the set: where the last message was found
	parts  []part   // messages of which something is missing still
	cost   int64    // of parts
	merged int64    // what it costs to keep what came before of the message in hand
	rows   int64    // that the loop has got
	pushed int      // sections of the current response that the loop has got
	shown  *Message // with which it has got them: a copy while the reader adds to the message
	rest   *rowMore // for the end of that message
	seen   SeqSet   // messages that the loop has got

	stop   *response.MessageLimitCode // the server has stopped at its limit
	seenBy UIDSet                     // those that have no sequence number (RFC 9586)
	strays []*Message                 // of which nothing has come that was asked for

	strayCost int64       // of what is kept of them
	named     UID         // what the message in hand was called before its UID came; 0: it had come
	bare      *[]*Message // of a loop over sections: those that have come without any; nil: it does not matter
}

// part is a message of which something is missing still.
type part struct {
	*Message
	cost int64
}

// The bounds of what is remembered of the answer.
const (
	maxParts = 128  // incomplete messages; the oldest goes as it is
	maxSeen  = 4096 // ranges of messages that came
)

// selects takes over the set of messages that was asked for.
func (f *fetchCollector) selects(set any) {
	switch set := set.(type) {
	case UIDSet:
		f.uids, f.byUID, f.any = set, true, set.Dynamic()
	case SeqSet:
		f.seqs, f.any = set, set.Dynamic()
	}
}

// claim takes the code with which the server says that it has stopped at its limit.
func (f *fetchCollector) claim(d response.Data) bool {
	if v, ok := d.(*VanishedData); ok && v.Earlier && f.s.vanished != nil {
		f.s.pushLocked(row{more: &rowMore{vanished: &v.UIDs}}, 0)
		return true
	}
	code, ok := limitCode(d)
	if ok {
		f.stop = code
	}
	return ok
}

// unsolicited are the items that servers send on their own, when flags change.
const unsolicited = response.ItemFlags | response.ItemUID | response.ItemModSeq

// owns reports whether m belongs to the answer: it is one of the messages asked
// for, and has an item asked for that the loop has not got yet.
func (f *fetchCollector) owns(m *Message) bool {
	switch {
	case f.any:
	case f.byUID && m.UID != 0 && !contains(f.uids, m.UID, &f.hint):
		return false
	case f.byUID && m.UID == 0 && m.SeqNum == 0:
		return false
	case !f.byUID && !contains(f.seqs, m.SeqNum, &f.hint):
		return false
	}
	got := m.Items &^ response.ItemUID
	if want := f.want &^ response.ItemUID; want != 0 && got&want == 0 && got != 0 {
		f.strayed(m)
		return false
	}
	if f.want&^unsolicited != 0 && f.has(m) && (m.Items&^unsolicited == 0 || !f.s.literals) {
		return false // it has come already: this is unsolicited, or was late
	}
	return true
}

// has reports whether the loop has got the message of m already.
func (f *fetchCollector) has(m *Message) bool {
	if m.SeqNum == 0 {
		return m.UID != 0 && f.seenBy.Contains(m.UID)
	}
	return f.seen.Contains(m.SeqNum)
}

// identify makes sure that m, the answer to UID FETCH, has a UID. Some servers leave it
// out: it is known if the command was about one message.
func (f *fetchCollector) identify(m *Message) error {
	if !f.byUID || m.UID != 0 || f.nameIt(m) {
		return nil
	}
	return &ParseError{Response: "FETCH", SeqNum: m.SeqNum, Item: "UID", Msg: "the answer to UID FETCH does not have it"}
}

// note notes that the loop has got the message.
func (f *fetchCollector) note(m *Message) {
	switch {
	case m.SeqNum != 0 && len(f.seen.Ranges()) < maxSeen:
		f.seen.AddNum(m.SeqNum)
	case m.SeqNum == 0 && m.UID != 0 && len(f.seenBy.Ranges()) < maxSeen:
		f.seenBy.AddNum(m.UID)
	}
}

// asked reports whether all sections of m, and the ranges of them, were asked for.
func (f *fetchCollector) asked(m *Message) bool {
	for i := range m.Sections {
		s := &m.Sections[i]
		if !slices.ContainsFunc(f.sections, func(want commands.FetchSection) bool {
			return want.Section.Equal(s.Section) && (!s.Partial || want.Partial == nil || want.Partial.Offset == s.Origin)
		}) {
			return false
		}
	}
	return true
}

// contains is Contains for numbers that mostly come in ascending order: hint is
// the range that the last one was in.
func contains[N UID | SeqNum](set response.Set[N], n N, hint *int) bool {
	ranges := set.Ranges()
	for i := *hint; i < len(ranges) && i < *hint+2; i++ {
		if r := ranges[i]; r.Start <= n && n <= r.Stop {
			*hint = i
			return true
		}
	}
	if !set.Contains(n) {
		return false
	}
	*hint, _ = slices.BinarySearchFunc(ranges, n, func(r response.Range[N], n N) int {
		if r.Stop < n {
			return -1
		}
		return 1
	})
	return true
}

// row takes a response that is complete, or the end of one that was handed out
// in pieces.
func (f *fetchCollector) row(m *Message, err error, continues bool) {
	if f.s.literals {
		f.literalRow(m, err, continues)
		return
	}
	if err != nil {
		f.push(row{msg: f.mergedWith(m), more: &rowMore{err: err}})
		return
	}
	if len(f.parts) > 0 {
		m = f.mergedWith(m)
	}
	if f.complete(m) {
		f.push(row{msg: m})
		return
	}
	f.keepPart(m)
}

// keepPart keeps an incomplete message. If that is too much, the message goes with an
// error, which is that of the memory it takes.
func (f *fetchCollector) keepPart(m *Message) {
	if f.s.arena != nil {
		m = m.Clone()
	}
	p := part{m, f.merged + costOf(m, 0)}
	f.parts, f.cost, f.merged = append(f.parts, p), f.cost+p.cost, 0
	if limit := f.s.c.opts.ReadAhead; f.cost > limit+f.allowed() {
		f.forgetPart(len(f.parts) - 1)
		f.push(row{msg: m, more: &rowMore{err: &LimitError{What: "a message that is not complete", Limit: limit}}})
	}
	if len(f.parts) > maxParts {
		f.pushPart(false)
	}
}

// allowed returns how large the sections of one message may be together.
func (f *fetchCollector) allowed() int64 {
	if f.s.literals {
		return 0
	}
	return f.s.c.opts.MaxLiteral * int64(max(len(f.sections), 1))
}

func (f *fetchCollector) forgetPart(i int) {
	f.cost -= f.parts[i].cost
	f.parts = slices.Delete(f.parts, i, i+1)
}

// lost takes the error of a response that may have been a message asked for.
func (f *fetchCollector) lost(m *Message, err *ParseError) bool {
	if err.Response == "VANISHED" && f.s.vanished != nil {
		f.push(row{more: &rowMore{err: err}})
		return true
	}
	if err.Response != "FETCH" && err.Response != "UIDFETCH" || !f.mayMean(err.SeqNum, err.UID) {
		return false
	}
	if m == nil {
		f.push(row{more: &rowMore{err: err}})
	} else {
		f.row(m, err, false)
	}
	return true
}

// mayMean reports whether a message of which only these numbers could be read, or
// neither, may have been asked for.
func (f *fetchCollector) mayMean(seq SeqNum, uid UID) bool {
	switch {
	case f.any:
		return true
	case f.byUID && uid != 0:
		return f.uids.Contains(uid)
	case !f.byUID && seq != 0:
		return f.seqs.Contains(seq)
	}
	return true
}

func (f *fetchCollector) complete(m *Message) bool {
	return m.Items&f.want == f.want && len(m.Sections) >= len(f.sections)
}

// push hands a row to the loop.
func (f *fetchCollector) push(r row) {
	m := r.msg
	if r.more != nil && r.more.now != nil {
		m = r.more.now
	}
	if m != nil {
		f.rows++
		f.note(m)
		if r.more == nil && !f.s.literals {
			if err := f.identify(m); err != nil {
				r.more = &rowMore{err: err}
			}
		}
		if m.Envelope == nil && f.want&response.ItemEnvelope != 0 {
			m.Envelope = new(Envelope)
		}
	}
	f.s.pushLocked(r, f.merged)
	f.merged = 0
}

// pushPart hands out the oldest incomplete message as it is. last says that no more of it
// comes.
func (f *fetchCollector) pushPart(last bool) {
	m := f.parts[0].Message
	f.forgetPart(0)
	switch flagsOnly := m.Items&^unsolicited == 0; {
	case f.s.literals:
		f.s.c.events.addLocked(m, 0)
		if last {
			f.noteBare(m)
		}
	case f.byUID && m.UID == 0 && flagsOnly && (f.want&^unsolicited != 0 || !f.incomplete()):
		f.s.c.events.addLocked(m, 0) // unsolicited: an answer has a section, or a UID
	case f.byUID && m.UID == 0 && (flagsOnly || !f.nameIt(m)):
		err := &ParseError{Response: "FETCH", SeqNum: m.SeqNum, Item: "UID", Msg: "the answer to UID FETCH has none"}
		f.push(row{msg: m, more: &rowMore{err: err}})
	default:
		f.push(row{msg: m})
	}
}

// incomplete reports whether messages that were asked for have not come.
func (f *fetchCollector) incomplete() bool { return !f.any && f.rows < f.uids.Len() }

// nameIt gives m the UID that it must have, if only one was asked for.
func (f *fetchCollector) nameIt(m *Message) bool {
	uid, ok := f.uids.Min()
	if ok = ok && !f.any && f.uids.Len() == 1; ok {
		m.UID = uid
	}
	return ok
}

// flush hands out the messages that stayed incomplete.
func (f *fetchCollector) flush() {
	for len(f.parts) > 0 {
		f.pushPart(true)
	}
	f.pushStrays()
}

// literalRow takes a response of a FETCH whose sections are handed out one by one.
func (f *fetchCollector) literalRow(m *Message, err error, continues bool) {
	if !continues {
		f.beginSections(m)
		f.shown = m // complete as it is
	}
	switch {
	case err != nil && f.shown != nil && f.shown != m:
		f.push(row{msg: f.shown, more: &rowMore{now: m, err: err}})
		return
	case err != nil:
		f.push(row{msg: m, more: &rowMore{err: err}})
		return
	}
	if unknown := f.identify(m); unknown != nil && f.shown == m && len(m.Sections) > 0 {
		f.push(row{msg: m, more: &rowMore{err: unknown}})
		return
	}
	f.pushSections(m)
	if f.shown != nil && f.shown != m {
		err := f.identify(m)
		if f.named != 0 && m.UID != f.named {
			err = &ParseError{Response: "FETCH", SeqNum: m.SeqNum, Item: "UID", Msg: "is that of another message"}
		}
		*f.rest = rowMore{now: m, section: moreOfMessage, err: err}
		f.push(row{msg: f.shown, more: f.rest})
	}
	if len(m.Sections) == 0 {
		f.keepPart(m)
	}
}

// literal hands a literal that is about to be read to the loop.
func (f *fetchCollector) literal(m *Message, lit *response.LiteralReader, first bool) *bodyReader {
	c := f.s.c
	c.mu.Lock()
	defer c.mu.Unlock()
	if first {
		f.beginSections(m)
		if f.named = 0; f.byUID && m.UID == 0 && f.nameIt(m) { // it may follow the section
			f.named = m.UID
		}
	}
	b := &bodyReader{s: f.s, lit: lit}
	m.Sections[len(m.Sections)-1].Reader = b
	f.pushSections(m)
	return b
}

// beginSections begins with the sections of a response.
func (f *fetchCollector) beginSections(m *Message) {
	f.pushed, f.shown = 0, nil
	f.merge(m)
}

// pushSections hands the sections of m to the loop that it has not got yet. The
// message that it sees does not change under its hands.
func (f *fetchCollector) pushSections(m *Message) {
	for ; f.pushed < len(m.Sections); f.pushed++ {
		switch f.shown {
		case m:
			f.push(f.sectionOf(m, nil))
		case nil:
			f.shown, f.rest = show(m)
			f.push(f.sectionOf(f.shown, nil))
		default:
			f.push(f.sectionOf(f.shown, snapshot(m)))
		}
	}
}

// sectionOf returns the row for the section that is to be handed out.
func (f *fetchCollector) sectionOf(m, now *Message) row {
	if f.pushed == 0 && now == nil {
		return row{msg: m}
	}
	return row{msg: m, more: &rowMore{section: f.pushed, now: now}}
}

// show returns a snapshot of m, and memory for the row that brings it up to date
// at its end.
func show(m *Message) (*Message, *rowMore) {
	s := &struct {
		msg  Message
		rest rowMore
	}{msg: *m}
	ownExt(&s.msg)
	return &s.msg, &s.rest
}

// snapshot returns a copy of a message that the reader still adds to.
func snapshot(m *Message) *Message {
	s := *m
	ownExt(&s)
	return &s
}

func ownExt(m *Message) {
	if m.Ext != nil {
		ext := *m.Ext
		m.Ext = &ext
	}
}

// merge adds to m what has come of the same message before.
func (f *fetchCollector) merge(m *Message) {
	i := slices.IndexFunc(f.parts, func(p part) bool {
		if p.UID != 0 && m.UID != 0 {
			return p.UID == m.UID
		}
		return p.SeqNum != 0 && p.SeqNum == m.SeqNum
	})
	if i < 0 {
		return
	}
	p := f.parts[i]
	f.forgetPart(i)
	f.merged = p.cost
	addTo(p.Message, m)
}

// mergedWith returns m with what has come of the same message before.
func (f *fetchCollector) mergedWith(m *Message) *Message {
	f.merge(m)
	return m
}

// addTo fills in the items that p has and m lacks.
func addTo(p, m *Message) {
	if m.UID == 0 {
		m.UID = p.UID
	}
	lacks := p.Items &^ m.Items
	if lacks&response.ItemFlags != 0 {
		m.Flags = p.Flags
	}
	if lacks&response.ItemInternalDate != 0 {
		m.InternalDate = p.InternalDate
	}
	if lacks&response.ItemSize != 0 {
		m.Size = p.Size
	}
	if lacks&response.ItemModSeq != 0 {
		m.ModSeq = p.ModSeq
	}
	if m.Envelope == nil {
		m.Envelope = p.Envelope
	}
	if m.BodyStructure == nil {
		m.BodyStructure = p.BodyStructure
	}
	m.Sections = append(p.Sections, m.Sections...)
	if m.Ext == nil {
		m.Ext = p.Ext
	} else if p.Ext != nil {
		addExt(p.Ext, m.Ext, lacks)
	}
	m.Items |= p.Items
}

func addExt(p, m *response.MessageExt, lacks response.Items) {
	for _, x := range []struct {
		item response.Items
		take func()
	}{
		{response.ItemSaveDate, func() { m.SaveDate = p.SaveDate }},
		{response.ItemPreview, func() { m.Preview, m.PreviewNil = p.Preview, p.PreviewNil }},
		{response.ItemEmailID, func() { m.EmailID = p.EmailID }},
		{response.ItemThreadID, func() { m.ThreadID = p.ThreadID }},
		{response.ItemGmailMsgID, func() { m.GmailMsgID = p.GmailMsgID }},
		{response.ItemGmailThreadID, func() { m.GmailThreadID = p.GmailThreadID }},
		{response.ItemGmailLabels, func() { m.GmailLabels = p.GmailLabels }},
	} {
		if lacks&x.item != 0 {
			x.take()
		}
	}
	m.BinarySizes = append(p.BinarySizes, m.BinarySizes...)
	m.Unknown = append(p.Unknown, m.Unknown...)
}

// expunged keeps the numbers right when the message n has gone.
func (f *fetchCollector) expunged(n SeqNum) {
	left := func(m *Message) {
		switch {
		case m.SeqNum > n:
			m.SeqNum--
		case m.SeqNum == n:
			m.SeqNum = 0
		}
	}
	for _, p := range f.parts {
		left(p.Message)
	}
	for _, m := range f.strays {
		left(m)
	}
	var seen SeqSet
	for _, r := range f.seen.Ranges() {
		if r.Start > n {
			r.Start--
		}
		if r.Stop >= n {
			r.Stop--
		}
		if r.Start <= r.Stop {
			seen.AddRange(r.Start, r.Stop)
		}
	}
	f.seen = seen
}
