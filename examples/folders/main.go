// Command folders prints the tree of mailboxes, what each is for, and how many
// messages it holds.
package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
)

func main() { connect.Main(folders) }

// uses are the special uses of mailboxes.
var uses = []imap.MailboxAttr{
	imap.AttrAll, imap.AttrArchive, imap.AttrDrafts, imap.AttrFlagged,
	imap.AttrImportant, imap.AttrJunk, imap.AttrSent, imap.AttrTrash,
}

func folders(ctx context.Context, c *imap.Client, _ *connect.Config) error {
	opts := &imap.ListOptions{SpecialUse: true, Status: imap.StatusMessages | imap.StatusUnseen}
	for box, err := range c.List(ctx, "*", opts) {
		if err != nil {
			return err
		}
		name, depth := box.Mailbox, 0
		if box.Delim != "" {
			levels := strings.Split(box.Mailbox, box.Delim)
			name, depth = levels[len(levels)-1], len(levels)-1
		}
		line := strings.Repeat("  ", depth) + name
		for _, use := range uses {
			if box.HasAttr(use) {
				line += " " + string(use)
			}
		}
		if st := box.Status; st != nil {
			fmt.Printf("%-40s %6d messages, %d unseen\n", line, st.Messages, st.Unseen)
		} else {
			fmt.Println(line)
		}
	}
	return nil
}
