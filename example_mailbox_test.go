package imap_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/search"
)

func ExampleClient_Select() {
	c, ctx := exampleClient()
	defer c.Close()

	mbox, err := c.Select(ctx, "INBOX", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(mbox.Name, mbox.Messages, mbox.UIDNext)

	_, err = c.Select(ctx, "Nowhere", nil)
	fmt.Println(errors.Is(err, imap.CodeNonExistent), c.State()) // no mailbox is selected now
	// Output:
	// INBOX 3 4
	// true authenticated
}

// Look at a mailbox without any chance of changing it.
func ExampleClient_Examine() {
	c, ctx := exampleClient()
	defer c.Close()

	mbox, err := c.Examine(ctx, "INBOX", nil)
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
	fmt.Println(mbox.ReadOnly, err != nil)
	// Output: true true
}

// Several commands in one mailbox, whatever other goroutines select meanwhile.
func ExampleClient_WithMailbox() {
	c, ctx := exampleClient()
	defer c.Close()

	err := c.WithMailbox(ctx, "INBOX", nil, func(ctx context.Context, mbox *imap.Mailbox) error {
		found, err := c.UIDSearch(ctx, search.Seen(), nil)
		if err != nil {
			return err
		}
		_, err = c.UIDMove(ctx, found.All, "Archive")
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Mailbox().Messages, "left")
	// Output: 2 left
}

// Status items of a mailbox that is not selected.
func ExampleClient_Status() {
	c, ctx := exampleClient()
	defer c.Close()

	status, err := c.Status(ctx, "Archive", imap.StatusMessages|imap.StatusUIDNext|imap.StatusSize)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Messages, status.UIDNext, status.Has(imap.StatusSize))
	// Output: 0 1 true
}

// Make a mailbox unless it is there.
func ExampleClient_Create() {
	c, ctx := exampleClient()
	defer c.Close()

	for range 2 {
		err := c.Create(ctx, "Rechnungen/Küche", nil)
		if errors.Is(err, imap.CodeAlreadyExists) {
			fmt.Println("it is there")
		} else if err != nil {
			log.Fatal(err)
		}
	}
	// Output: it is there
}

func ExampleClient_Rename() {
	c, ctx := exampleClient()
	defer c.Close()

	if err := c.Rename(ctx, "Archive", "Archive 2025"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mailboxNames(ctx, c, "A*"))
	// Output: [Archive 2025]
}

func ExampleClient_Delete() {
	c, ctx := exampleClient()
	defer c.Close()

	if err := c.Delete(ctx, "Drafts"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(mailboxNames(ctx, c, "*"))
	// Output: [INBOX Archive Müll Müll/送信]
}

// mailboxNames returns the names of the mailboxes that match a pattern.
func mailboxNames(ctx context.Context, c *imap.Client, pattern string) (names []string) {
	boxes, err := imap.Collect(c.List(ctx, pattern, nil))
	if err != nil {
		log.Fatal(err)
	}
	for _, box := range boxes {
		names = append(names, box.Mailbox)
	}
	return names
}

func ExampleClient_Subscribe() {
	c, ctx := exampleClient()
	defer c.Close()

	if err := c.Subscribe(ctx, "Drafts"); err != nil {
		log.Fatal(err)
	}
	for box, err := range c.List(ctx, "*", &imap.ListOptions{SubscribedOnly: true}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(box.Mailbox)
	}
	// Output: Drafts
}

func ExampleClient_Unsubscribe() {
	c, ctx := exampleClient()
	defer c.Close()

	if err := c.Subscribe(ctx, "Drafts"); err != nil {
		log.Fatal(err)
	}
	if err := c.Unsubscribe(ctx, "Drafts"); err != nil {
		log.Fatal(err)
	}
	subscribed, err := imap.Collect(c.List(ctx, "*", &imap.ListOptions{SubscribedOnly: true}))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(subscribed))
	// Output: 0
}

// Where the user's mailboxes are, and what separates the levels of their names.
func ExampleClient_Namespace() {
	c, ctx := exampleClient()
	defer c.Close()

	ns, err := c.Namespace(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, own := range ns.Personal {
		fmt.Printf("%q %q\n", own.Prefix, own.Delim)
	}
	// Output: "" "/"
}

// Leave a mailbox without removing what is marked as deleted.
func ExampleClient_Unselect() {
	c, ctx := exampleClient()
	defer c.Close()

	if err := c.Unselect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.State(), c.Mailbox() == nil)
	// Output: authenticated true
}

// Leave a mailbox and remove what is marked as deleted, by any program.
func ExampleClient_CloseMailbox() {
	c, ctx := exampleClient()
	defer c.Close()

	deleted := []imap.Flag{imap.FlagDeleted}
	if _, err := c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, deleted, nil); err != nil {
		log.Fatal(err)
	}
	if err := c.CloseMailbox(ctx); err != nil {
		log.Fatal(err)
	}
	status, err := c.Status(ctx, "INBOX", imap.StatusMessages)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Messages, "left")
	// Output: 2 left
}

// A snapshot of the selected mailbox, as of the last response.
func ExampleClient_Mailbox() {
	c, ctx := exampleClient()
	defer c.Close()

	before := c.Mailbox()
	if _, err := c.UIDDelete(ctx, imap.UIDs(1)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(before.Messages, c.Mailbox().Messages)
	// Output: 3 2
}
