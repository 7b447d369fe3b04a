package imaptest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/seed-090b04e4/imap"
	"github.com/seed-090b04e4/imap/imaptest"
)

// A server that lacks what yours lacks.
func ExampleOptions() {
	srv, err := imaptest.Start(&imaptest.Options{Without: []imap.Cap{imap.CapMove, imap.CapUIDPlus}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
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
	_, err = c.UIDMove(ctx, imap.UIDs(1), "Archive")
	fmt.Println(errors.Is(err, imap.ErrUnsupported))
	// Output: true
}

// A server that behaves as a known service.
func ExampleProfile() {
	srv, err := imaptest.Start(&imaptest.Options{Profile: imaptest.Gmail()})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	ctx := context.Background()
	c, err := imap.NewClient(ctx, srv.Pipe(), nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.AuthPassword(ctx, "user", "password"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.Caps().Has(imap.CapGmailExt1), c.Caps().Has(imap.CapQResync))
	// Output: true false
}

// Look into a mailbox from the other side, as another device would.
func ExampleMailbox_Deliver() {
	srv, err := imaptest.Start(nil)
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	inbox := srv.User("user").Mailbox("INBOX")
	uid := inbox.Deliver(imaptest.CRLF("Subject: hello\n\nworld\n"), imap.FlagFlagged)
	for _, m := range inbox.Messages() {
		fmt.Println(m.UID == uid, m.Flags)
	}
	// Output: true [\Flagged]
}
