package imap_test

import (
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Share a mailbox: Bob may read and file, everybody may know of it.
func ExampleClient_SetACL() {
	c, ctx := exampleClient()
	defer c.Close()

	mine, err := c.MyRights(ctx, "Archive")
	if err != nil {
		log.Fatal(err)
	}
	if !mine.Rights.Has(response.RightAdminister) {
		log.Fatal("not mine to share")
	}
	reader := response.RightLookup + response.RightRead + response.RightSeen
	if err := c.SetACL(ctx, "Archive", "bob", commands.RightsSet, reader); err != nil {
		log.Fatal(err)
	}
	if err := c.SetACL(ctx, "Archive", "bob", commands.RightsAdd, response.RightInsert); err != nil {
		log.Fatal(err)
	}
	if err := c.SetACL(ctx, "Archive", "anyone", commands.RightsSet, response.RightLookup); err != nil {
		log.Fatal(err)
	}
	acl, err := c.GetACL(ctx, "Archive")
	if err != nil {
		log.Fatal(err)
	}
	for _, entry := range acl.Entries {
		fmt.Println(entry.Identifier, entry.Rights)
	}
	// Output:
	// user lrswipakxtecd
	// bob lrsi
	// anyone l
}
