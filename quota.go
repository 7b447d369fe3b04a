package imap

import (
	"context"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// GetQuota asks for usage and limits of a quota root (RFC 9208 §4.1.1), which
// [Client.GetQuotaRoot] names. What [response.QuotaData].Resource does not find is
// not limited. It needs the capability QUOTA, or one that begins with QUOTA=RES-.
// See docs/rights-and-quotas.md.
func (c *Client) GetQuota(ctx context.Context, root string) (*response.QuotaData, error) {
	if err := c.requireQuota("GETQUOTA"); err != nil {
		return nil, err
	}
	return c.quota(ctx, commands.GetQuota{Root: root}, root)
}

// SetQuota sets the limits of a quota root (RFC 9208 §4.1.3), as mostly
// administrators may. Limits that are not named are lifted; zero prohibits any
// usage. The result is what the server says then, if anything. It needs QUOTASET,
// or QUOTA of RFC 2087.
func (c *Client) SetQuota(ctx context.Context, root string, limits []commands.QuotaLimit) (*response.QuotaData, error) {
	caps := c.Caps()
	if old := caps.Has(response.CapQuota) && !hasQuotaResources(caps); !old && !caps.Has(response.CapQuotaSet) {
		return nil, &UnsupportedError{Command: "SETQUOTA", Cap: response.CapQuotaSet}
	}
	return c.quota(ctx, commands.SetQuota{Root: root, Limits: limits}, root)
}

// requireQuota returns an *UnsupportedError if the server has no quotas. Servers
// of RFC 9208 need not list QUOTA itself (RFC 9208 §7, "capability-quota").
func (c *Client) requireQuota(command string) error {
	if hasQuotaResources(c.Caps()) {
		return nil
	}
	return c.require(command, response.CapQuota)
}

// hasQuotaResources reports whether the server is one of RFC 9208 (§1).
func hasQuotaResources(caps Capabilities) bool { return len(caps.Values("QUOTA")) > 0 }

// quota runs a command that is answered with the QUOTA of one root. Each takes one
// QUOTA, so that several for the same root may be in flight.
func (c *Client) quota(ctx context.Context, cmd commands.Command, root string) (*response.QuotaData, error) {
	col := &dataCollector[*response.QuotaData]{rule: "QUOTA"}
	var similar *response.QuotaData // of the root in another case; if there is no other, it is meant
	col.accept = func(d *response.QuotaData) bool {
		if d.Root != root && strings.EqualFold(d.Root, root) {
			similar = &response.QuotaData{Root: d.Root, Resources: slices.Clone(d.Resources)}
		}
		return d.Root == root && len(col.all) == 0
	}
	if _, err := c.exec(ctx, request{cmd: cmd, collect: col}); err != nil {
		return nil, err
	}
	if len(col.all) > 0 {
		return col.all[0], nil
	}
	if err := col.err(); err != nil {
		return nil, err
	}
	if _, sets := cmd.(commands.SetQuota); sets && similar == nil { // need not be answered
		return &response.QuotaData{Root: root}, nil
	}
	if similar == nil {
		return nil, notSent("QUOTA")
	}
	return similar, nil
}

// GetQuotaRoot asks for the quota roots of a mailbox, which need not exist, and for
// usage and limits of each (RFC 9208 §4.1.2). Its needs are those of
// [Client.GetQuota]. A *[ParseError] comes with what could be read.
func (c *Client) GetQuotaRoot(ctx context.Context, mailbox string) (*response.QuotaRoots, error) {
	if err := c.requireQuota("GETQUOTAROOT"); err != nil {
		return nil, err
	}
	col := &quotaRootCollector{mailbox: mailbox}
	if _, err := c.exec(ctx, request{cmd: commands.GetQuotaRoot{Mailbox: c.wireName(mailbox)}, collect: col}); err != nil {
		return nil, err
	}
	roots := col.result()
	if col.bad != nil {
		return roots, col.bad
	}
	if roots == nil {
		return nil, notSent("QUOTAROOT")
	}
	return roots, nil
}

// quotaRootCollector takes the answer to GETQUOTAROOT: a QUOTAROOT with the
// mailbox's name, and a QUOTA for each root in it.
type quotaRootCollector struct {
	noCollector
	mailbox string
	own     *response.QuotaRoots // what names the mailbox
	near    *response.QuotaRoots // what names another, and may be this one in another spelling
	bad     *ParseError
}

// claim takes what is about the mailbox. The rest stays with others, and is noted in
// case that nothing comes under the name that was asked for.
func (q *quotaRootCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *response.QuotaRootData:
		if q.own == nil && sameMailbox(d.Mailbox, q.mailbox) {
			q.own = &response.QuotaRoots{Mailbox: d.Mailbox, Roots: d.Roots}
			return true
		}
		q.near = &response.QuotaRoots{Mailbox: d.Mailbox, Roots: slices.Clone(d.Roots)}
	case *response.QuotaData:
		if lacksQuota(q.own, d.Root) {
			q.own.Quotas = append(q.own.Quotas, d)
			return true
		}
		if lacksQuota(q.near, d.Root) {
			q.near.Quotas = append(q.near.Quotas, &response.QuotaData{Root: d.Root, Resources: slices.Clone(d.Resources)})
		}
	}
	return false
}

// lacksQuota reports whether the quota of a root is still to come.
func lacksQuota(r *response.QuotaRoots, root string) bool {
	return r != nil && slices.Contains(r.Roots, root) &&
		!slices.ContainsFunc(r.Quotas, func(d *response.QuotaData) bool { return d.Root == root })
}

// lost takes the news that a response could not be read.
func (q *quotaRootCollector) lost(_ *Message, err *ParseError) bool {
	if q.bad != nil || err.Response != "QUOTA" && err.Response != "QUOTAROOT" {
		return false
	}
	q.bad = err
	return true
}

// result returns what has come, nil where that is nothing.
func (q *quotaRootCollector) result() *response.QuotaRoots {
	r := q.own
	if r == nil {
		r = q.near
	}
	if r != nil {
		slices.SortStableFunc(r.Quotas, func(a, b *response.QuotaData) int {
			return slices.Index(r.Roots, a.Root) - slices.Index(r.Roots, b.Root)
		})
	}
	return r
}
