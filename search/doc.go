// Package search has the search keys of SEARCH (RFC 9051 §6.4.4 and extensions),
// SORT and THREAD. They compose:
//
//	search.And(search.Unseen(), search.From("bob"), search.Since(t))
//	search.Or(search.Subject("invoice"), search.Not(search.Flagged()))
//
// Strings are UTF-8. The server decides what matches: it ignores case, and most
// servers find a string anywhere within words.
//
// Dates are days: a key uses the calendar date of its time in the time's own
// location. The server compares it with the date of the message in the zone of the
// message, so that near midnight the two may differ by a day.
package search
