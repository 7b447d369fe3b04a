package account_test

import (
	"context"
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/account"
)

// An account, by its URL. The first login is tried at once.
func ExampleOpen() {
	srv, config := exampleServer() // Config.URL is like imaps://user@imap.example.org
	defer srv.Close()
	acc, err := account.Open(context.Background(), config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	fmt.Println(acc.Stats().Open)
	// Output: 1
}

// A token that is asked for at each login.
func ExampleToken() {
	srv, config := exampleServer()
	defer srv.Close()
	config.Credentials = account.Token(func(ctx context.Context, try account.Attempt) (string, error) {
		fmt.Println("a token for", try.User)
		return "no token", nil // of golang.org/x/oauth2, for example
	})
	_, err := account.Open(context.Background(), config)
	fmt.Println(err != nil)
	// Output:
	// a token for user
	// true
}

func ExampleAccount_Mailboxes() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	boxes, err := acc.Mailboxes(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, box := range boxes {
		fmt.Println(box.Mailbox)
	}
	// Output: INBOX
}

// What is to be done, written down before it is done: see docs/ACCOUNT.md.
func ExampleAccount_Plan() {
	srv, config := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	acc, err := account.Open(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	defer acc.Close()
	ops := []account.Op{{Kind: account.OpFlags, UIDs: imap.UIDs(1), Add: []imap.Flag{imap.FlagSeen}}}
	if err := acc.Plan(ctx, "INBOX", ops); err != nil {
		log.Fatal(err)
	}
	ops[0].Intent.Tried = true // stored now, and looked at after a restart
	results, err := acc.Apply(ctx, "INBOX", ops...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(results[0].Done)
	// Output: true
}
