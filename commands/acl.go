package commands

import (
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/response"
)

// All commands of this file need the capability ACL (RFC 4314). Their answers
// name the mailbox, so that many may run at the same time. So may SETACL and the
// commands that read the list, because the server executes them in order (RFC 4314
// §5.1.1).

// RightsOp is what SETACL does with the rights (RFC 4314 §3.1). The zero value is
// invalid.
type RightsOp uint8

// The operations of RFC 4314 §3.1.
const (
	RightsSet    RightsOp = iota + 1 // these rights and no others
	RightsAdd                        // + before the rights
	RightsRemove                     // - before the rights
)

func (op RightsOp) sign() string {
	switch op {
	case RightsAdd:
		return "+"
	case RightsRemove:
		return "-"
	}
	return ""
}

// SetACL is SETACL (RFC 4314 §3.1).
type SetACL struct {
	Mailbox    string          // in UTF-8
	Identifier string          // whose rights: in UTF-8, not empty; with a "-" in front for negative rights (RFC 4314 §2)
	Op         RightsOp        // what to do with the rights
	Rights     response.Rights // lower case letters and digits; may be empty
}

// Name implements [Command].
func (SetACL) Name() string { return "SETACL" }

// Effects implements [Command].
func (SetACL) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c SetACL) Encode(e *Encoder) {
	e.onIdentifier("SETACL", c.Mailbox, c.Identifier)
	if c.Op < RightsSet || c.Op > RightsRemove {
		e.Fail("operation", "is not RightsSet, RightsAdd or RightsRemove")
	}
	e.SP()
	e.Argument("rights").modRights(c.Op, c.Rights)
}

// modRights appends a modification of rights (RFC 4314 §7, "mod-rights").
func (e *Encoder) modRights(op RightsOp, rights response.Rights) {
	for i := range len(rights) {
		if r := rights[i]; (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			e.FailValue("rights", string(rights), "have a character other than a lower case letter or a digit")
			return
		}
	}
	e.AString(op.sign() + string(rights))
}

// onIdentifier encodes the commands that have a mailbox and an identifier as
// their first arguments.
func (e *Encoder) onIdentifier(name, mailbox, identifier string) {
	e.onMailbox(name, mailbox)
	e.SP()
	switch {
	case identifier == "": // RFC 4314 §3: the server must refuse it
		e.Fail("identifier", "is empty")
	case !utf8.ValidString(identifier): // RFC 4314 §2
		e.FailValue("identifier", identifier, "is not UTF-8")
	default:
		e.Argument("identifier").AString(identifier)
	}
}

// DeleteACL is DELETEACL (RFC 4314 §3.2).
type DeleteACL struct {
	Mailbox    string // in UTF-8
	Identifier string // whose entry: in UTF-8, not empty
}

// Name implements [Command].
func (DeleteACL) Name() string { return "DELETEACL" }

// Effects implements [Command].
func (DeleteACL) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c DeleteACL) Encode(e *Encoder) { e.onIdentifier("DELETEACL", c.Mailbox, c.Identifier) }

// GetACL is GETACL (RFC 4314 §3.3).
type GetACL struct {
	Mailbox string // in UTF-8
}

// Name implements [Command].
func (GetACL) Name() string { return "GETACL" }

// Effects implements [Command].
func (GetACL) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c GetACL) Encode(e *Encoder) { e.onMailbox("GETACL", c.Mailbox) }

// ListRights is LISTRIGHTS (RFC 4314 §3.4).
type ListRights struct {
	Mailbox    string // in UTF-8
	Identifier string // of whom: in UTF-8, not empty
}

// Name implements [Command].
func (ListRights) Name() string { return "LISTRIGHTS" }

// Effects implements [Command].
func (ListRights) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c ListRights) Encode(e *Encoder) { e.onIdentifier("LISTRIGHTS", c.Mailbox, c.Identifier) }

// MyRights is MYRIGHTS (RFC 4314 §3.5).
type MyRights struct {
	Mailbox string // in UTF-8
}

// Name implements [Command].
func (MyRights) Name() string { return "MYRIGHTS" }

// Effects implements [Command].
func (MyRights) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c MyRights) Encode(e *Encoder) { e.onMailbox("MYRIGHTS", c.Mailbox) }
