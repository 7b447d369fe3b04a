// Command waitformail waits until a message arrives whose subject contains a given
// text, and prints the first link in it: for an integration test that signs up
// somewhere and has to follow the link in the mail.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/demo"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/mailtext"
	"github.com/seed-090b04e4/imap/search"
)

var (
	subject = flag.String("subject", "", "`TEXT` in the subject")
	limit   = flag.Duration("for", time.Minute, "how `LONG` to wait")
)

func main() { connect.Main("waits for a message, for integration tests", wait) }

func wait(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	mbox, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	if cfg.Demo != nil {
		go demo.Live(ctx, cfg.Demo)
	}
	for event, err := range c.Idle(ctx) {
		if err != nil {
			return err
		}
		if _, grown := event.(*imap.ExistsData); !grown {
			continue
		}
		found, err := c.UIDSearch(ctx, search.And(search.UID(imap.UIDRange(mbox.UIDNext, imap.Star)), search.Subject(*subject)), nil)
		if err != nil {
			return err
		}
		for uid := range found.All.All() {
			if uid >= mbox.UIDNext { // "*" is the last message, however old
				return printLink(ctx, c, uid)
			}
		}
	}
	return errors.New("no such message has arrived")
}

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

// printLink prints the first link in the text of a message, or the text if there is
// none.
func printLink(ctx context.Context, c *imap.Client, uid imap.UID) error {
	msg, err := c.UIDFetchOne(ctx, uid, imap.FetchItems{BodyStructure: true})
	if err != nil {
		return err
	}
	read, err := mailtext.Read(ctx, msg.BodyStructure, func(ctx context.Context, part imap.Part) (io.ReadCloser, error) {
		return c.OpenPart(ctx, uid, part, nil)
	}, nil)
	if err != nil {
		return err
	}
	text := show.Printable(read.Text)
	if found := link.FindString(text); found != "" {
		text = found
	}
	fmt.Println(text)
	return nil
}
