package imaptest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// NoTag answers a command without its tag: "NO [LIMIT] x" in place of
// "A5 NO [LIMIT] x". Together with [Refuse], it is the answer of servers that fail
// early.
type NoTag struct {
	On Nth // which command
}

func (f NoTag) effect(*session) *effect { return taggedAs(f.On, "") }

// LateRows sends the data of a command after its tagged answer, as Apache James
// does: what the command asked for, like FETCH, LIST or SEARCH responses.
type LateRows struct {
	On  Nth // which command
	Row int // from which row on; 1 or 0 is the first
}

func (f LateRows) effect(*session) *effect {
	chosen := f.On.counter()
	hit, row := false, 0
	return &effect{
		before: func(_ *session, a *args) reply {
			hit, row = chosen(a), 0
			return reply{}
		},
		hold: func(response []byte) bool {
			if !hit || !isData(response) {
				return false
			}
			row++
			return row >= f.Row
		},
	}
}

// isData reports whether a response has what commands ask for: it is no status, and
// does not only say that the mailbox changed.
func isData(response []byte) bool {
	if !bytes.HasPrefix(response, []byte("* ")) {
		return false
	}
	line, _, _ := bytes.Cut(response, []byte("\r\n"))
	words := strings.Fields(string(line))
	for _, word := range words[1:min(len(words), 3)] {
		switch word {
		case "OK", "NO", "BAD", "BYE", "PREAUTH", "EXISTS", "RECENT", "EXPUNGE", "VANISHED", "FLAGS", "CAPABILITY", "ENABLED":
			return false
		}
	}
	return true
}

// FirstSectionOnly answers only the first of several body sections of a FETCH, as
// Apache James does.
type FirstSectionOnly struct{}

func (FirstSectionOnly) effect(*session) *effect {
	return &effect{items: func(items []fetchItem) []fetchItem {
		seen := false
		return slices.DeleteFunc(slices.Clone(items), func(it fetchItem) bool {
			isSection := strings.Contains(it.name, "[") && !strings.HasPrefix(it.name, "BINARY.SIZE")
			again := isSection && seen
			seen = seen || isSection
			return again
		})
	}}
}

// IgnorePartial ignores that a part of a body section was asked for, and sends all
// of it each time, as Tencent Exmail does.
type IgnorePartial struct {
	Origin bool // the item says BODY[1]<512> nonetheless, with what was asked for
	Zero   bool // the item says BODY[1]<0>
}

func (f IgnorePartial) effect(*session) *effect {
	return &effect{partial: func(text []byte, start, _ uint64) partialText {
		if f.Zero {
			start = 0
		}
		return partialText{text, start, f.Origin || f.Zero}
	}}
}

// ShortPartial sends at most Max octets of a body section, though more were asked
// for and are there.
type ShortPartial struct {
	Max int // octets; zero: nothing is sent
}

func (f ShortPartial) effect(*session) *effect {
	return &effect{partial: func(text []byte, start, count uint64) partialText {
		return partialText{pieceOf(text, start, min(count, uint64(f.Max))), start, true}
	}}
}

// RefuseReturn answers a LIST with return options BAD, though the server announces
// LIST-EXTENDED.
type RefuseReturn struct {
	Options []string // if one of these is asked for, like "STATUS"; empty: always
	LSub    bool     // LSUB is BAD, too
}

func (f RefuseReturn) effect(*session) *effect {
	e := &effect{refuseReturn: func(options []string) reply {
		named := func(o string) bool {
			return slices.ContainsFunc(f.Options, func(name string) bool { return sameWord(name, o) })
		}
		if len(f.Options) > 0 && !slices.ContainsFunc(options, named) {
			return reply{}
		}
		return bad("Error in IMAP command LIST: Unknown RETURN option")
	}}
	if f.LSub {
		e.before = func(_ *session, a *args) reply {
			if a.name != "LSUB" {
				return reply{}
			}
			return bad("Unknown command LSUB")
		}
	}
	return e
}

// RefuseInitialResponse answers AUTHENTICATE with an initial response BAD, though the
// server announces SASL-IR, as Coremail does (163.com, 126.com). Without one, the
// client may log in.
type RefuseInitialResponse struct{}

func (RefuseInitialResponse) effect(*session) *effect {
	return &effect{before: func(_ *session, a *args) reply {
		if a.name != "AUTHENTICATE" || len(strings.Fields(string(a.line[a.pos:]))) < 2 {
			return reply{}
		}
		return bad(`Request not ending with \r\n`)
	}}
}

func (f NoTag) check(*Server) error { return f.On.check() }

func (f LateRows) check(*Server) error {
	if err := f.On.check(); err != nil {
		return err
	}
	return atLeast("Row", f.Row, 0)
}

func (f IgnorePartial) check(*Server) error {
	if f.Origin && f.Zero {
		return errors.New("with both Origin and Zero, it would say two things")
	}
	return nil
}

func (f ShortPartial) check(*Server) error { return atLeast("Max", f.Max, 0) }

func (f RefuseReturn) check(*Server) error {
	for _, name := range f.Options {
		if !slices.ContainsFunc(returnOptions, func(o string) bool { return sameWord(o, name) }) {
			return fmt.Errorf("unknown return option %q; known are %s", name, strings.Join(returnOptions, " "))
		}
	}
	return nil
}

// returnOptions are those of LIST that the server knows.
var returnOptions = []string{"SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "STATUS", "MYRIGHTS", "METADATA"}
