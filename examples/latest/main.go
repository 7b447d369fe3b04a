// Command latest prints the last message of a mailbox, decoded.
//
//	latest [-addr HOST:993 -user NAME] [-mailbox NAME]
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/search"
)

func main() { connect.Main("prints the last message, decoded", latest) }

func latest(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}); err != nil {
		return err
	}
	found, err := c.UIDSearch(ctx, search.All(), nil)
	if err != nil {
		return err
	}
	last, ok := found.All.Max()
	if !ok {
		fmt.Println("The mailbox is empty.")
		return nil
	}
	items := imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}
	for msg, err := range c.UIDFetch(ctx, imap.UIDs(last), items, nil) {
		if err != nil {
			return err
		}
		return show.Message(os.Stdout, bytes.NewReader(msg.Body()))
	}
	return fmt.Errorf("message %d was removed", last)
}
