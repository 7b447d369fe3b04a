package imaptest

import (
	"strings"
	"time"
)

// RefuseBinding refuses the mechanisms with channel binding that the server offers, with
// NO and no code, as Cyrus does on TLS 1.3.
type RefuseBinding struct {
	After time.Duration // how long the answer takes; Cyrus: 3 seconds
}

func (f RefuseBinding) effect(*session) *effect {
	return &effect{before: func(s *session, a *args) reply {
		words := strings.Fields(string(a.line[a.pos:]))
		if a.name != "AUTHENTICATE" || len(words) == 0 || !strings.HasSuffix(strings.ToUpper(words[0]), "-PLUS") {
			return reply{}
		}
		if f.After > 0 && !s.sleep(f.After) {
			return reply{}
		}
		return no("", "authentication failure")
	}}
}
