// Package search is the vocabulary of conditions that SEARCH understands
// (RFC 9051 §6.4.4 and extensions). They compose:
//
//	search.And(search.Unseen(), search.From("bob"), search.Since(t))
//	search.Or(search.Subject("invoice"), search.Not(search.Flagged()))
//
// Texts are UTF-8. What matches is the server's decision; it compares without
// regard to case and, in IMAP4rev1, mostly finds text anywhere within words.
//
// Dates are days: a key takes the calendar date that its time has in its own
// location. The server compares it with the date of the message in the zone of
// the message, so that near midnight the two may differ by a day.
package search
