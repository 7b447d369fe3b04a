// Command newest lists the newest messages of a mailbox as a table: date, sender,
// subject, size, whether it was read, whether it has attachments.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
)

var count = flag.Uint("n", 50, "how `MANY` messages")

func main() { connect.Main("lists the newest messages as a table", newest) }

func newest(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	mbox, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true})
	if err != nil || mbox.Messages == 0 {
		return err
	}
	first := mbox.Messages - min(mbox.Messages, uint32(*count)) + 1
	items := imap.FetchItems{Flags: true, Size: true, Envelope: true, BodyStructure: true}
	messages, err := imap.Collect(c.Fetch(ctx, imap.SeqRange(imap.SeqNum(first), imap.Star), items, nil))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, msg := range slices.Backward(messages) {
		from := "?"
		if len(msg.Envelope.From) > 0 {
			from = msg.Envelope.From[0].Display()
		}
		fmt.Fprintf(table, "%s\t%.20q\t%.50q\t%d\t%s\n", msg.Envelope.Date.Format(time.DateOnly), from, msg.Envelope.Subject, msg.Size, marks(msg))
	}
	return errors.Join(table.Flush(), err) // err may be about some of the messages alone
}

// marks returns what is special about a message.
func marks(msg *imap.Message) string {
	var s string
	if !msg.HasFlag(imap.FlagSeen) {
		s += "unread "
	}
	if len(msg.BodyStructure.Attachments()) > 0 {
		s += "attachment"
	}
	return s
}
