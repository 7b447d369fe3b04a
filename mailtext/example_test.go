package mailtext_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"strings"

	"github.com/seed-090b04e4/imap/mailtext"
	"github.com/seed-090b04e4/imap/response"
)

// Read a message that is in memory. With a client, the structure comes from FETCH,
// and the function that opens a part calls OpenPart.
func ExampleRead() {
	structure := &response.BodyStructure{Type: "multipart", Subtype: "mixed", Children: []*response.BodyStructure{
		{Type: "text", Subtype: "plain", Size: 100},
		{Type: "application", Subtype: "pdf", Disposition: "attachment", DispositionParams: []response.Param{{Name: "filename", Value: "../menu.pdf"}}},
	}}
	open := func(context.Context, response.Part) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("Yes, at one.\n\nOn Monday, Ann wrote:\n> Shall we have lunch?\n")), nil
	}
	res, err := mailtext.Read(context.Background(), structure, open, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(res.Reply())
	for _, part := range res.Attachments {
		fmt.Println(part, part.SafeName())
	}
	// Output:
	// Yes, at one.
	// 2 menu.pdf
}

func ExampleFromHTML() {
	html := `<p>Dear <b>Bob</b>,</p><div style="display:none">unseen</div>
		<p>log in at <a href="https://evil.example/">https://bank.example/</a></p>
		<table><tr><th>Item<th>Price<tr><td>Lunch<td>9.50</table>`
	text, err := mailtext.FromHTML(strings.NewReader(html), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(text)
	// Output:
	// Dear Bob,
	//
	// log in at https://bank.example/ <https://evil.example/>
	//
	// Item | Price
	// Lunch | 9.50
}

func ExamplePreview() {
	fmt.Println(mailtext.Preview("Hello Bob,\n\nshall we have lunch?\n-- \nAnn\n", 24))
	// Output: Hello Bob, shall we hav…
}
