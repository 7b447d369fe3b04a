package commands

// CancelUpdate is CANCELUPDATE (RFC 5267 §4.3.5): the results of searches with UPDATE
// are no longer kept up to date. It needs CONTEXT=SEARCH or CONTEXT=SORT.
type CancelUpdate struct {
	Tags []string // of the searches; not empty
}

// Name implements [Command].
func (CancelUpdate) Name() string { return "CANCELUPDATE" }

// Effects implements [Command].
func (CancelUpdate) Effects() Effects { return Selected | MayExpunge }

// Encode implements [Command].
func (c CancelUpdate) Encode(e *Encoder) {
	e.word("CANCELUPDATE")
	if len(c.Tags) == 0 {
		e.Fail("tags", "are missing")
	}
	for _, tag := range c.Tags {
		e.SP()
		e.Argument("tag").String(tag)
	}
}
