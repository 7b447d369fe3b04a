package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDThread is [Client.UIDSearch] with conversations as the result, in the order of
// the server (RFC 5256 §3). It needs one of THREAD=REFERENCES and the like.
func (c *Client) UIDThread(ctx context.Context, by commands.ThreadAlgorithm, key SearchKey, opts *commands.ThreadOptions) ([]response.Thread[UID], error) {
	return c.threads(ctx, commands.Thread{UID: true, Algorithm: by, Key: key}, opts)
}

// Thread is [Client.UIDThread] for message sequence numbers.
func (c *Client) Thread(ctx context.Context, by commands.ThreadAlgorithm, key SearchKey, opts *commands.ThreadOptions) ([]response.Thread[SeqNum], error) {
	threads, err := c.threads(ctx, commands.Thread{Algorithm: by, Key: key}, opts)
	if err != nil {
		return nil, err
	}
	return response.AsSeqThreads(threads), nil
}

func (c *Client) threads(ctx context.Context, cmd commands.Thread, opts *commands.ThreadOptions) ([]response.Thread[UID], error) {
	if opts != nil {
		cmd.Charset = opts.Charset
	}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return nil, err
	}
	if _, uids, err := c.detach(cmd.Name(), cmd.Key); err != nil || !uids.Empty() {
		return nil, longKey(cmd.Name())
	}
	col := &dataCollector[*response.ThreadData]{rule: "THREAD"}
	if err := c.runOnce(ctx, cmd, col); err != nil {
		return nil, err
	}
	if col.bad != nil {
		return nil, col.bad
	}
	var all []response.Thread[UID]
	for _, d := range col.all {
		all = append(all, d.Threads...)
	}
	return all, nil
}
