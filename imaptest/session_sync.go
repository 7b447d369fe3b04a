package imaptest

import (
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// sync sends what changed in the selected mailbox since the client was informed
// last. Without expunge, the numbers of messages stay (RFC 9051 §7.5.1).
func (s *session) sync(expunge, withUID bool) {
	if s.notify != nil && !s.notify.selected.messages && !s.acting {
		return // RFC 5465 §3.1: not even what other sessions removed
	}
	known := s.view.Len()
	ch := s.view.Sync(expunge)
	s.removeVanished(ch)
	switch {
	case len(ch.Vanished) > 0 && (s.qresync || s.uidOnly):
		s.line("* VANISHED " + uidSet(ch.Vanished))
	default:
		for _, seq := range ch.Expunged {
			s.newOut("* ").num(uint64(seq)).raw(" EXPUNGE").send()
		}
	}
	if ch.Keywords != nil {
		s.sendFlags(ch.Keywords)
	}
	if ch.New {
		s.newOut("* ").num(uint64(ch.Exists)).raw(" EXISTS").send()
		if !s.rev2 {
			s.newOut("* ").num(uint64(ch.Recent)).raw(" RECENT").send()
		}
	}
	if s.notify != nil && !s.notify.selected.flags {
		ch.Flags = nil
	}
	for _, f := range ch.Flags {
		s.sendFlagChange(f.Seq, f.Snapshot, withUID || s.notify != nil)
	}
	s.updateContexts()
	if s.notify != nil && ch.New && !s.ownMessages {
		s.fetchNew(known - len(ch.Expunged))
	}
	s.ownMessages = false
}

// sendFlagChange sends the flags of one message.
func (s *session) sendFlagChange(seq uint32, m store.Snapshot, withUID bool) {
	s.sendNewFlags()
	o := s.newFetch(int(seq-1), m.UID)
	if s.withUID(withUID) {
		o.item().raw("UID ").num(uint64(m.UID))
	}
	o.item().raw("FLAGS ").flags(m.Flags, m.Recent)
	if s.condstore {
		o.item().modSeq(m.ModSeq)
	}
	o.raw(")").send()
}

// sendNewFlags sends FLAGS if the mailbox has keywords that the client does not
// know: before the FETCH response that uses them.
func (s *session) sendNewFlags() {
	if keywords := s.view.NewKeywords(); keywords != nil {
		s.sendFlags(keywords)
	}
}

// systemFlags are the flags that every mailbox has.
const systemFlags = `\Answered \Flagged \Deleted \Seen \Draft`

// sendFlags sends the flags that the mailbox knows.
func (s *session) sendFlags(keywords []response.Flag) {
	var names strings.Builder
	names.WriteString(systemFlags)
	for _, k := range keywords {
		names.WriteString(" " + string(k))
	}
	s.line("* FLAGS (" + names.String() + ")")
	if s.view.ReadOnly {
		s.line("* OK [PERMANENTFLAGS ()] Nothing can be changed")
	} else {
		s.line("* OK [PERMANENTFLAGS (" + names.String() + ` \*)] Flags kept`)
	}
}

// deselect leaves the selected mailbox.
func (s *session) deselect() {
	if s.view != nil {
		s.view.Close()
		s.view = nil
	}
	s.savedResult, s.contexts, s.lowered = nil, nil, false
	if s.state == stateSelected {
		s.state = stateAuthenticated
	}
}
