package imap

import "slices"

// A server may answer a FETCH with a row that has nothing of what was asked for. Such a row
// is an event, as it may be unsolicited. If the message does not come besides, the loop
// gets an error for it: otherwise it would seem not to exist.

// strayed notes that the server has sent a message that was asked for, but nothing of what
// was asked. It may be unsolicited.
func (f *fetchCollector) strayed(m *Message) {
	switch flagsOnly := m.Items&^unsolicited == 0; {
	case f.any, f.filtered, f.byUID && m.UID == 0, f.has(m), len(f.strays) >= maxParts:
		return
	case flagsOnly && !f.existed(m): // it may have arrived after the command
		return
	case slices.ContainsFunc(f.strays, func(s *Message) bool { return s.UID == m.UID && s.SeqNum == m.SeqNum }):
		return
	}
	s := &Message{SeqNum: m.SeqNum, UID: m.UID}
	if cost := costOf(m, 0); len(m.Sections) == 0 && f.strayCost+cost <= f.s.c.opts.ReadAhead {
		s = m.Clone() // the event is shared
		f.strayCost += cost
	}
	f.strays = append(f.strays, s)
}

// existed reports whether the message was there when the mailbox was selected, so that a
// FETCH which names it has to return it.
func (f *fetchCollector) existed(m *Message) bool {
	box := f.s.c.session.mailbox
	if f.byUID {
		return f.uids.Len() == 1 && !f.any || box != nil && m.UID < box.UIDNext
	}
	return f.seqs.Len() == 1
}

// pushStrays hands out an error, with what has come, for each message of which nothing has
// come that was asked for.
func (f *fetchCollector) pushStrays() {
	for _, m := range f.strays {
		if f.has(m) || m.SeqNum == 0 && m.UID == 0 {
			continue
		}
		err := &ParseError{Response: "FETCH", SeqNum: m.SeqNum, UID: m.UID, Msg: "the server sent nothing of what was asked for"}
		f.push(row{msg: m, more: &rowMore{err: err}})
	}
	f.strays = nil
}

// noteBare notes a message that has come without any section, in a loop over sections.
func (f *fetchCollector) noteBare(m *Message) {
	flagsOnly := m.Items&^unsolicited == 0
	if f.bare == nil || f.filtered || m.UID == 0 || f.has(m) || flagsOnly && !f.existed(m) || len(*f.bare) >= maxParts {
		return
	}
	*f.bare = append(*f.bare, &Message{SeqNum: m.SeqNum, UID: m.UID})
}

// bareError is the error for such a message.
func bareError(m *Message) error {
	return &ParseError{Response: "FETCH", SeqNum: m.SeqNum, UID: m.UID, Msg: "the server sent no section of the message"}
}
