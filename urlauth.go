package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// GenURLAuth has the server add tokens to URLs of messages or parts, which give access to
// them (RFC 4467 §7): each has User, Host, UID and Access set. The result is all it takes for
// access, and a secret. It needs the capability URLAUTH. See [response.URL].
func (c *Client) GenURLAuth(ctx context.Context, urls ...string) ([]string, error) {
	if err := c.require("GENURLAUTH", response.CapURLAuth); err != nil {
		return nil, err
	}
	col := &dataCollector[*response.GenURLAuthData]{rule: "GENURLAUTH"}
	if _, err := c.exec(ctx, request{cmd: commands.GenURLAuth{URLs: urls}, collect: col}); err != nil {
		return nil, err
	}
	var all []string
	for _, d := range col.all {
		all = append(all, d.URLs...)
	}
	if err := col.err(); err != nil {
		return nil, err
	}
	if len(all) != len(urls) {
		return nil, &ProtocolError{Msg: "GENURLAUTH returned another number of URLs"}
	}
	return all, nil
}

// ResetKey makes the URLs void that [Client.GenURLAuth] has returned for a mailbox, or if
// it is empty, for all mailboxes of the user (RFC 4467 §7). It needs the capability URLAUTH.
func (c *Client) ResetKey(ctx context.Context, mailbox string) error {
	if err := c.require("RESETKEY", response.CapURLAuth); err != nil {
		return err
	}
	if mailbox != "" {
		mailbox = c.wireName(mailbox)
	}
	return c.simple(ctx, commands.ResetKey{Mailbox: mailbox})
}

// URLFetch returns what URLs stand for that [Client.GenURLAuth] has returned, to this user
// or another one, in their order (RFC 4467 §7, RFC 5524). One that is not valid has Nil
// set. All come in one response: see [Options].MaxResponse. It needs the capability
// URLAUTH, and for anything but the zero items URLAUTH=BINARY.
func (c *Client) URLFetch(ctx context.Context, urls []string, items commands.URLItems) ([]response.URLPart, error) {
	if err := c.require("URLFETCH", items.Needs()...); err != nil {
		return nil, err
	}
	col := &dataCollector[*response.URLFetchData]{rule: "URLFETCH"}
	if _, err := c.exec(ctx, request{cmd: commands.URLFetch{URLs: urls, Items: items}, collect: col}); err != nil {
		return nil, err
	}
	found := make(map[string]response.URLPart)
	for _, d := range col.all {
		for _, part := range d.Parts {
			found[part.URL] = part
		}
	}
	if err := col.err(); err != nil {
		return nil, err
	}
	parts := make([]response.URLPart, 0, len(urls))
	for _, u := range urls {
		part, ok := found[u]
		if !ok {
			return nil, &ProtocolError{Msg: "URLFETCH did not return all URLs"}
		}
		parts = append(parts, part)
	}
	return parts, nil
}
