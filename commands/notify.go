package commands

import "github.com/seed-090b04e4/imap/response"

// Notify is NOTIFY (RFC 5465 §3.1), which needs the capability NOTIFY. Without
// groups it is NOTIFY NONE, which ends all notifications.
type Notify struct {
	Status bool          // the answer has the status of each mailbox
	Groups []NotifyGroup // which events to send
}

// NotifyOptions are the settings of NOTIFY. Nil and the zero value are the
// defaults.
type NotifyOptions struct {
	// Status asks for the status of each mailbox but the selected one.
	Status bool
}

// NotifyGroup is the events that the server sends for some mailboxes.
type NotifyGroup struct {
	Filter    MailboxFilter // which mailboxes
	Mailboxes []string      // with FilterMailboxes and FilterSubtree: their names, in UTF-8
	Events    []NotifyEvent // which events; empty: none
	// Fetch is what the server sends for each new message, with FilterSelected or
	// FilterSelectedDelayed and NotifyMessageNew (RFC 5465 §5.1). Of a body section of
	// more than 4 KiB, the event has only the Size, no Data.
	Fetch FetchItems
}

// NotifyEvent is a kind of event (RFC 5465 §5).
type NotifyEvent string

// The events of RFC 5465 §5. MessageNew and MessageExpunge go together, and
// FlagChange with both.
const (
	NotifyMessageNew            NotifyEvent = "MessageNew"            // a message was added
	NotifyMessageExpunge        NotifyEvent = "MessageExpunge"        // a message was removed
	NotifyFlagChange            NotifyEvent = "FlagChange"            // flags of a message have changed
	NotifyAnnotationChange      NotifyEvent = "AnnotationChange"      // an annotation of a message has changed (RFC 5257)
	NotifyMailboxName           NotifyEvent = "MailboxName"           // a mailbox was created, deleted or renamed
	NotifySubscriptionChange    NotifyEvent = "SubscriptionChange"    // a mailbox was subscribed or unsubscribed
	NotifyMailboxMetadataChange NotifyEvent = "MailboxMetadataChange" // metadata of a mailbox has changed
	NotifyServerMetadataChange  NotifyEvent = "ServerMetadataChange"  // metadata of the server has changed
)

// Name implements [Command].
func (Notify) Name() string { return "NOTIFY" }

// Effects implements [Command]. The server sends pending responses before it
// answers, as with NOOP.
func (c Notify) Effects() Effects {
	if c.Status {
		return MayExpunge | AnyStatus
	}
	return MayExpunge
}

// Needs returns the capabilities that the command needs.
func (c Notify) Needs() []response.Cap {
	caps := []response.Cap{response.CapNotify}
	for i := range c.Groups {
		for _, need := range c.Groups[i].Fetch.Needs() {
			caps = appendCap(caps, need)
		}
	}
	return caps
}

// Encode implements [Command].
func (c Notify) Encode(e *Encoder) {
	if len(c.Groups) == 0 {
		e.word("NOTIFY NONE")
		return
	}
	e.Synchronize() // servers may not know a filter or an event
	e.word("NOTIFY SET")
	if c.Status {
		e.word(" STATUS")
	}
	for i := range c.Groups {
		e.SP()
		c.Groups[i].encode(e)
	}
}

func (g *NotifyGroup) encode(e *Encoder) {
	e.BeginList()
	e.mailboxFilter(g.Filter, g.Mailboxes)
	e.SP()
	g.encodeEvents(e)
	e.EndList()
}

func (g *NotifyGroup) encodeEvents(e *Encoder) {
	fetch := g.Fetch.Mask() != 0
	if fetch && g.Filter != FilterSelected && g.Filter != FilterSelectedDelayed {
		e.Fail("fetch items", "are only allowed for the selected mailbox")
	}
	if len(g.Events) == 0 {
		e.word("NONE")
		return
	}
	e.BeginList()
	for _, event := range g.Events {
		e.SP()
		e.Argument("event").Atom(string(event))
		if event == NotifyMessageNew && fetch {
			e.SP()
			g.Fetch.encode(e)
		}
	}
	e.EndList()
}
