package commands

import "github.com/seed-090b04e4/imap/response"

// ESearch is ESEARCH (RFC 7377 §2), a search in several mailboxes, which needs the
// capability MULTISEARCH.
type ESearch struct {
	In      []SearchSource // which mailboxes; none: the selected one
	Key     SearchKey      // nil: all messages
	Return  SearchReturn   // what is returned for each mailbox; zero: the UIDs
	Charset string         // as in [Search]
}

// SearchSource is a set of mailboxes to be searched (RFC 7377 §2.2).
type SearchSource struct {
	Filter    MailboxFilter // which mailboxes
	Mailboxes []string      // with FilterMailboxes, FilterSubtree and FilterSubtreeOne: their names, in UTF-8
}

// Name implements [Command].
func (ESearch) Name() string { return "ESEARCH" }

// Effects implements [Command]. The answers have the command's tag.
func (c ESearch) Effects() Effects {
	eff := MayExpunge
	if len(c.In) == 0 {
		eff |= Selected
	}
	for _, in := range c.In {
		if in.Filter == FilterSelected {
			eff |= Selected
		}
	}
	if c.Return.Save {
		eff |= SavesResult
	}
	if c.Key != nil {
		eff |= c.Key.Effects()
	}
	return eff
}

// Needs returns the capabilities that the command needs.
func (c ESearch) Needs() []response.Cap {
	caps := []response.Cap{response.CapMultiSearch}
	for _, need := range (Search{Key: c.Key, Return: c.Return}).Needs() {
		caps = appendCap(caps, need)
	}
	return caps
}

// Encode implements [Command].
func (c ESearch) Encode(e *Encoder) {
	e.Synchronize() // servers may not know a filter
	e.word("ESEARCH")
	if len(c.In) > 0 {
		if c.Return.Save && (len(c.In) > 1 || c.In[0].Filter != FilterSelected) {
			e.Fail("return options", "have SAVE, which is for the selected mailbox only")
		}
		e.SP()
		e.word("IN ")
		e.BeginList()
		for _, in := range c.In {
			e.SP()
			e.mailboxFilter(in.Filter, in.Mailboxes)
		}
		e.EndList()
	}
	Search{Key: c.Key, Return: c.Return, Charset: c.Charset}.encodeProgram(e)
}
