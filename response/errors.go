package response

import (
	"cmp"
	"fmt"
	"strconv"
)

// ParseError is a response, or one item of it, that breaks the grammar. It
// costs that row or item; the connection goes on.
//
// A FETCH response with a large literal is read in pieces: after such a literal,
// Raw and Offset are about the rest of the response, and what stood before it is
// not in them.
type ParseError struct {
	Rule     string // the grammar's name for what was expected, like "nz-number" or "envelope"
	Offset   int    // where in Raw it went wrong
	Raw      []byte // the response without its last CRLF; cut after 64 KiB
	Response string // the response's name, like "LIST"; empty if it has none
	SeqNum   SeqNum // of the message, in a FETCH response; zero if it can't be read
	UID      UID    // of the message, in a FETCH response; zero if it can't be read
	Item     string // the FETCH item that was lost; empty if it was the whole response
	Guess    bool   // the item is not lost: the message has what it may have been
	Msg      string // what was wrong, if the rule does not say it
	Err      error  // why the client gave it up, a *[LimitError]; nil if it breaks the grammar
}

// Unwrap returns Err.
func (e *ParseError) Unwrap() error { return e.Err }

// Error says what was expected and shows at most 32 octets of the place.
func (e *ParseError) Error() string {
	msg := "imap: malformed response"
	if e.Item != "" {
		msg = "imap: malformed " + e.Item
	}
	if e.Err != nil {
		return "imap: gave up " + cmp.Or(e.Item, e.Response, "a response") + ": " + e.Err.Error()
	}
	if e.Rule != "" {
		msg += ": expected " + e.Rule
	}
	if e.Msg != "" {
		msg += ": " + e.Msg
	}
	if len(e.Raw) == 0 {
		return msg // it is about what did not come
	}
	lo := min(max(e.Offset-8, 0), len(e.Raw))
	near := e.Raw[lo:min(lo+32, len(e.Raw))]
	return msg + " at octet " + strconv.Itoa(e.Offset) + " near " + strconv.QuoteToASCII(string(near))
}

// LimitError says that the server went beyond one of the client's limits.
type LimitError struct {
	What  string // "line", "literal", "nesting", …
	Limit int64  // the limit that was in force
}

// Error returns what was too much, and the limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("imap: %s exceeds the limit of %d", e.What, e.Limit)
}
