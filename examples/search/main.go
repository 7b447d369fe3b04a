// Command search lists the messages that match: unread ones by default.
//
//	search [-addr HOST:993 -user NAME] [-mailbox NAME] [-from TEXT] [-since 2026-01-31] …
package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
	"github.com/seed-090b04e4/imap/examples/internal/show"
	"github.com/seed-090b04e4/imap/search"
)

var keys []search.Key

func main() {
	text := func(name, what string, key func(string) search.Key) {
		flag.Func(name, "`TEXT` in "+what, func(s string) error {
			keys = append(keys, key(s))
			return nil
		})
	}
	day := func(name, what string, key func(time.Time) search.Key) {
		flag.Func(name, "`DAY` like 2026-01-31: "+what, func(s string) error {
			t, err := time.ParseInLocation(time.DateOnly, s, time.Local)
			keys = append(keys, key(t))
			return err
		})
	}
	is := func(name, what string, key search.Key) {
		flag.BoolFunc(name, what, func(string) error {
			keys = append(keys, key)
			return nil
		})
	}
	text("from", "the sender's name or address", search.From)
	text("to", "the names or addresses of the receivers", search.To)
	text("subject", "the subject", search.Subject)
	text("text", "any part of the message", search.Text)
	day("since", "messages that arrived on that day or later", search.Since)
	day("before", "messages that arrived before that day", search.Before)
	is("unread", "messages that have not been read", search.Unseen())
	is("flagged", "messages with a star", search.Flagged())
	is("all", "all messages", search.All())
	connect.Main("lists the messages that match", find)
}

func find(ctx context.Context, c *imap.Client, cfg *connect.Config) error {
	if _, err := c.Select(ctx, cfg.Mailbox, &imap.SelectOptions{ReadOnly: true}); err != nil {
		return err
	}
	if len(keys) == 0 {
		keys = []search.Key{search.Unseen()}
	}
	// Exchange knows no charset: texts that are not ASCII are looked for here then.
	found, err := c.UIDSearch(ctx, search.And(keys...), &imap.SearchOptions{Local: true})
	if err != nil {
		return err
	}
	for msg, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{Envelope: true}, nil) {
		if imap.RowError(err) {
			fmt.Printf("  (one message could not be read: %v)\n", show.OneLine(err.Error()))
			continue
		}
		if err != nil {
			return err
		}
		from := "nobody"
		if len(msg.Envelope.From) > 0 {
			from = msg.Envelope.From[0].Display()
		}
		fmt.Printf("%6d  %s  %s: %s\n", msg.UID, msg.Envelope.Date.Format(time.DateOnly), show.OneLine(from), show.OneLine(msg.Envelope.Subject))
	}
	fmt.Printf("%d messages match.\n", found.Count)
	return nil
}
