// Command flags shows the flags of messages, and adds and removes some.
//
//	flags [-addr HOST:993 -user NAME] [-uids 5:9,12] [-add FLAG,…] [-remove FLAG,…]
package main

import (
	"context"
	"flag"
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
)

var (
	uids   = flag.String("uids", "1:*", "`SET` of UIDs")
	add    = flag.String("add", "", "`FLAGS` to add, with commas between them")
	remove = flag.String("remove", "", "`FLAGS` to remove")
)

func main() { connect.Main("shows, adds and removes flags of messages", flags) }

func flags(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	set, err := imap.ParseUIDSet(*uids)
	if err != nil {
		return fmt.Errorf("-uids: %w", err)
	}
	if cfg.Demo != nil && *add+*remove == "" {
		*add = "$Read,\\Flagged"
	}
	readOnly := *add+*remove == ""
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: readOnly}); err != nil {
		return err
	}
	for _, change := range []struct {
		op   imap.StoreOp
		list string
	}{{imap.StoreAdd, *add}, {imap.StoreRemove, *remove}} {
		if change.list == "" {
			continue
		}
		var list []imap.Flag
		for name := range strings.SplitSeq(change.list, ",") {
			list = append(list, imap.Flag(name))
		}
		if _, err := c.UIDStore(ctx, set, change.op, list, &imap.StoreOptions{Silent: true}); err != nil {
			return err
		}
	}
	for msg, err := range c.UIDFetch(ctx, set, imap.FetchItems{Flags: true}, nil) {
		if err != nil {
			return err
		}
		fmt.Println(msg.UID, show.OneLine(fmt.Sprint(msg.Flags)))
	}
	return nil
}
