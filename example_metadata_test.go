package imap_test

import (
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Notes about a mailbox: one for all who may read it, one for oneself.
func ExampleClient_GetMetadata() {
	c, ctx := exampleClient()
	defer c.Close()

	const ours, mine = "/shared/comment", "/private/comment"
	err := c.SetMetadata(ctx, "Archive", []response.MetadataItem{
		{Name: ours, Value: []byte("what is older than a year")},
		{Name: mine, Value: []byte("look here first")},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := c.SetMetadata(ctx, "Archive", []response.MetadataItem{{Name: mine}}); err != nil { // nil removes
		log.Fatal(err)
	}
	found, err := c.GetMetadata(ctx, "Archive", []string{ours, mine}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", found.Value(ours))
	fmt.Println(found.Value(mine) == nil)
	// Output:
	// what is older than a year
	// true
}

// All that is below an entry, but for long values.
func ExampleClient_GetMetadata_depth() {
	c, ctx := exampleClient()
	defer c.Close()

	const filters = "/private/vendor/vendor.example/filters"
	err := c.SetMetadata(ctx, "INBOX", []response.MetadataItem{
		{Name: filters + "/small", Value: []byte("SMALLER 5000")},
		{Name: filters + "/boss", Value: []byte(`FROM "boss@example.com"`)},
	})
	if err != nil {
		log.Fatal(err)
	}
	found, err := c.GetMetadata(ctx, "INBOX", []string{filters}, &commands.MetadataOptions{Depth: commands.Depth1, MaxSize: 16})
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range found.Items {
		fmt.Printf("%s: %s\n", item.Name, item.Value)
	}
	fmt.Println("one left out has", found.LongEntry, "octets")
	// Output:
	// /private/vendor/vendor.example/filters/small: SMALLER 5000
	// one left out has 23 octets
}
