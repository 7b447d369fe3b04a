// Command watch prints what happens in a mailbox, until it is interrupted.
package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/demo"
	"github.com/seed-090b04e4/imap/examples/internal/show"
)

var limit = flag.Duration("for", 0, "how `LONG` to watch; 0: until interrupted")

func main() { connect.Main("prints what happens in a mailbox", watch) }

func watch(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if *limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *limit)
		defer cancel()
	}
	mbox, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	if cfg.Demo != nil {
		go demo.Live(ctx, cfg.Demo)
	}
	fmt.Printf("%s has %d messages. Watching…\n", mbox.Name, mbox.Messages)
	next := mbox.UIDNext
	for event, err := range c.Idle(ctx) {
		if err != nil {
			return err
		}
		switch e := event.(type) {
		case *imap.ExistsData:
			fmt.Println(e.Messages, "messages")
			// Other commands may be called here: they interrupt IDLE, which then resumes.
			if next, err = printFrom(ctx, c, next); err != nil && ctx.Err() == nil {
				return err
			}
		case *imap.ExpungeData:
			fmt.Println("message", e.SeqNum, "was removed")
		case *imap.Message:
			fmt.Println("message", e.SeqNum, "has the flags", show.OneLine(fmt.Sprint(e.Flags)))
		case *imap.StatusResponse:
			fmt.Println("the server says:", show.OneLine(e.Text))
		}
	}
	fmt.Println("Watched until", time.Now().Format(time.TimeOnly))
	return nil
}

// printFrom prints the subjects of the messages from a UID on, and returns the UID
// after the last one.
func printFrom(ctx context.Context, c *imap.Client, next imap.UID) (imap.UID, error) {
	for msg, err := range c.UIDFetch(ctx, imap.UIDRange(next, imap.Star), imap.FetchItems{Envelope: true}, nil) {
		if err != nil {
			return next, err
		}
		if msg.UID >= next { // "*" is the last message, however old
			fmt.Printf("  new: %q\n", msg.Envelope.Subject)
			next = msg.UID + 1
		}
	}
	return next, nil
}
