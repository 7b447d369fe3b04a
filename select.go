package imap

import (
	"context"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// SelectOptions are the settings of SELECT.
type SelectOptions struct {
	ReadOnly  bool // open the mailbox without the right to change it: EXAMINE (RFC 9051 §6.3.3)
	CondStore bool // have mod-sequences reported from now on; needs CONDSTORE (RFC 7162 §3.1.8)
	// QResync asks what has changed since the mailbox was last seen: Mailbox.Vanished and
	// Mailbox.Changed. Needs QRESYNC, enabled before (RFC 7162 §3.2.5).
	QResync *commands.QResync
	// OnChanged is called with the messages that have changed since, in place of
	// Mailbox.Changed, by the goroutine that called Select: their number is then not
	// bounded by memory. It must not use the Client.
	OnChanged func(*Message)
	// Mark makes the *[Mailbox] an event too, which says where among the others the
	// mailbox was selected: those before it are about what was selected then.
	Mark bool
}

// Select opens a mailbox (RFC 9051 §6.3.2) and returns a snapshot of it,
// [Client.Mailbox] the present one. If the server refuses, maybe with
// CodeNonExistent or CodeNoPerm, no mailbox is selected any more.
func (c *Client) Select(ctx context.Context, mailbox string, opts *SelectOptions) (*Mailbox, error) {
	if opts == nil {
		opts = &SelectOptions{}
	}
	return c.selectMailbox(ctx, mailbox, opts, false)
}

// selectMailbox sends SELECT or EXAMINE. entering is for WithMailbox, which has the
// selection lock.
func (c *Client) selectMailbox(ctx context.Context, mailbox string, opts *SelectOptions, entering bool) (*Mailbox, error) {
	readOnly := opts.ReadOnly || c.opts.ReadOnly
	cmd := commands.Select{Mailbox: c.wireName(mailbox), ReadOnly: readOnly, CondStore: opts.CondStore, QResync: opts.QResync}
	if opts.CondStore || opts.QResync != nil {
		want := CapCondStore
		if opts.QResync != nil {
			want = CapQResync
		}
		if err := c.require(cmd.Name(), want); err != nil {
			return nil, err
		}
	}
	col := &selectCollector{c: c, name: mailbox, readOnly: readOnly, entering: entering, mark: opts.Mark}
	r := request{cmd: cmd, states: StateAuthenticated | StateSelected, collect: col, finish: col.finish, entering: entering}
	if opts.OnChanged != nil {
		r.arrived = func() { col.handOut(opts.OnChanged) }
	}
	if _, err := c.exec(ctx, r); err != nil {
		return nil, err
	}
	if col.bad != nil {
		return nil, col.bad
	}
	return col.mailbox, nil
}

// Examine is [Client.Select] with ReadOnly, by EXAMINE (RFC 9051 §6.3.3).
func (c *Client) Examine(ctx context.Context, mailbox string, opts *SelectOptions) (*Mailbox, error) {
	var o SelectOptions
	if opts != nil {
		o = *opts
	}
	o.ReadOnly = true
	return c.Select(ctx, mailbox, &o)
}

// selectCollector watches over the change from one mailbox to another. While
// SELECT runs, what the server says of the selected mailbox is about the new
// one, unless a CLOSED follows.
type selectCollector struct {
	noCollector
	c        *Client
	name     string
	readOnly bool
	entering bool // for WithMailbox
	mark     bool // SelectOptions.Mark
	call     *call
	vanished pile
	bad      *ParseError // of what the result can't do without
	mailbox  *Mailbox
	changed  []*Message // that OnChanged is to be called with
	before   bool       // another mailbox was selected, and may still be what the server speaks of
}

// handOut calls yield with the messages that have come since.
func (s *selectCollector) handOut(yield func(*Message)) {
	s.c.mu.Lock()
	if s.before && s.call.stage != stageEnded {
		s.c.mu.Unlock()
		return
	}
	changed := s.changed
	s.changed = nil
	if s.call != nil {
		s.call.kept = 0
	}
	s.c.mu.Unlock()
	for _, m := range changed {
		yield(m)
	}
}

// begin is called when the command is sent.
func (s *selectCollector) begin(w *call) {
	s.call = w
	s.before = s.c.session.mailbox != nil || s.c.session.unsure
	s.c.session.opening = &Mailbox{Name: s.name, ReadOnly: s.readOnly}
	s.c.session.counted = false
}

func (s *selectCollector) claim(d response.Data) bool {
	switch d := d.(type) {
	case *ExistsData, *response.RecentData, *response.FlagsData:
		return true
	case *VanishedData:
		if d.Earlier && s.c.session.opening != nil {
			s.vanished.add(d.UIDs)
			return true
		}
	case *MailboxInfo: // IMAP4rev2
		return true
	case *StatusResponse:
		if d.HasCode(response.CodeClosed) { // what came before was about the old mailbox (RFC 7162 §3.2.11)
			s.before, s.changed, s.vanished, s.bad = false, nil, pile{}, nil
		}
		return d.Type == OK && d.Code != nil && !d.HasCode(CodeAlert)
	}
	return false
}

// lost takes the error of EXISTS and VANISHED: without them the result would be wrong.
func (s *selectCollector) lost(_ *Message, err *ParseError) bool {
	if s.c.session.opening == nil || s.bad != nil || err.Response != "EXISTS" && err.Response != "VANISHED" {
		return false
	}
	s.bad = err
	return true
}

// owns and row take the messages that have changed since QRESYNC's mod-sequence.
func (s *selectCollector) owns(*Message) bool { return true }
func (s *selectCollector) has(*Message) bool  { return false }

func (s *selectCollector) row(m *Message, err error, _ bool) {
	s.c.lostLocked(err)
	if s.call.arrived != nil {
		s.changed = append(s.changed, m)
		s.call.news.signal()
		return
	}
	if s.c.session.opening != nil {
		s.c.session.opening.Changed = append(s.c.session.opening.Changed, m)
	}
}

// finish makes the new mailbox the selected one, or none if SELECT failed.
func (s *selectCollector) finish(st *StatusResponse) {
	session := &s.c.session
	m := session.opening
	session.opening = nil
	session.forgetMailbox()
	session.unsure = s.call.dropped()
	s.c.events.wakeLocked()
	if !s.entering {
		session.plain = selection{}
	}
	if st.Type != OK || m == nil || s.bad != nil || s.call.dropped() {
		return
	}
	m.Vanished = s.vanished.set()
	s.mailbox = m
	session.open(m, s.readOnly)
	if !s.entering {
		session.plain = session.current
	}
	if s.mark {
		s.c.events.addLocked(m, 0)
	}
}

// Unselect closes the mailbox without removing anything (RFC 9051 §6.4.2, RFC
// 3691). It needs UNSELECT or IMAP4rev2.
func (c *Client) Unselect(ctx context.Context) error {
	if err := c.require("UNSELECT", response.CapUnselect); err != nil {
		return err
	}
	_, err := c.exec(ctx, request{cmd: commands.Unselect{}, finish: c.closed})
	return err
}

// CloseMailbox is the command CLOSE (RFC 9051 §6.4.1): it removes all messages
// marked \Deleted, unless the mailbox is read-only, and closes the mailbox.
func (c *Client) CloseMailbox(ctx context.Context) error {
	_, err := c.exec(ctx, request{cmd: commands.Close{}, finish: c.closed})
	return err
}

func (c *Client) closed(st *StatusResponse) {
	if st.Type == OK {
		c.session.forgetMailbox()
		c.events.wakeLocked()
	}
}

// wireName returns the mailbox name for a command.
func (c *Client) wireName(name string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session.wireName(name)
}

// wireNames is wireName for several.
func (c *Client) wireNames(names []string) []string {
	wire := make([]string, len(names))
	for i, name := range names {
		wire[i] = c.wireName(name)
	}
	return wire
}
