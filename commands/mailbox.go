package commands

import "github.com/seed-090b04e4/imap/response"

// CreateOptions are the settings of CREATE. Nil and the zero value are the
// defaults.
type CreateOptions struct {
	// SpecialUse gives the mailbox special uses, like [response.AttrSent]. It needs
	// the capability CREATE-SPECIAL-USE (RFC 6154 §3).
	SpecialUse []response.MailboxAttr
}

// Create is CREATE (RFC 9051 §6.3.4). SpecialUse needs the capability
// CREATE-SPECIAL-USE (RFC 6154 §3).
type Create struct {
	Mailbox    string                 // in UTF-8
	SpecialUse []response.MailboxAttr // what it is for; may be empty
}

// Name implements [Command].
func (Create) Name() string { return "CREATE" }

// Effects implements [Command].
func (Create) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c Create) Encode(e *Encoder) {
	e.word("CREATE")
	e.SP()
	e.Mailbox(c.Mailbox)
	if len(c.SpecialUse) == 0 {
		return
	}
	e.SP()
	e.word("(USE ")
	e.BeginList()
	for _, use := range c.SpecialUse {
		e.SP()
		e.Argument("special use").mailboxAttr(use)
	}
	e.EndList()
	e.EndList()
}

// mailboxAttr appends a backslash and an atom.
func (e *Encoder) mailboxAttr(a response.MailboxAttr) {
	if a == "" || a[0] != '\\' {
		e.FailValue(e.argument("attribute"), string(a), "does not begin with a backslash")
		return
	}
	e.word(`\`)
	e.Atom(string(a[1:]))
}

// Delete is DELETE (RFC 9051 §6.3.5).
type Delete struct {
	Mailbox string // in UTF-8
}

// Name implements [Command].
func (Delete) Name() string { return "DELETE" }

// Effects implements [Command].
func (Delete) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c Delete) Encode(e *Encoder) { e.onMailbox("DELETE", c.Mailbox) }

// onMailbox encodes the commands that have a mailbox as their only argument.
func (e *Encoder) onMailbox(name, mailbox string) {
	e.word(name)
	e.SP()
	e.Mailbox(mailbox)
}

// Rename is RENAME (RFC 9051 §6.3.6).
type Rename struct {
	Mailbox string // in UTF-8
	NewName string // in UTF-8
}

// Name implements [Command].
func (Rename) Name() string { return "RENAME" }

// Effects implements [Command].
func (Rename) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c Rename) Encode(e *Encoder) {
	e.word("RENAME")
	e.SP()
	e.Mailbox(c.Mailbox)
	e.SP()
	e.Argument("new name").Mailbox(c.NewName)
}

// Subscribe is SUBSCRIBE (RFC 9051 §6.3.7).
type Subscribe struct {
	Mailbox string // in UTF-8
}

// Name implements [Command].
func (Subscribe) Name() string { return "SUBSCRIBE" }

// Effects implements [Command].
func (Subscribe) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c Subscribe) Encode(e *Encoder) { e.onMailbox("SUBSCRIBE", c.Mailbox) }

// Unsubscribe is UNSUBSCRIBE (RFC 9051 §6.3.8).
type Unsubscribe struct {
	Mailbox string // in UTF-8
}

// Name implements [Command].
func (Unsubscribe) Name() string { return "UNSUBSCRIBE" }

// Effects implements [Command].
func (Unsubscribe) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c Unsubscribe) Encode(e *Encoder) { e.onMailbox("UNSUBSCRIBE", c.Mailbox) }

// Namespace is NAMESPACE (RFC 9051 §6.3.10, RFC 2342), which needs the
// capability NAMESPACE or IMAP4rev2.
type Namespace struct{}

// Name implements [Command].
func (Namespace) Name() string { return "NAMESPACE" }

// Effects implements [Command].
func (Namespace) Effects() Effects { return MayExpunge | AnswersNamespace }

// Encode implements [Command].
func (Namespace) Encode(e *Encoder) { e.word("NAMESPACE") }

// Status is STATUS (RFC 9051 §6.3.11). Some items need capabilities: see
// [response.StatusItems].
type Status struct {
	Mailbox string               // in UTF-8
	Items   response.StatusItems // which items; with Other at least one
	Other   []string             // names of further items
}

// Name implements [Command].
func (Status) Name() string { return "STATUS" }

// Effects implements [Command].
func (Status) Effects() Effects { return MayExpunge | NamedStatus }

// Encode implements [Command].
func (c Status) Encode(e *Encoder) {
	e.word("STATUS")
	e.SP()
	e.Mailbox(c.Mailbox)
	e.SP()
	e.statusItems(c.Items, c.Other)
}

func (e *Encoder) statusItems(items response.StatusItems, other []string) {
	names := items.Names()
	if len(names)+len(other) == 0 {
		e.Fail("items", "are missing")
	}
	e.BeginList()
	for _, name := range names {
		e.SP()
		e.word(name)
	}
	for _, name := range other {
		e.SP()
		e.Argument("item").Atom(name)
	}
	e.EndList()
}
