package maildate

// A scanner reads the parts of a date.
type scanner struct {
	b []byte
	i int // of the next byte
}

// peek returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

// skip passes over what may be between any two parts: white space, comments
// and commas.
func (s *scanner) skip() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n', ',':
			s.i++
		case '(':
			s.comment()
		default:
			return
		}
	}
}

// comment moves on after a comment, of which there may be more inside (RFC
// 5322 §3.2.2), or to the end if it does not end.
func (s *scanner) comment() {
	depth := 0
	for i := s.i; i < len(s.b); i++ {
		switch s.b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.i = i + 1
				return
			}
		}
	}
	s.i = len(s.b)
}

// separator passes over what may be between day, month and year.
func (s *scanner) separator() {
	s.skip()
	for c := s.peek(); c == '-' || c == '.' || c == '/'; c = s.peek() {
		s.i++
		s.skip()
	}
}

// colon passes over a colon, or a period, with white space around it, if there
// is one.
func (s *scanner) colon() bool {
	s.skip()
	if c := s.peek(); c != ':' && c != '.' {
		return false
	}
	s.i++
	s.skip()
	return true
}

// number reads decimal digits and returns what they stand for, unless there
// are more than nine of them, and how many there are.
func (s *scanner) number() (n, digits int) {
	start := s.i
	for ; s.i < len(s.b); s.i++ {
		d := s.b[s.i] - '0'
		if d > 9 {
			break
		}
		if s.i-start < 9 {
			n = n*10 + int(d)
		}
	}
	return n, s.i - start
}

// word reads letters. All that is not US-ASCII counts as one.
func (s *scanner) word() []byte {
	start := s.i
	for ; s.i < len(s.b); s.i++ {
		if c := s.b[s.i]; c|0x20-'a' >= 26 && c < 0x80 {
			break
		}
	}
	return s.b[start:s.i]
}
