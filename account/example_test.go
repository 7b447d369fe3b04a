package account_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/search"
)

// exampleServer starts a server with three messages, for the examples.
func exampleServer() (*imaptest.Server, account.Config) {
	srv, err := imaptest.Start(&imaptest.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, subject := range []string{"Lunch?", "Invoice", "Re: Lunch?"} {
		srv.User("user").Mailbox("INBOX").Deliver([]byte("Subject: " + subject + "\r\n\r\nhello\r\n"))
	}
	return srv, account.Config{
		URL:         "imaps://user@" + srv.TLSAddr(),
		Credentials: account.Password("password"),
		Client:      imap.Options{TLSConfig: srv.TLSConfig()},
	}
}

func ExampleAccount_Do() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	err = acc.Do(ctx, "INBOX", &account.DoOptions{ReadOnly: true, Retry: true}, func(ctx context.Context, c *imap.Client, m *imap.Mailbox) error {
		found, err := c.UIDSearch(ctx, search.Subject("lunch"), nil)
		if err != nil {
			return err
		}
		fmt.Println(found.All, "of", m.Messages)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: 1,3 of 3
}

func ExampleAccount_Sync() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	state := &account.State{Mailbox: "INBOX"} // or what json.Unmarshal made of the stored one
	sync := func() {
		for change, err := range acc.Sync(ctx, state, &account.SyncOptions{Items: imap.FetchItems{Envelope: true}}) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(change)
			state = change.State() // stored in one transaction with the change
		}
	}
	sync()
	inbox := srv.User("user").Mailbox("INBOX")
	inbox.AddFlags(1, imap.FlagSeen)
	inbox.Expunge(2)
	sync()
	// Output:
	// INBOX: added 1 [] "Lunch?"
	// INBOX: added 2 [] "Invoice"
	// INBOX: added 3 [] "Re: Lunch?"
	// INBOX: synced
	// INBOX: removed 2
	// INBOX: flagged 1 [\Seen]
	// INBOX: synced
}

func ExampleAccount_Watch() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	opts := &account.WatchOptions{FromNow: true, SyncOptions: account.SyncOptions{Items: imap.FetchItems{Envelope: true}}}
	for change, err := range acc.Watch(ctx, []*account.State{{Mailbox: "INBOX"}}, opts) {
		if err != nil {
			log.Fatal(err)
		}
		switch change.Kind {
		case account.Synced: // what was there is not reported
			srv.User("user").Mailbox("INBOX").Deliver([]byte("Subject: Fresh\r\n\r\nhello\r\n"))
		case account.Added:
			fmt.Println("new:", change.Message.Envelope.Subject)
			return
		}
	}
	// Output: new: Fresh
}

func ExampleAccount_Download() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	report, err := acc.Download(ctx, "INBOX", imap.UIDRange(1, 4), func(b *imap.Body) error {
		n, err := io.Copy(io.Discard, b)
		fmt.Println(b.Message.UID, n)
		return err
	}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("done:", report.Done, "gone:", report.Gone)
	// Output:
	// 1 26
	// 2 27
	// 3 30
	// done: 1:3 gone: 4
}

func ExampleAccount_Apply() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	draft := "Subject: Draft\r\n\r\nnot finished\r\n"
	results, err := acc.Apply(ctx, "INBOX",
		account.Op{Kind: account.OpFlags, UIDs: imap.UIDs(1), Add: []imap.Flag{imap.FlagSeen}},
		account.Op{Kind: account.OpAppend, Add: []imap.Flag{imap.FlagDraft}, Body: func() (io.ReadCloser, int64, error) {
			return io.NopCloser(strings.NewReader(draft)), int64(len(draft)), nil
		}})
	if err != nil {
		log.Fatal(err)
	}
	for _, res := range results {
		var unknown *account.OutcomeUnknownError
		switch {
		case res.Done:
			fmt.Println("done", res.To)
		case errors.As(res.Err, &unknown):
			fmt.Println("may be done:", unknown.Facts)
		default:
			fmt.Println("not done:", res.Err)
		}
	}
	// Output:
	// done map[]
	// done map[0:4]
}
