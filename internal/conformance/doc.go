// Package conformance runs the client against servers: the behaviour suite of
// package suite against imaptest and every real server that package servers finds,
// and what only one of those servers can show.
//
//	go test ./internal/conformance -run 'TestServers/dovecot'
//
// Servers that are not installed are skipped. IMAP_REQUIRE_SERVERS=standard makes
// that a failure, and IMAP_EXTENDED_SERVERS=1 adds the further ones.
package conformance
