package commands

import (
	"github.com/seed-090b04e4/imap/response"
)

// GenURLAuth is GENURLAUTH (RFC 4467 §7): the server adds to each URL of a message a
// token that gives access to it. It needs the capability URLAUTH.
type GenURLAuth struct {
	URLs      []string // with Access and without Token: see [response.URL]
	Mechanism string   // of the tokens; empty: INTERNAL
}

// Name implements [Command].
func (GenURLAuth) Name() string { return "GENURLAUTH" }

// Effects implements [Command].
func (GenURLAuth) Effects() Effects { return Barrier }

// Encode implements [Command].
func (c GenURLAuth) Encode(e *Encoder) {
	e.word("GENURLAUTH")
	if len(c.URLs) == 0 {
		e.Fail("URLs", "are missing")
	}
	for _, u := range c.URLs {
		e.SP()
		e.url(u)
		e.SP()
		if c.Mechanism == "" {
			e.word("INTERNAL")
			continue
		}
		e.Argument("mechanism").Atom(c.Mechanism)
	}
}

// ResetKey is RESETKEY (RFC 4467 §7): the tokens that GENURLAUTH has made for a mailbox
// are no longer valid. It needs the capability URLAUTH.
type ResetKey struct {
	Mailbox    string   // in UTF-8; empty: all mailboxes
	Mechanisms []string // those of the tokens; empty: INTERNAL
}

// Name implements [Command].
func (ResetKey) Name() string { return "RESETKEY" }

// Effects implements [Command].
func (ResetKey) Effects() Effects { return MayExpunge }

// Encode implements [Command].
func (c ResetKey) Encode(e *Encoder) {
	e.word("RESETKEY")
	if c.Mailbox == "" {
		if len(c.Mechanisms) > 0 {
			e.Fail("mailbox", "is empty, and mechanisms are given")
		}
		return
	}
	e.SP()
	e.Mailbox(c.Mailbox)
	for _, m := range c.Mechanisms {
		e.SP()
		e.Argument("mechanism").Atom(m)
	}
}

// URLItems says what URLFETCH returns of each URL (RFC 5524 §3.1). The zero value is the
// octets, as RFC 4467 has it; the others need the capability URLAUTH=BINARY.
type URLItems struct {
	Structure bool // BODYPARTSTRUCTURE: [response.URLPart].Structure
	Binary    bool // BINARY: the octets without transfer encoding
	NoOctets  bool // only the structure
}

// Needs returns the capabilities that the items need.
func (i URLItems) Needs() []response.Cap {
	if i == (URLItems{}) {
		return []response.Cap{response.CapURLAuth}
	}
	return []response.Cap{response.CapURLAuth, response.CapURLAuthBinary}
}

// URLFetch is URLFETCH (RFC 4467 §7): what URLs stand for that GENURLAUTH has returned,
// maybe to another user. Traces do not show the URLs, as they have tokens.
type URLFetch struct {
	URLs  []string // as they came from the server
	Items URLItems // what is asked for of each
}

// Name implements [Command].
func (URLFetch) Name() string { return "URLFETCH" }

// Effects implements [Command].
func (URLFetch) Effects() Effects { return Barrier }

// Encode implements [Command].
func (c URLFetch) Encode(e *Encoder) {
	e.word("URLFETCH")
	if len(c.URLs) == 0 {
		e.Fail("URLs", "are missing")
	}
	if c.Items.NoOctets && (c.Items.Binary || !c.Items.Structure) {
		e.Fail("items", "contradict each other")
	}
	for _, u := range c.URLs {
		e.SP()
		if c.Items == (URLItems{}) {
			e.Secret(func() { e.url(u) })
			continue
		}
		e.BeginList()
		e.Secret(func() { e.url(u) })
		e.fresh = false
		for _, item := range c.Items.names() {
			e.SP()
			e.word(item)
		}
		e.EndList()
	}
}

func (i URLItems) names() (names []string) {
	if i.Structure {
		names = append(names, "BODYPARTSTRUCTURE")
	}
	switch {
	case i.Binary:
		names = append(names, "BINARY")
	case !i.NoOctets:
		names = append(names, "BODY")
	}
	return names
}
