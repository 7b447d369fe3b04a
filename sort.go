package imap

import (
	"context"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDSort finds the messages in the selected mailbox that match key, and returns
// their UIDs in the order that by asks for: the first criterion counts most, and
// messages that are alike in all of them stay in the order of the mailbox (RFC 5256
// §3). A nil key matches all.
//
//	newest := []commands.SortKey{{Field: commands.SortArrival, Reverse: true}}
//	found, err := c.UIDSort(ctx, newest, search.Unseen(), nil)
//
// It needs the capability SORT, and SORT=DISPLAY for two of the criteria.
//
// Errors: an *[UnsupportedError]; an *[ArgumentError] if there is no criterion;
// those of [Client.UIDSearch].
func (c *Client) UIDSort(ctx context.Context, by []commands.SortKey, key SearchKey, opts *commands.SortOptions) (*response.SortResult[UID], error) {
	return sortMessages[UID](ctx, c, commands.Sort{UID: true, Keys: by, Key: key}, opts)
}

// Sort is [Client.UIDSort] for message sequence numbers.
func (c *Client) Sort(ctx context.Context, by []commands.SortKey, key SearchKey, opts *commands.SortOptions) (*response.SortResult[SeqNum], error) {
	return sortMessages[SeqNum](ctx, c, commands.Sort{Keys: by, Key: key}, opts)
}

func sortMessages[N UID | SeqNum](ctx context.Context, c *Client, cmd commands.Sort, opts *commands.SortOptions) (*response.SortResult[N], error) {
	if opts != nil {
		cmd.Charset = opts.Charset
	}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return nil, err
	}
	rest, uids, err := c.detach(cmd.Name(), cmd.Key)
	if err != nil {
		return nil, err
	}
	if !uids.Empty() && !cmd.UID {
		return nil, longKey(cmd.Name())
	}
	cmd.Key = rest
	col := &dataCollector[*response.SortData]{rule: "SORT"}
	if err := c.runOnce(ctx, cmd, col); err != nil {
		return nil, err
	}
	if col.bad != nil {
		return nil, col.bad
	}
	res := &response.SortResult[N]{}
	for _, d := range col.all {
		res.ModSeq = max(res.ModSeq, d.ModSeq)
		if same, ok := any(d.Nums).([]N); ok && res.Nums == nil {
			res.Nums = same
			continue
		}
		for _, n := range d.Nums {
			res.Nums = append(res.Nums, N(n))
		}
	}
	if !uids.Empty() { // too long for the command: its order is that of the rest
		res.Nums = slices.DeleteFunc(res.Nums, func(n N) bool { return !uids.Contains(UID(n)) })
	}
	return res, nil
}
