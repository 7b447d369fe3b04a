package bulk_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/bulk"
	"github.com/seed-090b04e4/imap/imaptest"
)

// A mailbox is written to a Maildir, and stored in another one.
func Example() {
	srv, err := imaptest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	srv.User("user").Mailbox("INBOX").Deliver([]byte("Subject: hello\r\n\r\nFrom me\r\n"), imap.FlagSeen, "$Work")

	ctx := context.Background()
	c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.AuthPassword(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "backup-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store := bulk.Maildir(filepath.Join(dir, "inbox"))
	out, err := bulk.Export(ctx, c, "INBOX", store, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("exported:", out.Messages)

	if err := c.Create(ctx, "Restored", nil); err != nil {
		log.Fatal(err)
	}
	in, err := bulk.Import(ctx, c, "Restored", store, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("imported:", in.Messages)
	again, err := bulk.Import(ctx, c, "Restored", store, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("again:", again.Messages, "present:", again.Present)
	fmt.Println("flags:", len(srv.User("user").Mailbox("Restored").Messages()[0].Flags))
	// Output:
	// exported: 1
	// imported: 1
	// again: 0 present: 1
	// flags: 2
}

// OnProgress shows how far a call has come.
func ExampleExportOptions() {
	opts := &bulk.ExportOptions{OnProgress: func(p bulk.Progress) {
		fmt.Printf("\r%d of %d messages, %d of %d kB", p.Messages, p.TotalMessages, p.Octets/1000, p.TotalOctets/1000)
	}}
	opts.OnProgress(bulk.Progress{Messages: 3, TotalMessages: 7, Octets: 12_000, TotalOctets: 80_000})
	// Output: 3 of 7 messages, 12 of 80 kB
}
