package imap

import "strings"

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

// Mailbox is what the server has said of the selected mailbox (RFC 9051 §6.3.2): a
// snapshot, which does not change.
type Mailbox struct {
	Name           string // as it was selected
	ReadOnly       bool   // opened by EXAMINE, or READ-ONLY on the server
	Messages       uint32 // how many there are
	Removed        uint32 // how many EXPUNGE and VANISHED have taken away since it was selected
	Recent         uint32 // how many have FlagRecent; IMAP4rev1 only
	FirstUnseen    SeqNum // the first one without FlagSeen when it was selected; IMAP4rev1 only; zero: none, or not stated
	UIDNext        UID    // what the next message's UID is predicted to be, when it was selected; zero: not stated
	UIDValidity    uint32 // if it differs from the last time, all UIDs are new; zero: not stated
	UIDNotSticky   bool   // UIDs do not last beyond the session (RFC 4315 §3)
	Flags          []Flag // that messages have
	PermanentFlags []Flag // that can be changed for good; FlagWildcard: new ones too
	HighestModSeq  uint64 // RFC 7162 §3.1.2.1; zero: the mailbox keeps none, or not stated
	ID             string // RFC 8474 §4; empty: not stated

	// The answer to SELECT with QRESYNC (RFC 7162 §3.2.5); above 64 MiB, it is a *LimitError.
	Vanished UIDSet     // messages that are gone since
	Changed  []*Message // those whose flags have changed
}

// State returns the state of the connection. When a call returns, everything that
// the server sent before its answer has been applied.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.state
}

// Mailbox returns the selected mailbox as it is now, nil if none is selected. The
// snapshot is shared and must not be modified.
func (c *Client) Mailbox() *Mailbox {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.mailbox
}

// Caps returns what the server offers now. It is shared and must not be modified.
func (c *Client) Caps() Capabilities {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.caps
}

// Enabled returns what ENABLE has switched on. It is shared and must not be
// modified.
func (c *Client) Enabled() Capabilities {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.enabled
}

// Greeting returns the server's greeting, and nil before it has come.
func (c *Client) Greeting() *StatusResponse {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.greeting
}
