package commands

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// SearchKey is a condition on messages (RFC 9051 §6.4.4). Package search has one
// for each of the RFCs.
type SearchKey interface {
	// EncodeKey appends the keys, one or more with spaces between them.
	EncodeKey(e *Encoder)
	// Effects returns SeqNums if the key contains message sequence numbers, and
	// ReadsFlags if it depends on flags.
	Effects() Effects
	// ASCII reports whether all strings in the key are ASCII.
	ASCII() bool
	// Needs returns the capabilities that the key needs beyond IMAP4rev1.
	Needs() []response.Cap
}

// Search is SEARCH, or with UID UID SEARCH (RFC 9051 §6.4.4, §6.4.9).
//
// CHARSET UTF-8 is sent only if a string is not ASCII and the session is not one in
// which all strings are UTF-8 (RFC 6855 §3).
type Search struct {
	UID    bool         // answer with UIDs
	Key    SearchKey    // nil: all messages
	Return SearchReturn // what the answer has

	// Charset names the charset of the strings in Key, which are sent as they are.
	// Empty: UTF-8. Anything but UTF-8 and US-ASCII is an error if all strings of the
	// session are UTF-8.
	Charset string
}

// SearchReturn holds the return options of SEARCH (RFC 9051 §6.4.4, RFC 4731). The
// zero value asks for the numbers, in the form that all servers know; everything
// else needs the capability ESEARCH or IMAP4rev2.
type SearchReturn struct {
	Min     bool          // the smallest number
	Max     bool          // the largest number
	All     bool          // the numbers, as a set
	Count   bool          // how many match
	Save    bool          // save the result for "$": needs SEARCHRES (RFC 5182) or IMAP4rev2
	Partial *PartialRange // not with All: needs PARTIAL (RFC 9394) or CONTEXT=SEARCH (RFC 5267)
	Other   []string      // names of further options

	Relevancy bool // scores: needs SEARCH=FUZZY and a key that is fuzzy (RFC 6203 §4)
	Update    bool // have the result kept up to date: needs CONTEXT=SEARCH, or CONTEXT=SORT in a SORT (RFC 5267 §4.3)
	Context   bool // a hint that the search comes again: needs the same (RFC 5267 §4.2)
}

// PartialRange is a range of results: {1, 100} are the first hundred, {-1,
// -100} the last hundred (RFC 9394 §3.1).
type PartialRange struct {
	First int64 // 1 is the first result, -1 the last
	Last  int64 // of the same sign as First
}

func (r SearchReturn) any() bool {
	return r.Min || r.Max || r.All || r.Count || r.Save || r.Partial != nil || len(r.Other) > 0 || r.Relevancy || r.Update || r.Context
}

// Name returns "SEARCH" or "UID SEARCH".
func (c Search) Name() string {
	if c.UID {
		return "UID SEARCH"
	}
	return "SEARCH"
}

// Effects implements [Command]. The answer has the command's tag only if there are
// return options.
func (c Search) Effects() Effects { return c.answering(AnswersSearch) }

// answering returns the effects of a command that searches and is answered with
// kind, or with ESEARCH.
func (c Search) answering(kind Effects) Effects {
	eff := Selected | SeqNums
	if c.UID {
		eff = Selected | MayExpunge
	}
	if !c.Return.any() {
		eff |= kind
	}
	if c.Return.Save {
		eff |= SavesResult
	}
	if c.Key != nil {
		eff |= c.Key.Effects()
	}
	return eff
}

// Needs returns the capabilities that the command needs beyond IMAP4rev1.
// PARTIAL stands for PARTIAL or CONTEXT=SEARCH.
func (c Search) Needs() []response.Cap {
	var caps []response.Cap
	if c.Return.any() {
		caps = append(caps, response.CapESearch)
	}
	if c.Return.Save {
		caps = append(caps, response.CapSearchRes)
	}
	if c.Return.Partial != nil {
		caps = append(caps, response.CapPartial)
	}
	if c.Return.Relevancy {
		caps = append(caps, response.CapSearchFuzzy)
	}
	if c.Return.Update || c.Return.Context {
		caps = append(caps, response.CapContextSearch)
	}
	if c.Key != nil {
		for _, need := range c.Key.Needs() {
			caps = appendCap(caps, need)
		}
	}
	return caps
}

// Encode implements [Command].
func (c Search) Encode(e *Encoder) {
	e.word(c.Name())
	c.encodeProgram(e)
}

// encodeProgram appends what follows the name.
func (c Search) encodeProgram(e *Encoder) {
	if c.Return.any() {
		e.SP()
		c.Return.encode(e)
	}
	if charset := c.charset(e); charset != "" {
		e.Synchronize() // mox reads what follows an unknown charset as commands
		e.SP()
		e.word("CHARSET ")
		e.Argument("charset").AString(charset)
	}
	e.SP()
	e.textKey(c.Key, c.Charset)
}

// textKey appends a key whose strings are in a charset: "" is UTF-8.
func (e *Encoder) textKey(key SearchKey, charset string) {
	begin := len(e.buf)
	e.searchKey(key)
	if isUTF8(charset) && !validUTF8(e.buf[begin:]) {
		e.Fail("search key", "has a string that is not UTF-8")
	}
}

func isUTF8(charset string) bool { return charset == "" || ascii.EqualFold(charset, "UTF-8") }

// searchKey appends a key, or ALL if it is nil.
func (e *Encoder) searchKey(key SearchKey) {
	if key == nil {
		e.word("ALL")
		return
	}
	key.EncodeKey(e)
}

// charset returns the charset to send, or "".
func (c Search) charset(e *Encoder) string {
	utf8 := isUTF8(c.Charset)
	ascii7 := ascii.EqualFold(c.Charset, "US-ASCII")
	switch {
	case e.dialect.UTF8 && !utf8 && !ascii7:
		e.FailValue("charset", c.Charset, "is not UTF-8, which this session requires") // RFC 6855 §3
		return ""
	case e.dialect.UTF8:
		return ""
	case !utf8:
		return c.Charset
	case c.Key == nil || c.Key.ASCII():
		return ""
	}
	return "UTF-8"
}

func (r SearchReturn) encode(e *Encoder) {
	e.word("RETURN ")
	e.BeginList()
	e.option(r.Min, "MIN")
	e.option(r.Max, "MAX")
	e.option(r.All, "ALL")
	e.option(r.Count, "COUNT")
	e.option(r.Save, "SAVE")
	if r.Partial != nil {
		if r.All {
			e.Fail("return options", "have both ALL and PARTIAL") // RFC 9394 §3.1
		}
		e.SP()
		r.Partial.encode(e)
	}
	e.option(r.Relevancy, "RELEVANCY")
	e.option(r.Update, "UPDATE")
	e.option(r.Context, "CONTEXT")
	for _, name := range r.Other {
		e.Synchronize()
		e.SP()
		e.Argument("return option").Atom(name)
	}
	e.EndList()
}

func (p *PartialRange) encode(e *Encoder) {
	const limit = 1<<32 - 1
	ok := func(n int64) bool { return n != 0 && n >= -limit && n <= limit }
	e.word("PARTIAL ")
	start := len(e.buf)
	e.buf = strconv.AppendInt(e.buf, p.First, 10)
	e.buf = append(e.buf, ':')
	e.buf = strconv.AppendInt(e.buf, p.Last, 10)
	if !ok(p.First) || !ok(p.Last) || (p.First < 0) != (p.Last < 0) {
		e.failShown("partial range", string(e.buf[start:]), "")
	}
}
