package imap

import (
	"context"
	"errors"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Capability asks the server what it offers (RFC 9051 §6.1.1), in any state. The
// library does so by itself if the server does not list it: see [Client.Caps].
func (c *Client) Capability(ctx context.Context) (Capabilities, error) {
	col := &dataCollector[*response.CapabilityData]{rule: "CAPABILITY"}
	_, err := c.exec(ctx, request{cmd: commands.Capability{}, states: anyState, collect: col, finish: func(*StatusResponse) {
		if len(col.all) < 2 {
			return
		}
		var caps Capabilities // some servers list them in pieces
		for _, d := range col.all {
			caps = caps.Union(d.Caps)
		}
		c.session.setCaps(caps)
	}})
	switch {
	case err != nil:
		return nil, err
	case len(col.all) == 0 && col.bad != nil:
		return nil, col.bad
	}
	return c.Caps(), nil
}

// refreshCapabilities asks for the capabilities if the server has not listed them.
func (c *Client) refreshCapabilities(ctx context.Context) error {
	c.mu.Lock()
	known := c.session.capsSeen
	c.mu.Unlock()
	if known {
		return nil
	}
	_, err := c.Capability(ctx)
	var bad *ParseError
	var lost *ConnError
	if errors.As(err, &bad) && !errors.As(err, &lost) { // they stay unknown
		return nil
	}
	return err
}

// require returns an *UnsupportedError for the first of caps that the server
// does not offer. IMAP4rev2 includes what it took over.
func (c *Client) require(command string, caps ...Cap) error {
	if len(caps) == 0 {
		return nil
	}
	have := c.Caps()
	for _, want := range caps {
		if !has(have, want) {
			return &UnsupportedError{Command: command, Cap: want}
		}
	}
	return nil
}

// has reports whether a server with the capabilities have can do want.
func has(have Capabilities, want Cap) bool {
	switch {
	case have.Has(want):
		return true
	case want == response.CapPartial:
		return have.Has(response.CapContextSearch)
	case want == response.CapBinary, want == CapSpecialUse:
		return have.Has(CapIMAP4rev2)
	case want == CapCondStore:
		return have.Has(CapQResync)
	case want == response.CapMetadataServer:
		return have.Has(response.CapMetadata)
	}
	return false
}

// Noop lets the server report what has changed (RFC 9051 §6.1.2).
func (c *Client) Noop(ctx context.Context) error {
	_, err := c.exec(ctx, request{cmd: commands.Noop{}, states: anyState})
	return err
}

// Check asks for a checkpoint of the mailbox (RFC 3501 §6.4.1). It is obsolete.
func (c *Client) Check(ctx context.Context) error {
	_, err := c.exec(ctx, request{cmd: commands.Check{}})
	return err
}

// Logout takes leave of the server and closes the connection (RFC 9051 §6.1.3),
// whatever it returns: nil also if the server does so first.
func (c *Client) Logout(ctx context.Context) error {
	_, err := c.exec(ctx, request{cmd: commands.Logout{}, states: anyState, finish: func(st *StatusResponse) {
		c.session.loggedOut = st.Type == OK
	}})
	ended := c.Err()
	c.Close()
	var lost *ConnError
	if errors.As(err, &lost) && lost.Sent && errors.Is(ended, ErrClosed) {
		return nil
	}
	return err
}

// Enable switches extensions on (RFC 9051 §6.3.1, RFC 5161), and returns those that
// the server has switched on now. It needs ENABLE or IMAP4rev2, and that no mailbox
// is selected. What was refused is not asked for again. Once UIDONLY is on (RFC 9586),
// a command with message sequence numbers is a *[StateError].
func (c *Client) Enable(ctx context.Context, caps ...Cap) (Capabilities, error) {
	if err := c.require("ENABLE", response.CapEnable); err != nil {
		return nil, err
	}
	ask, err := c.notRefused(caps)
	if len(ask) == 0 && len(caps) > 0 {
		return nil, err
	}
	col := &dataCollector[*response.EnabledData]{rule: "ENABLED"}
	_, err = c.exec(ctx, request{cmd: commands.Enable{Caps: ask}, states: StateAuthenticated, collect: col})
	c.noteRefused(ask, err)
	if err != nil {
		return nil, err
	}
	if err := col.err(); err != nil {
		return nil, err
	}
	var on Capabilities
	for _, d := range col.all {
		on = append(on, d.Caps...)
	}
	return slices.Clip(on), nil
}

// ID says who the client is, nothing with nil params, and returns what the server
// says of itself (RFC 2971). It needs the capability ID. 163.com, 126.com and QQ
// refuse SELECT to clients that have not said who they are.
func (c *Client) ID(ctx context.Context, params []IDParam) (*response.IDData, error) {
	if err := c.require("ID", response.CapID); err != nil {
		return nil, err
	}
	col := &dataCollector[*response.IDData]{rule: "ID"}
	if _, err := c.exec(ctx, request{cmd: commands.ID{Params: params}, states: anyState, collect: col}); err != nil {
		return nil, err
	}
	if len(col.all) == 0 {
		return &response.IDData{}, col.err()
	}
	return col.all[len(col.all)-1], nil
}
