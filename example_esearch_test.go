package imap_test

import (
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/search"
)

// Search all of the user's mailboxes at once.
func ExampleClient_ESearch() {
	c, ctx := exampleClient()
	defer c.Close()
	if _, err := c.UIDCopy(ctx, imap.UIDs(2), "Archive"); err != nil {
		log.Fatal(err)
	}

	everywhere := []commands.SearchSource{{Filter: commands.FilterPersonal}}
	found, err := c.ESearch(ctx, everywhere, search.Subject("invoice"), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, box := range found.Mailboxes {
		fmt.Println(box.Mailbox, box.All)
	}
	// Output:
	// INBOX 2
	// Archive 1
}
