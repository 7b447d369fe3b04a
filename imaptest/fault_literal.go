package imaptest

// CutInLiteral cuts the connection within the N-th literal that the server
// sends (1 is the first), after so many of its octets.
type CutInLiteral struct {
	N     int // which literal; 1 is the first
	After int // octets of it that are sent
}

func (f CutInLiteral) effect(*session) *effect {
	n := 0
	return &effect{response: func(lits []span) int {
		for _, l := range lits {
			if n++; n == max(f.N, 1) {
				return min(l.start+f.After, l.end)
			}
		}
		return -1
	}}
}

// WrongLiteral announces the N-th literal that the server sends (1 is the
// first, 0 means all) with Delta octets more than it has, or fewer.
type WrongLiteral struct {
	N     int   // which literal; 1 is the first, 0 means all
	Delta int64 // octets too many, or below zero too few
}

func (f WrongLiteral) effect(*session) *effect {
	n := 0
	return &effect{literalSize: func(size int64) int64 {
		if n++; f.N == 0 || n == f.N {
			return max(size+f.Delta, 0)
		}
		return size
	}}
}

// RefuseLiteral answers the N-th literal that a client asks to send (1 is the
// first, 0 means all) with a NO in place of "+". With Command, only those of
// that command count.
type RefuseLiteral struct {
	N       int    // which literal; 1 is the first, 0 means all
	Command string // of which command, like "APPEND"; empty means any
	Code    string // "TOOBIG", …; without brackets
	Text    string // for people
	Bad     bool   // BAD in place of NO
}

func (f RefuseLiteral) effect(*session) *effect {
	n := 0
	return &effect{refuseLiteral: func(command string, nonSync bool) reply {
		if nonSync || f.Command != "" && !sameWord(command, f.Command) {
			return reply{}
		}
		if n++; f.N != 0 && n != f.N {
			return reply{}
		}
		r := no(f.Code, f.Text)
		if f.Bad {
			r.kind = "BAD"
		}
		orElse(&r.text, "No literals now")
		return r
	}}
}
