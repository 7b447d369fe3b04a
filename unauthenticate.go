package imap

import (
	"context"
	"errors"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Unauthenticate ends the session of the user and leaves the connection as it was
// before login (RFC 8437 §3). It needs the capability UNAUTHENTICATE, which servers
// mostly give to administrators. A compressed connection can't: that is an error,
// and nothing is sent.
func (c *Client) Unauthenticate(ctx context.Context) error {
	if err := c.require("UNAUTHENTICATE", response.CapUnauthenticate); err != nil {
		return err
	}
	if c.isDeflated() {
		return errStaysDeflated
	}
	col := &capsCollector{}
	_, err := c.exec(ctx, request{cmd: commands.Unauthenticate{}, collect: col, finish: func(st *StatusResponse) {
		if st.Type == OK {
			c.session.forgetUser()
			c.refused = refusedForms{}
			if !col.sent {
				c.session.forgetCaps()
			}
		}
	}})
	if err != nil {
		return err
	}
	return c.refreshCapabilities(ctx)
}

var errStaysDeflated = errors.New("imap: UNAUTHENTICATE would end the compression of the connection, which has begun for good")

func (c *Client) isDeflated() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.deflated
}
