// Package imap is a client for IMAP (RFC 9051, RFC 3501 and their extensions).
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"os"
//
//		"github.com/seed-090b04e4/imap"
//		"github.com/seed-090b04e4/imap/search"
//	)
//
//	func main() {
//		ctx := context.Background()
//		c, err := imap.DialTLS(ctx, "imap.example.org", nil)
//		check(err)
//		defer c.Close()
//		check(c.AuthPassword(ctx, "you@example.org", os.Getenv("IMAP_PASSWORD")))
//		_, err = c.Select(ctx, "INBOX", nil)
//		check(err)
//		found, err := c.UIDSearch(ctx, search.Unseen(), nil)
//		check(err)
//		for msg, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{Envelope: true}, nil) {
//			check(err)
//			fmt.Println(msg.UID, msg.Envelope.Date, msg.Envelope.Subject)
//		}
//		_, err = c.UIDStore(ctx, found.All, imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil)
//		check(err)
//		check(c.Logout(ctx))
//	}
//
//	func check(err error) {
//		if err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Commands
//
// [DialTLS], [DialStartTLS] or [NewClient] makes a [Client]. Each command is a method
// that returns when the server has answered. Its options are nil for the defaults;
// its result belongs to the caller. Mailbox names and texts are UTF-8. If an extension
// is missing and there is a safe way without it, that way is taken; else the error
// matches [ErrUnsupported]. [Client.Do] sends any other command.
//
// UIDFetch and the like take a [UIDSet]; Fetch and the like a [SeqSet], whose numbers
// shift whenever a message is removed: prefer UIDs. For an empty set, nothing is sent.
// If a set of UIDs is too long for one command, or more than the server does at once
// (RFC 9738), it is split; with message sequence numbers, that is an *[ArgumentError]
// or a *[StatusError] with a [response.MessageLimitCode].
//
// A command about messages acts on the mailbox that its caller selected;
// [Client.WithMailbox] holds a selection while others wait.
//
// # Messages
//
// A loop over messages goes on after an error that is about one of them:
//
//	for msg, err := range c.UIDFetch(ctx, uids, items, nil) {
//		if imap.RowError(err) {
//			log.Print(err)
//			continue
//		}
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// [FetchItems].Sections brings body sections into memory, [Client.UIDFetchBodies]
// streams them, [Client.OpenPart] and [Client.OpenText] read and decode one part.
// [Client.Append], [Client.UIDMove] and [Client.UIDCopy] store and file messages.
// [Client.Idle] and [Options].OnEvent get what the server reports by itself.
//
// # Promises
//
// The tests in internal/promises hold each of these.
//
//  1. Nothing hangs. Every call that waits returns when its context ends.
//  2. Cancelling abandons a command; the connection goes on (but see [AppendError]).
//  3. Any goroutine, any time, also within a loop: commands are pipelined where IMAP
//     allows it, and never act on another mailbox than the one that was meant.
//  4. Leave any loop, by break, return or panic. There is nothing to close.
//  5. One bad row costs one row, with its octets in a *[ParseError]; one bad item costs
//     that item. No row is dropped in silence.
//  6. The unknown is not an error: what the library does not know is passed on.
//  7. State is true. When a call returns, all that the server sent before is applied.
//  8. The server can't hurt the client: memory is bounded, time linear.
//  9. The caller can't hurt itself. No argument can add a command, no password is sent
//     without TLS, and with [Options].ReadOnly nothing on the server is changed.
//  10. Secrets are not printed: [Options].Logger gets no password and no token.
//  11. No surprises on the wire: never EXPUNGE in place of UID EXPUNGE.
//  12. Errors can be acted on: [StatusError], [ConnError], [ThrottleError], [SafeToRetry].
//  13. Whole, or an error. A nil error means all that was asked for.
//
// The guides in docs say more. Package search makes keys for SEARCH; response has what
// a server sends, commands what a client sends; mailtext makes readable text of a
// message; account keeps connections alive, watches and synchronizes; bulk exports and
// imports mailboxes; imaptest is an IMAP server for tests.
package imap
