package imap_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/seed-090b04e4/imap"
)

// Who has written how often, of all messages, in memory that is used again for each of
// them. What stays, the names, is cloned, and so is the one message that is kept.
func ExampleFetchOptions_reuse() {
	c, ctx := exampleClient()
	defer c.Close()

	wrote := make(map[string]int)
	var largest *imap.Message
	items := imap.FetchItems{Size: true, Envelope: true}
	for msg, err := range c.UIDFetch(ctx, imap.UIDRange(1, imap.Star), items, &imap.FetchOptions{Reuse: true}) {
		if err != nil {
			log.Fatal(err)
		}
		for _, from := range msg.Envelope.From {
			wrote[strings.Clone(from.Name)]++
		}
		if largest == nil || msg.Size > largest.Size {
			largest = msg.Clone()
		}
	}
	fmt.Println(wrote)
	fmt.Println(largest.Envelope.Subject)
	// Output:
	// map[Ada:1 Bob:1 Jürgen:1]
	// Grüße
}
