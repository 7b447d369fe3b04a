package imap

import "github.com/seed-090b04e4/imap/response"

// uidOnlyReason completes the error of a command with message sequence numbers.
const uidOnlyReason = "it has message sequence numbers, which UIDONLY has switched off"

// numbersAllowed returns a *StateError if UIDONLY is enabled: there are no message
// sequence numbers then (RFC 9586 §3). encode refuses all commands that have them;
// methods that may send something else before ask here.
func (c *Client) numbersAllowed(command string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.session.dialect.UIDOnly {
		return nil
	}
	return &StateError{Command: command, State: c.session.state, Reason: uidOnlyReason}
}

// byUID reports whether the session has no message sequence numbers.
func (c *Client) byUID() bool { return c.Enabled().Lists(response.CapUIDOnly) }
