package commands

// MailboxFilter says which mailboxes NOTIFY and ESEARCH are about (RFC 5465 §6, RFC
// 7377 §2.2, "filter-mailboxes").
type MailboxFilter string

// The filters of RFC 5465 §6 and RFC 7377 §2.2.
const (
	FilterSelected        MailboxFilter = "SELECTED"         // the selected one; with NOTIFY, removals may be told at any time
	FilterSelectedDelayed MailboxFilter = "SELECTED-DELAYED" // the selected one, whose removals wait for a command that permits them; NOTIFY alone
	FilterInboxes         MailboxFilter = "INBOXES"          // all that mail may be delivered to
	FilterPersonal        MailboxFilter = "PERSONAL"         // all of the user's own
	FilterSubscribed      MailboxFilter = "SUBSCRIBED"       // those that are subscribed
	FilterSubtree         MailboxFilter = "SUBTREE"          // those named and all below them
	FilterSubtreeOne      MailboxFilter = "SUBTREE-ONE"      // those named and the next level below them; ESEARCH alone
	FilterMailboxes       MailboxFilter = "MAILBOXES"        // those named
)

// mailboxFilter appends a filter with the names of the mailboxes that it needs.
func (e *Encoder) mailboxFilter(filter MailboxFilter, mailboxes []string) {
	e.Argument("filter").Atom(string(filter))
	named := filter == FilterSubtree || filter == FilterSubtreeOne || filter == FilterMailboxes
	if named != (len(mailboxes) > 0) {
		e.Fail("mailboxes", "are only for the filters that need them")
	}
	if !named {
		return
	}
	e.SP()
	e.BeginList()
	for _, name := range mailboxes {
		e.SP()
		e.Argument("mailboxes").Mailbox(name)
	}
	e.EndList()
}
