package imaptest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// What a test puts into the store itself is checked: a mistake there would show
// as a mystery elsewhere.

// check returns what is wrong with a message that is to be delivered.
func (m *Message) check() error {
	for n, line := range bytes.SplitAfter(m.Raw, []byte("\n")) {
		text := bytes.TrimSuffix(line, []byte("\r\n"))
		if bytes.ContainsAny(text, "\r\n") {
			return fmt.Errorf("line %d of the message, %.40q, does not end in CRLF alone: see imaptest.CRLF", n+1, text)
		}
	}
	return cmp.Or(checkFlags(m.Flags), checkID("EmailID", m.EmailID), checkID("ThreadID", m.ThreadID))
}

// checkFlags returns what is wrong with the first flag that a message can't bear.
func checkFlags(flags []response.Flag) error {
	for _, f := range flags {
		name := strings.TrimPrefix(string(f), `\`)
		switch {
		case name == "" || !ascii.All(name, ascii.AtomChar):
			return fmt.Errorf("%q is no flag", f)
		case ascii.EqualFold(string(f), string(response.FlagRecent)):
			return fmt.Errorf("%s is set by the server alone", f)
		}
	}
	return nil
}

// checkID checks an object identifier (RFC 8474 §7).
func checkID(what, id string) error {
	odd := func(r rune) bool {
		return r > '~' || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-'
	}
	if len(id) > 255 || strings.ContainsFunc(id, odd) {
		return fmt.Errorf("%s %q is not up to 255 letters, digits, _ and -", what, id)
	}
	return nil
}

// checkMailbox checks a name for what has no form on the wire, and the special
// uses (RFC 6154).
func checkMailbox(name string, use ...response.MailboxAttr) error {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return errors.New("the name is not UTF-8 without control characters")
	}
	for _, u := range use {
		if u != "" && !slices.ContainsFunc(specialUses, u.Equal) {
			return fmt.Errorf("unknown special use %q; known are %v", u, specialUses)
		}
	}
	return nil
}

// check returns what is wrong with a mailbox that a server is to begin with.
func (f *Folder) check() error {
	if f.NoSelect && len(f.Messages) > 0 {
		return errors.New("has messages, and can't be selected")
	}
	for i, m := range f.Messages {
		if err := m.check(); err != nil {
			return fmt.Errorf("message %d: %w", i+1, err)
		}
	}
	return checkMailbox(f.Name, f.SpecialUse)
}

// must panics with an error of a test's own calls.
func must(err error) {
	if err != nil {
		panic(fmt.Errorf("imaptest: %w", err))
	}
}
