package mailtext_test

import (
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap/mailtext"
)

// Lines that a mail program broke, joined again (RFC 3676).
func ExampleUnflow() {
	fmt.Print(mailtext.Unflow("A paragraph that \nwas broken.\n", false))
	// Output: A paragraph that was broken.
}

// Links as footnotes, so that the text reads on.
func ExampleOptions() {
	html := `<p>See <a href="https://example.org/a">the plan</a> for details.</p>`
	text, err := mailtext.FromHTML(strings.NewReader(html), &mailtext.Options{Links: mailtext.LinksFootnotes})
	fmt.Print(text, err)
	// Output:
	// See the plan [1] for details.
	//
	// [1] https://example.org/a
	// <nil>
}
