// Command statuses prints the status of many mailboxes. Each STATUS command is sent
// by a goroutine of its own; none waits for the answer to another one, so that all
// take about one round trip.
//
//	statuses [-addr HOST:993 -user NAME] [MAILBOX…]
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/examples/internal/connect"
)

func main() { connect.Main(statuses, "[MAILBOX…]") }

type answer struct {
	name   string
	status *imap.MailboxStatus
	err    error
}

func statuses(ctx context.Context, c *imap.Client, _ *connect.Config) error {
	names := flag.Args()
	if len(names) == 0 {
		for box, err := range c.List(ctx, "*", nil) {
			if err != nil {
				return err
			}
			if !box.HasAttr(imap.AttrNoSelect) && !box.HasAttr(imap.AttrNonExistent) {
				names = append(names, box.Mailbox)
			}
		}
	}
	items := imap.StatusMessages | imap.StatusUnseen | imap.StatusUIDNext | imap.StatusSize
	answers := make([]answer, len(names))
	var all sync.WaitGroup
	begin := time.Now()
	for i, name := range names {
		all.Go(func() {
			st, err := c.Status(ctx, name, items)
			answers[i] = answer{name, st, err}
		})
	}
	all.Wait()
	took := time.Since(begin)
	slices.SortFunc(answers, func(a, b answer) int { return cmp.Compare(a.name, b.name) })
	var failed error
	for _, a := range answers {
		if a.err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", a.name, a.err))
			continue
		}
		fmt.Printf("%-30s %6d messages, %d unseen, %d bytes\n", a.name, a.status.Messages, a.status.Unseen, a.status.Size)
	}
	fmt.Printf("%d mailboxes in %s\n", len(names), took.Round(time.Millisecond))
	return failed
}
