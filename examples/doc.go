// Package examples holds small programs, one job each, in the folders below.
//
// Without flags each of them works on a sample mailbox: an IMAP server in its
// own process, package imaptest, to which it connects over TLS as to any other.
// With -addr and -user it works on a real account. The password comes from the
// environment variable IMAP_PASSWORD, or is asked for. The connection is over TLS
// from the start, or with -starttls by STARTTLS, and the certificate is checked in
// any case; -ca names a file with a further authority to trust. What goes wrong is
// told in one line, with exit status 1. -help shows the rest.
//
//	latest      the last message, decoded
//	unseen      what has not been read
//	watch       news of a mailbox as they come
//	attachment  a message's attachments into files
//	upload      .eml files into a mailbox
//	folders     the tree of mailboxes with their figures
//	statuses    figures of many mailboxes in one round trip
//	move        messages that match into another mailbox
//	flags       flags of messages: show, add, remove
//	export      all messages of a mailbox into an mbox or .eml files
package examples
