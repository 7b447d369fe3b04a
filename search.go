package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// SearchOptions are the settings of SEARCH. If nothing is asked for, All is.
type SearchOptions struct {
	// What is asked for (RFC 9051 §6.4.4): the smallest number, the largest, how many there
	// are, all of them. Without ESEARCH, the library finds out by itself.
	Min, Max, Count, All bool
	// Save keeps the result, or with Min or Max and neither Count nor All these alone, for
	// the next commands as Saved. Alone, it asks for nothing else. Needs SEARCHRES (RFC 5182).
	Save bool
	// Partial asks for a range in place of All: {1, 100} are the first hundred, {-1, -100}
	// the last. Needs PARTIAL (RFC 9394 §3.1), or CONTEXT=SEARCH if positive (RFC 5267 §4.4).
	Partial   *commands.PartialRange
	Relevancy bool   // also how well each matches; needs SEARCH=FUZZY and a key of search.Fuzzy (RFC 6203 §4)
	Charset   string // of the texts in the key; empty: UTF-8
	Local     bool   // compare header fields here if the server lacks the charset
}

// UIDSearch finds the messages in the selected mailbox that match key, and returns
// their UIDs (RFC 9051 §6.4.4). Package search has the keys; nil matches all. A
// long set in the key is split, but within Or or Not, or with Save, an
// *[ArgumentError].
//
// Errors: an *[UnsupportedError] for a key that the server does not know; a
// *[StatusError] with a [response.BadCharsetCode]; a *[ParseError].
func (c *Client) UIDSearch(ctx context.Context, key SearchKey, opts *SearchOptions) (*SearchResult[UID], error) {
	res, err := search[UID](ctx, c, commands.Search{UID: true, Key: key}, opts)
	if err != nil && opts != nil && opts.Local && badCharset(err) {
		return c.searchLocally(ctx, key, opts, err)
	}
	return res, err
}

// Search is [Client.UIDSearch] for message sequence numbers.
func (c *Client) Search(ctx context.Context, key SearchKey, opts *SearchOptions) (*SearchResult[SeqNum], error) {
	return search[SeqNum](ctx, c, commands.Search{Key: key}, opts)
}

func search[N UID | SeqNum](ctx context.Context, c *Client, cmd commands.Search, opts *SearchOptions) (*SearchResult[N], error) {
	if opts == nil {
		opts = &SearchOptions{}
	}
	cmd.Charset = opts.Charset
	extended := c.Caps().Has(response.CapESearch)
	if extended || opts.Save || opts.Relevancy || opts.Partial != nil {
		cmd.Return = opts.returns()
	}
	if err := c.requireSearch(cmd); err != nil {
		return nil, err
	}
	col, err := c.searchWhole(ctx, cmd)
	if err != nil {
		return nil, err
	}
	return searchResult[N](col, opts), nil
}

// requireSearch returns an *UnsupportedError for what the server can't do.
func (c *Client) requireSearch(cmd commands.Search) error {
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return err
	}
	if p := cmd.Return.Partial; p != nil && p.First < 0 { // CONTEXT=SEARCH counts from the first one alone (RFC 5267 §4.4)
		if !c.Caps().Has(response.CapPartial) {
			return &UnsupportedError{Command: cmd.Name(), Cap: response.CapPartial}
		}
	}
	return nil
}

// asked says in a command what is asked for.
func (o *SearchOptions) asked() commands.SearchReturn {
	return commands.SearchReturn{Min: o.Min, Max: o.Max, Count: o.Count, All: o.All, Save: o.Save, Partial: o.Partial, Relevancy: o.Relevancy}
}

// returns is asked with the defaults. COUNT is asked for, too, unless that
// would change what is saved (RFC 5182 §2.1): an answer always has it, so that one
// without it shows that the server has left something out.
func (o *SearchOptions) returns() commands.SearchReturn {
	r := o.asked()
	if !r.Min && !r.Max && !r.Count && !r.Save && r.Partial == nil {
		r.All = true
	}
	if !r.Save && r.Partial == nil {
		r.Count = true
	}
	return r
}

// searchResult puts together what was asked for out of what came.
func searchResult[N UID | SeqNum](col *searchCollector, opts *SearchOptions) *SearchResult[N] {
	res := &SearchResult[N]{ModSeq: col.modSeq, Relevancy: col.scores}
	if opts.Save && !opts.Min && !opts.Max && !opts.Count && !opts.All && opts.Partial == nil {
		return res // Cyrus 3.12 sends all numbers
	}
	res.All = as[N](col.all())
	res.Partial = as[N](col.partial)
	for _, r := range col.order {
		res.Order = append(res.Order, response.Range[N]{Start: N(r.Start), Stop: N(r.Stop)})
	}
	res.Min, res.Max, res.Count = N(col.min), N(col.max), col.count
	if col.extended && col.items&response.ESearchAll == 0 {
		return res
	}
	res.Count = uint32(res.All.Len())
	if opts.Partial != nil {
		res.Partial = partOf(res.All, *opts.Partial)
	}
	if opts.Min {
		res.Min, _ = res.All.Min()
	}
	if opts.Max {
		res.Max, _ = res.All.Max()
	}
	return res
}

// as returns the numbers as what they are.
func as[N UID | SeqNum](s UIDSet) response.Set[N] {
	if same, ok := any(s).(response.Set[N]); ok {
		return same
	}
	seqs, _ := any(response.AsSeqSet(s)).(response.Set[N])
	return seqs
}

// searchCollector takes SEARCH and ESEARCH responses.
type searchCollector struct {
	noCollector
	call     *call
	some     []UIDSet              // numbers of several responses, each set larger than the next
	order    []response.Range[UID] // of the only response, if it is not ascending
	partial  UIDSet
	min, max uint32
	count    uint32
	counts   int64 // of all responses
	modSeq   uint64
	scores   []uint32
	extended bool                  // the answer was an ESEARCH
	items    response.ESearchItems // what ESEARCH had
	bad      *ParseError
}

// begin notes the command, whose tag answers name.
func (s *searchCollector) begin(w *call) { s.call = w }

func (s *searchCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *response.SearchData:
		s.add(d.Nums, d.Order)
		s.modSeq = max(s.modSeq, d.ModSeq)
		return true
	case *response.ESearchData:
		if d.Tag != "" && d.Tag != tagName(s.call.tag) || len(d.Updates) > 0 {
			return false
		}
		s.take(d)
		return true
	}
	return false
}

// take takes an ESEARCH response to the command.
func (s *searchCollector) take(d *response.ESearchData) {
	s.extended = true
	s.items |= d.Items
	s.add(d.All, d.Order)
	s.partial.AddSet(d.Partial)
	s.scores = append(s.scores, d.Relevancy...)
	s.min, s.max, s.count = d.Min, d.Max, d.Count
	s.counts += int64(d.Count)
	s.modSeq = max(s.modSeq, d.ModSeq)
}

// add adds numbers. Servers may send them in many small pieces, in any order:
// only sets of about the same size are merged, which costs n·log n in all.
func (s *searchCollector) add(nums UIDSet, order []response.Range[UID]) {
	if s.order = nil; len(s.some) == 0 {
		s.order = order
	}
	s.some = append(s.some, nums)
	for n := len(s.some); n > 1 && len(s.some[n-2].Ranges()) <= 2*len(s.some[n-1].Ranges()); n-- {
		s.merge(n)
	}
}

// merge merges the last two of n sets.
func (s *searchCollector) merge(n int) {
	if s.some[n-2].Empty() {
		s.some[n-2] = s.some[n-1]
	} else {
		s.some[n-2].AddSet(s.some[n-1])
	}
	s.some = s.some[:n-1]
}

// all returns the numbers that came.
func (s *searchCollector) all() UIDSet {
	for len(s.some) > 1 {
		s.merge(len(s.some))
	}
	if len(s.some) == 0 {
		return UIDSet{}
	}
	return s.some[0]
}

// lost takes the news that a response could not be read.
func (s *searchCollector) lost(_ *Message, err *ParseError) bool {
	if err.Response != "SEARCH" && err.Response != "ESEARCH" || s.bad != nil {
		return false
	}
	s.bad = err
	return true
}
