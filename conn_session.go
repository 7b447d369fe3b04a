package imap

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/utf7"
	"github.com/seed-090b04e4/imap/response"
)

// session is what the server has said of itself and of the selected mailbox.
// Guarded by Client.mu.
type session struct {
	state        State
	greeting     *StatusResponse
	greetedByTLS bool // the greeting came over TLS
	bye          *StatusResponse
	caps         Capabilities
	capsSeen     bool // the server has listed its capabilities in this state
	enabled      Capabilities
	words        map[Cap]bool // enabled, in upper case
	dialect      commands.Dialect
	names        rawNames
	limits       map[string]int64 // of mailboxes: the APPENDLIMIT that STATUS or LIST has said
	refused      refusedForms
	loggedOut    bool // LOGOUT has succeeded

	mailbox *Mailbox  // what is selected
	opening *Mailbox  // what SELECT has said so far
	counted bool      // EXISTS has been said since the last SELECT began
	opened  uint64    // how often a mailbox was selected
	current selection // the present one
	plain   selection // what Select selected last, not WithMailbox
	unsure  bool      // the server may have selected one that no caller waits for any more
	modSeq  modSeq
	unseen  bool   // a change of the mailbox that no loop over Idle has received
	said    string // how the text of the last untagged status response begins
}

// modSeq follows the highest mod-sequence of the mailbox (RFC 7162 §6).
type modSeq struct {
	seen uint64 // in messages, since the last tagged response
	said bool   // by HIGHESTMODSEQ, since the last tagged response
}

// observe applies an untagged response, which is not a message. It reports whether
// the response is an event even if a command asked for it: a change of the selected
// mailbox.
func (s *session) observe(d response.Data) (event bool) {
	switch d := d.(type) {
	case *StatusResponse:
		if d.Type == BYE && s.bye == nil {
			s.bye = d
		}
		s.applyStatus(d)
		return d.Type == BYE || d.HasCode(CodeAlert)
	case *response.CapabilityData:
		s.setCaps(d.Caps)
	case *response.EnabledData:
		s.enable(d.Caps)
	case *MailboxInfo:
		s.noteRawName(d.Mailbox, d.Raw)
	case *MailboxStatus:
		s.noteRawName(d.Mailbox, d.Raw)
		s.noteAppendLimit(d)
	case *ExistsData:
		s.counted = true
		s.changeMailbox(func(m *Mailbox) { m.Messages = d.Messages })
	case *response.RecentData:
		s.changeMailbox(func(m *Mailbox) { m.Recent = d.Messages })
	case *response.FlagsData:
		s.changeMailbox(func(m *Mailbox) { m.Flags = d.Flags })
	case *ExpungeData:
		s.changeMailbox(func(m *Mailbox) { m.Messages, m.Removed = minus(m.Messages, 1), m.Removed+1 })
		return s.opening == nil
	case *VanishedData:
		if !d.Earlier {
			n := d.UIDs.Len()
			s.changeMailbox(func(m *Mailbox) { m.Messages, m.Removed = minus(m.Messages, n), m.Removed+uint32(n) })
		}
		return s.opening == nil && !d.Earlier
	}
	return false
}

func minus(n uint32, by int64) uint32 { return uint32(max(int64(n)-by, 0)) }

// noteUnseen notes that the number of messages has changed.
func (s *session) noteUnseen(d response.Data) {
	switch d.(type) {
	case *ExistsData, *ExpungeData, *VanishedData:
		s.unseen = true
	}
}

// activity returns what a response shows of the server that no command has claimed.
// before is the mailbox as it was: a server that says the same again and again does
// nothing.
func (s *session) activity(d response.Data, before *Mailbox) activity {
	switch d := d.(type) {
	case *StatusResponse:
		if d.HasCode(response.CodeInProgress) {
			return active
		}
		text := d.Text[:min(len(d.Text), 128)]
		if s.said == text {
			return chatter
		}
		s.said = strings.Clone(text)
	case *ExistsData:
		if before != nil && before.Messages == d.Messages {
			return chatter
		}
	case *response.RecentData, *response.FlagsData, *response.CapabilityData, *response.EnabledData, *response.UnknownData:
		return chatter
	}
	return active
}

// observeMessage applies a FETCH response.
func (s *session) observeMessage(m *Message) { s.modSeq.seen = max(s.modSeq.seen, m.ModSeq) }

// observeTagged applies a tagged response.
func (s *session) observeTagged(st *StatusResponse) {
	s.applyStatus(st)
	if seen := s.modSeq.seen; !s.modSeq.said && s.mailbox != nil && s.mailbox.HighestModSeq != 0 && seen > s.mailbox.HighestModSeq {
		s.changeMailbox(func(m *Mailbox) { m.HighestModSeq = seen })
	}
	s.modSeq = modSeq{}
}

// changeMailbox replaces the snapshot of the mailbox that is selected, or changes
// that of the one that is being selected.
func (s *session) changeMailbox(change func(*Mailbox)) {
	if s.opening != nil {
		change(s.opening)
		return
	}
	if s.mailbox != nil {
		m := *s.mailbox
		change(&m)
		s.mailbox = &m
	}
}

// applyStatus applies the code of a status response.
func (s *session) applyStatus(st *StatusResponse) {
	switch code := st.Code.(type) {
	case response.CapabilityCode:
		s.setCaps(code.Caps)
	case response.UIDNextCode:
		s.changeMailbox(func(m *Mailbox) { m.UIDNext = code.UID })
	case response.UIDValidityCode:
		s.changeMailbox(func(m *Mailbox) { m.UIDValidity = code.UIDValidity })
	case response.UnseenCode:
		s.changeMailbox(func(m *Mailbox) { m.FirstUnseen = code.SeqNum })
	case response.PermanentFlagsCode:
		s.changeMailbox(func(m *Mailbox) { m.PermanentFlags = code.Flags })
	case response.HighestModSeqCode:
		s.modSeq.said = true
		s.changeMailbox(func(m *Mailbox) { m.HighestModSeq = code.ModSeq })
	case response.MailboxIDCode:
		if s.opening != nil {
			s.opening.ID = code.ID
		}
	case CodeName:
		s.applyCode(code)
	}
}

// applyCode applies a code without arguments.
func (s *session) applyCode(code CodeName) {
	switch code {
	case response.CodeClosed: // what came before was about the old mailbox
		if s.opening != nil {
			s.opening = &Mailbox{Name: s.opening.Name}
			s.mailbox, s.counted = nil, false
		}
	case response.CodeReadOnly:
		s.changeMailbox(func(m *Mailbox) { m.ReadOnly = true })
	case response.CodeReadWrite:
		s.changeMailbox(func(m *Mailbox) { m.ReadOnly = false })
	case response.CodeUIDNotSticky:
		s.changeMailbox(func(m *Mailbox) { m.UIDNotSticky = true })
	}
}

func (s *session) setCaps(caps Capabilities) {
	s.caps = caps
	s.capsSeen = true
	s.dialect.LiteralPlus = caps.Lists(response.CapLiteralPlus)
	s.dialect.LiteralMinus = caps.Has(response.CapLiteralMinus)
	s.dialect.Binary = caps.Lists(response.CapBinary) // of which IMAP4rev2 has the other half (RFC 9051 Appendix B)
}

// forgetCaps says that what the server offers may have changed. Until that is known,
// literals wait for the server.
func (s *session) forgetCaps() {
	s.capsSeen = false
	s.dialect.LiteralPlus, s.dialect.LiteralMinus = false, false
}

// maxEnabled bounds how many extensions a server may switch on.
const maxEnabled = 1000

// enable notes what ENABLE has switched on, which can be only after login
// (RFC 9051 §6.3.1).
func (s *session) enable(caps Capabilities) {
	if s.state&(StateAuthenticated|StateSelected) == 0 {
		return
	}
	enabled := slices.Clip(s.enabled)
	for _, e := range caps {
		word := Cap(upper(string(e)))
		if s.words[word] || len(enabled) >= maxEnabled || len(e) > maxEnabledWord {
			continue
		}
		if s.words == nil {
			s.words = make(map[Cap]bool)
		}
		s.words[word] = true
		enabled = append(enabled, e)
	}
	s.setEnabled(enabled)
}

// maxEnabledWord is the length of the longest name of an extension.
const maxEnabledWord = 256

func (s *session) setEnabled(enabled Capabilities) {
	s.enabled = enabled
	s.dialect.Rev2 = enabled.Lists(CapIMAP4rev2)
	s.dialect.UTF8 = s.dialect.Rev2 || enabled.Lists(CapUTF8Accept)
	s.dialect.UIDOnly = enabled.Lists(response.CapUIDOnly)
}

// forgetMailbox says that no mailbox is selected, or none that is known.
func (s *session) forgetMailbox() {
	s.mailbox = nil
	s.current = selection{}
	if s.state == StateSelected {
		s.state = StateAuthenticated
	}
}

// forgetUser brings the state back to what it was before login (RFC 8437 §3).
func (s *session) forgetUser() {
	s.forgetMailbox()
	s.state = StateNotAuthenticated
	s.plain = selection{}
	s.opening, s.names, s.words, s.limits = nil, rawNames{}, nil, nil
	s.refused = refusedForms{}
	s.setEnabled(nil)
}

// forgetAll forgets what was said before TLS protected it.
func (s *session) forgetAll() {
	s.forgetUser()
	s.bye = nil
	s.caps, s.capsSeen = nil, false
	s.dialect = commands.Dialect{}
}

// open notes that SELECT has selected m.
func (s *session) open(m *Mailbox, readOnly bool) {
	s.opened++
	id := boxID{name: m.Name, uidValidity: m.UIDValidity}
	if sameMailbox(m.Name, "INBOX") {
		id.name = "INBOX"
	}
	s.mailbox, s.state, s.unseen = m, StateSelected, false
	s.current = selection{box: id, opened: s.opened, view: readOnly}
}

// check returns a *StateError for a command with these effects that is meant for
// another mailbox than the selected one.
func (s *session) check(command string, want selection, effects commands.Effects) error {
	switch {
	case s.state != StateSelected:
		return &StateError{Command: command, State: s.state}
	case !want.meant(s.current, effects):
		return &StateError{Command: command, State: s.state, Reason: "another mailbox has been selected meanwhile"}
	}
	return nil
}

// Of how many mailboxes the APPENDLIMIT is remembered, and how long their names may be.
const (
	maxLimits    = 1000
	maxLimitName = 1000
)

// noteAppendLimit remembers how large a message for the mailbox may be (RFC 7889 §3).
func (s *session) noteAppendLimit(d *MailboxStatus) {
	if d.Items&response.StatusAppendLimit == 0 {
		return
	}
	delete(s.limits, d.Mailbox)
	if len(s.limits) >= maxLimits || len(d.Mailbox) > maxLimitName {
		return
	}
	if s.limits == nil {
		s.limits = make(map[string]int64)
	}
	s.limits[strings.Clone(d.Mailbox)] = d.AppendLimit
}

// appendLimit returns how large a message for the mailbox may be, as far as that is
// known: the limit of the mailbox takes precedence (RFC 7889 §2).
func (s *session) appendLimit(mailbox string) (int64, bool) {
	if limit, ok := s.limits[mailbox]; ok {
		return limit, limit > 0 // NIL: none; maddy says 0 for none: such a server decides itself
	}
	return s.caps.AppendLimit()
}

// rawNames are mailbox names that do not decode, as they came, so that they can be
// sent back.
type rawNames struct {
	known  map[string]bool
	octets int
}

// The bounds of what is remembered of names.
const (
	maxRawNames      = 10_000
	maxRawNameOctets = 1 << 20
)

// noteRawName remembers a mailbox name that does not decode.
func (s *session) noteRawName(name, raw string) {
	if s.dialect.UTF8 || name != raw || utf7.PlainLen(raw) == len(raw) || s.names.known[raw] {
		return
	}
	if len(s.names.known) >= maxRawNames || s.names.octets+len(raw) > maxRawNameOctets {
		return
	}
	if s.names.known == nil {
		s.names.known = make(map[string]bool)
	}
	s.names.known[raw] = true
	s.names.octets += len(raw)
}

// wireName returns the mailbox name for a command: one that the server gave in a
// form which does not decode goes back as it came.
func (s *session) wireName(name string) string {
	if !s.dialect.UTF8 && s.names.known[name] {
		return commands.RawMailbox(name)
	}
	return name
}
