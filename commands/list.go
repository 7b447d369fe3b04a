package commands

import (
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// List is LIST (RFC 9051 §6.3.9). Everything in Select and Return needs the
// capability LIST-EXTENDED (RFC 5258) or IMAP4rev2, and some options a further
// one; more than one pattern needs LIST-EXTENDED (RFC 9051 Appendix C).
type List struct {
	Reference string     // is put before the patterns; usually empty
	Patterns  []string   // at least one; "" asks for the hierarchy delimiter
	Select    ListSelect // which mailboxes
	Return    ListReturn // what else to return for each of them
}

// ListSelect holds the selection options of LIST (RFC 9051 §6.3.9.1).
type ListSelect struct {
	Subscribed     bool // subscribed ones, even those that do not exist
	Remote         bool // also those on other servers
	RecursiveMatch bool // also parents of matches; needs Subscribed or SpecialUse
	SpecialUse     bool // those with a special use: needs SPECIAL-USE (RFC 6154)
}

// ListReturn holds the return options of LIST (RFC 9051 §6.3.9.2).
type ListReturn struct {
	Subscribed bool                 // the attribute \Subscribed
	Children   bool                 // \HasChildren, \HasNoChildren
	SpecialUse bool                 // special uses: needs SPECIAL-USE (RFC 6154)
	Status     response.StatusItems // needs LIST-STATUS (RFC 5819) or IMAP4rev2
	MyRights   bool                 // needs LIST-MYRIGHTS (RFC 8440)
	Metadata   []string             // names of entries: needs LIST-METADATA (RFC 9590)
}

func (s ListSelect) any() bool { return s != ListSelect{} }

func (r ListReturn) any() bool {
	return r.Subscribed || r.Children || r.SpecialUse || r.Status != 0 || r.MyRights || len(r.Metadata) > 0
}

// Name implements [Command].
func (List) Name() string { return "LIST" }

// Effects implements [Command]. It includes the answers STATUS and METADATA if the
// command asks for them.
func (c List) Effects() Effects {
	effects := MayExpunge | AnswersList
	if c.Return.Status != 0 {
		effects |= AnyStatus
	}
	if len(c.Return.Metadata) > 0 {
		effects |= AnyMetadata
	}
	return effects
}

// Encode appends the command, in the basic form of RFC 3501 if that suffices.
func (c List) Encode(e *Encoder) {
	e.word("LIST")
	if c.Select.any() {
		e.SP()
		c.Select.encode(e)
	}
	e.SP()
	e.Argument("reference").quotedMailbox(c.Reference)
	e.SP()
	c.encodePatterns(e)
	if c.Return.any() {
		e.SP()
		c.Return.encode(e)
	}
}

func (c List) encodePatterns(e *Encoder) {
	switch len(c.Patterns) {
	case 0:
		e.Fail("patterns", "are missing")
	case 1:
		e.ListMailbox(c.Patterns[0])
	default:
		e.BeginList()
		for _, p := range c.Patterns {
			e.SP()
			e.ListMailbox(p)
		}
		e.EndList()
	}
}

func (s ListSelect) encode(e *Encoder) {
	if s.RecursiveMatch && !s.Subscribed && !s.SpecialUse { // RFC 9051 §6.3.9.1
		e.Fail("RECURSIVEMATCH", "needs SUBSCRIBED or SPECIAL-USE")
	}
	e.BeginList()
	e.option(s.Subscribed, "SUBSCRIBED")
	e.option(s.SpecialUse, "SPECIAL-USE")
	e.option(s.Remote, "REMOTE")
	e.option(s.RecursiveMatch, "RECURSIVEMATCH")
	e.EndList()
}

// option appends a name to a list if it is wanted.
func (e *Encoder) option(wanted bool, name string) {
	if wanted {
		e.SP()
		e.word(name)
	}
}

func (r ListReturn) encode(e *Encoder) {
	e.word("RETURN ")
	e.BeginList()
	e.option(r.Subscribed, "SUBSCRIBED")
	e.option(r.Children, "CHILDREN")
	e.option(r.SpecialUse, "SPECIAL-USE")
	e.option(r.MyRights, "MYRIGHTS")
	if r.Status != 0 {
		e.SP()
		e.word("STATUS ")
		e.statusItems(r.Status, nil)
	}
	if len(r.Metadata) > 0 {
		e.SP()
		e.word("METADATA ")
		e.metadataEntries(r.Metadata)
	}
	e.EndList()
}

// metadataEntries appends the names of entries in parentheses.
func (e *Encoder) metadataEntries(entries []string) {
	e.BeginList()
	for _, entry := range entries {
		e.SP()
		e.Argument("entry name").MetadataEntry(entry)
	}
	e.EndList()
}

// MetadataEntry appends the name of a metadata entry (RFC 5464 §3.2), like
// "/private/comment".
func (e *Encoder) MetadataEntry(name string) {
	bad := !strings.HasPrefix(name, "/") || strings.HasSuffix(name, "/") || strings.Contains(name, "//")
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= 0x19 || c >= 0x7f || c == '*' || c == '%' {
			bad = true
		}
	}
	if bad {
		e.FailValue(e.argument("entry name"), name, "")
		return
	}
	e.String(name)
}

// quotedMailbox appends a mailbox name, but never as an atom: servers expect quotes
// around the reference of LIST.
func (e *Encoder) quotedMailbox(name string) {
	if b, ok := e.mailboxBytes(name, "mailbox"); ok {
		putString(e, b, "mailbox")
	}
}

// LSub is LSUB (RFC 3501 §6.3.9), which IMAP4rev2 replaced by LIST of
// subscribed mailboxes.
type LSub struct {
	Reference string // is put before the pattern; usually empty
	Pattern   string // "*" and "%" are wildcards
}

// Name implements [Command].
func (LSub) Name() string { return "LSUB" }

// Effects implements [Command].
func (LSub) Effects() Effects { return MayExpunge | AnswersLSub }

// Encode implements [Command].
func (c LSub) Encode(e *Encoder) {
	e.word("LSUB")
	e.SP()
	e.Argument("reference").quotedMailbox(c.Reference)
	e.SP()
	e.ListMailbox(c.Pattern)
}
