package imap

import (
	"context"
	"errors"

	"github.com/seed-090b04e4/imap/response"
	searchkey "github.com/seed-090b04e4/imap/search"
)

// searchLocally does what SearchOptions.Local says: it asks the server for what it can do
// without the charset, and compares the rest of the key with the messages found. It
// returns err, which the server gave, if the key is none that can be evaluated.
func (c *Client) searchLocally(ctx context.Context, key SearchKey, opts *SearchOptions, err error) (*SearchResult[UID], error) {
	k, ok := key.(searchkey.Key)
	if !ok || opts.Save || opts.Partial != nil || opts.Relevancy {
		return nil, err
	}
	server, rest := k.Local()
	items, only := rest.MatchItems()
	if only != nil {
		return nil, errors.Join(err, only)
	}
	held, release, err := c.hold(ctx, "UID SEARCH")
	if err != nil {
		return nil, err
	}
	defer release()
	found, err := c.UIDSearch(held, server, nil)
	if err != nil {
		return nil, err
	}
	var all UIDSet
	for m, err := range c.UIDFetch(held, found.All, items, nil) {
		if err != nil {
			return nil, err
		}
		if ok, err := rest.Match(m); err != nil {
			return nil, err
		} else if ok {
			all.AddNum(m.UID)
		}
	}
	col := &searchCollector{some: []UIDSet{all}}
	return searchResult[UID](col, opts), nil
}

// badCharset reports whether the server does not know the charset of a search.
func badCharset(err error) bool {
	var status *StatusError
	if !errors.As(err, &status) {
		return false
	}
	_, ok := status.Code.(response.BadCharsetCode)
	return ok
}
