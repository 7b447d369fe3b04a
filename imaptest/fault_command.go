package imaptest

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Nth chooses commands. The zero value means the first command that comes.
type Nth struct {
	Command string // "FETCH", with UID and without; "UID FETCH", …; empty means any
	N       int    // 1 or 0 is the first of them since the fault was given
	Every   bool   // all of them
}

// counter returns a function that reports for each command whether it is
// chosen.
func (c Nth) counter() func(a *args) bool {
	n := 0
	return func(a *args) bool {
		name := a.name
		if a.uid {
			name = "UID " + name
		}
		if c.Command != "" && !sameWord(c.Command, name) && !sameWord(c.Command, a.name) {
			return false
		}
		n++
		return c.Every || n == max(c.N, 1)
	}
}

func sameWord(a, b string) bool { return strings.EqualFold(a, b) }

// Refuse answers a command with NO, or whatever is given, without doing it.
type Refuse struct {
	On     Nth           // which command
	Status string        // "NO" by default; "BAD", or even "OK"
	Code   string        // a response code without brackets, like "OVERQUOTA"
	Text   string        // for people
	After  time.Duration // how long the answer takes
}

func (f Refuse) effect(*session) *effect {
	chosen := f.On.counter()
	return &effect{before: func(s *session, a *args) reply {
		if !chosen(a) || f.After > 0 && !s.sleep(f.After) {
			return reply{}
		}
		r := reply{kind: f.Status, code: f.Code, text: f.Text}
		orElse(&r.kind, "NO")
		orElse(&r.text, a.name+" failed on demand")
		return r
	}}
}

// Backoff refuses commands as Exchange does when it throttles: with a time to
// wait in the text.
type Backoff struct {
	On     Nth           // which command
	Wait   time.Duration // the time to wait that the text gives
	Status string        // "BAD" by default
}

func (f Backoff) effect(s *session) *effect {
	ms := max(f.Wait.Milliseconds(), 1)
	orElse(&f.Status, "BAD")
	return Refuse{
		On: f.On, Status: f.Status,
		Text: "Request is throttled. Suggested Backoff Time: " + strconv.FormatInt(ms, 10) + " milliseconds",
	}.effect(s)
}

// Bye ends the session when a command comes, in place of doing it.
type Bye struct {
	On   Nth    // which command
	Code string // a response code without brackets, like "UNAVAILABLE"
	Text string // for people
	Late bool   // after the command was done, in place of its tagged answer
}

func (f Bye) effect(*session) *effect {
	chosen := f.On.counter()
	bye := reply{kind: "BYE", code: f.Code, text: f.Text}
	orElse(&bye.text, "Server shutting down")
	return &effect{before: func(s *session, a *args) reply {
		if !chosen(a) {
			return reply{}
		}
		if f.Late {
			a.bye = &bye
			return reply{}
		}
		s.line("* " + bye.String())
		return reply{last: true}
	}}
}

// Silent never answers a command. What follows it is done as usual.
type Silent struct {
	On Nth // which command
}

func (f Silent) effect(*session) *effect {
	chosen := f.On.counter()
	return &effect{before: func(_ *session, a *args) reply {
		if chosen(a) {
			a.silent = true
		}
		return reply{}
	}}
}

// EarlyOK answers a command with OK as soon as its first line has come: before
// the continuation that the client waits for, and without doing anything.
type EarlyOK struct {
	On Nth // which command
}

func (f EarlyOK) effect(*session) *effect {
	chosen := f.On.counter()
	return &effect{before: func(_ *session, a *args) reply {
		if !chosen(a) {
			return reply{}
		}
		return ok(a.name + " completed early")
	}}
}

// WrongTag answers a command with another tag than the client's.
type WrongTag struct {
	On  Nth    // which command
	Tag string // "zzz9" by default
}

func (f WrongTag) effect(*session) *effect {
	orElse(&f.Tag, "zzz9")
	return taggedAs(f.On, f.Tag)
}

// taggedAs answers commands with another tag, or with none.
func taggedAs(on Nth, tag string) *effect {
	chosen := on.counter()
	hit := false
	return &effect{
		before: func(_ *session, a *args) reply {
			hit = chosen(a)
			return reply{}
		},
		tag: func(own string) string {
			if hit {
				hit = false
				return tag
			}
			return own
		},
	}
}

// Progress reports the progress of a command before it is done (RFC 9585), as servers
// do for commands that take long.
type Progress struct {
	On    Nth           // which command
	Steps int           // how many reports; 3 by default
	Goal  uint32        // what the last report comes to; 0: there are no numbers
	Each  time.Duration // before each report
}

func (f Progress) effect(*session) *effect {
	chosen := f.On.counter()
	orElse(&f.Steps, 3)
	return &effect{before: func(s *session, a *args) reply {
		if !chosen(a) {
			return reply{}
		}
		for i := 1; i <= f.Steps; i++ {
			if f.Each > 0 && !s.sleep(f.Each) {
				break
			}
			done := "NIL NIL"
			if f.Goal > 0 {
				done = fmt.Sprint(uint64(f.Goal)*uint64(i)/uint64(f.Steps), " ", f.Goal)
			}
			s.newOut("* OK [INPROGRESS (").str(a.tag).raw(" " + done + ")] Still working").send()
			s.flush()
		}
		return reply{}
	}}
}
