package maildate

import "time"

// ParseInternal parses the date-time of IMAP (RFC 9051 §9), as in INTERNALDATE,
// without its quotes: "17-Jul-1996 02:44:25 -0700". The day may have one digit
// with or without a space in front, the month may be in any case, the zone may
// be missing, which means UTC, and there may be spaces at the end.
//
// The location of the result is like that of [Parse].
func ParseInternal(b []byte) (time.Time, bool) {
	var f fields
	if len(b) == len("17-Jul-1996 02:44:25 -0700") && f.usualFrom(b, '-') {
		return f.time()
	}
	f = fields{}
	s := scanner{b: b}
	s.spaces()
	if !s.dateText(&f) || s.spaces() == 0 || !s.timeOfDay(&f) {
		return time.Time{}, false
	}
	s.spaces()
	s.numericZone(&f)
	s.spaces()
	if s.i < len(b) {
		return time.Time{}, false
	}
	return f.time()
}

// dateText parses "17-Jul-1996".
func (s *scanner) dateText(f *fields) bool {
	var digits int
	if f.day, digits = s.number(); digits == 0 || digits > 2 || s.peek() != '-' {
		return false
	}
	s.i++
	w := s.word()
	if f.month = monthNumber(w); len(w) != 3 || s.peek() != '-' {
		return false
	}
	s.i++
	f.year, digits = s.number()
	return digits == 4
}

// timeOfDay parses "02:44:25".
func (s *scanner) timeOfDay(f *fields) bool {
	for _, part := range [...]*int{&f.hour, &f.minute, &f.second} {
		if part != &f.hour {
			if s.peek() != ':' {
				return false
			}
			s.i++
		}
		var digits int
		if *part, digits = s.number(); digits != 2 {
			return false
		}
	}
	return true
}

// spaces passes over spaces and returns how many there were.
func (s *scanner) spaces() int {
	start := s.i
	for s.peek() == ' ' {
		s.i++
	}
	return s.i - start
}
