package commands

// Commands that few servers have, and that Client.Do of package imap sends. Their answers are
// types of package response.

// Language is LANGUAGE (RFC 5255 §3.2): the human-readable texts of the server's
// responses are in one of these languages from now on, the first that it knows. It is
// answered with a *[response.LanguageData], and needs the capability LANGUAGE.
type Language struct {
	Ranges []string // language ranges (RFC 4647), like "de-CH", or "default"; empty: which are there?
}

// Name implements [Command].
func (Language) Name() string { return "LANGUAGE" }

// Effects implements [Command].
func (Language) Effects() Effects { return Barrier }

// Encode implements [Command].
func (c Language) Encode(e *Encoder) { e.named(c.Name(), "language", c.Ranges) }

// Comparator is COMPARATOR (RFC 5255 §4.7): SEARCH, SORT and THREAD compare strings so
// from now on. It is answered with a *[response.ComparatorData], or if the server has
// none of them with CodeBadComparator, and needs the capability I18NLEVEL=2.
type Comparator struct {
	Names []string // or patterns, like "cz;*", in the order of preference; empty: which is in use?
}

// Name implements [Command].
func (Comparator) Name() string { return "COMPARATOR" }

// Effects implements [Command].
func (Comparator) Effects() Effects { return Barrier }

// Encode implements [Command].
func (c Comparator) Encode(e *Encoder) { e.named(c.Name(), "comparator", c.Names) }

// named appends a command and astrings, none of which is empty.
func (e *Encoder) named(command, argument string, values []string) {
	e.word(command)
	for _, v := range values {
		e.SP()
		if v == "" {
			e.Fail(argument, "is empty")
			return
		}
		e.Argument(argument).AString(v)
	}
}

// GetJMAPAccess is GETJMAPACCESS (RFC 9698 §3): where the same mail is by JMAP. It is
// answered with a *[response.JMAPAccessData], and needs the capability JMAPACCESS.
type GetJMAPAccess struct{}

// Name implements [Command].
func (GetJMAPAccess) Name() string { return "GETJMAPACCESS" }

// Effects implements [Command].
func (GetJMAPAccess) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (GetJMAPAccess) Encode(e *Encoder) { e.word("GETJMAPACCESS") }

// RList is RLIST, or of subscribed mailboxes RLSUB (RFC 2193 §5): LIST and LSUB that
// name mailboxes on other servers too, to which SELECT then refers by a
// [response.ReferralCode]. It needs the capability MAILBOX-REFERRALS.
type RList struct {
	Reference  string // is put before the pattern; usually empty
	Pattern    string // "*" and "%" are wildcards
	Subscribed bool   // RLSUB
}

// Name returns "RLIST" or "RLSUB".
func (c RList) Name() string {
	if c.Subscribed {
		return "RLSUB"
	}
	return "RLIST"
}

// Effects implements [Command].
func (c RList) Effects() Effects { return AnswersList | AnswersLSub | MayExpunge }

// Encode implements [Command].
func (c RList) Encode(e *Encoder) { e.listing(c.Name(), c.Reference, c.Pattern) }

// XList is XLIST, of servers that had special uses before SPECIAL-USE (RFC 6154 §7): LIST
// with attributes like \Sent, and \Inbox, in a [response.MailboxInfo] each.
type XList struct {
	Reference string // is put before the pattern; usually empty
	Pattern   string // "*" and "%" are wildcards
}

// Name implements [Command].
func (XList) Name() string { return "XLIST" }

// Effects implements [Command].
func (XList) Effects() Effects { return AnswersList | MayExpunge }

// Encode implements [Command].
func (c XList) Encode(e *Encoder) { e.listing(c.Name(), c.Reference, c.Pattern) }

// listing appends a command of the form of LIST.
func (e *Encoder) listing(command, reference, pattern string) {
	e.word(command)
	e.SP()
	e.Argument("reference").quotedMailbox(reference)
	e.SP()
	e.ListMailbox(pattern)
}
