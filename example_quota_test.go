package imap_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/imaptest"
	"github.com/seed-090b04e4/imap/response"
)

// How much room is left, as a mail program shows it. The server counts storage in
// units of 1024 octets.
func ExampleClient_GetQuotaRoot() {
	srv, err := imaptest.Start(&imaptest.Options{Users: []imaptest.Account{{
		Name: "user", Password: "password",
		QuotaStorage: 5 << 20, QuotaMessages: 1000, // 5 GB
		Mailboxes: []imaptest.Folder{{Name: "INBOX", Messages: []imaptest.Message{
			{Raw: imaptest.CRLF("Subject: large\n\n" + strings.Repeat("a line of sixty-three characters, and the two that end it ....\n", 50_000))},
		}}},
	}}})
	if err != nil {
		log.Fatal(err)
	}
	defer srv.Close()
	c, ctx := connectTo(srv)
	defer c.Close()

	roots, err := c.GetQuotaRoot(ctx, "INBOX")
	if err != nil {
		log.Fatal(err)
	}
	for _, quota := range roots.Quotas { // mostly there is one
		if storage, limited := quota.Resource(response.QuotaStorage); limited {
			fmt.Printf("%.1f of %.0f MB used\n", float64(storage.Usage)/1024, float64(storage.Limit)/1024)
		}
		if messages, limited := quota.Resource(response.QuotaMessage); limited {
			fmt.Printf("%d of %d messages\n", messages.Usage, messages.Limit)
		}
	}
	// Output:
	// 3.1 of 5120 MB used
	// 1 of 1000 messages
}

// An administrator sets limits. Those that are not named are lifted.
func ExampleClient_SetQuota() {
	c, ctx := exampleClient()
	defer c.Close()

	_, err := c.SetQuota(ctx, "", []commands.QuotaLimit{
		{Name: response.QuotaStorage, Limit: 10 << 10}, // 10 MB
		{Name: response.QuotaMessage, Limit: 3},
	})
	if err != nil {
		log.Fatal(err)
	}
	quota, err := c.GetQuota(ctx, "")
	if err != nil {
		log.Fatal(err)
	}
	for _, r := range quota.Resources {
		fmt.Println(r.Name, r.Usage, "of", r.Limit)
	}
	_, err = c.Append(ctx, "INBOX", 5, strings.NewReader("a: b\n"), nil)
	fmt.Println(err)
	// Output:
	// STORAGE 1 of 10240
	// MESSAGE 3 of 3
	// imap: APPEND: NO [OVERQUOTA] Quota exceeded
}
