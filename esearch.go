package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// ESearch is [Client.UIDSearch] in several mailboxes, which need not be selected
// (RFC 7377 §2), or without sources in the selected one. It needs MULTISEARCH. Save
// is for the selected mailbox alone. If part of the answer could not be read, the
// error is a *[ParseError], beside a result that has the rest.
func (c *Client) ESearch(ctx context.Context, in []commands.SearchSource, key SearchKey, opts *SearchOptions) (*response.ESearchResult, error) {
	if opts == nil {
		opts = &SearchOptions{}
	}
	cmd := commands.ESearch{Key: key, Charset: opts.Charset, Return: opts.asked()}
	for _, source := range in {
		source.Mailboxes = c.wireNames(source.Mailboxes)
		cmd.In = append(cmd.In, source)
	}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return nil, err
	}
	if _, uids, err := c.detach(cmd.Name(), key); err != nil || !uids.Empty() {
		return nil, longKey(cmd.Name())
	}
	col := &esearchCollector{}
	st, err := c.exec(ctx, request{cmd: cmd, collect: col})
	if err != nil {
		return nil, err
	}
	res := &response.ESearchResult{Cut: st.HasCode(CodeLimit) || st.HasCode(response.CodeMessageLimit)}
	for _, d := range col.all {
		one := &searchCollector{}
		one.take(d)
		res.Mailboxes = append(res.Mailboxes, response.MailboxResult{
			Mailbox: d.Mailbox, UIDValidity: d.UIDValidity, SearchResult: *searchResult[UID](one, opts),
		})
	}
	if col.bad != nil {
		return res, col.bad
	}
	return res, nil
}

// esearchCollector takes the ESEARCH responses that name the command.
type esearchCollector struct {
	noCollector
	call *call
	all  []*response.ESearchData
	bad  *ParseError
}

func (x *esearchCollector) begin(w *call) { x.call = w }

func (x *esearchCollector) claim(d response.Data) bool {
	e, ok := d.(*response.ESearchData)
	if !ok || e.Tag != tagName(x.call.tag) {
		return false
	}
	x.all = append(x.all, e)
	return true
}

// lost takes the news that a response could not be read.
func (x *esearchCollector) lost(_ *Message, err *ParseError) bool {
	if err.Response != "ESEARCH" || x.bad != nil {
		return false
	}
	x.bad = err
	return true
}
