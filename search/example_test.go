package search_test

import (
	"fmt"
	"time"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/search"
)

// Keys are values that combine. String shows what is sent.
func ExampleAnd() {
	march := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	key := search.And(search.Unseen(), search.From("bob"), search.Since(march))
	fmt.Println(key)
	// Output: UNSEEN FROM "bob" SINCE 1-Mar-2026
}

func ExampleOr() {
	key := search.Or(search.From("ada"), search.To("ada"), search.Cc("ada"))
	fmt.Println(key)
	// Output: OR FROM "ada" OR TO "ada" CC "ada"
}

func ExampleNot() {
	fmt.Println(search.Not(search.And(search.Seen(), search.Flagged())))
	// Output: NOT (SEEN FLAGGED)
}

// A list of conditions that grows.
func ExampleAnd_several() {
	var keys []search.Key
	for _, word := range []string{"invoice", "2026"} {
		keys = append(keys, search.Subject(word))
	}
	fmt.Println(search.And(keys...))
	// Output: SUBJECT "invoice" SUBJECT "2026"
}

// Any field of the header. Without a text, all messages that have the field.
func ExampleHeader() {
	fmt.Println(search.Header("List-Id", "golang-nuts"))
	fmt.Println(search.Header("List-Id", ""))
	// Output:
	// HEADER List-Id "golang-nuts"
	// HEADER List-Id ""
}

// Whatever the text is, it is one argument.
func ExampleSubject() {
	fmt.Println(search.Subject(`x" ALL`))
	// Output: SUBJECT "x\" ALL"
}

func ExampleUID() {
	fmt.Println(search.And(search.UID(response.UIDRange(1, 1000)), search.Larger(1<<20)))
	// Output: UID 1:1000 LARGER 1048576
}

// Gmail's own search language.
func ExampleGmailRaw() {
	fmt.Println(search.GmailRaw("has:attachment older_than:1y"))
	// Output: X-GM-RAW "has:attachment older_than:1y"
}

// A key of an extension that the library does not know.
func ExampleRaw() {
	fmt.Println(search.Raw("X-COLOUR", commands.ArgString("red")))
	// Output: X-COLOUR "red"
}
