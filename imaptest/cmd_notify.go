package imaptest

import (
	"errors"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// notifier is what NOTIFY SET asked for (RFC 5465). The client's own changes to
// other mailboxes are reported as those of other sessions are.
type notifier struct {
	watcher  *store.Watcher
	selected notifyEvents
	delayed  bool // SELECTED-DELAYED: messages are removed only when a command allows it
	groups   []notifyGroup
}

// notifyGroup is what to report of which other mailboxes.
type notifyGroup struct {
	matches func(store.Info) bool
	notifyEvents
}

// notifyEvents are the events of a group.
type notifyEvents struct {
	created    bool // MessageNew
	expunged   bool // MessageExpunge, with which messages is true
	messages   bool
	flags      bool // FlagChange
	names      bool // MailboxName
	subscribed bool // SubscriptionChange
	metadata   bool // MailboxMetadataChange
	server     bool // ServerMetadataChange
	fetch      fetchRequest
}

// knownEvents are the events that the server can report.
const knownEvents = "MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange"

// immediate reports whether messages may be removed at any time.
func (n *notifier) immediate() bool { return n != nil && !n.delayed }

// cmdNotify is NOTIFY (RFC 5465 §3.1).
func cmdNotify(s *session, a *args) reply {
	a.sp()
	if a.keywordIs("NONE") {
		if a.end() {
			s.endNotify()
			s.notify = &notifier{watcher: s.user.Watch()}
		}
		return a.reply()
	}
	if !a.keywordIs("SET") {
		a.bad("SET or NONE")
	}
	a.sp()
	status := a.keywordIs("STATUS")
	if status {
		a.sp()
	}
	n := &notifier{}
	chosen := false
	for more := true; more; more = a.ok() && a.eat(' ') {
		s.readNotifyGroup(a, n, &chosen)
	}
	if !a.end() {
		return a.reply()
	}
	s.endNotify()
	n.watcher = s.user.Watch()
	s.notify = n
	if status {
		s.sendNotifyStatus()
	}
	return ok("NOTIFY completed")
}

// endNotify ends what NOTIFY SET began.
func (s *session) endNotify() {
	if s.notify != nil {
		s.notify.watcher.Close()
		s.notify = nil
	}
}

// readNotifyGroup reads an event-group (RFC 5465 §8).
func (s *session) readNotifyGroup(a *args, n *notifier, chosen *bool) {
	a.want('(')
	delayed := a.keywordIs("SELECTED-DELAYED")
	if delayed || a.keywordIs("SELECTED") {
		if *chosen {
			a.fail(bad("NOTIFY: one filter for the selected mailbox is enough"))
		}
		*chosen, n.delayed = true, delayed
		n.selected = s.readNotifyEvents(a)
		if e := n.selected; a.ok() && (e.names || e.subscribed || e.metadata || e.server) {
			a.fail(bad("NOTIFY: only events of messages for the selected mailbox"))
		}
	} else {
		g := notifyGroup{matches: s.mailboxFilter(a)}
		g.notifyEvents = s.readNotifyEvents(a)
		n.groups = append(n.groups, g)
	}
	a.want(')')
}

// readNotifyEvents reads the events of a group, with parentheses as the grammar has
// them, or without as in the RFC's examples.
func (s *session) readNotifyEvents(a *args) (e notifyEvents) {
	a.sp()
	switch {
	case a.keywordIs("NONE"):
		return e
	case a.peek() == '(':
		a.list(func() { s.readNotifyEvent(a, &e) })
	default:
		s.readNotifyEvent(a, &e)
		for a.ok() && a.eat(' ') {
			s.readNotifyEvent(a, &e)
		}
	}
	e.messages = e.created && e.expunged
	if a.ok() && (e.created != e.expunged || e.flags && !e.messages) { // RFC 5465 §5
		a.fail(bad("NOTIFY: MessageNew and MessageExpunge go together, and FlagChange with both"))
	}
	return e
}

func (s *session) readNotifyEvent(a *args, e *notifyEvents) {
	switch name := a.keyword(); name {
	case "MESSAGENEW":
		e.created = true
		if a.eat(' ') {
			if a.peek() != '(' { // another event
				a.pos--
				return
			}
			a.list(func() { s.readItem(a, &e.fetch) })
			e.fetch.seen = false
		}
	case "MESSAGEEXPUNGE":
		e.expunged = true
	case "FLAGCHANGE":
		e.flags = true
	case "MAILBOXNAME":
		e.names = true
	case "SUBSCRIPTIONCHANGE":
		e.subscribed = true
	case "MAILBOXMETADATACHANGE":
		e.metadata = true
	case "SERVERMETADATACHANGE":
		e.server = true
	default:
		if a.ok() {
			a.fail(no("BADEVENT ("+knownEvents+")", "Unknown event"))
		}
	}
}

// nextLine reads the line of the next command. Meanwhile, it sends what NOTIFY SET
// asked for.
func (s *session) nextLine() ([]byte, error) {
	if s.notify == nil {
		return s.readLine()
	}
	line, err := s.waitForLine(false)
	switch {
	case errors.Is(err, errDetached):
		s.line("* BYE Mailbox was deleted or renumbered by another session")
	case err != nil && !errors.Is(err, errLongLine):
		s.ioErr = err
	}
	return line, err
}

// sendNotifyStatus sends STATUS of all mailboxes of which messages are reported.
func (s *session) sendNotifyStatus() {
	for _, info := range s.user.List() {
		box := s.user.Mailbox(info.Name)
		if box == nil || s.view != nil && s.view.Box == box || !s.notify.of(info).messages {
			continue
		}
		s.sendStatus(info.Name, box, s.statusFor(store.MessagesChanged|store.FlagsChanged))
	}
}

// of returns the events that are reported of a mailbox.
func (n *notifier) of(info store.Info) (e notifyEvents) {
	for _, g := range n.groups {
		if g.matches(info) {
			e.messages, e.flags = e.messages || g.messages, e.flags || g.flags
			e.names, e.subscribed = e.names || g.names, e.subscribed || g.subscribed
			e.metadata = e.metadata || g.metadata
		}
	}
	return e
}

// statusFor are the items that report a change (RFC 5465 §5.1 to §5.3).
func (s *session) statusFor(c store.Change) []string {
	var items []string
	if c&store.MessagesChanged != 0 {
		items = append(items, "MESSAGES", "UIDNEXT")
	}
	items = append(items, "UIDVALIDITY")
	if c&store.FlagsChanged != 0 {
		items = append(items, "UNSEEN")
	}
	if s.condstore {
		items = append(items, "HIGHESTMODSEQ")
	}
	return items
}

// notifyOthers sends what happened to other mailboxes than the selected one, and to
// names.
func (s *session) notifyOthers() {
	events, changed, overflow := s.notify.watcher.Take()
	if overflow {
		s.line("* OK [NOTIFICATIONOVERFLOW] Too much has happened")
		s.endNotify()
		s.notify = &notifier{watcher: s.user.Watch()}
		return
	}
	for _, e := range events {
		s.notifyEvent(e)
	}
	for _, c := range changed {
		if s.view != nil && s.view.Box == c.Box || s.user.Mailbox(c.Name) != c.Box {
			continue
		}
		of := s.notify.of(s.infoOf(c.Name))
		if !of.flags {
			c.Change &^= store.FlagsChanged
		}
		if of.messages && c.Change != 0 {
			s.sendStatus(c.Name, c.Box, s.statusFor(c.Change))
		}
	}
}

// infoOf is the mailbox of that name, or a name that is no more.
func (s *session) infoOf(name string) store.Info {
	all := s.user.List()
	if i := slices.IndexFunc(all, func(b store.Info) bool { return b.Name == name }); i >= 0 {
		return all[i]
	}
	return store.Info{Name: name, Missing: true}
}

// notifyEvent sends one event of a name.
func (s *session) notifyEvent(e store.Event) {
	info := s.infoOf(e.Name)
	of := s.notify.of(info)
	switch {
	case e.Kind == store.MetadataChanged && e.Name == "":
		if slices.ContainsFunc(s.notify.groups, func(g notifyGroup) bool { return g.server }) {
			s.newOut(`* METADATA "" `).str(e.Entry).send()
		}
	case e.Kind == store.MetadataChanged && of.metadata:
		s.newOut("* METADATA ").mailbox(e.Name).raw(" ").str(e.Entry).send()
	case e.Kind == store.SubscriptionChanged && of.subscribed:
		s.sendName(info, "")
	case e.Kind == store.NameRenamed && of.names:
		s.sendName(info, e.Old)
	case (e.Kind == store.NameCreated || e.Kind == store.NameDeleted) && of.names:
		s.sendName(info, "")
		if i := strings.LastIndex(e.Name, s.srv.opts.Delimiter); i > 0 { // its parent has or lost a child
			s.sendName(s.infoOf(e.Name[:i]), "")
		}
	}
}

// sendName sends LIST for one name, with the name that it had before.
func (s *session) sendName(box store.Info, old string) {
	var attrs []string
	switch {
	case box.Missing:
		attrs = append(attrs, string(response.AttrNonExistent))
	case box.NoSelect:
		attrs = append(attrs, string(response.AttrNoSelect))
	}
	if box.Subscribed {
		attrs = append(attrs, string(response.AttrSubscribed))
	}
	o := s.newOut("* LIST (" + strings.Join(attrs, " ") + ") ").str(s.srv.opts.Delimiter).raw(" ").mailbox(box.Name)
	if old != "" {
		o.raw(` ("OLDNAME" (`).mailbox(old).raw("))")
	}
	o.send()
}

// fetchNew sends what was asked for of the messages that are new in the selected
// mailbox, from that index on.
func (s *session) fetchNew(from int) {
	req := s.notify.selected.fetch
	if len(req.items) == 0 {
		return
	}
	for i := from; i < s.view.Len(); i++ {
		s.fetchOne(&req, i)
	}
}
