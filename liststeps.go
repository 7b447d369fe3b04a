package imap

import (
	"errors"

	"github.com/seed-090b04e4/imap/commands"
)

// Some servers answer BAD to a form of LIST that they offer. The plainer ones are tried
// then, and the connection remembers what was refused.

// refusals is what the server has refused although it offers it. Guarded by Client.mu.
type refusals struct {
	listReturn bool // LIST with RETURN
	listSelect bool // LIST (SUBSCRIBED)
}

// plainer returns cmd without what the server has refused, and without what next is
// about. It returns false if there is no plainer form that says the same.
func plainer(cmd commands.Command, r refusals) (commands.Command, bool) {
	list, ok := cmd.(commands.List)
	if !ok {
		return nil, false
	}
	changed := false
	if r.listReturn && !list.Return.MyRights && len(list.Return.Metadata) == 0 {
		ret := list.Return
		changed = ret.Subscribed || ret.Children || ret.SpecialUse || ret.Status != 0
		list.Return = commands.ListReturn{}
	}
	subscribed := list.Select == commands.ListSelect{Subscribed: true}
	if r.listSelect && subscribed && len(list.Patterns) == 1 {
		return commands.LSub{Reference: list.Reference, Pattern: list.Patterns[0]}, true
	}
	return list, changed
}

// listSteps calls run for forms of a LIST, from what the caller wants to plain ones,
// until one is not refused as BAD. run returns the refusal before anything has come, or
// nil.
func (c *Client) listSteps(cmd commands.Command, run func(commands.Command) error) error {
	c.mu.Lock()
	known := c.refusals
	c.mu.Unlock()
	if plain, ok := plainer(cmd, known); ok {
		cmd = plain
	}
	for {
		err := run(cmd)
		var bad *StatusError
		if !errors.As(err, &bad) || bad.Type != BAD {
			if err == nil {
				c.mu.Lock()
				c.refusals = known
				c.mu.Unlock()
			}
			return err
		}
		next := known
		next.listReturn = true
		plain, ok := plainer(cmd, next)
		if !ok {
			next.listSelect = true
			if plain, ok = plainer(cmd, next); !ok {
				return err
			}
		}
		cmd, known = plain, next
	}
}
