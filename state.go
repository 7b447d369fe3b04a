package imap

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/internal/utf7"
	"github.com/seed-090b04e4/imap/response"
)

// State is the state of a connection (RFC 9051 §3), or a set of states.
type State uint8

// The states of RFC 9051 §3.
const (
	StateConnecting       State = 1 << iota // before the greeting
	StateNotAuthenticated                   // before LOGIN or AUTHENTICATE
	StateAuthenticated                      // no mailbox is selected
	StateSelected                           // a mailbox is selected
	StateLogout                             // the connection has ended
)

// anyState is every state in which commands can be sent.
const anyState = StateNotAuthenticated | StateAuthenticated | StateSelected

// String returns the name of the state.
func (s State) String() string {
	var names []string
	for i, name := range []string{"connecting", "not authenticated", "authenticated", "selected", "logout"} {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " or ")
}

// Mailbox is what the server has told of the selected mailbox (RFC 9051 §6.3.2),
// kept up to date: a snapshot, which does not change.
type Mailbox struct {
	Name           string // as it was selected
	ReadOnly       bool   // opened by EXAMINE, or READ-ONLY on the server
	Messages       uint32 // how many there are
	Recent         uint32 // how many have FlagRecent; IMAP4rev1 only
	FirstUnseen    SeqNum // the first one without FlagSeen when it was selected; IMAP4rev1 only; zero: none, or not told
	UIDNext        UID    // what the next message's UID is predicted to be, when it was selected; zero: not told
	UIDValidity    uint32 // if it differs from the last time, all UIDs are new; zero: not told
	UIDNotSticky   bool   // UIDs do not last beyond the session (RFC 4315 §3)
	Flags          []Flag // that messages have
	PermanentFlags []Flag // that can be changed for good; FlagWildcard: new ones too
	HighestModSeq  uint64 // RFC 7162 §3.1.2.1; zero: the mailbox keeps none, or not told
	ID             string // RFC 8474 §4; empty: not told

	// Vanished and Changed are what SELECT with QRESYNC told (RFC 7162 §3.2.5):
	// the messages that are gone since, and those whose flags have changed.
	Vanished UIDSet
	Changed  []*Message
}

// State returns the state of the connection. When a call returns, everything
// that the server said before its answer has been applied.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}

// Mailbox returns the selected mailbox as it is now, or nil if none is selected.
// The snapshot belongs to everybody and must not be changed.
func (c *Client) Mailbox() *Mailbox {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.mailbox
}

// Capabilities returns what the server offers in the present state. It belongs
// to everybody and must not be changed.
func (c *Client) Caps() Capabilities {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.caps
}

// Enabled returns the extensions that ENABLE has switched on. It belongs to
// everybody and must not be changed.
func (c *Client) Enabled() Capabilities {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.enabled
}

// Greeting returns the server's greeting, and nil before it has come.
func (c *Client) Greeting() *StatusResponse {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.greeting
}

// observeLocked applies an untagged response to the state. It reports whether
// the response is news even where a command asked for it: a change of the
// selected mailbox.
func (c *Client) observeLocked(d response.Data) (news bool) {
	switch d := d.(type) {
	case *StatusResponse:
		if d.Type == BYE {
			c.bye = d
		}
		c.applyStatusLocked(d)
		return d.Type == BYE || d.HasCode(CodeAlert)
	case *CapabilityData:
		c.setCapsLocked(d.Caps)
	case *EnabledData:
		c.enableLocked(d.Caps)
	case *MailboxInfo:
		c.noteRawNameLocked(d.Mailbox, d.Raw)
	case *MailboxStatus:
		c.noteRawNameLocked(d.Mailbox, d.Raw)
	case *ExistsData:
		c.changeMailboxLocked(func(m *Mailbox) { m.Messages = d.Messages })
	case *RecentData:
		c.changeMailboxLocked(func(m *Mailbox) { m.Recent = d.Messages })
	case *FlagsData:
		c.changeMailboxLocked(func(m *Mailbox) { m.Flags = d.Flags })
	case *ExpungeData:
		c.changeMailboxLocked(func(m *Mailbox) { m.Messages = less(m.Messages, 1) })
		for _, w := range c.flight {
			if f, ok := w.collect.(*fetchCollector); ok {
				f.expunged(d.SeqNum)
			}
		}
		return c.opening == nil
	case *VanishedData:
		if !d.Earlier {
			c.changeMailboxLocked(func(m *Mailbox) { m.Messages = less(m.Messages, d.UIDs.Len()) })
		}
		return c.opening == nil && !d.Earlier
	}
	return false
}

func less(n uint32, by int64) uint32 { return uint32(max(int64(n)-by, 0)) }

// changeMailboxLocked replaces the snapshot of the mailbox that is selected, or
// of the one that is being selected.
func (c *Client) changeMailboxLocked(change func(*Mailbox)) {
	if c.opening != nil {
		change(c.opening)
		return
	}
	if c.mailbox != nil {
		m := *c.mailbox
		change(&m)
		c.mailbox = &m
	}
}

// applyStatusLocked applies the code of a status response to the state.
func (c *Client) applyStatusLocked(st *StatusResponse) {
	switch code := st.Code.(type) {
	case CapabilityCode:
		c.setCapsLocked(code.Caps)
	case UIDNextCode:
		c.changeMailboxLocked(func(m *Mailbox) { m.UIDNext = code.UID })
	case UIDValidityCode:
		c.changeMailboxLocked(func(m *Mailbox) { m.UIDValidity = code.UIDValidity })
	case UnseenCode:
		c.changeMailboxLocked(func(m *Mailbox) { m.FirstUnseen = code.SeqNum })
	case PermanentFlagsCode:
		c.changeMailboxLocked(func(m *Mailbox) { m.PermanentFlags = code.Flags })
	case HighestModSeqCode:
		c.changeMailboxLocked(func(m *Mailbox) { m.HighestModSeq = code.ModSeq })
	case MailboxIDCode:
		if c.opening != nil {
			c.opening.ID = code.ID
		}
	case CodeName:
		switch code {
		case CodeClosed: // what came before was about the old mailbox
			if c.opening != nil {
				c.opening = &Mailbox{Name: c.opening.Name}
				c.mailbox = nil
			}
		case CodeReadOnly:
			c.changeMailboxLocked(func(m *Mailbox) { m.ReadOnly = true })
		case CodeReadWrite:
			c.changeMailboxLocked(func(m *Mailbox) { m.ReadOnly = false })
		case CodeUIDNotSticky:
			c.changeMailboxLocked(func(m *Mailbox) { m.UIDNotSticky = true })
		}
	}
}

func (c *Client) setCapsLocked(caps Capabilities) {
	c.caps = caps
	c.capsSeen = true
	c.dialect.LiteralPlus = caps.Lists(CapLiteralPlus)
	c.dialect.LiteralMinus = caps.Has(CapLiteralMinus)
	c.dialect.Binary = caps.Lists(CapBinary) // IMAP4rev2 has the other half of it (RFC 9051 Appendix B)
}

// forgetCapsLocked says that what the server offers may have changed.
func (c *Client) forgetCapsLocked() { c.capsSeen = false }

// enableLocked notes what ENABLE has switched on.
func (c *Client) enableLocked(caps Capabilities) {
	for _, e := range caps {
		if !c.enabled.Lists(e) {
			c.enabled = append(slices.Clip(c.enabled), e)
		}
	}
	c.dialect.Rev2 = c.enabled.Lists(CapIMAP4rev2)
	c.dialect.UTF8 = c.dialect.Rev2 || c.enabled.Lists(CapUTF8Accept)
	c.rd.SetUTF8(c.dialect.UTF8)
}

// maxRawNames bounds how many names that don't decode are remembered.
const maxRawNames = 10_000

// noteRawNameLocked remembers a mailbox name that does not decode, so that it
// can be sent back as it came.
func (c *Client) noteRawNameLocked(name, raw string) {
	if c.dialect.UTF8 || name != raw || len(c.rawNames) >= maxRawNames {
		return
	}
	if utf7.PlainLen(raw) == len(raw) {
		return
	}
	if c.rawNames == nil {
		c.rawNames = make(map[string]bool)
	}
	c.rawNames[raw] = true
}
