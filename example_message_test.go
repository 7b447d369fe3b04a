package imap_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/search"
)

// One message. That it is gone is an error.
func ExampleClient_UIDFetchOne() {
	c, ctx := exampleClient()
	defer c.Close()

	msg, err := c.UIDFetchOne(ctx, 2, imap.FetchItems{Envelope: true, Size: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(msg.Envelope.Subject, msg.Size)

	_, err = c.UIDFetchOne(ctx, 99, imap.FetchItems{Envelope: true})
	fmt.Println(errors.Is(err, imap.CodeNonExistent))
	// Output:
	// Invoice 17 63
	// true
}

// The last two messages, by their positions in the mailbox.
func ExampleClient_Fetch() {
	c, ctx := exampleClient()
	defer c.Close()

	last := imap.SeqNum(c.Mailbox().Messages)
	for msg, err := range c.Fetch(ctx, imap.SeqRange(last-1, last), imap.FetchItems{UID: true, Envelope: true}, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.SeqNum, msg.UID, msg.Envelope.Subject)
	}
	// Output:
	// 2 2 Invoice 17
	// 3 3 Grüße
}

// The newest messages, the newest first.
func ExampleClient_UIDNewest() {
	c, ctx := exampleClient()
	defer c.Close()

	newest, err := c.UIDNewest(ctx, 2, false)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(newest)
	// Output: [3 2]
}

// A large mailbox in batches, the newest first.
func ExampleClient_UIDBatches() {
	c, ctx := exampleClient()
	defer c.Close()

	batches, err := c.UIDBatches(ctx, 2)
	if err != nil {
		log.Fatal(err)
	}
	for _, batch := range batches {
		fmt.Println("UIDs", batch)
		for msg, err := range c.UIDFetch(ctx, batch, imap.FetchItems{Envelope: true}, nil) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(msg.Envelope.Subject)
		}
	}
	// Output:
	// UIDs 3
	// Grüße
	// UIDs 1:2
	// hello
	// Invoice 17
}

// The text of a message in UTF-8, without its attachments.
func ExampleClient_OpenText() {
	c, ctx := exampleClient()
	defer c.Close()

	msg, err := c.UIDFetchOne(ctx, 3, imap.FetchItems{BodyStructure: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, part := range msg.BodyStructure.Text(imap.PreferPlain) {
		r, err := c.OpenText(ctx, msg.UID, part, nil)
		if err != nil {
			log.Fatal(err)
		}
		_, err = io.Copy(os.Stdout, r)
		r.Close()
		if err != nil {
			log.Fatal(err)
		}
	}
	// Output: Schöne Grüße
}

// Message sequence numbers, for programs that count positions.
func ExampleClient_Search() {
	c, ctx := exampleClient()
	defer c.Close()

	found, err := c.Search(ctx, search.Flagged(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.All, found.Count)
	// Output: 2 1
}

func ExampleClient_UIDCopy() {
	c, ctx := exampleClient()
	defer c.Close()

	res, err := c.UIDCopy(ctx, imap.UIDs(1, 3), "Archive")
	if err != nil {
		log.Fatal(err)
	}
	for from, to := range res.Pairs() { // empty if the server lacks UIDPLUS
		fmt.Println(from, "is", to, "there")
	}
	// Output:
	// 1 is 1 there
	// 3 is 2 there
}

// Delete messages for good, and no others.
func ExampleClient_UIDDelete() {
	c, ctx := exampleClient()
	defer c.Close()

	if _, err := c.UIDDelete(ctx, imap.UIDs(1, 2)); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Mailbox().Messages, "left")
	// Output: 1 left
}

// Remove what is marked as deleted, of the given messages only.
func ExampleClient_UIDExpunge() {
	c, ctx := exampleClient()
	defer c.Close()

	deleted := []imap.Flag{imap.FlagDeleted}
	if _, err := c.UIDStore(ctx, imap.UIDs(1, 2), imap.StoreAdd, deleted, nil); err != nil {
		log.Fatal(err)
	}
	if _, err := c.UIDExpunge(ctx, imap.UIDs(2)); err != nil {
		log.Fatal(err)
	}
	found, err := c.UIDSearch(ctx, search.All(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.All)
	// Output: 1,3
}

// Remove all that is marked as deleted, by this or any other program.
func ExampleClient_Expunge() {
	c, ctx := exampleClient()
	defer c.Close()

	deleted := []imap.Flag{imap.FlagDeleted}
	if _, err := c.UIDStore(ctx, imap.UIDs(1, 2), imap.StoreAdd, deleted, nil); err != nil {
		log.Fatal(err)
	}
	res, err := c.Expunge(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(res.SeqNums), "removed")
	// Output: 2 removed
}

// Several messages in one command, or in one round trip.
func ExampleClient_AppendAll() {
	c, ctx := exampleClient()
	defer c.Close()

	var messages []imap.AppendMessage
	for _, subject := range []string{"one", "two", "three"} {
		text := imap.CRLF("Subject: " + subject + "\n\nhello\n")
		messages = append(messages, imap.AppendMessage{Size: int64(len(text)), Reader: bytes.NewReader(text)})
	}
	res, err := c.AppendAll(ctx, "Archive", messages)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.UIDs)
	// Output: 1:3
}

// All rows in a slice. Errors of single rows are joined, and the good rows are there.
func ExampleCollect() {
	c, ctx := exampleClient()
	defer c.Close()

	messages, err := imap.Collect(c.UIDFetch(ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Flags: true}, nil))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(messages))
	// Output: 3
}

// One message that cannot be read does not end the loop.
func ExampleRowError() {
	c, ctx := exampleClient()
	defer c.Close()

	for msg, err := range c.UIDFetch(ctx, imap.UIDRange(1, imap.Star), imap.FetchItems{Envelope: true}, nil) {
		if imap.RowError(err) {
			log.Print("one message could not be read: ", err)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.Envelope.Subject)
	}
	// Output:
	// hello
	// Invoice 17
	// Grüße
}

// A command is repeated only if it cannot have taken effect.
func ExampleSafeToRetry() {
	c, ctx := exampleClient()

	c.Close() // the connection has ended before anything is sent
	_, err := c.UIDMove(ctx, imap.UIDs(1), "Archive")
	fmt.Println(errors.Is(err, imap.ErrClosed), imap.SafeToRetry(err))
	// Output: true true
}
