package response

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
