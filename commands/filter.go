package commands

// MailboxFilter selects mailboxes for NOTIFY and ESEARCH (RFC 5465 §6, RFC 7377
// §2.2, "filter-mailboxes").
type MailboxFilter string

// The filters of RFC 5465 §6 and RFC 7377 §2.2.
const (
	FilterSelected        MailboxFilter = "SELECTED"         // the selected one; with NOTIFY, EXPUNGE responses may come at any time
	FilterSelectedDelayed MailboxFilter = "SELECTED-DELAYED" // the selected one, whose EXPUNGE responses wait for a command that permits them; only for NOTIFY
	FilterInboxes         MailboxFilter = "INBOXES"          // those that mail may be delivered to
	FilterPersonal        MailboxFilter = "PERSONAL"         // those in the user's personal namespaces
	FilterSubscribed      MailboxFilter = "SUBSCRIBED"       // those that are subscribed
	FilterSubtree         MailboxFilter = "SUBTREE"          // those named and all below them
	FilterSubtreeOne      MailboxFilter = "SUBTREE-ONE"      // those named and the next level below them; only for ESEARCH
	FilterMailboxes       MailboxFilter = "MAILBOXES"        // those named
)

// mailboxFilter appends a filter with the names of the mailboxes that it needs.
func (e *Encoder) mailboxFilter(filter MailboxFilter, mailboxes []string) {
	e.Argument("filter").Atom(string(filter))
	named := filter == FilterSubtree || filter == FilterSubtreeOne || filter == FilterMailboxes
	switch {
	case named && len(mailboxes) == 0:
		e.FailValue("filter", string(filter), "needs mailbox names")
	case !named && len(mailboxes) > 0:
		e.FailValue("filter", string(filter), "takes no mailbox names")
	}
	if !named {
		return
	}
	e.SP()
	e.BeginList()
	for _, name := range mailboxes {
		e.SP()
		e.Argument("mailbox").Mailbox(name)
	}
	e.EndList()
}
