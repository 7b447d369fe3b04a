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
//		c, err := imap.DialTLS(ctx, "imap.example.org:993", nil)
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
//		if err := c.Logout(ctx); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Connecting and logging in
//
// [DialTLS] connects over TLS, [DialStartTLS] by STARTTLS, [NewClient] takes over
// an open connection. [Client.AuthPassword] logs in with a password by the
// strongest means that the server offers, [Client.Authenticate] with any SASL
// mechanism: [XOAuth2] and [OAuthBearer] for tokens. [Options] has time limits,
// memory limits, the log and a Dial function for proxies.
//
// From the greeting to the first row of a FETCH it takes three round trips: LOGIN,
// SELECT and FETCH, each of which must be answered before the next means anything
// (RFC 9051 §5.5). A server that does not volunteer its capabilities costs two
// more. SASL-IR and LITERAL+ save the round trips that AUTHENTICATE and texts
// would take.
//
// # Commands
//
// Each command of IMAP is a method of [Client] and returns when the server has
// answered; [Client] tells which errors it returns. Where a command takes
// messages, UID… takes a [UIDSet], and the method without it a [SeqSet] of message
// sequence numbers, which shift whenever a message goes: prefer UIDs. An empty set
// asks for nothing, and nothing is sent. What may be left out is in one options
// struct; nil stands for the defaults. Mailbox names and texts are UTF-8.
//
// Where there is a safe other way, a missing extension is made up for (LIST for
// LIST-STATUS, COPY and UID EXPUNGE for MOVE); where there is none, the error
// matches [ErrUnsupported]. [Client.Do] sends commands that the library does not
// know.
//
// # Messages
//
// [Client.UIDFetch] is a loop over messages. An error that is a *[ParseError] or
// a *[LimitError] is about this message only, and the loop may go on:
//
//	for msg, err := range c.UIDFetch(ctx, uids, items, nil) {
//		if bad := (*imap.ParseError)(nil); errors.As(err, &bad) {
//			log.Print("one message lost: ", bad)
//			continue
//		}
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// Text in a message's header is decoded, and the raw text is there too. For what
// a message consists of there are three ways: [FetchItems].Sections brings texts
// into memory; [Client.UIDFetchBodies] streams them, in constant memory however
// large they are; and [Client.OpenPart] reads one part, an attachment for
// example, decoded, given what [BodyStructure] says of it.
//
// [Client.Append] stores a message, [Client.UIDStore] changes flags,
// [Client.UIDMove] and [Client.UIDCopy] file messages.
//
// # News
//
// [Client.Idle] is a loop over what the server says on its own, until its context
// ends. Other commands may be issued meanwhile, also in the loop.
// [Options].OnEvent gets the same without a loop. [Client.Notify] has servers that
// know it tell of other mailboxes too.
//
// # What can be relied on
//
// The tests in the files promise_*_test.go hold each of these.
//
//  1. Nothing hangs. What waits takes a context and returns when that ends; a
//     server that falls silent is given up after [Options].ReadTimeout; Close
//     returns at once. Only a reader given to [Client.Append] is waited for.
//  2. Cancelling abandons. A cancelled call returns at once, and the connection
//     goes on: the late answer is read and dropped, up to [Options].MaxDiscard
//     and DiscardTimeout. The exception is a message half sent by APPEND, which ends
//     the connection with an *[AppendError].
//  3. Any goroutine, any time. A Client is safe for concurrent use. Commands are
//     pipelined where IMAP allows it, and wait for each other where not. Commands
//     inside a loop over FETCH or LIST work: what lies before their answers is kept, up to
//     [Options].ReadAhead, and beyond that the loop alone fails, with
//     [ErrReadAhead]. No code of the user's keeps others from reading.
//  4. Leave any loop, by break, return or panic. There is nothing to close.
//  5. One bad row costs one row: a *[ParseError] with its octets; a bad ENVELOPE
//     or BODYSTRUCTURE costs that item. No row is dropped in silence.
//  6. The unknown is not an error. Responses, items, codes, flags and capabilities
//     that the library does not know are handed on. What the server tells of a
//     message in several FETCH responses is one message.
//  7. State is true. When a call returns, all that the server said before has
//     been applied: [Client.State], [Client.Mailbox], [Client.Caps].
//     After a SELECT that failed, no mailbox is selected.
//  8. The server can't hurt the client. Lines, literals, nesting, rows, sets and
//     all else that the server decides on are bounded; see [LimitError]. Nothing
//     is allocated because it was announced.
//  9. The caller can't hurt itself. Arguments are encoded, so that none can add a
//     command. Passwords do not cross a network without TLS ([ErrInsecure]), nor
//     by LOGIN where the server forbids it. What somebody puts between STARTTLS
//     and TLS ends the connection.
//  10. Secrets are not printed. [Options].Logger gets the protocol at debug level,
//     without passwords, tokens and SASL exchanges.
//  11. No surprises on the wire. What is sent is what was asked for and what is
//     documented: CAPABILITY where the server does not volunteer it, the renewal
//     of IDLE, NOOP where it has none. Never EXPUNGE in place of UID EXPUNGE.
//  12. Errors can be acted on: a *[StatusError] for what the server refuses,
//     with typed codes, as in errors.Is(err, imap.CodeOverQuota); a *[ConnError],
//     which tells whether the command was sent, and matches [ErrClosed] and
//     net.ErrClosed; context.Canceled; see [SafeToRetry].
//
// # Around it
//
// Package search has the keys for SEARCH, package response the types that a
// server's answers are read into, package commands what a client says. Package
// imaptest is an IMAP server for tests of programs that use this one.
package imap
