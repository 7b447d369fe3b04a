package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// GetMetadata asks for entries of a mailbox, like "/private/comment", or with an
// empty name of the server (RFC 5464 §4.2). It needs the capability METADATA, or
// METADATA-SERVER. If part of the answer could not be read, the error is a
// *[ParseError], and the result has the rest. See docs/rights-and-quotas.md.
func (c *Client) GetMetadata(ctx context.Context, mailbox string, entries []string, opts *commands.MetadataOptions) (*response.MetadataResult, error) {
	cmd := commands.GetMetadata{Mailbox: c.wireName(mailbox), Entries: entries}
	if opts != nil {
		cmd.Depth, cmd.MaxSize = opts.Depth, opts.MaxSize
	}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return nil, err
	}
	col := &dataCollector[*response.MetadataData]{rule: "METADATA", accept: func(d *response.MetadataData) bool {
		return len(d.Changed) == 0 && sameMailbox(d.Mailbox, mailbox) // RFC 5464 §4.4.2
	}}
	st, err := c.exec(ctx, request{cmd: cmd, collect: col})
	if err != nil {
		return nil, err
	}
	res := &response.MetadataResult{}
	for _, d := range col.all {
		res.Items = append(res.Items, d.Items...)
	}
	if code, ok := st.Code.(response.MetadataCode); ok && code.Reason == "LONGENTRIES" {
		res.LongEntry = code.Size
	}
	return res, col.err()
}

// SetMetadata sets entries of a mailbox, or with an empty name of the server (RFC
// 5464 §4.3): all of them or none. An entry whose Value is nil is removed. It needs
// the capability METADATA, or METADATA-SERVER. The *[StatusError] may have a
// [response.MetadataCode]. See docs/rights-and-quotas.md.
func (c *Client) SetMetadata(ctx context.Context, mailbox string, items []response.MetadataItem) error {
	cmd := commands.SetMetadata{Mailbox: c.wireName(mailbox), Items: items}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return err
	}
	return c.simple(ctx, cmd)
}
