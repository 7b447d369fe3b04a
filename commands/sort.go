package commands

import (
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// SortField is what SORT sorts by (RFC 5256 §3, RFC 5957 §3).
type SortField string

// The sort criteria of RFC 5256 §3, and those of RFC 5957 §3, which need the
// capability SORT=DISPLAY.
const (
	SortArrival     SortField = "ARRIVAL"     // internal date
	SortCc          SortField = "CC"          // first address of Cc
	SortDate        SortField = "DATE"        // Date field
	SortFrom        SortField = "FROM"        // first address of From
	SortSize        SortField = "SIZE"        // octets
	SortSubject     SortField = "SUBJECT"     // without Re: and the like
	SortTo          SortField = "TO"          // first address of To
	SortDisplayFrom SortField = "DISPLAYFROM" // name, or else address, of the first of From
	SortDisplayTo   SortField = "DISPLAYTO"   // name, or else address, of the first of To
	SortRelevancy   SortField = "RELEVANCY"   // the best match first: needs SEARCH=FUZZY and a key that is fuzzy (RFC 6203 §6)
)

// known reports whether servers with SORT or SORT=DISPLAY know the criterion.
func (f SortField) known() bool {
	switch f {
	case SortArrival, SortCc, SortDate, SortFrom, SortSize, SortSubject, SortTo, SortDisplayFrom, SortDisplayTo, SortRelevancy:
		return true
	}
	return false
}

// SortKey is one criterion of a sort.
type SortKey struct {
	Field   SortField // what to sort by
	Reverse bool      // largest first
}

// SortOptions are the settings of SORT. Nil and the zero value are the defaults.
type SortOptions struct {
	// Min, Max, Count and All are what is asked for: the first in the order of the
	// sort, the last, how many there are, and all of them. None of the four, without
	// Partial, is All. For Min and Max the server is asked for all, as some return the
	// smallest and the largest number: a Partial of {1, 1} costs less. So it is for
	// Count without ESORT (RFC 5267 §3.1).
	Min, Max, Count, All bool

	// Partial asks for a range of the sorted result, a page: {1, 50} are the first
	// fifty, {-1, -50} the last (RFC 5267 §4.4, RFC 9394 §3.1). It does not go together
	// with All. Without CONTEXT=SORT, or PARTIAL, it is taken from all of them.
	Partial *PartialRange

	// Relevancy asks how well each message matches. Needs ESORT, SEARCH=FUZZY, and a
	// key of search.Fuzzy (RFC 6203 §6).
	Relevancy bool

	Charset string // of the strings in the key; empty: UTF-8
}

// Sort is SORT, or with UID UID SORT (RFC 5256 §3), which needs the capability
// SORT.
type Sort struct {
	UID     bool         // answer with UIDs
	Keys    []SortKey    // the first one takes precedence
	Key     SearchKey    // which messages; nil: all
	Return  SearchReturn // anything in it needs ESORT (RFC 5267); Save is not part of that
	Charset string       // of the strings in Key; empty: UTF-8
}

// Name returns "SORT" or "UID SORT".
func (c Sort) Name() string {
	if c.UID {
		return "UID SORT"
	}
	return "SORT"
}

// Effects implements [Command]. They are those of a [Search].
func (c Sort) Effects() Effects {
	return Search{UID: c.UID, Key: c.Key, Return: c.Return}.answering(AnswersSort)
}

// Needs returns the capabilities that the command needs beyond IMAP4rev1.
func (c Sort) Needs() []response.Cap {
	caps := []response.Cap{response.CapSort}
	for _, k := range c.Keys {
		if k.Field == SortDisplayFrom || k.Field == SortDisplayTo {
			caps = appendCap(caps, response.CapSortDisplay)
		}
		if k.Field == SortRelevancy {
			caps = appendCap(caps, response.CapSearchFuzzy)
		}
	}
	if c.Return.any() {
		caps = append(caps, response.CapESort)
	}
	if c.Return.Relevancy {
		caps = appendCap(caps, response.CapSearchFuzzy)
	}
	if c.Return.Update || c.Return.Context {
		caps = append(caps, response.CapContextSort)
	}
	if c.Key != nil {
		caps = append(caps, c.Key.Needs()...)
	}
	return caps
}

// Encode implements [Command].
func (c Sort) Encode(e *Encoder) {
	e.word(c.Name())
	if c.Return.any() {
		e.SP()
		c.Return.encode(e)
	}
	if len(c.Keys) == 0 {
		e.Fail("sort keys", "are missing")
	}
	e.SP()
	e.BeginList()
	for _, k := range c.Keys {
		if !k.Field.known() {
			e.Synchronize()
		}
		e.option(k.Reverse, "REVERSE")
		e.SP()
		e.Argument("sort key").Atom(string(k.Field))
	}
	e.EndList()
	e.searchProgram(c.Charset, c.Key)
}

// searchProgram appends the charset, which SORT and THREAD always have, and a
// search key.
func (e *Encoder) searchProgram(charset string, key SearchKey) {
	if charset == "" {
		charset = "UTF-8"
	}
	if !isUTF8(charset) && !ascii.EqualFold(charset, "US-ASCII") { // those two must be known (RFC 5256 §3)
		e.Synchronize()
	}
	e.SP()
	e.Argument("charset").AString(charset)
	e.SP()
	e.textKey(key, charset)
}

// ThreadAlgorithm is the algorithm by which THREAD groups messages (RFC 5256 §3).
type ThreadAlgorithm string

// The algorithms of RFC 5256. Each needs a capability, like
// THREAD=REFERENCES.
const (
	ThreadOrderedSubject ThreadAlgorithm = "ORDEREDSUBJECT" // by subject, then date
	ThreadReferences     ThreadAlgorithm = "REFERENCES"     // by References and In-Reply-To, then subject
)

// ThreadOptions are the settings of THREAD. Nil and the zero value are the
// defaults.
type ThreadOptions struct {
	Charset string // of the strings in the key; empty: UTF-8
}

// Thread is THREAD, or with UID UID THREAD (RFC 5256 §3), which needs a
// capability for its algorithm.
type Thread struct {
	UID       bool            // answer with UIDs
	Algorithm ThreadAlgorithm // how to group messages
	Key       SearchKey       // which messages; nil: all
	Charset   string          // of the strings in Key; empty: UTF-8
}

// Name returns "THREAD" or "UID THREAD".
func (c Thread) Name() string {
	if c.UID {
		return "UID THREAD"
	}
	return "THREAD"
}

// Effects implements [Command]. They are those of a [Search].
func (c Thread) Effects() Effects { return Search{UID: c.UID, Key: c.Key}.answering(AnswersThread) }

// Needs returns the capability of the algorithm and those of the key.
func (c Thread) Needs() []response.Cap {
	caps := []response.Cap{response.Cap("THREAD=" + c.Algorithm)}
	if c.Key != nil {
		caps = append(caps, c.Key.Needs()...)
	}
	return caps
}

// Encode implements [Command].
func (c Thread) Encode(e *Encoder) {
	e.word(c.Name())
	e.SP()
	e.Argument("algorithm").Atom(string(c.Algorithm))
	e.searchProgram(c.Charset, c.Key)
}
