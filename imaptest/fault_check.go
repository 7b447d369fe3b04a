package imaptest

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// checker is a fault that can be given in a way that makes no sense. Such a fault
// would do nothing, or something else than the test wants, without a word.
type checker interface {
	check(srv *Server) error
}

// checkFaults returns what is wrong with the first fault that makes no sense.
func (srv *Server) checkFaults(faults []Fault) error {
	for i, f := range faults {
		if err := checkFault(srv, f); err != nil {
			return fmt.Errorf("imaptest: fault %d (%T): %w", i+1, f, err)
		}
	}
	return nil
}

func checkFault(srv *Server, f Fault) error {
	if f == nil {
		return errors.New("is nil")
	}
	if c, is := f.(checker); is {
		return c.check(srv)
	}
	return nil
}

func (f onSession) check(srv *Server) error {
	if err := checkFault(srv, f.fault); err != nil {
		return fmt.Errorf("%T: %w", f.fault, err)
	}
	return atLeast("the session", f.session, 1)
}

func (f CutAfter) check(*Server) error   { return atLeast("Bytes", f.Bytes, 0) }
func (f StallAfter) check(*Server) error { return atLeast("Bytes", f.Bytes, 0) }
func (f Chunks) check(*Server) error     { return atLeast("Size", f.Size, 1) }
func (f Delay) check(*Server) error      { return atLeast("Each", f.Each, 1) }
func (f Throttle) check(*Server) error   { return atLeast("BytesPerSecond", f.BytesPerSecond, 1) }

func (f Refuse) check(*Server) error {
	return cmp.Or(f.On.check(), oneOf("Status", f.Status, "NO", "BAD", "OK"), checkCode(f.Code),
		oneLine("Text", f.Text), atLeast("After", f.After, 0))
}

func (f Backoff) check(*Server) error {
	return cmp.Or(f.On.check(), oneOf("Status", f.Status, "NO", "BAD"), atLeast("Wait", f.Wait, 0))
}

func (f Progress) check(*Server) error {
	return cmp.Or(f.On.check(), atLeast("Steps", f.Steps, 0), atLeast("Each", f.Each, 0))
}

func (f Bye) check(*Server) error {
	return cmp.Or(f.On.check(), checkCode(f.Code), oneLine("Text", f.Text))
}

func (f Silent) check(*Server) error  { return f.On.check() }
func (f EarlyOK) check(*Server) error { return f.On.check() }

func (f WrongTag) check(*Server) error {
	if !ascii.All(f.Tag, ascii.TagChar) {
		return fmt.Errorf("the Tag %q is no tag", f.Tag)
	}
	return f.On.check()
}

// placeholder is a word between braces; {3} announces a literal.
var placeholder = regexp.MustCompile(`\{[A-Za-z]+\}`)

func (f Unsolicited) check(*Server) error {
	if len(f.Lines) == 0 {
		return errors.New("no Lines")
	}
	for _, line := range f.Lines {
		for _, word := range placeholder.FindAllString(line, -1) {
			if err := oneOf("in a line, "+word, word, "{exists}", "{recent}", "{uid}", "{tag}"); err != nil {
				return err
			}
		}
		if err := oneLine("a line", line); err != nil {
			return err
		}
	}
	return atLeast("After", f.After, 0)
}

func (f SplitFetch) check(*Server) error { return atLeast("At", f.At, 0) }

func (f Rewrite) check(*Server) error {
	if f.With == nil {
		return errors.New("no With")
	}
	return nil
}

func (f Greeting) check(*Server) error { return oneLine("Line", f.Line) }

func (f ByeGreeting) check(*Server) error {
	return cmp.Or(checkCode(f.Code), oneLine("Text", f.Text))
}

func (f Preauth) check(srv *Server) error {
	if srv.store.User(f.User) == nil {
		return fmt.Errorf("no user %q", f.User)
	}
	return nil
}

func (f HideCapabilities) check(*Server) error { return checkCapabilities(f.Names) }

func (f InjectAfterStartTLS) check(*Server) error {
	if f.Text == "" {
		return errors.New("no Text")
	}
	return nil
}

func (f CutInLiteral) check(*Server) error {
	return cmp.Or(atLeast("N", f.N, 0), atLeast("After", f.After, 0))
}

func (f WrongLiteral) check(*Server) error {
	if f.Delta == 0 {
		return errors.New("with a Delta of 0 it is right")
	}
	return atLeast("N", f.N, 0)
}

func (f RefuseLiteral) check(*Server) error {
	return cmp.Or(atLeast("N", f.N, 0), checkCommand(f.Command), checkCode(f.Code), oneLine("Text", f.Text))
}

func (c Nth) check() error {
	return cmp.Or(checkCommand(c.Command), atLeast("N", c.N, 0))
}

// foreign are commands that the server does not know, but that faults may answer.
var foreign = strings.Fields(`COMPARATOR CONVERSIONS CONVERT GETJMAPACCESS LANGUAGE RLIST RLSUB`)

// checkCommand checks the name of a command. Names that begin with X are free.
func checkCommand(name string) error {
	base, uid := strings.CutPrefix(strings.ToUpper(name), "UID ")
	c, known := table[base]
	switch {
	case name == "", !uid && (known || slices.Contains(foreign, base)):
		return nil
	case strings.HasPrefix(base, "X") && ascii.All(base, ascii.AtomChar):
		return nil
	case uid && known && c.uid:
		return nil
	case uid && known:
		return fmt.Errorf("%s has no form with UID", base)
	}
	return fmt.Errorf("unknown command %q; known are those of IMAP, like %q, and what begins with X", name, "UID FETCH")
}

// checkCode checks a response code.
func checkCode(code string) error {
	if strings.ContainsAny(code, "[]") {
		return fmt.Errorf("the Code %q has brackets, which the server adds", code)
	}
	return oneLine("the Code", code)
}

// checkCapabilities returns the first capability that the package does not know.
func checkCapabilities(caps []response.Cap) error {
	for _, c := range caps {
		if !knownCapability(c) {
			return fmt.Errorf("unknown capability %q; known are: %s", c, knownCapabilityNames())
		}
	}
	return nil
}

func oneLine(what, text string) error {
	if strings.ContainsAny(text, "\r\n") {
		return fmt.Errorf("%s %q has a line end, which the server adds", what, text)
	}
	return nil
}

// oneOf checks a choice; an empty one stands for the default.
func oneOf(what, value string, choices ...string) error {
	if value == "" || slices.Contains(choices, value) {
		return nil
	}
	return fmt.Errorf("%s: %q is none of %s", what, value, strings.Join(choices, ", "))
}

func atLeast[N ~int | ~int64](what string, n, least N) error {
	if n < least {
		return fmt.Errorf("%s is %v, and at least %v makes sense", what, n, least)
	}
	return nil
}
