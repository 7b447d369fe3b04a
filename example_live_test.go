package imap_test

import (
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/search"
)

// Follow which messages are flagged. The body of the loop may change them itself.
func ExampleClient_UIDSearchLive() {
	c, ctx := exampleClient()
	defer c.Close()

	flagged := []imap.Flag{imap.FlagFlagged}
	first := true
	for found, err := range c.UIDSearchLive(ctx, nil, search.Flagged()) {
		if err != nil {
			log.Fatal(err)
		}
		if !first {
			fmt.Println("now also", found.Added)
			break
		}
		first = false
		if _, err := c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, flagged, nil); err != nil {
			log.Fatal(err)
		}
	}
	// Output: now also 1
}
