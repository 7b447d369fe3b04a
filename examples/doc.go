// Package examples holds small programs, one job each, in the folders below.
//
// Without flags each of them works on a sample mailbox: an IMAP server in its own
// process, package imaptest, to which it connects over TLS as to any other. With
// -addr and -user it works on a real account. The password is read from the
// environment variable IMAP_PASSWORD or from the terminal. The connection uses TLS
// from the start, or STARTTLS with -starttls; the certificate is checked in any
// case, and -ca names a file with a further authority to trust. An error is printed
// on one line, with exit status 1. -help shows the other flags.
//
//	latest      prints the last message, decoded
//	unseen      lists the messages that have not been read
//	watch       prints what happens in a mailbox
//	attachments saves a message's attachments to files
//	newest      lists the newest messages as a table
//	text        prints the text of a message as a person reads it
//	waitformail waits for a message, for integration tests
//	upload      appends .eml files to a mailbox
//	folders     prints the tree of mailboxes with their status
//	statuses    asks for the status of many mailboxes in one round trip
//	move        moves the messages that match to another mailbox
//	flags       shows, adds and removes flags of messages
//	export      writes all messages of a mailbox to an mbox file or to .eml files
//	vendorext   speaks an extension that the library does not know
//	agent       serves mail to language models (a module of its own)
//	oauth2      logs in to Gmail or Microsoft 365 with a token (a module of its own)
package examples
