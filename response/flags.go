package response

import "github.com/seed-090b04e4/imap/internal/ascii"

// Flag is a message flag: a system flag, which begins with a backslash, or a
// keyword (RFC 9051 §2.3.2). Flags compare without regard to case; the
// constants of this package are how the library spells the known ones.
type Flag string

// System flags (RFC 9051 §2.3.2) and the registered keywords that mail programs
// share (RFC 5788, RFC 9051 §2.3.2, the IANA registry).
const (
	FlagSeen     Flag = `\Seen`     // has been read
	FlagAnswered Flag = `\Answered` // has been answered
	FlagFlagged  Flag = `\Flagged`  // needs attention: the star of mail programs
	FlagDeleted  Flag = `\Deleted`  // is removed by EXPUNGE
	FlagDraft    Flag = `\Draft`    // is not finished
	FlagRecent   Flag = `\Recent`   // has come since the mailbox was last selected; IMAP4rev1 only, set by the server alone
	FlagWildcard Flag = `\*`        // in PERMANENTFLAGS: new keywords can be created

	FlagForwarded     Flag = "$Forwarded"     // has been forwarded
	FlagMDNSent       Flag = "$MDNSent"       // a notice of receipt has been sent
	FlagJunk          Flag = "$Junk"          // the user says that it is junk
	FlagNotJunk       Flag = "$NotJunk"       // the user says that it is no junk
	FlagPhishing      Flag = "$Phishing"      // is likely to be fraud
	FlagImportant     Flag = "$Important"     // is likely to be important (RFC 8457)
	FlagSubmitted     Flag = "$Submitted"     // has been handed to the submission server (RFC 5550 §5.10)
	FlagSubmitPending Flag = "$SubmitPending" // is to be submitted (RFC 5550 §5.10)
	FlagHasAttachment Flag = "$HasAttachment" // has an attachment, as the server sees it
)

// Equal reports whether both name the same flag.
func (f Flag) Equal(g Flag) bool { return f == g || ascii.EqualFold(f, g) }

// ContainsFlag reports whether flags has f, without regard to case.
func ContainsFlag(flags []Flag, f Flag) bool {
	for _, g := range flags {
		if f.Equal(g) {
			return true
		}
	}
	return false
}

// knownFlag returns the constant for a flag that is spelt as b.
func knownFlag(b []byte) (Flag, bool) {
	if len(b) < 2 {
		return "", false
	}
	var f Flag
	switch ascii.Upper(b[1]) {
	case 'S':
		f = FlagSeen
		if b[0] == '$' {
			f = FlagSubmitted
		}
	case 'A':
		f = FlagAnswered
	case 'F':
		f = FlagFlagged
		if b[0] == '$' {
			f = FlagForwarded
		}
	case 'D':
		f = FlagDeleted
		if len(b) == len(FlagDraft) {
			f = FlagDraft
		}
	case 'R':
		f = FlagRecent
	case '*':
		f = FlagWildcard
	case 'M':
		f = FlagMDNSent
	case 'J':
		f = FlagJunk
	case 'N':
		f = FlagNotJunk
	case 'P':
		f = FlagPhishing
	case 'I':
		f = FlagImportant
	default:
		return "", false
	}
	return f, ascii.EqualFold(f, b)
}

// FlagsData is an untagged FLAGS (RFC 9051 §7.3.5): the flags that the mailbox
// knows.
type FlagsData struct {
	Flags []Flag // in the order of the server
}

func (*FlagsData) untagged() {}

func (d *FlagsData) cost() int { return sizeString + flagsCost(d.Flags) }

// flagsCost is stringsCost for words most of which are constants.
func flagsCost[S ~string](list []S) int {
	n := cap(list) * sizeString
	for _, s := range list {
		if len(s) > 0 && s[0] != '\\' || len(s) > sizeString {
			n += len(s)
		}
	}
	return n
}

// flagList reads "(" [flag *(SP flag)] ")".
func (p *parser) flagList() ([]Flag, bool) {
	if !p.enter() {
		return nil, p.fail("flag-list")
	}
	list := p.mem.flagList[:0]
	for !p.leave() {
		f, ok := p.flag()
		if !ok {
			return nil, false
		}
		p.charge(sizeString)
		list = append(list, f)
	}
	p.mem.flagList = list
	return p.mem.flags.copyOf(list), true
}

// flagsOrNIL reads a flag-list as some servers send it: NIL if it is empty, or without
// its parentheses.
func (p *parser) flagsOrNIL() ([]Flag, bool) {
	switch c := p.peek(); {
	case c == '\\':
		return p.bareFlags()
	case (c == 'N' || c == 'n') && p.isNIL():
		return nil, true
	}
	return p.flagList()
}

// bareFlags reads flags that stand without parentheses: as long as a backslash or
// a dollar shows that it is one.
func (p *parser) bareFlags() ([]Flag, bool) {
	var list []Flag
	for c := p.peek(); c == '\\' || c == '$'; c = p.peek() {
		at := p.i
		f, ok := p.flag()
		if !ok {
			return nil, false
		}
		p.check()
		p.charge(2 * sizeString)
		list = append(list, f)
		if p.i == at || p.peek() != ' ' {
			break
		}
		at = p.i
		if p.spaces(); p.peek() != '\\' && p.peek() != '$' {
			p.i = at
			break
		}
	}
	return list, true
}

// flag reads a flag.
func (p *parser) flag() (Flag, bool) {
	b, ok := p.flagAtom()
	if !ok {
		return "", false
	}
	switch string(b) { // as nearly all servers spell them
	case `\Seen`:
		return FlagSeen, true
	case `\Answered`:
		return FlagAnswered, true
	case `\Flagged`:
		return FlagFlagged, true
	case `\Deleted`:
		return FlagDeleted, true
	case `\Draft`:
		return FlagDraft, true
	case `\Recent`:
		return FlagRecent, true
	}
	if f, ok := knownFlag(b); ok {
		return f, true
	}
	return Flag(p.newWord(b)), true
}

// flagAtom reads a flag or an attribute of a mailbox. Servers send about anything
// as one, so that all but spaces and parentheses will do, and some send a quoted
// string (InterMail).
func (p *parser) flagAtom() ([]byte, bool) {
	if p.peek() == '"' {
		at := p.i
		s, ok := p.quoted()
		if c := p.peek(); ok && (c == ' ' || c == ')') {
			if b := p.bytes(s); len(b) > 0 && flagEnd(b, 0) == len(b) {
				return b, true
			}
		}
		p.i, p.err = at, nil
	}
	i := p.i
	p.i = flagEnd(p.b, i)
	b := p.b[i:p.i]
	for len(b) > 1 && b[0] == '\\' && b[1] == '\\' {
		b = b[1:]
	}
	return b, len(b) > 0 || p.fail("flag")
}

// flagEnd returns where the flag at b[i] ends: at a space, a parenthesis or a
// control character, or at the backslash of the next one (home.pl: no space
// between). Several backslashes in a row begin one flag.
func flagEnd(b []byte, i int) int {
	for start := i; i < len(b); i++ {
		c := b[i]
		if c <= ' ' || c == '(' || c == ')' || c == '\\' && i > start && b[start] == '\\' && b[i-1] != '\\' {
			break
		}
	}
	return i
}
