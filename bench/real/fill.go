package real

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
)

// The mailboxes of the account that is measured.
const (
	boxAll  = "All"  // every message
	boxSome = "Some" // a tenth of them, for slow links
	boxFile = "File" // one message with a large attachment

	smallBoxes    = 40
	smallMessages = 25
)

// smallNames returns the names of the small mailboxes.
func smallNames() []string {
	names := make([]string, smallBoxes)
	for i := range names {
		names[i] = fmt.Sprintf("Small%02d", i)
	}
	return names
}

// fill stores the messages.
func fill(ctx context.Context, c *imap.Client, n int) error {
	boxes := map[string]int{boxAll: n, boxSome: n / 10}
	for _, name := range smallNames() {
		boxes[name] = smallMessages
	}
	for name, count := range boxes {
		if err := c.Create(ctx, name, nil); err != nil {
			return err
		}
		if err := store(ctx, c, name, 0, count); err != nil {
			return err
		}
	}
	if err := c.Create(ctx, boxFile, nil); err != nil {
		return err
	}
	m := attachmentMessage(10 << 20)
	_, err := c.Append(ctx, boxFile, int64(len(m)), bytes.NewReader(m), nil)
	return err
}

// store appends count messages, beginning with number first.
func store(ctx context.Context, c *imap.Client, name string, first, count int) error {
	for begin := first; begin < first+count; begin += 200 {
		var batch []imap.AppendMessage
		for i := begin; i < min(begin+200, first+count); i++ {
			m := message(i)
			flags := []imap.Flag{imap.FlagSeen}
			if i%10 == 0 {
				flags = nil
			}
			batch = append(batch, imap.AppendMessage{Size: int64(len(m)), Reader: bytes.NewReader(m),
				AppendOptions: imap.AppendOptions{Flags: flags, InternalDate: received(i)}})
		}
		if _, err := c.AppendAll(ctx, name, batch); err != nil {
			return err
		}
	}
	return nil
}

// change makes the changes of jobChanges in a mailbox: 30 new messages, 40 others
// flagged, 30 removed. Round makes them differ each time.
func change(ctx context.Context, c *imap.Client, name string, round int) error {
	if _, err := c.Select(ctx, name, nil); err != nil {
		return err
	}
	found, err := c.UIDSearch(ctx, nil, nil)
	if err != nil {
		return err
	}
	var removed, flagged imap.UIDSet
	for i := range 70 {
		uid, ok := found.All.At((int64(i)*7919 + int64(round)*13) % found.All.Len())
		if !ok {
			return fmt.Errorf("%s has %d messages", name, found.All.Len())
		}
		if i < 30 {
			removed.AddNum(uid)
		} else {
			flagged.AddNum(uid)
		}
	}
	if _, err := c.UIDStore(ctx, flagged.Difference(removed), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil); err != nil {
		return err
	}
	if _, err := c.UIDDelete(ctx, removed); err != nil {
		return err
	}
	return store(ctx, c, name, 1_000_000+100*round, 30)
}

func received(n int) time.Time {
	return time.Date(2020, 1, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * 47 * time.Minute)
}
