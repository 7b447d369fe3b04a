// Package imaptest provides an IMAP server for tests, as net/http/httptest does
// for HTTP: in this process, in memory, with faults on demand.
//
//	func TestFlagging(t *testing.T) {
//		ctx := t.Context()
//		srv := imaptest.NewServer(t, nil) // "user" with "password", an empty INBOX
//		inbox := srv.User("user").Mailbox("INBOX")
//		inbox.Deliver(imaptest.CRLF("Subject: one\n\nhello\n"))
//		c, err := imap.DialTLS(ctx, srv.TLSAddr(), &imap.Options{TLSConfig: srv.TLSConfig()})
//		require.NoError(t, err)
//		defer c.Close()
//		require.NoError(t, c.AuthPassword(ctx, "user", "password"))
//		_, err = c.Select(ctx, "INBOX", nil)
//		require.NoError(t, err)
//		_, err = c.UIDStore(ctx, imap.UIDs(1), imap.StoreAdd, []imap.Flag{imap.FlagFlagged}, nil)
//		require.NoError(t, err)
//		assert.Equal(t, []imaptest.Flag{imap.FlagFlagged}, inbox.Messages()[0].Flags)
//	}
//
// The server speaks IMAP4rev1 (RFC 3501) and IMAP4rev2 (RFC 9051) with the
// extensions below; [Options] can take each of them away, and the server then
// behaves as if it had never heard of it, so that fallbacks can be tested. What one session changes, the others see when IMAP lets them, at
// once if they idle. [Mailbox] gives a test direct access to the same store;
// sessions see what it changes as the work of another session. Access control
// lists (RFC 4314) are stored and returned, and not enforced: users see their own
// mailboxes alone.
//
// # Extensions
//
// By default: ACL with RIGHTS=, APPENDLIMIT, BINARY, CATENATE, CHILDREN, COMPRESS=DEFLATE,
// CONDSTORE, CONTEXT=SEARCH, CONTEXT=SORT, CREATE-SPECIAL-USE, ENABLE, ESEARCH, ESORT, ID,
// IDLE, INPROGRESS, LIST-EXTENDED, LIST-METADATA, LIST-MYRIGHTS, LIST-STATUS, LITERAL+,
// METADATA, METADATA-SERVER, MOVE, MULTIAPPEND, MULTISEARCH, NAMESPACE, NOTIFY, OBJECTID,
// PARTIAL, PREVIEW, QRESYNC, QUOTA, QUOTASET, REPLACE, SASL-IR, SAVEDATE, SEARCH=FUZZY,
// SEARCHRES, SORT, SORT=DISPLAY, SPECIAL-USE, STARTTLS, STATUS=SIZE, THREAD=ORDEREDSUBJECT,
// THREAD=REFERENCES, UIDBATCHES, UIDONLY, UIDPLUS, UNAUTHENTICATE, UNSELECT, URL-PARTIAL, UTF8=ACCEPT, WITHIN; and for
// AUTHENTICATE CRAM-MD5, EXTERNAL, LOGIN, OAUTHBEARER, PLAIN, SCRAM-SHA-1, SCRAM-SHA-256,
// SCRAM-SHA-512 (these with -PLUS, too) and XOAUTH2.
//
// If Options.Capabilities has them: AUTH=ANONYMOUS, LITERAL-, MESSAGELIMIT=, SAVELIMIT=,
// URLAUTH, X-GM-EXT-1 and XLIST.
//
// It does not know ANNOTATE-EXPERIMENT-1, CONVERT, FILTERS, I18NLEVEL, LANGUAGE, RLIST,
// URLAUTH=BINARY and UTF8=ONLY, nor AUTH=GSSAPI and AUTH=NTLM.
//
// # Faults
//
// A [Fault] is something that goes wrong: the connection breaks after so many
// bytes or within a literal, stalls, trickles; a command is refused with a
// response code of choice, ends in BYE, or is answered with the wrong tag; one
// message comes in two FETCH responses; and so on. Faults are given in
// [Options], or later to [Server.Fault]; they compose, and they are
// deterministic.
//
// A [Profile] imitates the capabilities and habits of a known service: [Gmail],
// [Exchange], [Yahoo], [ICloud], [Coremail], [Strato], [James], [Courier], [Domino].
//
// # Scripts
//
// [Script] plays the server's side of a written conversation, line by line, for
// what no server would say by itself.
//
// # Mistakes
//
// What makes no sense (a capability or a fault's command that does not exist, a
// message whose lines do not end in CRLF, a malformed script) fails the test at the line
// of the mistake, with the reason: [NewServer] and [Script] by t.Fatal, later calls
// by a panic or an error.
//
// # Other languages
//
// A client in another process connects to [Server.TLSAddr] as localhost, trusting
// the certificate that [CertificatePEM] returns.
//
// # Time
//
// [Server.Pipe] and [Script] work inside testing/synctest bubbles: there is no
// network, and no goroutine is left after [Server.Close].
//
// # What it shares with the client
//
// What client and server both got wrong would go unseen, so the two share as little
// as can be. The server parses commands, writes responses, and reads MIME, addresses
// and dates with code of its own. It shares with package imap:
//
//   - the names and plain types of package response (Cap, Flag, UID, MailboxAttr,
//     capabilities' arguments), how a UIDSet is written, and the number of a
//     section;
//   - package literal, for the header of a literal: {n}, {n+}, ~{n};
//   - internal/inflate, which reads compressed input;
//   - internal/ascii (classes of characters, case) and internal/utf7 (modified
//     UTF-7), and the charsets of golang.org/x/text through go-message.
//
// These are tested on their own, against the examples of the RFCs and against other
// implementations.
//
// # Files
//
//	server*.go   the server, its options, users and certificate
//	session*.go  the engine: one connection, its arguments, output and transcript
//	cmd_*.go     one file for each command, named after it; session_dispatch.go has their table
//	fault*.go    faults, and the check of their fields
//	profile*.go  services, and their habits
//	script*.go   scripts
package imaptest
