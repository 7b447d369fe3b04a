package imap_test

import (
	"bytes"
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
)

// Save a draft in the place of its last version.
func ExampleClient_UIDReplace() {
	c, ctx := exampleClient()
	defer c.Close()
	if _, err := c.Select(ctx, "Drafts", nil); err != nil {
		log.Fatal(err)
	}

	opts := &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}}
	save := func(text string, last imap.UID) imap.UID {
		raw := imap.CRLF("Subject: report\n\n" + text)
		if last == 0 {
			put, err := c.Append(ctx, "Drafts", int64(len(raw)), bytes.NewReader(raw), opts)
			if err != nil {
				log.Fatal(err)
			}
			return put.UID()
		}
		put, err := c.UIDReplace(ctx, last, "Drafts", int64(len(raw)), bytes.NewReader(raw), opts)
		if err != nil {
			log.Fatal(err)
		}
		return put.UID()
	}
	first := save("It is", 0)
	second := save("It is done.\n", first)
	fmt.Println(first, second, c.Mailbox().Messages)
	// Output: 1 2 1
}
