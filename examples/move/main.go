// Command move moves the messages that match to another mailbox.
//
//	move [-addr HOST:993 -user NAME] [-mailbox NAME] -from TEXT -to MAILBOX
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/search"
)

var (
	from    = flag.String("from", "", "`TEXT` in the sender's name or address")
	subject = flag.String("subject", "", "`TEXT` in the subject")
	to      = flag.String("to", "Archive", "`MAILBOX` to move to; it is created if it does not exist")
)

func main() { connect.Main("moves the messages that match to another mailbox", move) }

func move(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if *from == "" && *subject == "" {
		if cfg.Demo == nil {
			return errors.New("what to move? See -from and -subject")
		}
		*from = "newsletter"
	}
	if _, err := c.Select(ctx, cfg.Mailbox, nil); err != nil {
		return err
	}
	key := search.Undeleted()
	if *from != "" {
		key = search.And(key, search.From(*from))
	}
	if *subject != "" {
		key = search.And(key, search.Subject(*subject))
	}
	found, err := c.UIDSearch(ctx, key, nil)
	if err != nil {
		return err
	}
	if found.All.Empty() {
		fmt.Println("Nothing matches.")
		return nil
	}
	res, err := c.UIDMove(ctx, found.All, *to)
	if errors.Is(err, imap.CodeTryCreate) || errors.Is(err, imap.CodeNonExistent) {
		if err := c.Create(ctx, *to, nil); err != nil {
			return err
		}
		res, err = c.UIDMove(ctx, found.All, *to)
	}
	if err != nil {
		return err
	}
	dest := "in " + *to
	if !res.Dest.Empty() { // servers without UIDPLUS do not return it
		dest = res.Dest.String() + " of " + *to
	}
	fmt.Printf("%d moved: %s of %s are %s now\n", found.Count, found.All, cfg.Mailbox, dest)
	return nil
}
