package response

import (
	"bytes"
)

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
		list = append(list, f)
	}
	p.mem.flagList = list
	return p.mem.flags.copyOf(list), true
}

// flag reads a flag. Servers send about anything as one, so that all but
// spaces and parentheses will do.
func (p *parser) flag() (Flag, bool) {
	b, i := p.b, p.i
	for i < len(b) {
		if c := b[i]; c <= ' ' || c == '(' || c == ')' {
			break
		}
		i++
	}
	b = b[p.i:i]
	if len(b) == 0 {
		return "", p.fail("flag")
	}
	p.i = i
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
	if i := bytes.IndexByte(b[1:], '\\'); i >= 0 && b[0] == '\\' { // no space between flags
		p.i -= len(b) - 1 - i
		b = b[:1+i]
	}
	if f, ok := knownFlag(b); ok {
		return f, true
	}
	return Flag(p.mem.word(b)), true
}
