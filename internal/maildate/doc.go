// Package maildate parses the dates of mail: those of header fields (RFC 5322
// §3.3 and §4.3), which ENVELOPE has as they were written, and the date-time of
// IMAP itself (RFC 9051 §9).
//
// Parsing is lenient and does not allocate.
package maildate
