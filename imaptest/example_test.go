package imaptest_test

import (
	"fmt"
	"log"
	"net/textproto"

	"github.com/seed-090b04e4/imap/imaptest"
)

// A test has a *testing.T and uses [imaptest.NewServer], which closes the server
// by itself.
func Example() {
	srv, err := imaptest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	inbox := srv.User("user").Mailbox("INBOX")
	inbox.Deliver(imaptest.CRLF("Subject: hello\n\nworld\n"))

	c := textproto.NewConn(srv.Pipe())
	defer c.Close()
	command := func(line string) {
		if err := c.PrintfLine("a1 %s", line); err != nil {
			log.Fatal(err)
		}
		for answer := ""; len(answer) < 3 || answer[:3] != "a1 "; {
			if answer, err = c.ReadLine(); err != nil {
				log.Fatal(err)
			}
		}
	}
	if _, err := c.ReadLine(); err != nil { // the greeting
		log.Fatal(err)
	}
	command("LOGIN user password")
	command("SELECT INBOX")
	command(`STORE 1 +FLAGS (\Seen $Read)`)

	for _, m := range inbox.Messages() {
		fmt.Println(m.UID, m.Flags)
	}
	// Output: 1 [\Seen $Read]
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
