package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// GetMetadata asks for entries of a mailbox, like "/private/comment" and
// "/shared/comment", or with an empty name for those of the server (RFC 5464
// §4.2). At least one has to be named. What is in an entry can be anything that
// anybody has put there (RFC 5464 §7).
//
//	found, err := c.GetMetadata(ctx, "INBOX", []string{"/private/comment"}, nil)
//
// It needs the capability METADATA, or for the server's entries METADATA-SERVER.
//
// If part of the answer could not be read, the error is a *[ParseError], and
// the result has the rest. What others change is an event, a *[response.MetadataData] with
// the names of the entries, if the server reports it: after [Client.Enable]
// with CapMetadata or CapMetadataServer (RFC 5464 §4.1).
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

// SetMetadata sets entries of a mailbox, or with an empty name those of the server
// (RFC 5464 §4.3): all of them or none. An entry whose Value is nil is removed;
// an empty one that is not nil is a value. Values can have any octets; a text's
// lines end in CRLF (RFC 5464 §3.2). Dovecot and Cyrus refuse values with NUL, and
// Cyrus takes an empty value for nil.
//
//	err := c.SetMetadata(ctx, "INBOX", []response.MetadataItem{{Name: "/private/comment", Value: []byte("mine")}})
//
// It needs the capability METADATA, or for the server's entries METADATA-SERVER.
//
// The code of its *[StatusError], if the server sends one, may be a
// [response.MetadataCode]: Reason is MAXSIZE if a value has more octets than Size,
// TOOMANY if there are too many entries, NOPRIVATE if there can be no
// private ones.
func (c *Client) SetMetadata(ctx context.Context, mailbox string, items []response.MetadataItem) error {
	cmd := commands.SetMetadata{Mailbox: c.wireName(mailbox), Items: items}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return err
	}
	return c.simple(ctx, cmd)
}
