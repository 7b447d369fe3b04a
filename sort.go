package imap

import (
	"context"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDSort is [Client.UIDSearch] with the UIDs in the order that by asks for, the
// first criterion before the others (RFC 5256 §3). It needs SORT, and SORT=DISPLAY
// for two of them. No criterion is an *[ArgumentError].
func (c *Client) UIDSort(ctx context.Context, by []commands.SortKey, key SearchKey, opts *commands.SortOptions) (*response.SortResult[UID], error) {
	return sortMessages[UID](ctx, c, commands.Sort{UID: true, Keys: by, Key: key}, opts)
}

// Sort is [Client.UIDSort] for message sequence numbers.
func (c *Client) Sort(ctx context.Context, by []commands.SortKey, key SearchKey, opts *commands.SortOptions) (*response.SortResult[SeqNum], error) {
	return sortMessages[SeqNum](ctx, c, commands.Sort{Keys: by, Key: key}, opts)
}

func sortMessages[N UID | SeqNum](ctx context.Context, c *Client, cmd commands.Sort, opts *commands.SortOptions) (*response.SortResult[N], error) {
	if opts == nil {
		opts = &commands.SortOptions{}
	}
	cmd.Charset = opts.Charset
	rest, uids, err := c.detach(cmd.Name(), cmd.Key)
	if err != nil {
		return nil, err
	}
	if !uids.Empty() && (!cmd.UID || opts.Relevancy) {
		return nil, longKey(cmd.Name())
	}
	if cmd.Key = rest; uids.Empty() {
		cmd.Return = c.sortReturn(opts)
	}
	if err := c.require(cmd.Name(), cmd.Needs()...); err != nil {
		return nil, err
	}
	if opts.Relevancy && !c.sortsPages(opts.Partial) {
		return nil, &UnsupportedError{Command: cmd.Name(), Cap: response.CapContextSort}
	}
	if opts.All && opts.Partial != nil {
		return nil, &ArgumentError{Command: cmd.Name(), Argument: "return options", Msg: "have both All and Partial"}
	}
	col, err := c.sortOnce(ctx, cmd)
	if err != nil {
		return nil, err
	}
	nums, err := col.numbers(cmd.Name())
	if err != nil {
		return nil, err
	}
	if !uids.Empty() { // too long for the command: its order is that of the rest
		nums = slices.DeleteFunc(nums, func(n UID) bool { return !uids.Contains(n) })
	}
	return sortResult[N](col, nums, opts), nil
}

// sortReturn returns what ESORT is asked for, or nothing if a plain SORT will do. As in
// a search, COUNT shows whether the answer is whole. MIN and MAX are not asked for: Cyrus
// sends the smallest and the largest number, which can't be told from the first and the
// last of the order.
func (c *Client) sortReturn(o *commands.SortOptions) (r commands.SearchReturn) {
	ends := o.Min || o.Max
	some := ends || o.Count || o.Partial != nil
	if !o.Relevancy && (!some || !c.Caps().Has(response.CapESort) || !c.sortsPages(o.Partial)) {
		return r
	}
	if ends && o.Partial != nil && !o.Relevancy { // ALL and PARTIAL exclude each other
		return r
	}
	r = commands.SearchReturn{All: o.All || ends || !some, Relevancy: o.Relevancy, Partial: o.Partial}
	if ends {
		r.Partial = nil
	}
	r.Count = r.Partial == nil || o.Count
	return r
}

// sortsPages reports whether the server returns a range of a sorted result: CONTEXT=SORT
// counts from the first one alone (RFC 5267 §4.4).
func (c *Client) sortsPages(p *commands.PartialRange) bool {
	caps := c.Caps()
	return p == nil || caps.Has(response.CapPartial) || p.First > 0 && caps.Has(response.CapContextSort)
}

// sortOnce runs one SORT, and a plain one after it if the answer lacks what was asked for.
func (c *Client) sortOnce(ctx context.Context, cmd commands.Sort) (*sortCollector, error) {
	col := &sortCollector{}
	if err := c.runOnce(ctx, cmd, col); err != nil {
		return nil, err
	}
	if col.bad != nil {
		return nil, col.bad
	}
	r := cmd.Return
	if r.Count && col.items&response.ESearchCount == 0 || r.All && col.lacks() || r.Partial != nil && col.items&response.ESearchPartial == 0 {
		if !r.Relevancy && len(col.plain) == 0 {
			cmd.Return = commands.SearchReturn{}
			return c.sortOnce(c.sameSelection(ctx, col.call), cmd)
		}
	}
	return col, nil
}

// sortCollector takes SORT and ESEARCH responses to one command.
type sortCollector struct {
	noCollector
	call  *call
	plain []*response.SortData
	parts []*response.ESearchData
	items response.ESearchItems
	bad   *ParseError
}

func (s *sortCollector) begin(w *call) { s.call = w }

func (s *sortCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *response.SortData:
		s.plain = append(s.plain, d)
		return true
	case *response.ESearchData:
		if d.Tag != tagName(s.call.tag) || len(d.Updates) > 0 {
			return false
		}
		s.parts = append(s.parts, d)
		s.items |= d.Items
		return true
	}
	return false
}

// lacks reports whether fewer numbers came than the server says there are.
func (s *sortCollector) lacks() bool {
	var count, came int64
	for _, d := range s.parts {
		count, came = max(count, int64(d.Count)), came+d.All.Len()
	}
	return came < count
}

func (s *sortCollector) lost(_ *Message, err *ParseError) bool {
	if err.Response != "SORT" && err.Response != "ESEARCH" || s.bad != nil {
		return false
	}
	s.bad = err
	return true
}

// maxSorted bounds how many numbers the ranges of a sorted result may hold: these cost
// the server a few octets.
const maxSorted = 16 << 20

// numbers returns all numbers that came, or the range of them, in the order of the sort.
func (s *sortCollector) numbers(command string) (nums []UID, err error) {
	for _, d := range s.plain {
		nums = append(nums, d.Nums...)
	}
	for _, d := range s.parts {
		set := d.All
		if d.Items&response.ESearchPartial != 0 {
			set = d.Partial
		}
		if nums, err = appendInOrder(nums, command, set, d.Order); err != nil {
			return nil, err
		}
	}
	return nums, nil
}

// appendInOrder appends the numbers of a set in the order in which they were sent.
func appendInOrder(nums []UID, command string, set UIDSet, order []response.Range[UID]) ([]UID, error) {
	if order == nil {
		order = set.Ranges()
	}
	for _, r := range order {
		piece := UIDRange(r.Start, r.Stop)
		if piece.Dynamic() || piece.Len() > maxSorted-int64(len(nums)) {
			return nil, &LimitError{What: "the answer to " + command, Limit: maxSorted}
		}
		nums = slices.AppendSeq(nums, piece.All())
	}
	return nums, nil
}

// sortResult puts together what was asked for out of what came.
func sortResult[N UID | SeqNum](col *sortCollector, nums []UID, o *commands.SortOptions) *response.SortResult[N] {
	res := &response.SortResult[N]{}
	for _, d := range col.plain {
		res.ModSeq = max(res.ModSeq, d.ModSeq)
	}
	for _, d := range col.parts {
		res.ModSeq = max(res.ModSeq, d.ModSeq)
		res.Count = max(res.Count, d.Count)
		res.Relevancy = append(res.Relevancy, d.Relevancy...)
	}
	list := make([]N, len(nums))
	for i, n := range nums {
		list[i] = N(n)
	}
	wantsAll := o.All || !o.Min && !o.Max && !o.Count && o.Partial == nil
	if col.items&response.ESearchPartial != 0 {
		res.Partial = list
		return res
	}
	if len(list) > 0 && o.Min {
		res.Min = list[0]
	}
	if len(list) > 0 && o.Max {
		res.Max = list[len(list)-1]
	}
	if o.Partial != nil {
		res.Partial = pageOf(list, *o.Partial)
		res.Relevancy = pageOf(res.Relevancy, *o.Partial)
	}
	if wantsAll {
		res.Nums = list
	}
	if len(col.parts) == 0 && (wantsAll || o.Count) {
		res.Count = uint32(len(list))
	}
	return res
}

// pageOf returns a range of the numbers, as PARTIAL would (RFC 9394 §3.1): from the end,
// they come in the order of the sort, too.
func pageOf[N any](list []N, p commands.PartialRange) []N {
	first, last := min(p.First, p.Last), max(p.First, p.Last)
	if n := int64(len(list)); first < 0 {
		first, last = n+first, n+last
	} else {
		first, last = first-1, last-1
	}
	first, last = max(first, 0), min(last, int64(len(list))-1)
	if first > last {
		return nil
	}
	return list[first : last+1]
}
