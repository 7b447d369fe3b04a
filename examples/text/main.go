// Command text prints the text of a message as a person reads it: plain, or made from
// HTML, without quoted replies if -own is set.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/mailtext"
)

var own = flag.Bool("own", false, "leave out what is quoted")

func main() { connect.Main(text) }

func text(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	mbox, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	if mbox.Messages == 0 {
		return fmt.Errorf("no message in %s", cfg.Mailbox)
	}
	last := imap.UIDRange(imap.Star, imap.Star)
	messages, err := imap.Collect(c.UIDFetch(ctx, last, imap.FetchItems{BodyStructure: true}, nil))
	if err != nil {
		return err
	}
	msg := messages[0]
	open := func(ctx context.Context, part imap.Part) (io.ReadCloser, error) {
		return c.OpenPart(ctx, msg.UID, part, nil)
	}
	read, err := mailtext.Read(ctx, msg.BodyStructure, open, nil)
	if err != nil {
		return err
	}
	if *own {
		fmt.Println(read.Reply())
		return nil
	}
	fmt.Println(read.Text)
	return nil
}
