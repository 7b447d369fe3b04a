// Command archive moves old messages to the archive, one mailbox for each year, like
// Archive/2025. It finds the archive in the server's way, and creates what is missing.
//
//	archive [-addr HOST:993 -user NAME] [-mailbox NAME] [-days 365]
package main

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/folders"
	"github.com/seed-090b04e4/imap/search"
)

var days = flag.Int("days", 365, "how `MANY` days old a message has to be")

func main() { connect.Main("moves old messages to Archive/YEAR", archive) }

func archive(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, nil); err != nil {
		return err
	}
	old := search.And(search.Before(time.Now().AddDate(0, 0, -*days)), search.Undeleted(), search.Unflagged())
	found, err := c.UIDSearch(ctx, old, nil)
	if err != nil {
		return err
	}
	years := make(map[int]imap.UIDSet)
	for msg, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{InternalDate: true}, nil) {
		if err != nil {
			return err
		}
		set := years[msg.InternalDate.Year()]
		set.AddNum(msg.UID)
		years[msg.InternalDate.Year()] = set
	}
	for _, year := range slices.Sorted(maps.Keys(years)) {
		name, err := folders.Ensure(ctx, c, imap.AttrArchive, strconv.Itoa(year))
		if err != nil {
			return err
		}
		if _, err := c.UIDMove(ctx, years[year], name); err != nil {
			return err
		}
		set := years[year]
		fmt.Printf("%d moved to %s\n", set.Len(), show.OneLine(name))
	}
	fmt.Printf("%d messages of %s were older than %d days.\n", found.Count, cfg.Mailbox, *days)
	return nil
}
