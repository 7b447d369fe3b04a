package imap_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/search"
)

// Print the last message of a mailbox. The server is one of package imaptest;
// for a real one, leave the options out or use your own.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	srv := exampleServer()
	defer srv.Close()

	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
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
	found, err := c.UIDSearch(ctx, search.All(), nil)
	if err != nil {
		log.Fatal(err)
	}
	items := imap.FetchItems{Envelope: true, Sections: []imap.FetchSection{imap.WholeMessage()}}
	for msg, err := range c.UIDFetch(ctx, found.All.Last(1), items, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.Envelope.Subject)
		fmt.Println(len(msg.Body()), "octets")
	}
	if err := c.Logout(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Grüße
	// 467 octets
}

func ExampleClient_UIDFetch() {
	c, ctx := exampleClient()
	defer c.Close()

	found, err := c.UIDSearch(ctx, search.Unseen(), nil)
	if err != nil {
		log.Fatal(err)
	}
	for msg, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{Envelope: true, Flags: true}, nil) {
		var bad *imap.ParseError
		if errors.As(err, &bad) {
			fmt.Println("one message could not be read:", bad)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(msg.UID, msg.Envelope.From[0], msg.Envelope.Subject, msg.HasFlag(imap.FlagFlagged))
	}
	// Output:
	// 2 Bob <bob@example.org> Invoice 17 true
	// 3 Jürgen <juergen@example.org> Grüße false
}

func ExampleClient_UIDSearch() {
	c, ctx := exampleClient()
	defer c.Close()

	key := search.And(
		search.Unseen(),
		search.From("bob"),
		search.Since(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)),
		search.Not(search.Or(search.Answered(), search.Keyword("$Junk"))),
	)
	found, err := c.UIDSearch(ctx, key, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.All, found.Count)

	// Figures alone are cheaper than all UIDs.
	figures, err := c.UIDSearch(ctx, search.Unseen(), &imap.SearchOptions{Count: true, Max: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(figures.Count, "unseen, the last one is", figures.Max)
	// Output:
	// 2 1
	// 2 unseen, the last one is 3
}

// Read one part of a message without the others: here the first attachment.
func ExampleClient_OpenPart() {
	c, ctx := exampleClient()
	defer c.Close()

	messages, err := imap.Collect(c.UIDFetch(ctx, imap.UIDs(3), imap.FetchItems{BodyStructure: true}, nil))
	if err != nil {
		log.Fatal(err)
	}
	structure := messages[0].BodyStructure
	for _, part := range structure.Attachments() {
		fmt.Println(part, part.MediaType(), part.Filename())
		r, err := c.OpenPart(ctx, 3, part, nil)
		if err != nil {
			log.Fatal(err)
		}
		defer r.Close()
		content, err := io.ReadAll(r) // or io.Copy to a file: it is fetched as it is read
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%q\n", content)
	}
	for _, text := range structure.Text(imap.PreferPlain) {
		r, err := c.OpenText(ctx, 3, text, nil)
		if err != nil {
			log.Fatal(err)
		}
		defer r.Close()
		content, err := io.ReadAll(r)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(string(content)) // UTF-8, whatever it was
	}
	// Output:
	// 2 text/csv Zähler.csv
	// "a;1\nb;2\n"
	// Schöne Grüße
}

// Save messages of any size to files, in constant memory.
func ExampleClient_UIDFetchBodies() {
	c, ctx := exampleClient()
	defer c.Close()
	dir, err := os.MkdirTemp("", "mail-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	save := func(name string, body *imap.Body) (int64, error) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return 0, err
		}
		defer f.Close()
		return io.Copy(f, body) // valid until the loop goes on
	}
	items := imap.FetchItems{Sections: []imap.FetchSection{imap.WholeMessage()}}
	for body, err := range c.UIDFetchBodies(ctx, imap.UIDRange(1, imap.Star), items, nil) {
		if err != nil {
			log.Fatal(err)
		}
		name := fmt.Sprintf("%d.eml", body.Message.UID)
		n, err := save(name, body)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, n == body.Size)
	}
	// Output:
	// 1.eml true
	// 2.eml true
	// 3.eml true
}

func ExampleClient_Append() {
	c, ctx := exampleClient()
	defer c.Close()

	text := imap.CRLF("From: user@example.org\nSubject: a draft\n\nNot yet.\n")
	res, err := c.Append(ctx, "Drafts", int64(len(text)), bytes.NewReader(text), &imap.AppendOptions{
		Flags: []imap.Flag{imap.FlagDraft, imap.FlagSeen},
	})
	if errors.Is(err, imap.CodeOverQuota) {
		fmt.Println("no room left")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("UID", res.UID())
	// Output: UID 1
}

func ExampleClient_UIDStore() {
	c, ctx := exampleClient()
	defer c.Close()

	res, err := c.UIDStore(ctx, imap.UIDs(2, 3), imap.StoreAdd, []imap.Flag{imap.FlagSeen, "$Read"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, msg := range res.Messages {
		fmt.Println(msg.UID, msg.HasFlag(imap.FlagSeen), msg.HasFlag("$read"))
	}
	// Output:
	// 2 true true
	// 3 true true
}

func ExampleClient_UIDMove() {
	c, ctx := exampleClient()
	defer c.Close()

	res, err := c.UIDMove(ctx, imap.UIDs(1, 2), "Archive")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Source, "became", res.Dest)
	fmt.Println(c.Mailbox().Messages, "left")
	// Output:
	// 1:2 became 1:2
	// 1 left
}

// The mailboxes with what they are for and how many messages they hold.
func ExampleClient_List() {
	c, ctx := exampleClient()
	defer c.Close()

	opts := &imap.ListOptions{SpecialUse: true, Status: imap.StatusMessages | imap.StatusUnseen}
	for box, err := range c.List(ctx, "*", opts) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(box.Mailbox, box.HasAttr(imap.AttrArchive), box.Status.Messages, box.Status.Unseen)
	}
	// Output:
	// INBOX false 3 2
	// Archive true 0 0
	// Drafts false 0 0
	// Müll false 0 0
	// Müll/送信 false 0 0
}

func ExampleClient_Idle() {
	srv := exampleServer()
	defer srv.Close()
	c, ctx := connectTo(srv)
	defer c.Close()

	time.AfterFunc(50*time.Millisecond, func() {
		srv.User("user").Mailbox("INBOX").Deliver(imaptest.CRLF("Subject: news\n\nIt works.\n"))
	})
	for event, err := range c.Idle(ctx) { // until ctx ends
		if err != nil {
			log.Fatal(err)
		}
		exists, ok := event.(*imap.ExistsData)
		if !ok {
			continue
		}
		fmt.Println(exists.Messages, "messages")
		for msg, err := range c.Fetch(ctx, imap.Seqs(imap.SeqNum(exists.Messages)), imap.FetchItems{Envelope: true}, nil) {
			if err != nil {
				log.Fatal(err)
			}
			fmt.Println(msg.Envelope.Subject)
		}
		break
	}
	// Output:
	// 4 messages
	// news
}

// Time limits, memory limits, and what the server says on its own.
func ExampleOptions() {
	opts := &imap.Options{
		ReadTimeout: 30 * time.Second, // without a single octet
		MaxLiteral:  1 << 20,          // larger texts only as a stream
		OnEvent: func(event imap.Event) {
			if status, ok := event.(*imap.StatusResponse); ok && status.HasCode(imap.CodeAlert) {
				fmt.Fprintln(os.Stderr, "the server says:", status.Text)
			}
		},
	}
	srv := exampleServer()
	defer srv.Close()
	ctx := context.Background()
	c, err := imap.NewClient(ctx, srv.Pipe(), opts)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	fmt.Println(c.State(), c.Caps().Has(imap.CapIMAP4rev2))
	// Output: not authenticated true
}

// exampleServer starts a server with a few messages.
func exampleServer() *imaptest.Server {
	day := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	srv, err := imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{
		Name: "user", Password: "password",
		Mailboxes: []imaptest.Folder{
			{Name: "INBOX", Messages: []imaptest.Message{
				{Raw: imaptest.CRLF("From: Ada <ada@example.org>\nSubject: hello\n\nworld\n"), InternalDate: day, Flags: []imap.Flag{imap.FlagSeen}},
				{Raw: imaptest.CRLF("From: Bob <bob@example.org>\nSubject: Invoice 17\n\nsee there\n"), InternalDate: day, Flags: []imap.Flag{imap.FlagFlagged}},
				{Raw: imaptest.CRLF(exampleMultipart), InternalDate: day},
			}},
			{Name: "Archive", SpecialUse: imap.AttrArchive},
			{Name: "Drafts", SpecialUse: imap.AttrDrafts},
			{Name: "Müll/送信"},
		},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	return srv
}

const exampleMultipart = `From: =?iso-8859-1?Q?J=FCrgen?= <juergen@example.org>
To: user@example.org
Subject: =?iso-8859-1?Q?Gr=FC=DFe?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe
--x
Content-Type: text/csv; charset=utf-8
Content-Disposition: attachment; filename*=utf-8''Z%C3%A4hler.csv
Content-Transfer-Encoding: base64

YTsxCmI7Mgo=
--x--
`

// exampleClient returns a client that has the INBOX of a server selected.
func exampleClient() (*imap.Client, context.Context) {
	srv := exampleServer()
	c, ctx := connectTo(srv)
	go func() {
		<-c.Done()
		srv.Close()
	}()
	return c, ctx
}

func connectTo(srv *imaptest.Server) (*imap.Client, context.Context) {
	ctx := context.Background()
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	if err := c.Login(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	if _, err := c.Select(ctx, "INBOX", nil); err != nil {
		log.Fatal(err)
	}
	return c, ctx
}
