package folders_test

import (
	"fmt"

	"github.com/seed-090b04e4/imap/folders"
	"github.com/seed-090b04e4/imap/response"
)

// Which mailbox is for what: by attribute, or else by a name in a common language.
func ExampleRoles() {
	all := []*response.MailboxInfo{ // of Client.List
		{Mailbox: "INBOX", Delim: "/"},
		{Mailbox: "Gesendete Elemente", Delim: "/"},
		{Mailbox: "Rubbish", Delim: "/", Attrs: []response.MailboxAttr{response.AttrTrash}},
	}
	roles := folders.Roles(all)
	fmt.Println(roles[response.AttrSent].Mailbox)
	fmt.Println(roles[response.AttrTrash].Mailbox)
	fmt.Println(roles[response.AttrDrafts] == nil)
	// Output:
	// Gesendete Elemente
	// Rubbish
	// true
}

// The name of a mailbox in the way of the server. A level that contains the
// delimiter is an error.
func ExampleJoin() {
	fmt.Println(folders.Join("INBOX.", ".", "Archive", "2026"))
	_, err := folders.Join("", "/", "a/b")
	fmt.Println(err != nil)
	// Output:
	// INBOX.Archive.2026 <nil>
	// true
}
