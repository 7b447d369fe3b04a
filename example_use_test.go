package imap_test

import (
	"context"
	"fmt"
	"log"
	"sync"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// Many commands in about one round trip: their goroutines do not wait for each
// other.
func ExampleClient_pipelining() {
	c, ctx := exampleClient()
	defer c.Close()

	names := []string{"INBOX", "Archive", "Drafts", "No such mailbox"}
	answers := make([]string, len(names))
	var all sync.WaitGroup
	for i, name := range names {
		all.Go(func() {
			st, err := c.Status(ctx, name, imap.StatusMessages|imap.StatusUnseen)
			if err != nil {
				answers[i] = err.Error()
				return
			}
			answers[i] = fmt.Sprintf("%s: %d messages, %d unseen", name, st.Messages, st.Unseen)
		})
	}
	all.Wait()
	for _, answer := range answers {
		fmt.Println(answer)
	}
	// Output:
	// INBOX: 3 messages, 2 unseen
	// Archive: 0 messages, 0 unseen
	// Drafts: 0 messages, 0 unseen
	// imap: STATUS: NO [NONEXISTENT] No such mailbox
}

// Parts of a message's text: some fields of the header, and the first octets of
// what follows.
func ExampleFetchSection() {
	c, ctx := exampleClient()
	defer c.Close()

	header := imap.HeaderFields("From", "Subject")
	begin := imap.FetchSection{
		Section: imap.Section{Specifier: response.SpecifierText},
		Partial: &commands.Partial{Offset: 0, Count: 3},
	}
	items := imap.FetchItems{Size: true, Sections: []imap.FetchSection{header, begin}}
	msg, err := c.UIDFetchOne(ctx, 2, items)
	if err != nil {
		log.Fatal(err)
	}
	fields, _ := msg.Section(header.Section)
	text, _ := msg.Section(begin.Section)
	fmt.Printf("%d octets\n%q\n%q\n", msg.Size, fields, text)
	// Output:
	// 63 octets
	// "From: Bob <bob@example.org>\r\nSubject: Invoice 17\r\n\r\n"
	// "see"
}

// Move what has been read to the archive, whatever its name is.
func ExampleMailboxAttr() {
	c, ctx := exampleClient()
	defer c.Close()

	archive := ""
	for box, err := range c.List(ctx, "*", &imap.ListOptions{SpecialUse: true}) {
		if err != nil {
			log.Fatal(err)
		}
		if box.HasAttr(imap.AttrArchive) {
			archive = box.Mailbox
		}
	}
	read, err := c.UIDSearch(ctx, search.Seen(), nil)
	if err != nil {
		log.Fatal(err)
	}
	res, err := c.UIDMove(ctx, read.All, archive) // nothing, where the set is empty
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(read.All, "is", res.Dest, "of", archive)
	// Output: 1 is 1 of Archive
}

// What has changed while nobody was connected, with QRESYNC. The snapshot that
// one has of a mailbox is its UIDVALIDITY and its highest mod-sequence.
func ExampleSelectOptions_qresync() {
	srv := exampleServer()
	defer srv.Close()
	c, ctx := connectTo(srv)
	seen := c.Mailbox()
	c.Close()

	inbox := srv.User("user").Mailbox("INBOX")
	inbox.Expunge(1)
	inbox.AddFlags(2, imap.FlagAnswered)

	c, err := imap.NewClient(ctx, srv.Pipe(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Enable(ctx, imap.CapQResync); err != nil {
		log.Fatal(err)
	}
	now, err := c.Select(ctx, "INBOX", &imap.SelectOptions{QResync: &commands.QResync{
		UIDValidity: seen.UIDValidity, ModSeq: seen.HighestModSeq,
	}})
	if err != nil {
		log.Fatal(err)
	}
	if now.UIDValidity != seen.UIDValidity {
		fmt.Println("everything is new")
	}
	fmt.Println("gone:", now.Vanished)
	for _, msg := range now.Changed {
		fmt.Println("changed:", msg.UID, msg.Flags)
	}
	// Output:
	// gone: 1
	// changed: 2 [\Flagged \Answered]
}

// A test of a program that reads mail, with a server that fails at will: package
// imaptest is to IMAP what net/http/httptest is to HTTP.
func Example_testing() {
	ctx := context.Background()
	// unseen is the code to be tested.
	unseen := func(c *imap.Client) (uint32, error) {
		st, err := c.Status(ctx, "INBOX", imap.StatusUnseen)
		if err != nil {
			return 0, err
		}
		return st.Unseen, nil
	}

	// A test writes srv := imaptest.NewServer(t, nil), which needs no Close.
	srv, err := imaptest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: hello\n\nworld\n"))
	c, err := imap.NewClient(ctx, srv.Pipe(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(unseen(c))
	srv.Fault(imaptest.Refuse{On: imaptest.Nth{Command: "STATUS"}, Code: "UNAVAILABLE", Text: "try later"})
	fmt.Println(unseen(c))
	// Output:
	// 1 <nil>
	// 0 imap: STATUS: NO [UNAVAILABLE] try later
}

// A command that the library does not know. The arguments are encoded; none of
// them can become a command of its own.
func ExampleClient_Do() {
	c, ctx := exampleClient()
	defer c.Close()

	answer, err := c.Do(ctx, commands.Raw{
		Command: "STATUS",
		Args:    []commands.Arg{commands.ArgMailbox("Müll/送信"), commands.ArgList(commands.ArgAtom("MESSAGES"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, data := range answer.Data {
		if status, ok := data.(*imap.MailboxStatus); ok {
			fmt.Println(status.Mailbox, status.Messages)
		}
	}
	// Output: Müll/送信 0
}

// Sets stay ranges, however large they are.
func ExampleUIDSet() {
	var set imap.UIDSet
	set.AddRange(1, 4_000_000_000)
	set.Remove(imap.UIDs(17))
	fmt.Println(set, set.Len(), set.Contains(17))
	for uid := range set.Last(3).All() {
		fmt.Println(uid)
	}
	// Output:
	// 1:16,18:4000000000 3999999999 false
	// 3999999998
	// 3999999999
	// 4000000000
}
