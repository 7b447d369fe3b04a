// Package examples holds small programs, one job each, in the folders below.
//
// Run one from the top of a clone, as in
//
//	go run ./examples/latest
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
//	newest      lists the newest messages as a table
//	search      lists the messages that match
//	text        prints the text of a message as a person reads it
//	attachments saves attachments to files: of one message, a sender, or since a day
//	folders     prints the tree of mailboxes with counts and quota
//	watch       prints what happens in a mailbox
//	flags       shows, adds and removes flags of messages
//	move        moves the messages that match to another mailbox
//	archive     moves old messages to Archive/YEAR
//	draft       writes a message into the mailbox for drafts
//	waitformail waits for a message, for integration tests
//	vendorext   speaks an extension that the library does not know
//
// These are modules of their own, as they use other libraries. agent has -url in place
// of -addr and -user; the last three have flags of their own, and need an account:
//
//	export      writes a mailbox to a Maildir, an mbox or .eml files
//	import      stores the messages of a Maildir, an mbox or .eml files in a mailbox
//	agent       serves mail to language models
//	mirror      keeps a copy of an account in a Maildir, both ways
//	fleet       watches many accounts from many processes
//	oauth2      logs in to Gmail or Microsoft 365 with a token
package examples
