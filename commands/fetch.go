package commands

import (
	"strconv"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// Fetch is FETCH, and with UIDs UID FETCH (RFC 9051 §6.4.5, §6.4.9). The answer
// to UID FETCH has the UID even if Items do not ask for it.
type Fetch[N response.UID | response.SeqNum] struct {
	Set          response.Set[N] // which messages; not empty; [response.Saved] needs SEARCHRES
	Items        FetchItems      // what to return for each of them
	ChangedSince uint64          // only messages with a larger mod-sequence; zero: all. Needs CONDSTORE (RFC 7162 §3.1.4)
	Partial      *PartialRange   // only these messages of the set, by their position in it: UID FETCH, needs PARTIAL (RFC 9394 §3.3)
	Vanished     bool            // also return what was expunged since: UID FETCH with ChangedSince, needs QRESYNC (RFC 7162 §3.2.6)
}

// The two forms of [Fetch].
type (
	UIDFetch = Fetch[response.UID]    // by UID
	SeqFetch = Fetch[response.SeqNum] // by message sequence number
)

// Name returns "FETCH" or "UID FETCH".
func (Fetch[N]) Name() string { return pick[N]("FETCH", "UID FETCH") }

// Effects implements [Command]. Whether the command reads flags or sets \Seen
// depends on the items.
func (c Fetch[N]) Effects() Effects {
	eff := Selected | pick[N](SeqNums, MayExpunge) | c.Items.effects() | savedEffects(c.Set)
	if c.ChangedSince > 0 {
		eff |= ReadsFlags
	}
	return eff
}

// Mask returns the items that a complete answer has: those of [FetchItems.Mask],
// the UID in the answer to UID FETCH, and the mod-sequence if there is a
// ChangedSince (RFC 7162 §3.1.4.1).
func (c Fetch[N]) Mask() response.Items {
	m := c.Items.Mask() | pick[N](0, response.ItemUID)
	if c.ChangedSince > 0 {
		m |= response.ItemModSeq
	}
	return m
}

// Encode implements [Command].
func (c Fetch[N]) Encode(e *Encoder) {
	e.word(c.Name())
	e.SP()
	putSet(e, c.Set)
	e.SP()
	c.Items.encode(e)
	switch {
	case c.ChangedSince > maxModSeq:
		e.failNumber("mod-sequence", c.ChangedSince, "is not a 63-bit number")
	case c.Vanished && (pick[N](true, false) || c.ChangedSince == 0):
		e.Fail("VANISHED", "needs UID FETCH and a mod-sequence")
	}
	if c.Partial != nil && pick[N](true, false) {
		e.Fail("PARTIAL", "needs UID FETCH")
	}
	if c.ChangedSince == 0 && c.Partial == nil {
		return
	}
	e.SP()
	e.BeginList()
	if c.Partial != nil {
		c.Partial.encode(e)
		e.fresh = false
	}
	if c.ChangedSince > 0 {
		e.SP()
		e.word("CHANGEDSINCE ")
		e.Number(c.ChangedSince)
		e.option(c.Vanished, "VANISHED")
	}
	e.EndList()
}

func (f *FetchItems) encode(e *Encoder) {
	e.BeginList()
	for _, it := range f.flagged() {
		e.option(it.wanted, it.name)
	}
	for _, part := range f.BinarySizes {
		e.SP()
		e.word("BINARY.SIZE")
		e.Argument("binary size").binarySection(response.Section{Part: part})
	}
	for _, name := range f.Other {
		e.Synchronize()
		e.SP()
		e.Argument("item").fetchItem(name)
	}
	for i := range f.Sections {
		e.SP()
		e.Argument("section")
		f.Sections[i].encode(e)
	}
	e.option(f.RFC822Header, "RFC822.HEADER")
	e.option(f.RFC822Text, "RFC822.TEXT")
	e.option(f.RFC822, "RFC822")
	if e.fresh {
		e.Fail("items", "are missing")
	}
	e.EndList()
}

func (s *FetchSection) encode(e *Encoder) {
	if s.Binary {
		e.word("BINARY")
	} else {
		e.word("BODY")
	}
	if !s.MarkSeen || e.dialect.ReadOnly {
		e.word(".PEEK")
	}
	if s.Binary {
		e.binarySection(s.Section)
	} else {
		e.Section(s.Section)
	}
	if s.Partial != nil {
		e.partial(*s.Partial)
	}
}

// partial appends a range of octets (RFC 9051 §9 "partial").
func (e *Encoder) partial(p Partial) {
	switch {
	case p.Offset < 0:
		e.Fail("partial range", "has a negative offset")
	case p.Count < 1:
		e.Fail("partial range", "is empty")
	}
	e.buf = append(e.buf, '<')
	e.buf = strconv.AppendInt(e.buf, p.Offset, 10)
	e.buf = append(e.buf, '.')
	e.buf = strconv.AppendInt(e.buf, p.Count, 10)
	e.buf = append(e.buf, '>')
	e.fresh = false
}

// fetchItem appends an item that the library does not know: a letter, then atom
// characters, with balanced parentheses and brackets, and with single spaces
// within them or before a parenthesis. Quotes and literals are not allowed.
func (e *Encoder) fetchItem(item string) {
	if msg := checkItem(item); msg != "" {
		e.FailValue("item", item, msg)
		return
	}
	e.word(item)
}

// checkItem returns what is wrong with an item, or "".
func checkItem(item string) string {
	if item == "" || !isLetter(item[0]) {
		return "does not begin with a letter"
	}
	const maxDepth = 16
	var open [maxDepth]byte
	depth, prev := 0, item[0]
	for i := 1; i <= len(item); i++ {
		c := byte(' ') // the end counts as a space
		if i < len(item) {
			c = item[i]
		}
		switch {
		case prev == ')' && c != ' ' && c != ')' && c != ']',
			c == '(' && prev != ' ' && prev != '(' && prev != '[',
			c == ' ' && (prev == ' ' || prev == '('),
			prev == ' ' && (c == ')' || c == ']' || depth == 0 && c != '('):
			return "has a misplaced space or parenthesis"
		case i == len(item):
		case c == '(' || c == '[':
			if depth == maxDepth {
				return "nests too deeply"
			}
			open[depth] = c
			depth++
		case c == ')' || c == ']':
			if depth == 0 || (open[depth-1] == '(') != (c == ')') {
				return "has unbalanced brackets"
			}
			depth--
		case c != ' ' && !ascii.Is(c, ascii.AtomChar):
			return "contains a character that is not allowed in an item"
		}
		prev = c
	}
	if depth > 0 {
		return "has unbalanced brackets"
	}
	return ""
}

func isLetter(c byte) bool { return 'A' <= ascii.Upper(c) && ascii.Upper(c) <= 'Z' }
