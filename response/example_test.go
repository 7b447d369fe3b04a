package response_test

import (
	"fmt"

	"github.com/seed-090b04e4/imap/response"
)

// Sets are ranges: a thousand million UIDs take a few octets.
func ExampleSet() {
	var uids response.UIDSet
	uids.AddRange(1, 1_000_000_000)
	uids.AddNum(2_000_000_000)
	fmt.Println(uids, uids.Len(), uids.Contains(5))
	// Output: 1:1000000000,2000000000 1000000001 true
}

// What is new, what is gone, and what is in both.
func ExampleSet_Difference() {
	before, now := response.UIDs(1, 2, 3, 5), response.UIDs(2, 3, 5, 8, 9)
	fmt.Println("new:", now.Difference(before))
	fmt.Println("gone:", before.Difference(now))
	fmt.Println("in both:", now.Intersection(before))
	// Output:
	// new: 8:9
	// gone: 1
	// in both: 2:3,5
}

func ExampleSet_All() {
	for uid := range response.UIDs(7, 3, 4).All() {
		fmt.Println(uid)
	}
	// Output:
	// 3
	// 4
	// 7
}

// The newest of a search result, in ranges still.
func ExampleSet_Last() {
	found := response.UIDRange(1, 100)
	fmt.Println(found.Last(10))
	// Output: 91:100
}

// A set in pieces, for work that goes on in steps.
func ExampleSet_Chunks() {
	for chunk := range response.UIDRange(1, 10).Chunks(4) {
		fmt.Println(chunk)
	}
	// Output:
	// 1:4
	// 5:8
	// 9:10
}

func ExampleParseUIDSet() {
	uids, err := response.ParseUIDSet("1:4,9")
	fmt.Println(uids, err)
	_, err = response.ParseUIDSet("1;4")
	fmt.Println(err != nil)
	// Output:
	// 1:4,9 <nil>
	// true
}

// exampleStructure is a message with text in two forms and a file.
var exampleStructure = &response.BodyStructure{
	Type: "multipart", Subtype: "mixed", Children: []*response.BodyStructure{
		{Type: "multipart", Subtype: "alternative", Children: []*response.BodyStructure{
			{Type: "text", Subtype: "plain", Size: 100, Params: []response.Param{{Name: "charset", Value: "utf-8"}}},
			{Type: "text", Subtype: "html", Size: 900},
		}},
		{Type: "application", Subtype: "pdf", Disposition: "attachment", DispositionParams: []response.Param{
			{Name: "filename", Value: `..\invoice.pdf`},
		}},
	},
}

// What a mail program shows as the message, and what it lists as files.
func ExampleBodyStructure() {
	for _, part := range exampleStructure.Text(response.PreferPlain) {
		fmt.Println("text:", part, part.MediaType(), part.Charset())
	}
	for _, part := range exampleStructure.Attachments() {
		fmt.Println("file:", part, part.MediaType(), part.SafeName())
	}
	// Output:
	// text: 1.1 text/plain utf-8
	// file: 2 application/pdf invoice.pdf
}

// Every leaf has one class.
func ExampleBodyStructure_Leaves() {
	for part, class := range exampleStructure.Leaves(response.PreferHTML) {
		fmt.Println(part, part.MediaType(), class)
	}
	// Output:
	// 1.1 text/plain alternative
	// 1.2 text/html text
	// 2 application/pdf attachment
}

// The whole tree, but for what is in attached messages.
func ExampleBodyStructure_Walk() {
	exampleStructure.Walk(func(part response.Part) response.WalkAction {
		fmt.Printf("%q %s\n", part.String(), part.MediaType())
		if part.Message != nil {
			return response.SkipChildren
		}
		return response.WalkOn
	})
	// Output:
	// "" multipart/mixed
	// "1" multipart/alternative
	// "1.1" text/plain
	// "1.2" text/html
	// "2" application/pdf
}

// File names that a file system takes, each once.
func ExampleNames() {
	var names response.Names
	for range 2 {
		part := response.Part{BodyStructure: exampleStructure.Children[1]}
		fmt.Println(names.Unique(part.SafeName()))
	}
	// Output:
	// invoice.pdf
	// invoice (2).pdf
}

func ExampleAddress() {
	a := response.Address{Name: "Ada Lovelace", Mailbox: "ada", Host: "example.org"}
	fmt.Println(a.Addr())
	fmt.Println(a)
	// Output:
	// ada@example.org
	// Ada Lovelace <ada@example.org>
}

// A conversation and its depth.
func ExampleThread_Nodes() {
	thread := response.Thread[response.UID]{Num: 1, Children: []response.Thread[response.UID]{
		{Num: 2, Children: []response.Thread[response.UID]{{Num: 5}}},
		{Num: 3},
	}}
	for node, depth := range thread.Nodes() {
		fmt.Printf("%*s%d\n", 2*depth, "", node.Num)
	}
	// Output:
	// 1
	//   2
	//     5
	//   3
}
