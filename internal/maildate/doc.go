// Package maildate reads and writes the dates of mail: those of header fields
// (RFC 5322 §3.3 and §4.3), which ENVELOPE hands on as they were written, and
// the date-time and date-text of IMAP itself (RFC 9051 §9).
//
// Reading is lenient and does not allocate.
package maildate
