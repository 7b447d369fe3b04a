package response

import "errors"

// Saved returns the set "$": the messages that the last SEARCH with SAVE has found
// (RFC 5182 §2.1, RFC 9051 §6.4.4.1). It stands for a set in commands of the session
// that saved it, and the server alone knows what is in it: it is [Set.Dynamic], and
// has no numbers here. Together with numbers it makes a set that no command takes.
func Saved[N UID | SeqNum]() Set[N] { return Set[N]{[]Range[N]{savedMark[N]()}} }

// savedMark is what a set has in place of its ranges. No range has its end before
// its start.
func savedMark[N UID | SeqNum]() Range[N] { return Range[N]{Start: Star, Stop: 1} }

// IsSaved reports whether the set is that of [Saved].
func (s Set[N]) IsSaved() bool { return len(s.ranges) == 1 && s.marked() }

// marked reports whether the set is, or has been joined with, that of Saved.
func (s Set[N]) marked() bool { return len(s.ranges) > 0 && s.ranges[0] == savedMark[N]() }

// mixed is what "$" and numbers make together.
func mixed[N UID | SeqNum]() Set[N] {
	return Set[N]{[]Range[N]{savedMark[N](), savedMark[N]()}}
}

var errSavedText = errors.New("imap: the saved search result has no meaning beyond its session")
