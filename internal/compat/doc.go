// Package compat runs the same steps with three clients, this library, go-imap v2 and
// Python's imaplib, against imaptest and against Dovecot, and compares what they saw.
// If the clients differ, one of them is wrong; if the servers do, imaptest is.
//
// Each client logs in, makes mailboxes, lists them, appends, selects, searches,
// fetches, stores, moves, expunges and idles while another session changes the
// mailbox, and writes down what the server sent, one JSON object a line:
//
//	{"step":"search","saw":["unseen: 2 3 4","keyword: 2","nothing: "]}
//
// Programs that people use (mbsync, interimap, neomutt) are run against imaptest too, if
// they are installed: what they sync must be the same on both sides.
//
// It is a module of its own, so that users of the library do not inherit
// go-imap v2. All of it is tests.
package compat
