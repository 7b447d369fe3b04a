package imap_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/search"
)

// The largest messages first.
func ExampleClient_UIDSort() {
	c, ctx := exampleClient()
	defer c.Close()

	largest := []commands.SortKey{{Field: commands.SortSize, Reverse: true}}
	found, err := c.UIDSort(ctx, largest, search.Undeleted(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, uid := range found.Nums {
		msg, err := c.UIDFetchOne(ctx, uid, imap.FetchItems{Size: true, Envelope: true})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.Size, msg.Envelope.Subject)
	}
	// Output:
	// 467 Grüße
	// 63 Invoice 17
	// 54 hello
}

// Conversations, with each answer below what it answers.
func ExampleClient_UIDThread() {
	srv, err := imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{
		Name: "user", Password: "password",
		Mailboxes: []imaptest.Folder{{Name: "INBOX", Messages: []imaptest.Message{
			{Raw: imaptest.CRLF("Message-ID: <1@example.org>\nSubject: lunch?\n\n")},
			{Raw: imaptest.CRLF("Message-ID: <2@example.org>\nSubject: invoice\n\n")},
			{Raw: imaptest.CRLF("Message-ID: <3@example.org>\nReferences: <1@example.org>\nSubject: Re: lunch?\n\n")},
			{Raw: imaptest.CRLF("Message-ID: <4@example.org>\nReferences: <1@example.org> <3@example.org>\nSubject: Re: lunch?\n\n")},
		}}},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	c, ctx := connectTo(srv)
	defer c.Close()

	threads, err := c.UIDThread(ctx, commands.ThreadReferences, search.All(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, thread := range threads {
		for message, depth := range thread.Nodes() {
			fmt.Printf("%s%d\n", strings.Repeat("  ", depth), message.Num)
		}
	}
	// Output:
	// 1
	//   3
	//     4
	// 2
}
