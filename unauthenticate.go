package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Unauthenticate ends the session of the user and leaves the connection as it was
// before login (RFC 8437 §3), also without compression; TLS goes on. It needs the
// capability UNAUTHENTICATE, which servers mostly give to administrators alone. If it
// fails, or ctx ends, after [Client.Compress], the connection ends.
func (c *Client) Unauthenticate(ctx context.Context) error {
	if err := c.require("UNAUTHENTICATE", response.CapUnauthenticate); err != nil {
		return err
	}
	col := &capsCollector{}
	r := request{cmd: commands.Unauthenticate{}, collect: col, endsDeflate: true, whole: true, finish: func(st *StatusResponse) {
		if st.Type == OK {
			c.session.forgetUser()
			if !col.sent {
				c.session.forgetCaps()
			}
		}
	}}
	w, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	err = w.wait(ctx)
	if w.resumed != nil { // the reader stops after the OK
		if err != nil { // the two sides do not agree about what is compressed
			c.fail(&ConnError{Sent: true, Err: err})
			return err
		}
		rd := c.token.reader.rd
		c.in.EndInflate(rd.Unread())
		rd.Reset(c.in)
		c.resume(w)
	}
	if err != nil {
		return err
	}
	return c.refreshCapabilities(ctx)
}
