package imaptest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/textproto"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// A test has a *testing.T and uses [imaptest.NewServer], which closes the server
// by itself. Other programs close it.
func Example() {
	srv, err := imaptest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	inbox := srv.User("user").Mailbox("INBOX")
	inbox.Deliver(imaptest.CRLF("Subject: hello\n\nworld\n"))

	ctx := context.Background()
	c, err := imap.NewClient(ctx, srv.Pipe(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.AuthPassword(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Select(ctx, "INBOX", nil); err != nil {
		log.Fatal(err)
	}
	if _, err := c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagSeen, "$Read"}, nil); err != nil {
		log.Fatal(err)
	}
	for _, m := range inbox.Messages() {
		fmt.Println(m.UID, m.Flags)
	}
	// Output: 1 [\Seen $Read]
}

// A fault is given to the server, and the client has to live with it.
func ExampleServer_Fault() {
	srv, err := imaptest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "CREATE", N: 2}, Code: "OVERQUOTA", Text: "No more"})

	ctx := context.Background()
	c, err := imap.NewClient(ctx, srv.Pipe(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.AuthPassword(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"one", "two"} {
		err := c.Create(ctx, name, nil)
		fmt.Println(err, errors.Is(err, imap.CodeOverQuota))
	}
	fmt.Println(srv.User("user").Mailboxes())
	// Output:
	// <nil> false
	// imap: CREATE: NO [OVERQUOTA] No more true
	// [INBOX one]
}

// A script is the server's side of a conversation.
func ExampleScript() {
	t := testingT() // a test's own *testing.T
	c := textproto.NewConn(imaptest.Script(t, `
		S: * OK ready
		C: a NOOP
		S: * 23 EXISTS
		S: a OK done`))
	greeting, _ := c.ReadLine()
	fmt.Println(greeting)
	_ = c.PrintfLine("tag1 NOOP")
	for range 2 {
		line, _ := c.ReadLine()
		fmt.Println(line)
	}
	// Output:
	// * OK ready
	// * 23 EXISTS
	// tag1 OK done
}
