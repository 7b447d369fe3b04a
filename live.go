package imap

import (
	"context"
	"iter"
	"slices"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// UIDSearchLive finds the messages in the selected mailbox that match key, and keeps the
// result up to date until ctx ends or the loop is left (RFC 5267 §4.3): each step is the
// whole result, first as it is, then whenever it has changed. With sort keys it is in
// their order.
//
// The loop idles like that of [Client.Idle]. It ends with a *[StateError] when another
// mailbox is selected, and with a *[StatusError] with a [response.NoUpdateCode] if the
// server does not keep it up to date. It needs CONTEXT=SEARCH, or CONTEXT=SORT.
func (c *Client) UIDSearchLive(ctx context.Context, by []commands.SortKey, key SearchKey) iter.Seq2[*response.LiveResult, error] {
	return func(yield func(*response.LiveResult, error) bool) {
		l := &liveSearch{c: c, by: by, key: key, res: &response.LiveResult{}}
		for again := true; again; {
			again = l.run(ctx, yield)
		}
	}
}

// liveSearch is a search whose result is kept up to date.
type liveSearch struct {
	c    *Client
	by   []commands.SortKey
	key  SearchKey
	call *call
	sub  *subscription
	res  *response.LiveResult
	ends *StatusResponse // with NOUPDATE
}

// run searches, and follows what the server says of the result. It returns true if it has
// lost something of that, so that it has to search again.
func (l *liveSearch) run(ctx context.Context, yield func(*response.LiveResult, error) bool) (again bool) {
	c := l.c
	l.call = nil
	c.mu.Lock()
	l.sub = c.events.subscribeLocked()
	l.sub.accept = l.owns
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.events.unsubscribeLocked(l.sub)
		c.mu.Unlock()
	}()
	err := l.search(ctx)
	if l.call != nil {
		defer l.cancel()
		ctx = c.sameSelection(ctx, l.call)
	}
	if err != nil {
		yield(nil, err)
		return false
	}
	if !yield(l.res, nil) {
		return false
	}
	defer c.startIdling()()
	for {
		changed, lost, err := l.follow()
		switch {
		case lost:
			return true
		case err == nil && l.ends != nil:
			err = statusError(l.call.name, l.ends)
		case err == nil:
			err = c.checkSelection(ctx, l.call.name)
		}
		if changed && !yield(l.res, nil) || ctx.Err() != nil {
			return false
		}
		if err != nil {
			yield(nil, err)
			return false
		}
		if changed {
			continue
		}
		select {
		case <-l.sub.ready:
		case <-ctx.Done():
			return false
		case <-c.life.done:
		}
	}
}

// search sends the command and takes over what it finds.
func (l *liveSearch) search(ctx context.Context) error {
	ret := commands.SearchReturn{All: true, Count: true, Update: true}
	found := UIDSet{}
	if len(l.by) > 0 {
		cmd := commands.Sort{UID: true, Keys: l.by, Key: l.key, Return: ret}
		if err := l.c.require(cmd.Name(), cmd.Needs()...); err != nil {
			return err
		}
		col := &sortCollector{}
		err := l.c.runOnce(ctx, cmd, &liveCollector{col, l})
		if err == nil && col.bad != nil {
			err = col.bad
		}
		if err == nil {
			l.res.UIDs, err = col.numbers(cmd.Name())
		}
		if err != nil {
			return err
		}
		found.AddNum(slices.Sorted(slices.Values(l.res.UIDs))...)
	} else {
		cmd := commands.Search{UID: true, Key: l.key, Return: ret}
		if err := l.c.require(cmd.Name(), cmd.Needs()...); err != nil {
			return err
		}
		col := &searchCollector{}
		err := l.c.runOnce(ctx, cmd, &liveCollector{col, l})
		switch {
		case err != nil:
			return err
		case col.bad != nil:
			return col.bad
		}
		found = col.all()
	}
	l.res.Added, l.res.Removed = found.Difference(l.res.All), l.res.All.Difference(found)
	l.res.All = found
	return nil
}

// liveCollector also notes that the server will not keep the result up to date.
type liveCollector struct {
	collector
	l *liveSearch
}

func (x *liveCollector) begin(w *call) {
	x.l.call = w
	x.collector.begin(w)
}

func (x *liveCollector) claim(d response.Data) bool {
	if x.l.ended(d) {
		x.l.ends, _ = d.(*StatusResponse)
		return true
	}
	return x.collector.claim(d)
}

// ended reports whether d says that the result is no longer kept up to date.
func (l *liveSearch) ended(d response.Data) bool {
	st, ok := d.(*StatusResponse)
	if !ok || l.call == nil {
		return false
	}
	code, ok := st.Code.(response.NoUpdateCode)
	return ok && code.Tag == tagName(l.call.tag)
}

// owns reports whether an event is about the result.
func (l *liveSearch) owns(ev Event) bool {
	switch d := ev.(type) {
	case *response.ESearchData:
		return l.call != nil && len(d.Updates) > 0 && d.Tag == tagName(l.call.tag)
	case *StatusResponse:
		return l.ended(d)
	}
	return false
}

// follow applies what has come since. lost says that not all of it was kept.
func (l *liveSearch) follow() (changed, lost bool, err error) {
	l.c.mu.Lock()
	queue := l.sub.queue
	lost = l.sub.lost > 0
	l.sub.queue, l.sub.kept = nil, 0
	if l.sub.ended || l.c.life.err != nil {
		err = l.c.endError(nil)
	}
	l.c.mu.Unlock()
	if !lost && len(queue) > 0 {
		l.res.Added, l.res.Removed = UIDSet{}, UIDSet{}
	}
	for _, ev := range queue {
		switch d := ev.Event.(type) {
		case *StatusResponse:
			l.ends = d
		case *response.ESearchData:
			for _, u := range d.Updates {
				if lost || err != nil {
					break
				}
				changed = true
				err = l.apply(u)
			}
		}
	}
	return changed, lost, err
}

// apply applies one update. What is removed goes by its UIDs: a UID is in the result once.
func (l *liveSearch) apply(u response.ContextUpdate) error {
	if u.Removed {
		l.res.Removed.AddSet(u.Nums.Intersection(l.res.All))
		l.res.All = l.res.All.Difference(u.Nums)
		if len(l.by) > 0 {
			l.res.UIDs = slices.DeleteFunc(l.res.UIDs, func(n UID) bool { return u.Nums.Contains(n) })
		}
		return nil
	}
	if u.Nums.Dynamic() {
		return &ParseError{Response: "ESEARCH", Msg: "ADDTO has *"}
	}
	fresh := u.Nums.Difference(l.res.All)
	l.res.Added.AddSet(fresh)
	l.res.All = l.res.All.Clone() // the caller may have kept it
	l.res.All.AddSet(fresh)
	if len(l.res.All.Ranges()) > maxSorted {
		return &LimitError{What: "the result of " + l.call.name, Limit: maxSorted}
	}
	if len(l.by) == 0 {
		return nil
	}
	nums, err := appendInOrder(nil, l.call.name, u.Nums, u.Order)
	if err == nil && len(nums)+len(l.res.UIDs) > maxSorted {
		err = &LimitError{What: "the result of " + l.call.name, Limit: maxSorted}
	}
	if err != nil {
		return err
	}
	nums = slices.DeleteFunc(nums, func(n UID) bool { return !fresh.Contains(n) })
	at := min(max(int(u.Position)-1, 0), len(l.res.UIDs))
	l.res.UIDs = slices.Insert(l.res.UIDs, at, nums...)
	return nil
}

// cancel has the server no longer keep the result up to date (RFC 5267 §4.3.5). The loop
// does not wait for that: the goroutine ends with the command.
func (l *liveSearch) cancel() {
	c, w := l.c, l.call
	if l.ends != nil {
		return
	}
	go func() {
		r := request{cmd: commands.CancelUpdate{Tags: []string{tagName(w.tag)}}, want: w.want, wantSet: true}
		_, _ = c.exec(context.Background(), r) // whatever becomes of it, updates are ignored from now on
	}()
}
