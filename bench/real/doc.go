// Package real measures IMAP clients with real servers and real links: what a
// user waits for. Each client does the same jobs in a process of its own, over TLS
// on loopback and through a [relay] that has a round trip and a bandwidth.
//
//	go -C bench run . -real
//
// The jobs are in job.go, the clients in client_*.go, imaplib_client.py,
// imapflow_client.mjs and mbsync.go. A client that is not installed is left out, with a word.
package real
