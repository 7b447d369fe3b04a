package imap

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/seed-090b04e4/imap/commands"
	"github.com/seed-090b04e4/imap/response"
)

// Create creates a mailbox (RFC 9051 §6.3.4) of a name in UTF-8. The *[StatusError]
// may have CodeAlreadyExists, CodeCannot, CodeNoPerm, CodeOverQuota and others (RFC
// 5530 §3).
func (c *Client) Create(ctx context.Context, mailbox string, opts *commands.CreateOptions) error {
	cmd := commands.Create{Mailbox: c.wireName(mailbox)}
	if opts != nil && len(opts.SpecialUse) > 0 {
		if err := c.require("CREATE", response.CapCreateSpecialUse); err != nil {
			return err
		}
		cmd.SpecialUse = opts.SpecialUse
	}
	return c.simple(ctx, cmd)
}

// Delete removes a mailbox and all messages in it (RFC 9051 §6.3.5). Mailboxes
// below it stay. The *[StatusError] may have CodeNonExistent, CodeHasChildren,
// CodeInUse and others (RFC 5530 §3).
func (c *Client) Delete(ctx context.Context, mailbox string) error {
	return c.simple(ctx, commands.Delete{Mailbox: c.wireName(mailbox)})
}

// Rename gives a mailbox, and those below it, another name (RFC 9051 §6.3.6).
// Renaming INBOX moves its messages and leaves it empty.
func (c *Client) Rename(ctx context.Context, mailbox, newName string) error {
	return c.simple(ctx, commands.Rename{Mailbox: c.wireName(mailbox), NewName: c.wireName(newName)})
}

// Subscribe adds a mailbox to those of interest to the user (RFC 9051 §6.3.7).
func (c *Client) Subscribe(ctx context.Context, mailbox string) error {
	return c.simple(ctx, commands.Subscribe{Mailbox: c.wireName(mailbox)})
}

// Unsubscribe is the reverse of [Client.Subscribe] (RFC 9051 §6.3.8).
func (c *Client) Unsubscribe(ctx context.Context, mailbox string) error {
	return c.simple(ctx, commands.Unsubscribe{Mailbox: c.wireName(mailbox)})
}

// simple runs a command whose answer says nothing beyond its success.
func (c *Client) simple(ctx context.Context, cmd commands.Command) error {
	_, err := c.exec(ctx, request{cmd: cmd})
	return err
}

// Namespace asks where the user's mailboxes, those of others and shared ones are
// (RFC 9051 §6.3.10, RFC 2342). It needs NAMESPACE or IMAP4rev2.
func (c *Client) Namespace(ctx context.Context) (*response.NamespaceData, error) {
	if err := c.require("NAMESPACE", response.CapNamespace); err != nil {
		return nil, err
	}
	col := &dataCollector[*response.NamespaceData]{rule: "NAMESPACE"}
	if _, err := c.exec(ctx, request{cmd: commands.Namespace{}, collect: col}); err != nil {
		return nil, err
	}
	if len(col.all) == 0 {
		return nil, cmp.Or(col.err(), notSent("NAMESPACE"))
	}
	return col.all[len(col.all)-1], nil
}

// Status asks for status items of a mailbox without selecting it (RFC 9051
// §6.3.11). Items that the server does not know are not asked for:
// [MailboxStatus].Has reports which came. If it knows none of them, the error is an
// *[UnsupportedError]; if it answers for another mailbox, one that names it; if not at
// all, a *[ParseError]. For the selected mailbox, use [Client.Mailbox]: STATUS costs
// the server some work.
func (c *Client) Status(ctx context.Context, mailbox string, items StatusItems) (*MailboxStatus, error) {
	if known := items & c.statusItems(); known != 0 || items == 0 {
		items = known
	} else {
		return nil, &UnsupportedError{Command: "STATUS", Cap: statusNeeds(items)}
	}
	col := &statusCollector{mailbox: mailbox}
	if _, err := c.exec(ctx, request{cmd: commands.Status{Mailbox: c.wireName(mailbox), Items: items}, collect: col}); err != nil {
		return nil, err
	}
	st, err := col.result()
	if err == nil && items != 0 && st.Items == 0 && len(st.Unknown) == 0 {
		return nil, &ParseError{Response: "STATUS", Msg: "STATUS has none of the items that were asked for"}
	}
	return st, err
}

// statusCollector takes the STATUS of one mailbox.
type statusCollector struct {
	noCollector
	mailbox string
	exact   *MailboxStatus
	similar *MailboxStatus // of a name in another case; if there is no other, it is meant
	other   string         // the name of another mailbox that had a STATUS
	bad     *ParseError
}

func (s *statusCollector) claim(d response.Data) bool {
	st, ok := d.(*MailboxStatus)
	if !ok {
		return false
	}
	if sameMailbox(st.Mailbox, s.mailbox) || sameMailbox(st.Raw, s.mailbox) {
		if s.exact == nil {
			s.exact = st
			return true
		}
		return addStatus(s.exact, st) // else it is for the next command
	}
	if s.other = st.Mailbox; strings.EqualFold(st.Mailbox, s.mailbox) {
		s.similar = st
	}
	return false
}

// addStatus adds the items that have not come to a STATUS that is answered in pieces. It
// returns false if there are none.
func addStatus(to, more *MailboxStatus) bool {
	lacks := more.Items &^ to.Items
	if lacks == 0 {
		return false
	}
	was := *to
	*to = *more
	for item, keep := range map[StatusItems]func(){
		StatusMessages:       func() { to.Messages = was.Messages },
		StatusRecent:         func() { to.Recent = was.Recent },
		StatusUIDNext:        func() { to.UIDNext = was.UIDNext },
		StatusUIDValidity:    func() { to.UIDValidity = was.UIDValidity },
		StatusUnseen:         func() { to.Unseen = was.Unseen },
		StatusDeleted:        func() { to.Deleted = was.Deleted },
		StatusSize:           func() { to.Size = was.Size },
		StatusHighestModSeq:  func() { to.HighestModSeq = was.HighestModSeq },
		StatusAppendLimit:    func() { to.AppendLimit = was.AppendLimit },
		StatusDeletedStorage: func() { to.DeletedStorage = was.DeletedStorage },
		StatusMailboxID:      func() { to.MailboxID = was.MailboxID },
	} {
		if lacks&item == 0 {
			keep()
		}
	}
	to.Items = was.Items | more.Items
	to.Unknown = append(was.Unknown, more.Unknown...)
	return true
}

func (s *statusCollector) lost(_ *Message, err *ParseError) bool {
	if err.Response != "STATUS" || s.bad != nil {
		return false
	}
	s.bad = err
	return true
}

// result returns what came, or an error if that is not what was asked for.
func (s *statusCollector) result() (*MailboxStatus, error) {
	switch {
	case s.exact != nil:
		return s.exact, nil
	case s.bad != nil:
		return nil, s.bad
	case s.similar != nil:
		return s.similar, nil
	case s.other != "":
		return nil, fmt.Errorf("imap: STATUS of %q: the server answered for the mailbox %q", s.mailbox, s.other)
	}
	return nil, notSent("STATUS")
}

// statusItems returns the items that the server knows.
func (c *Client) statusItems() StatusItems {
	caps := c.Caps()
	items := StatusMessages | StatusUIDNext | StatusUIDValidity | StatusUnseen
	if caps.Lists(CapIMAP4rev1) || !caps.Lists(CapIMAP4rev2) {
		items |= StatusRecent
	}
	for _, x := range statusCaps {
		for _, want := range x.caps {
			if caps.Has(want) {
				items |= x.item
			}
		}
	}
	return items
}

// statusCaps says which capabilities, any of them, the items need that not every server
// knows.
var statusCaps = []struct {
	item StatusItems
	caps []Cap
}{
	{StatusSize, []Cap{response.CapStatusSize}},
	{StatusDeleted, []Cap{CapIMAP4rev2, "QUOTA=RES-MESSAGE"}},
	{StatusHighestModSeq, []Cap{CapCondStore, CapQResync}},
	{StatusAppendLimit, []Cap{response.CapAppendLimit}},
	{StatusDeletedStorage, []Cap{"QUOTA=RES-STORAGE"}},
	{StatusMailboxID, []Cap{response.CapObjectID}},
	{StatusRecent, []Cap{CapIMAP4rev1}},
}

// statusNeeds returns the capability that the first of the items needs.
func statusNeeds(items StatusItems) Cap {
	for _, x := range statusCaps {
		if items&x.item != 0 {
			return x.caps[0]
		}
	}
	return ""
}

// sameMailbox compares mailbox names: INBOX in any case.
func sameMailbox(a, b string) bool {
	return a == b || len(a) == 5 && len(b) == 5 && upper(a) == "INBOX" && upper(b) == "INBOX"
}
