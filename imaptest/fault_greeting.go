package imaptest

import (
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/response"
)

// Greeting replaces the greeting by a line of one's own, given without its line
// end.
type Greeting struct {
	Line string // like "* OK ready"
}

func (f Greeting) effect(*session) *effect {
	return &effect{greeting: func(g *greeting) { g.line = f.Line }}
}

// ByeGreeting greets with BYE and hangs up, as a server does that is too busy.
type ByeGreeting struct {
	Code string // "UNAVAILABLE", …; without brackets
	Text string // for people
}

func (f ByeGreeting) effect(*session) *effect {
	bye := reply{kind: "BYE", code: f.Code, text: f.Text}
	orElse(&bye.text, "Too many connections")
	return &effect{greeting: func(g *greeting) { g.line, g.last = "* "+bye.String(), true }}
}

// Preauth greets with PREAUTH: the session is the user's from the beginning.
type Preauth struct {
	User string // whose session it is
}

func (f Preauth) effect(*session) *effect {
	return &effect{greeting: func(g *greeting) {
		s := g.session
		s.user, s.state = s.srv.store.User(f.User), stateAuthenticated
		g.line = "* PREAUTH "
		if code := s.capabilityCode(); code != "" {
			g.line += "[" + code + "] "
		}
		g.line += "Logged in as " + f.User
	}}
}

// HideCapabilities takes capabilities out of what the server announces, though it
// has them; with GreetingOnly from the greeting alone. Without names, the
// greeting announces none.
type HideCapabilities struct {
	Names        []response.Cap // which capabilities
	GreetingOnly bool           // CAPABILITY announces them
}

func (f HideCapabilities) effect(*session) *effect {
	greeted := false
	return &effect{
		greeting: func(g *greeting) {
			greeted = true
			if len(f.Names) == 0 {
				g.line = "* OK " + g.session.srv.opts.Greeting
			}
		},
		caps: func(caps []string) []string {
			if f.GreetingOnly && greeted {
				return caps
			}
			return slices.DeleteFunc(caps, func(c string) bool {
				return slices.ContainsFunc(f.Names, func(n response.Cap) bool { return sameCap(n, response.Cap(c)) })
			})
		},
	}
}

// InjectAfterStartTLS sends text in the clear after the OK to STARTTLS, in the
// same packet, as an attacker on the way would do.
type InjectAfterStartTLS struct {
	Text string // with its line ends; the last may be left out
}

func (f InjectAfterStartTLS) effect(*session) *effect {
	text := f.Text
	if !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	return &effect{injected: func() []byte { return []byte(text) }}
}
