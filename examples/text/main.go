// Command text prints the text of the newest message as a person reads it: plain, or made
// from HTML, without quoted replies if -own is set.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/mailtext"
)

var own = flag.Bool("own", false, "leave out what is quoted")

func main() { connect.Main("prints the text of a message as a person reads it", text) }

func text(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}); err != nil {
		return err
	}
	newest, err := c.UIDNewest(ctx, 1, false)
	if err != nil || len(newest) == 0 {
		return err
	}
	msg, err := c.UIDFetchOne(ctx, newest[0], imap.FetchItems{BodyStructure: true})
	if err != nil {
		return err
	}
	read, err := mailtext.Read(ctx, msg.BodyStructure, opener(c, msg.UID), nil)
	if err != nil {
		return err
	}
	fmt.Println(show.Printable(chosen(read)))
	return nil
}

// opener returns what opens the parts of a message.
func opener(c *imap.Client, uid imap.UID) mailtext.Opener {
	return func(ctx context.Context, part imap.Part) (io.ReadCloser, error) {
		return c.OpenPart(ctx, uid, part, nil)
	}
}

// chosen returns what was asked for.
func chosen(read *mailtext.Result) string {
	if *own {
		return read.Reply()
	}
	return read.Text
}
