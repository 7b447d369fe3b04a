// Command unseen lists the messages that have not been read.
package main

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/search"
)

func main() { connect.Main(unseen) }

func unseen(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}); err != nil {
		return err
	}
	found, err := c.UIDSearch(ctx, search.Unseen(), nil)
	if err != nil {
		return err
	}
	if found.All.Empty() {
		fmt.Println("Everything has been read.")
		return nil
	}
	for msg, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{Envelope: true}, nil) {
		if imap.RowError(err) {
			fmt.Printf("  (one message could not be read: %v)\n", err)
			continue
		}
		if err != nil {
			return err
		}
		from := "nobody"
		if len(msg.Envelope.From) > 0 {
			from = msg.Envelope.From[0].Name
			if from == "" {
				from = msg.Envelope.From[0].Addr()
			}
		}
		fmt.Printf("%6d  %s  %s: %s\n", msg.UID, msg.Envelope.Date.Format(time.DateOnly), from, msg.Envelope.Subject)
	}
	return nil
}
