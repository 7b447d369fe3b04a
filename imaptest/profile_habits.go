package imaptest

import (
	"regexp"
	"strconv"
	"strings"
)

// The habits of services are faults that their profiles bring along.

// exchangeHabits leaves things out of COPYUID, does not know the size of
// attached messages and complains twice.
type exchangeHabits struct{}

var (
	movedCode    = regexp.MustCompile(`^(\* OK \[COPYUID [^]]*\]) .*`)
	nothingMoved = regexp.MustCompile(`^(\S+ OK) (COPY completed)$`)
	attachedSize = regexp.MustCompile(`("message" "rfc822" .*? ")(7bit|8bit|binary)" \d+ \(`)
)

func (exchangeHabits) effect(*session) *effect {
	return &effect{
		rewrite: func(r string) string {
			r = movedCode.ReplaceAllString(r, `$1`)
			if !strings.HasPrefix(r, "* ") {
				r = nothingMoved.ReplaceAllString(r, `$1 [COPYUID 701  ] $2`)
				if badAnswer.MatchString(r) {
					r = "* BAD Command Error. 12\r\n" + badAnswer.ReplaceAllString(r, `$1 BAD Command Argument Error. 11`)
				}
			}
			return r
		},
		structure: func(_ *session, _ uint32, text string) string {
			return attachedSize.ReplaceAllString(text, `$1$2" -1 (`)
		},
	}
}

// yahooHabits writes an empty To as () and spaces before ")".
type yahooHabits struct{}

func (yahooHabits) effect(*session) *effect {
	return &effect{noTo: "()", rewrite: func(r string) string {
		if !strings.Contains(r, "FETCH (") || strings.Contains(r, "}\r\n") {
			return r
		}
		return strings.TrimSuffix(r, ")") + " )"
	}}
}

// icloudHabits answers RFC822 with nothing.
type icloudHabits struct{}

var rfc822Literal = regexp.MustCompile(` RFC822 \{(\d+)\}\r\n`)

func (icloudHabits) effect(*session) *effect {
	return &effect{rewrite: func(r string) string {
		if !strings.Contains(r, " FETCH (") {
			return r
		}
		m := rfc822Literal.FindStringSubmatchIndex(r)
		if m == nil {
			return r
		}
		n, _ := strconv.Atoi(r[m[2]:m[3]]) // the server wrote it
		return r[:m[0]] + ` RFC822 ""` + r[m[1]+n:]
	}}
}

// courierHabits says NO when others say BAD, leaves out UIDNEXT and UNSEEN, and
// ends the session after ten such answers in a row.
type courierHabits struct{}

var badAnswer = regexp.MustCompile(`^(\S+) BAD (?:\[[^]]*\] )?.*`)

func (courierHabits) effect(*session) *effect {
	refused := 0
	return &effect{
		rewrite: func(r string) string {
			switch {
			case strings.HasPrefix(r, "* OK [UIDNEXT "):
				return `* OK [MYRIGHTS "acdilrsw"] ACL`
			case strings.HasPrefix(r, "* OK [UNSEEN "):
				return `* OK No UNSEEN here`
			case strings.HasPrefix(r, "* "):
				return r
			}
			if !badAnswer.MatchString(r) {
				refused = 0
				return r
			}
			refused++
			return badAnswer.ReplaceAllString(r, `$1 NO Error in IMAP command received by server.`)
		},
		after: func(s *session, _ []byte) []string {
			if refused < 10 {
				return nil
			}
			s.bye = true
			return []string{"* BYE [ALERT] Fatal error: TOO MANY CONSECUTIVE PROTOCOL VIOLATIONS"}
		},
	}
}

// dominoHabits puts extra parentheses around the items of FETCH answers that
// have no literals.
type dominoHabits struct{}

var fetchAnswer = regexp.MustCompile(`^\* \d+ FETCH (\(.*\))$`)

func (dominoHabits) effect(*session) *effect {
	return &effect{rewrite: func(r string) string {
		if m := fetchAnswer.FindStringSubmatchIndex(r); m != nil && strings.Contains(r, "BODYSTRUCTURE") {
			return r[:m[2]] + "(" + r[m[2]:] + ")"
		}
		return r
	}}
}

// coremailHabits opens mailboxes only to clients that sent ID, and knows nothing of
// the mailbox that is selected when it is asked for its STATUS.
type coremailHabits struct{}

func (coremailHabits) effect(s *session) *effect {
	known := false
	return &effect{before: func(_ *session, a *args) reply {
		switch a.name {
		case "ID":
			known = true
		case "SELECT", "EXAMINE":
			if !known {
				return no("", a.name+" Unsafe Login. Please contact kefu@188.com for help")
			}
		}
		return reply{}
	}, rewrite: func(r string) string {
		name, _, has := strings.Cut(strings.TrimPrefix(r, "* STATUS "), " (")
		if has && s.view != nil && strings.HasPrefix(r, "* STATUS ") && strings.Trim(name, `"`) == s.viewName {
			return "* STATUS " + name + " ()"
		}
		return r
	}}
}

// stratoHabits leaves ALL out of ESEARCH.
type stratoHabits struct{}

var allResult = regexp.MustCompile(` ALL [0-9:,]+`)

func (stratoHabits) effect(*session) *effect {
	return &effect{rewrite: func(r string) string {
		if strings.HasPrefix(r, "* ESEARCH ") {
			return allResult.ReplaceAllString(r, "")
		}
		return r
	}}
}

// jamesHabits answers every other FETCH of a body section after its tagged OK.
type jamesHabits struct{}

func (jamesHabits) effect(*session) *effect {
	n, late := 0, false
	return &effect{
		before: func(_ *session, a *args) reply {
			if late = a.name == "FETCH" && strings.Contains(string(a.line), "["); late {
				n++
				late = n%2 == 1
			}
			return reply{}
		},
		hold: func(response []byte) bool { return late && isData(response) },
	}
}
