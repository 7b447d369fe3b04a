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
// It is a module of its own, so that programs that import the library do not depend on
// go-imap v2. All of it is tests.
package compat
