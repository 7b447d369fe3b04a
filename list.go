package imap

import (
	"context"
	"iter"
	"reflect"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

func upper(s string) string { return ascii.ToUpper(s) }

// ListOptions are the settings of LIST. What the server lacks, and is not done
// without, is an *[UnsupportedError].
type ListOptions struct {
	Reference string   // put before the patterns, in the server's own way
	Patterns  []string // in place of the pattern; more than one needs LIST-EXTENDED (RFC 5258 §3)

	// Which mailboxes (RFC 9051 §6.3.9.1): all need LIST-EXTENDED or IMAP4rev2.
	SubscribedOnly bool // subscribed ones alone, even those that do not exist; else by LSUB
	Remote         bool // also those on other servers
	RecursiveMatch bool // also parents of those that match, with SubscribedOnly or SpecialUseOnly
	SpecialUseOnly bool // those with a special use alone; needs SPECIAL-USE, too (RFC 6154)

	// What else is reported (RFC 9051 §6.3.9.2): as far as the server knows it.
	Subscribed bool // AttrSubscribed
	Children   bool // AttrHasChildren and AttrHasNoChildren
	SpecialUse bool // AttrSent and the like; by XLIST if the server has that in place of SPECIAL-USE

	Status   StatusItems // MailboxInfo.Status: by LIST-STATUS (RFC 5819), else by STATUS for each mailbox
	MyRights bool        // ListExt.MyRights: needs LIST-MYRIGHTS (RFC 8440)
	Metadata []string    // ListExt.Metadata, entries like "/private/comment": needs LIST-METADATA (RFC 9590)
}

// List lists the mailboxes whose names match pattern (RFC 9051 §6.3.9): "*" stands
// for anything, "%" for anything without the hierarchy delimiter, "" asks for the
// delimiter. The loop and its errors are like those of [Client.UIDFetch]. It gets
// all mailboxes at the end, and a *[LimitError] above 64 MiB, if Status, MyRights
// or Metadata are asked for. What the server offers and refuses as BAD is done by
// STATUS and LSUB, or left out.
func (c *Client) List(ctx context.Context, pattern string, opts *ListOptions) iter.Seq2[*MailboxInfo, error] {
	if opts == nil {
		opts = &ListOptions{}
	}
	return func(yield func(*MailboxInfo, error) bool) {
		cmd, err := c.listCommand(pattern, opts)
		switch {
		case err != nil:
		case opts.Status&c.statusItems() == 0 && !opts.MyRights && len(opts.Metadata) == 0:
			err = c.listSteps(cmd, func(cmd commands.Command) error { return c.listLoop(ctx, cmd, yield) })
		default:
			err = c.listSteps(cmd, func(cmd commands.Command) error {
				return c.listAll(ctx, cmd, opts.Status&c.statusItems(), yield)
			})
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// LSub is [Client.List] by LSUB (RFC 3501 §6.3.9), which IMAP4rev2 does not have.
// Any option but Reference is an *[ArgumentError].
func (c *Client) LSub(ctx context.Context, pattern string, opts *ListOptions) iter.Seq2[*MailboxInfo, error] {
	return func(yield func(*MailboxInfo, error) bool) {
		cmd := commands.LSub{Pattern: pattern}
		if opts != nil {
			cmd.Reference = opts.Reference
			if !opts.referenceOnly() {
				yield(nil, &ArgumentError{Command: cmd.Name(), Argument: "options", Msg: "have fields other than Reference, which LSUB does not take"})
				return
			}
		}
		if err := c.listLoop(ctx, cmd, yield); err != nil {
			yield(nil, err)
		}
	}
}

// referenceOnly reports whether no option but Reference is set.
func (o *ListOptions) referenceOnly() bool {
	rest := *o
	rest.Reference = ""
	return reflect.ValueOf(rest).IsZero()
}

// listCommand returns the command that does what is asked for.
func (c *Client) listCommand(pattern string, opts *ListOptions) (commands.Command, error) {
	caps := c.Caps()
	extended := caps.Has(response.CapListExtended)
	cmd := commands.List{Reference: opts.Reference, Patterns: opts.Patterns}
	if len(cmd.Patterns) == 0 {
		cmd.Patterns = []string{pattern}
	}
	if opts.SubscribedOnly && !extended && len(cmd.Patterns) == 1 {
		return commands.LSub{Reference: opts.Reference, Pattern: cmd.Patterns[0]}, nil
	}
	if opts.byXList(caps) {
		return commands.XList{Reference: opts.Reference, Pattern: cmd.Patterns[0]}, nil
	}
	cmd.Select = commands.ListSelect{
		Subscribed: opts.SubscribedOnly, Remote: opts.Remote,
		RecursiveMatch: opts.RecursiveMatch, SpecialUse: opts.SpecialUseOnly,
	}
	cmd.Return = commands.ListReturn{
		Subscribed: opts.Subscribed && extended,
		Children:   opts.Children && extended,
		SpecialUse: opts.SpecialUse && extended && has(caps, CapSpecialUse),
		MyRights:   opts.MyRights, Metadata: opts.Metadata,
	}
	if caps.Has(response.CapListStatus) {
		cmd.Return.Status = opts.Status & c.statusItems()
	}
	return cmd, c.requireList(cmd, opts)
}

// byXList reports whether special uses are to be had by XLIST alone, and nothing is asked
// for that needs LIST.
func (o *ListOptions) byXList(caps Capabilities) bool {
	if !o.SpecialUse || has(caps, CapSpecialUse) || !caps.Lists("XLIST") || len(o.Patterns) > 1 {
		return false
	}
	return !o.SubscribedOnly && !o.Remote && !o.RecursiveMatch && !o.SpecialUseOnly && !o.MyRights && len(o.Metadata) == 0
}

// listLoop hands out mailboxes as they come. It returns the error of a command that was
// answered by nothing else.
func (c *Client) listLoop(ctx context.Context, cmd commands.Command, yield func(*MailboxInfo, error) bool) (refused error) {
	_, lsub := cmd.(commands.LSub)
	s := newStream(ctx, c)
	came := false
	s.loop(request{cmd: cmd, collect: &listTaker{s: s, lsub: lsub}}, func(r row, err error) bool {
		if err != nil && !came && !RowError(err) {
			refused = err
			return false
		}
		came = true
		return yield(r.list, err)
	})
	return refused
}

// listAll hands out mailboxes when all is known of them, as what else was asked
// for comes after them. It returns the error of the command.
func (c *Client) listAll(ctx context.Context, cmd commands.Command, status StatusItems, yield func(*MailboxInfo, error) bool) error {
	list, ok := cmd.(commands.List)
	_, lsub := cmd.(commands.LSub)
	col := &listCollector{c: c, lsub: lsub, status: ok && list.Return.Status != 0}
	_, err := c.exec(ctx, request{cmd: cmd, collect: col})
	if err == nil && status != 0 && !col.status {
		err = col.askStatus(ctx, status)
	}
	if err != nil {
		return endOfLoop(err)
	}
	col.yield(yield)
	return nil
}

// requireList returns an *UnsupportedError for what can't be done without.
func (c *Client) requireList(cmd commands.List, opts *ListOptions) error {
	var needs []Cap
	if len(cmd.Patterns) > 1 && !c.Caps().Lists(response.CapListExtended) { // RFC 9051 Appendix C
		return &UnsupportedError{Command: "LIST", Cap: response.CapListExtended}
	}
	if opts.SubscribedOnly || opts.Remote || opts.RecursiveMatch || opts.SpecialUseOnly {
		needs = append(needs, response.CapListExtended)
	}
	if opts.SpecialUseOnly {
		needs = append(needs, CapSpecialUse)
	}
	if opts.MyRights {
		needs = append(needs, response.CapListMyRights)
	}
	if len(opts.Metadata) > 0 {
		needs = append(needs, response.CapListMetadata)
	}
	return c.require("LIST", needs...)
}

// listTaker hands mailboxes to a loop.
type listTaker struct {
	noCollector
	s    *stream
	lsub bool
}

func (l *listTaker) claim(d response.Data) bool {
	m, ok := d.(*MailboxInfo)
	if !ok || m.LSub != l.lsub {
		return false
	}
	l.s.pushLocked(row{list: m}, 0)
	return true
}

// lost takes the news that a response could not be read.
func (l *listTaker) lost(_ *Message, err *ParseError) bool {
	if !isList(err) {
		return false
	}
	l.s.pushLocked(row{more: &rowMore{err: err}}, 0)
	return true
}

func isList(err *ParseError) bool {
	return err.Response == "LIST" || err.Response == "LSUB" || err.Response == "XLIST"
}

// listCollector gathers mailboxes and what else was asked for of them.
type listCollector struct {
	noCollector
	c      *Client
	lsub   bool
	status bool
	rows   []listRow
	byName map[string]*MailboxInfo // of the first indexed rows

	indexed int
}

type listRow struct {
	data *MailboxInfo
	err  *ParseError
}

func (l *listCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *MailboxInfo:
		if d.LSub != l.lsub {
			return false
		}
		l.rows = append(l.rows, listRow{data: d})
		return true
	case *MailboxStatus:
		if m := l.named(d.Mailbox); m != nil && l.status {
			m.Status = d
			return true
		}
	case *response.MyRightsData:
		if m := l.named(d.Mailbox); m != nil {
			extOf(m).MyRights = d.Rights
			return true
		}
	case *response.MetadataData:
		if m := l.named(d.Mailbox); m != nil && len(d.Items) > 0 {
			x := extOf(m)
			x.Metadata = append(x.Metadata, d.Items...)
			return true
		}
	}
	return false
}

// extOf returns what extensions report of a mailbox.
func extOf(m *MailboxInfo) *response.ListExt {
	if m.Ext == nil {
		m.Ext = new(response.ListExt)
	}
	return m.Ext
}

// named returns the mailbox of that name: mostly the last one.
func (l *listCollector) named(name string) *MailboxInfo {
	if n := len(l.rows); n > 0 && l.rows[n-1].data != nil && l.rows[n-1].data.Mailbox == name {
		return l.rows[n-1].data
	}
	if l.byName == nil {
		l.byName = make(map[string]*MailboxInfo)
	}
	for ; l.indexed < len(l.rows); l.indexed++ {
		if d := l.rows[l.indexed].data; d != nil {
			l.byName[d.Mailbox] = d
		}
	}
	return l.byName[name]
}

// lost takes the news that a response could not be read.
func (l *listCollector) lost(_ *Message, err *ParseError) bool {
	if !isList(err) {
		return false
	}
	l.rows = append(l.rows, listRow{err: err})
	return true
}

func (l *listCollector) yield(yield func(*MailboxInfo, error) bool) {
	for _, r := range l.rows {
		if r.err != nil {
			if !yield(nil, r.err) {
				return
			}
		} else if !yield(r.data, nil) {
			return
		}
	}
}

// askStatus sends a STATUS for each mailbox, all at once. A mailbox for which it
// fails has none.
func (l *listCollector) askStatus(ctx context.Context, items StatusItems) error {
	type asked struct {
		data *MailboxInfo
		call *call
		col  *dataCollector[*MailboxStatus]
	}
	var all []asked
	for _, r := range l.rows {
		if r.data == nil || r.data.HasAttr(AttrNoSelect) || r.data.HasAttr(AttrNonExistent) {
			continue
		}
		name := r.data.Mailbox
		col := &dataCollector[*MailboxStatus]{accept: func(d *MailboxStatus) bool { return d.Mailbox == name }}
		w, err := l.c.send(ctx, request{cmd: commands.Status{Mailbox: l.c.wireName(name), Items: items}, collect: col})
		if err != nil {
			return err
		}
		all = append(all, asked{r.data, w, col})
	}
	for _, a := range all {
		if err := a.call.wait(ctx); err != nil {
			if ctx.Err() != nil || l.c.Err() != nil {
				return err
			}
			continue
		}
		if n := len(a.col.all); n > 0 {
			a.data.Status = a.col.all[n-1]
		}
	}
	return nil
}
