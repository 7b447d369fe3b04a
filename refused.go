package imap

import (
	"cmp"
	"errors"

	"github.com/seed-090b04e4/imap/commands"
)

// Some servers answer BAD to a form of LIST that they offer. The plainer ones are tried
// then, and the connection remembers what was refused.

// refusedForms is what the server has refused although it offers it.
type refusedForms struct {
	listReturn bool          // LIST with RETURN
	listSelect bool          // LIST (SUBSCRIBED)
	enable     map[Cap]error // ENABLE: how; nil is OK without it
}

// notRefused returns those of the capabilities whose ENABLE the server has not refused, and
// the error of the others.
func (c *Client) notRefused(caps []Cap) (ask []Cap, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, want := range caps {
		if how, ok := c.session.refused.enable[want]; ok {
			err = cmp.Or(err, how)
			continue
		}
		ask = append(ask, want)
	}
	return ask, err
}

// noteRefused remembers capabilities that ENABLE has not switched on.
func (c *Client) noteRefused(caps []Cap, err error) {
	var how *StatusError
	if err != nil && (!errors.As(err, &how) || len(caps) > 1) {
		return // not for sure because of this one
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session.refused.enable == nil {
		c.session.refused.enable = make(map[Cap]error)
	}
	for _, want := range caps {
		if err != nil || !c.session.enabled.Lists(want) {
			c.session.refused.enable[want] = err
		}
	}
}

// plainer returns cmd without what the server has refused, and without what next is
// about. It returns false if there is no plainer form that says the same.
func plainer(cmd commands.Command, r refusedForms) (commands.Command, bool) {
	if x, ok := cmd.(commands.XList); ok && r.listReturn {
		return commands.List{Reference: x.Reference, Patterns: []string{x.Pattern}}, true
	}
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
	known := c.session.refused
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
				c.session.refused.listReturn, c.session.refused.listSelect = known.listReturn, known.listSelect
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
