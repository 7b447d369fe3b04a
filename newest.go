package imap

import (
	"context"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDDelete removes messages for good: it marks them as \Deleted and expunges them
// alone, while no other call can select another mailbox. Without UIDPLUS or
// IMAP4rev2, it is an *[UnsupportedError], because EXPUNGE would remove what others
// have marked. Most programs move messages to the mailbox with [AttrTrash].
func (c *Client) UIDDelete(ctx context.Context, uids UIDSet) (*ExpungeResult, error) {
	if uids.Empty() {
		return &ExpungeResult{}, nil
	}
	if err := c.require("UID EXPUNGE", CapUIDPlus); err != nil {
		return nil, err
	}
	held, release, err := c.hold(ctx, "UID EXPUNGE")
	if err != nil {
		return nil, err
	}
	defer release()
	if uids, err = c.settled(held, uids); err != nil || uids.Empty() {
		return &ExpungeResult{}, err
	}
	if _, err := c.UIDStore(held, uids, StoreAdd, []Flag{FlagDeleted}, &StoreOptions{Silent: true}); err != nil {
		return nil, err
	}
	res, err := c.UIDExpunge(held, uids)
	return res, partlyDone(err)
}

// UIDNewest returns the UIDs of the n newest messages in the selected mailbox, the
// newest first: those that arrived last, or with byDate and if the server has SORT
// (RFC 5256) those with the latest Date field.
func (c *Client) UIDNewest(ctx context.Context, n int, byDate bool) ([]UID, error) {
	if n <= 0 {
		return nil, nil
	}
	held, release, err := c.hold(ctx, "UID SEARCH")
	if err != nil {
		return nil, err
	}
	defer release()
	m := c.Mailbox()
	if m == nil || m.Messages == 0 {
		return nil, nil
	}
	if byDate && c.Caps().Has(response.CapSort) {
		found, err := c.UIDSort(held, []commands.SortKey{{Field: commands.SortDate, Reverse: true}}, nil, nil)
		if err != nil {
			return nil, err
		}
		return found.Nums[:min(n, len(found.Nums))], nil
	}
	var last UIDSet
	switch {
	case c.Caps().Has(response.CapPartial):
		found, err := c.UIDSearch(held, nil, &SearchOptions{Partial: &commands.PartialRange{First: -1, Last: -int64(n)}})
		if err != nil {
			return nil, err
		}
		last = found.Partial
	case c.byUID():
		found, err := c.UIDSearch(held, nil, nil)
		if err != nil {
			return nil, err
		}
		last = found.All
	default:
		first := SeqNum(1)
		if int64(m.Messages) > int64(n) {
			first = SeqNum(int64(m.Messages) - int64(n) + 1)
		}
		for msg, err := range c.Fetch(held, SeqRange(first, Star), FetchItems{UID: true}, nil) {
			if err != nil {
				return nil, err
			}
			last.AddNum(msg.UID)
		}
	}
	return slices.Collect(last.Last(n).Backward()), nil
}
