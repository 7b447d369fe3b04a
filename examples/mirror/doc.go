// Command mirror keeps a mail account and a folder of Maildirs in step, in both
// directions, with an index for searching.
//
//	mirror -url imaps://you@imap.example.org -dir ~/Mail          # until interrupted
//	mirror -url imaps://you@imap.example.org -dir ~/Mail -once
//	mirror -dir ~/Mail search "invoice from:bob"
//	mirror -dir ~/Mail status
//
// The password comes from the environment variable IMAP_PASSWORD.
//
// Each mailbox is a Maildir in the folder. A message that is added, deleted, or whose
// flags change (the letters D, F, R, S and T at the end of its file's name), on either
// side, is added, deleted or changed on the other. A flag that was changed on either
// side is changed on both; a message deleted here goes even if its flags have changed
// there, unless it was flagged there with \Flagged: then it comes back. It goes to the
// mailbox for such messages if the account has one, unless -expunge is given. A message
// that is moved from one Maildir to another is stored in its new place on the server
// before it is removed from the old one. A new Maildir becomes a mailbox. A mailbox that
// is deleted here stays on the server, and the other way round. Keywords stay on the
// server as they are; Maildir has no letters for them.
//
// A folder that has messages already is joined: what is equal on both sides is not
// copied, also if the database was lost.
//
// What is known of both sides, and what is still to be sent, is in a database beside
// the Maildirs, mirror.db. The program may be killed at any instant: it goes on where
// it was, and no message is lost, doubled, or brought back.
//
// If more than a hundred messages and a fifth of a mailbox are gone at once, on either
// side, or if the folder has lost its marker file because its disk is not mounted,
// nothing is deleted; the flag -force says that it was meant.
package main
