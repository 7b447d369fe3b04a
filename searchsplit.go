package imap

import (
	"context"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
	searchkey "github.com/seed-090b04e4/imap/search"
)

// searchWhole runs a SEARCH, or as many as it takes, and returns all that was found.
func (c *Client) searchWhole(ctx context.Context, cmd commands.Search) (*searchCollector, error) {
	rest, uids, err := c.detach(cmd.Name(), cmd.Key)
	if err != nil {
		return nil, err
	}
	if !uids.Empty() {
		if !cmd.UID || cmd.Return.Save || cmd.Return.Relevancy {
			return nil, longKey(cmd.Name())
		}
		cmd.Key = rest
		return c.searchPieces(ctx, cmd, slices.Collect(uids.Split(maxSetOctets/2))) // the key may have others
	}
	col, stop, err := c.searchOnce(ctx, cmd)
	switch {
	case err != nil:
		return nil, err
	case stop == nil:
		return col, nil
	case !cmd.UID || cmd.Return.Save || cmd.Return.Relevancy:
		return nil, limitError(cmd.Name(), stop)
	}
	return c.searchOn(ctx, cmd, col, stop)
}

// searchOn continues a search that the server has cut short.
func (c *Client) searchOn(ctx context.Context, cmd commands.Search, col *searchCollector, stop *response.MessageLimitCode) (*searchCollector, error) {
	ctx = c.sameSelection(ctx, col.call)
	all := UIDRange(1, Star)
	if col.extended && col.items&response.ESearchAll == 0 && !cmd.Return.All { // figures of a part are of no use
		return c.searchPieces(ctx, cmd, []UIDSet{all})
	}
	rest, err := below(cmd.Name(), all, stop)
	if err != nil || rest.Empty() {
		return col, err
	}
	others, err := c.searchPieces(ctx, cmd, []UIDSet{rest})
	if err != nil {
		return nil, err
	}
	others.join(col)
	return others, nil
}

// searchPieces searches for messages that match the key and are in one of the sets, in
// one selection of the mailbox.
func (c *Client) searchPieces(ctx context.Context, cmd commands.Search, queue []UIDSet) (*searchCollector, error) {
	ctx, release, err := c.hold(ctx, cmd.Name())
	if err != nil {
		return nil, err
	}
	defer release()
	cmd.Return = commands.SearchReturn{}
	if c.Caps().Has(response.CapESearch) {
		cmd.Return = commands.SearchReturn{All: true, Count: true}
	}
	key := cmd.Key
	total := &searchCollector{}
	for len(queue) > 0 {
		cmd.Key = within{queue[0], key}
		col, stop, err := c.searchOnce(ctx, cmd)
		if err != nil {
			return nil, err
		}
		total.join(col)
		if stop == nil {
			queue = queue[1:]
			continue
		}
		rest, err := below(cmd.Name(), queue[0], stop)
		if err != nil {
			return nil, err
		}
		if queue[0] = rest; rest.Empty() {
			queue = queue[1:]
		}
	}
	return total, nil
}

// searchOnce runs one SEARCH, and a plain one after it if the answer lacks what was
// asked for. stop says that the server has stopped at its limit.
func (c *Client) searchOnce(ctx context.Context, cmd commands.Search) (col *searchCollector, stop *response.MessageLimitCode, err error) {
	col = &searchCollector{}
	limited := &limitCollector{collector: col}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: limited}); err != nil {
		return nil, nil, err
	}
	switch {
	case col.bad != nil:
		return nil, nil, col.bad
	case col.answers(cmd.Return):
		return col, limited.stop, nil
	case cmd.Return.Save: // another search would save another result
		return nil, nil, &ParseError{Response: "ESEARCH", Msg: "the answer lacks what was asked for"}
	}
	cmd.Return = commands.SearchReturn{}
	return c.searchOnce(c.sameSelection(ctx, col.call), cmd)
}

// answers reports whether what came is all that was asked for. Strato's server leaves
// ALL and COUNT out.
func (s *searchCollector) answers(r commands.SearchReturn) bool {
	asked := map[response.ESearchItems]bool{
		response.ESearchAll: r.All, response.ESearchMin: r.Min, response.ESearchMax: r.Max, response.ESearchPartial: r.Partial != nil,
		response.ESearchRelevancy: r.Relevancy,
	}
	switch {
	case !r.All && !r.Min && !r.Max && !r.Count && r.Partial == nil: // a plain SEARCH, or RETURN (SAVE)
		return true
	case !s.extended: // by a SEARCH, or by nothing, as some servers say that nothing matches
		return true
	case r.All && !r.Relevancy && s.items&response.ESearchAll != 0: // and as many as it says
		all := s.all()
		return s.items&response.ESearchCount == 0 || !all.Dynamic() && all.Len() == s.counts
	case r.Count && s.items&response.ESearchCount == 0:
		return false
	case s.count == 0 && r.Partial == nil: // nothing matches: the others are left out (RFC 4731 §3.1)
		return true
	}
	for item, wanted := range asked {
		if wanted && s.items&item == 0 {
			return false
		}
	}
	return true
}

// join adds what another search has found.
func (s *searchCollector) join(other *searchCollector) {
	s.add(other.all(), nil)
	s.modSeq = max(s.modSeq, other.modSeq)
}

// partOf returns a range of what was found, as PARTIAL would (RFC 9394 §3.1).
func partOf[N UID | SeqNum](all response.Set[N], p commands.PartialRange) (part response.Set[N]) {
	first, last := min(p.First, p.Last), max(p.First, p.Last)
	if first < 0 {
		first, last = all.Len()+first, all.Len()+last
	} else {
		first, last = first-1, last-1
	}
	for i := max(first, 0); i <= last; i++ {
		n, ok := all.At(i)
		if !ok {
			break
		}
		part.AddNum(n)
	}
	return part
}

// within is a search key for messages of a set that match another key.
type within struct {
	uids UIDSet
	key  SearchKey // may be nil
}

// EncodeKey implements [SearchKey].
func (k within) EncodeKey(e *commands.Encoder) {
	searchkey.UID(k.uids).EncodeKey(e)
	if k.key != nil {
		e.SP()
		k.key.EncodeKey(e)
	}
}

// Effects implements [SearchKey].
func (k within) Effects() commands.Effects {
	if k.key == nil {
		return 0
	}
	return k.key.Effects()
}

// ASCII implements [SearchKey].
func (k within) ASCII() bool { return k.key == nil || k.key.ASCII() }

// Needs implements [SearchKey].
func (k within) Needs() []Cap {
	if k.key == nil {
		return nil
	}
	return k.key.Needs()
}

// detach takes a set of UIDs out of a key that is too long for one command. The set is
// empty if there is none.
func (c *Client) detach(command string, key SearchKey) (rest SearchKey, uids UIDSet, err error) {
	k, ok := key.(searchkey.Key)
	if !ok {
		return key, UIDSet{}, nil
	}
	short, uids, ok := k.DetachUIDs(maxSetOctets)
	if !ok {
		return nil, UIDSet{}, longKey(command)
	}
	return short, uids, nil
}

func longKey(command string) error {
	return &ArgumentError{Command: command, Argument: "search key", Msg: "has a set that is too long for one command, and can't be split"}
}
