// Package imap is a client for IMAP (RFC 9051, RFC 3501 and their extensions).
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//		"os"
//		"time"
//
//		"github.com/seed-090b04e4/imap"
//		"github.com/seed-090b04e4/imap/search"
//	)
//
//	func main() {
//		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
//		defer cancel()
//		c, err := imap.DialTLS(ctx, "imap.example.org", nil)
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer c.Close()
//		if err := c.AuthPassword(ctx, "you@example.org", os.Getenv("IMAP_PASSWORD")); err != nil {
//			log.Fatal(err)
//		}
//		if _, err := c.Select(ctx, "INBOX", nil); err != nil {
//			log.Fatal(err)
//		}
//		found, err := c.UIDSearch(ctx, search.Unseen(), nil)
//		if err != nil {
//			log.Fatal(err)
//		}
//		for msg, err := range c.UIDFetch(ctx, found.All, imap.FetchItems{Envelope: true}, nil) {
//			if err != nil {
//				log.Fatal(err)
//			}
//			fmt.Println(msg.UID, msg.Envelope.Date, msg.Envelope.Subject)
//		}
//		if _, err := c.UIDStore(ctx, found.All, imap.StoreAdd, []imap.Flag{imap.FlagSeen}, nil); err != nil {
//			log.Fatal(err)
//		}
//		if err := c.Logout(ctx); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Connecting
//
// [DialTLS] connects over TLS, [DialStartTLS] by STARTTLS; [NewClient] takes over
// an open connection. [Client.AuthPassword] logs in by the strongest mechanism that
// the server offers, [Client.Authenticate] by a given one, such as [XOAuth2].
// [Options] has the limits of time and memory, the log, and a Dial function for
// proxies.
//
// # Commands
//
// Each command is a method of [Client] and returns when the server has answered;
// the comment of Client lists the errors. UIDFetch, UIDStore and the like take a
// [UIDSet]; Fetch and Store take a [SeqSet] of sequence numbers, which shift
// whenever a message is removed: prefer UIDs. An empty set asks for nothing. What
// may be left out is in one options struct, nil for the defaults. Mailbox names and
// texts are UTF-8. If an extension is missing and there is a safe way without it,
// that way is taken; else the error matches [ErrUnsupported]. [Client.Do] sends
// commands that the library does not know.
//
// A command about messages acts on the mailbox that its caller selected.
// [Client.WithMailbox] holds a selection if several goroutines share a Client.
//
// # Messages
//
// [Client.UIDFetch] is a loop over messages. If [RowError] reports true, the error
// is about one message, and the loop goes on:
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
// [FetchItems].Sections brings body sections into memory; [Client.UIDFetchBodies]
// streams them in constant memory; [Client.OpenPart] reads one part, such as an
// attachment that [BodyStructure] names. [Client.Append] stores a message,
// [Client.UIDMove] and [Client.UIDCopy] file messages. [Client.Idle] is a loop over
// what the server reports until its context ends; [Options].OnEvent gets the same
// without a loop.
//
// # Promises
//
// The tests in internal/promises hold each of these.
//
//  1. Nothing hangs. Every call that waits returns when its context ends. A command
//     that makes no progress for [Options].ReadTimeout ends the connection. Close
//     returns at once. Only a reader given to [Client.Append] is waited for.
//  2. Cancelling abandons. The connection goes on; the late answer is read and
//     dropped, up to [Options].MaxDiscard and DiscardTimeout. The exception is a
//     message half sent by APPEND, which ends it with an *[AppendError].
//  3. Any goroutine, any time, the mailbox you mean. Commands are pipelined where
//     IMAP allows it. A command never acts on another mailbox than the one its
//     caller selected. Commands inside a loop over FETCH or LIST work: rows are
//     kept up to [Options].ReadAhead; beyond that the loop fails with
//     [ErrReadAhead].
//  4. Leave any loop, by break, return or panic. There is nothing to close.
//  5. One bad row costs one row: a *[ParseError] with its octets. A bad ENVELOPE or
//     BODYSTRUCTURE costs that item. No row is dropped in silence.
//  6. The unknown is not an error. Responses, items, codes, flags and capabilities
//     that the library does not know are passed on. Several FETCH responses about
//     one message are one message.
//  7. State is true. When a call returns, everything that the server sent before
//     has been applied. After a failed SELECT, no mailbox is selected.
//  8. The server can't hurt the client. All memory that a connection holds is
//     bounded, counted as what it costs to keep; time is linear in the input.
//  9. The caller can't hurt itself. Arguments are encoded, so that none can add a
//     command. Passwords need TLS ([ErrInsecure]). Data injected between STARTTLS
//     and TLS ends the connection. [Options].ReadOnly guarantees that nothing is
//     changed on the server.
//  10. Secrets are not printed. [Options].Logger gets the protocol without
//     passwords, tokens and SASL exchanges.
//  11. No surprises on the wire. What is sent was asked for or is documented: never
//     EXPUNGE in place of UID EXPUNGE.
//  12. Errors can be acted on: *[StatusError] with typed codes, as in
//     errors.Is(err, imap.CodeOverQuota); *[ConnError], which matches [ErrClosed]
//     and net.ErrClosed; *[ThrottleError] with the time to wait; context.Canceled;
//     [RowError] and [SafeToRetry].
//  13. Whole, or an error. What a call returns with a nil error is all that was
//     asked for. A set too long for one command is split and its answers joined.
//
// # Other packages
//
// Package search makes keys for SEARCH; response has the types of a server's
// answers, commands what a client sends; mailtext makes readable text of a message;
// account keeps connections alive, watches and synchronizes; folders and threads find
// mailboxes and conversations; bulk exports and imports mailboxes; imaptest is an IMAP
// server for tests.
package imap
