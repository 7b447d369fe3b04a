// Package mimesets compares what the client makes of real messages with Python's email
// package: the leaves of each message, their types, names, octets and texts. Its test
// runs on the public sets of messages that are on the machine, and on testdata/content:
//
//	go test ./internal/mimesets                       # what is not in differences.txt fails
//	go test ./internal/mimesets -update               # writes differences.txt
//	MIME_SETS=dir:dir go test ./internal/mimesets     # further folders
//
// The test messages of other mail programs come with Debian's source packages:
//
//	MIME_SETS=$(internal/mimesets/debian dir) go test ./internal/mimesets
//
// differences.txt has one line for each leaf that differs, with the reason.
package mimesets
