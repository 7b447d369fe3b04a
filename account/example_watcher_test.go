package account_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// watchMailboxes calls report for each new message in any of the mailboxes, until ctx
// ends or report returns false. It survives all that a network does.
func watchMailboxes(ctx context.Context, cfg account.Config, from []*account.State, report func(mailbox, subject string) bool) error {
	acc, err := account.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer acc.Close()
	opts := &account.WatchOptions{FromNow: true, SyncOptions: account.SyncOptions{Items: imap.FetchItems{Envelope: true}}}
	for change, err := range acc.Watch(ctx, from, opts) {
		if err != nil {
			return err
		}
		if change.Kind == account.Added && !report(change.Mailbox, change.Message.Envelope.Subject) {
			return nil
		}
	}
	return ctx.Err()
}

// A program that reports new mail in several mailboxes.
func Example_watcher() {
	srv, config := exampleServer()
	defer srv.Close()
	inbox := srv.User("user").Mailbox("INBOX")
	if _, err := srv.User("user").Create("Lists"); err != nil {
		log.Fatal(err)
	}
	defer arrive(inbox, "Fresh")() // from time to time
	err := watchMailboxes(context.Background(), config, []*account.State{{Mailbox: "INBOX"}, {Mailbox: "Lists"}}, func(mailbox, subject string) bool {
		fmt.Println(mailbox, subject)
		return false
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: INBOX Fresh
}
