package threads_test

import (
	"fmt"

	"github.com/seed-090b04e4/imap/response"
	"github.com/seed-090b04e4/imap/threads"
)

// Conversations of messages that were fetched with their envelopes, also on
// servers without THREAD.
func ExampleByReferences() {
	messages := []threads.Message{
		threads.Of(&response.Message{UID: 1, Envelope: &response.Envelope{MessageID: "<a@example.org>"}}),
		threads.Of(&response.Message{UID: 2, Envelope: &response.Envelope{MessageID: "<b@example.org>", InReplyTo: "<a@example.org>"}}),
		threads.Of(&response.Message{UID: 3, Envelope: &response.Envelope{MessageID: "<c@example.org>"}}),
	}
	for _, thread := range threads.ByReferences(messages) {
		for node, depth := range thread.Nodes() {
			fmt.Printf("%*s%d\n", 2*depth, "", node.Num)
		}
	}
	// Unordered output:
	// 1
	//   2
	// 3
}

func ExampleReferences() {
	fmt.Println(threads.References("<a@example.org>\r\n <b@example.org>"))
	// Output: [<a@example.org> <b@example.org>]
}
