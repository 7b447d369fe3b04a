package maildate

import "time"

// Parse parses the date of a header field (RFC 5322 §3.3 and §4.3).
//
// The weekday may be missing and is not checked, nor need it be English;
// names are read in any case, months also in full; the time, its seconds and
// the zone may be missing. Comments, white space and commas may be anywhere
// between the parts, and anything after the zone. Years of two and three
// digits are those of §4.3. A zone that is missing, unknown, out of range, or
// a military one counts as UTC, as §4.3 has it.
//
// The forms of asctime ("Tue Jan  1 10:00:00 2019") and ISO 8601
// ("2019-01-01T10:00:00Z"), months between hyphens, times with periods
// ("10.00.00") and times of the 12-hour clock ("10:00:00 PM") are read as well.
//
// The result is false if there is no date in b, or one that does not exist,
// like 31 February. A leap second is read as the second after it, and
// fractions of a second are dropped. The result is in a fixed zone, or in
// [time.UTC] if the offset is zero.
func Parse(b []byte) (time.Time, bool) {
	var f fields
	if f.usual(b) {
		return f.time()
	}
	f = fields{}
	s := scanner{b: b}
	if !s.dateTime(&f) {
		return time.Time{}, false
	}
	return f.time()
}

// dateTime parses a date in whatever form it is.
func (s *scanner) dateTime(f *fields) bool {
	s.skip()
	if w := s.word(); len(w) > 0 {
		f.month = monthNumber(w)
		if f.month == 0 { // w is a weekday
			s.separator()
			f.month = monthNumber(s.word())
		}
		if f.month != 0 {
			return s.monthFirst(f)
		}
	}
	n, digits := s.number()
	if sep := s.peek(); digits == 4 && (sep == '-' || sep == '.' || sep == '/') {
		f.year = n
		return s.yearFirst(f)
	}
	f.day = n
	if digits == 0 || digits > 2 {
		return false
	}
	return s.dayFirst(f)
}

// dayFirst parses what follows the day in "1 Jan 2019 10:00:00 +0100".
func (s *scanner) dayFirst(f *fields) bool {
	s.separator()
	f.month = monthNumber(s.word())
	s.separator()
	n, digits := s.number()
	return f.setYear(n, digits) && s.timeAndZone(f)
}

// monthFirst parses what follows the month in "Jan 1 10:00:00 2019", where the
// zone may be before or after the year, and in "Jan 1, 2019 10:00:00 +0100".
func (s *scanner) monthFirst(f *fields) bool {
	s.separator()
	var digits int
	if f.day, digits = s.number(); digits == 0 || digits > 2 {
		return false
	}
	s.skip()
	n, digits := s.number()
	if s.peek() != ':' {
		return f.setYear(n, digits) && s.timeAndZone(f)
	}
	if !s.clock(f, n, digits) {
		return false
	}
	zoned := s.zone(f)
	s.skip()
	n, digits = s.number()
	if !f.setYear(n, digits) {
		return false
	}
	if !zoned {
		s.zone(f)
	}
	return true
}

// yearFirst parses what follows the year in "2019-01-01T10:00:00+01:00" and in
// "2019.01.01-10.00.00".
func (s *scanner) yearFirst(f *fields) bool {
	var digits int
	sep := s.peek()
	s.i++
	if f.month, digits = s.number(); digits != 2 || s.peek() != sep {
		return false
	}
	s.i++
	if f.day, digits = s.number(); digits != 2 {
		return false
	}
	if c := s.peek(); c|0x20 == 't' || c == '-' && sep == '.' {
		s.i++
	}
	return s.timeAndZone(f)
}

// timeAndZone parses the time of day and the zone, if they are there.
func (s *scanner) timeAndZone(f *fields) bool {
	s.skip()
	if hour, digits := s.number(); digits > 0 && !s.clock(f, hour, digits) {
		return false
	}
	s.zone(f)
	return true
}

// clock parses what follows the hour in "10:00:00".
func (s *scanner) clock(f *fields, hour, digits int) bool {
	f.hour = hour
	if digits > 2 || !s.colon() {
		return false
	}
	if f.minute, digits = s.number(); digits == 0 || digits > 2 {
		return false
	}
	at := s.i
	if s.colon() {
		if f.second, digits = s.number(); digits == 0 || digits > 2 {
			return false
		}
		if s.peek() == '.' {
			s.i++
			s.number()
		}
	} else {
		s.i = at
	}
	return s.meridiem(f)
}

// meridiem parses the AM or PM, or a.m. or p.m., after a time of the 12-hour clock,
// if it is there. It returns false if the hour has none.
func (s *scanner) meridiem(f *fields) bool {
	at := s.i
	s.skip()
	half := s.peek() | 0x20
	for _, c := range [...]byte{half, 'm'} {
		if half != 'a' && half != 'p' || s.peek()|0x20 != c {
			s.i = at
			return true
		}
		if s.i++; s.peek() == '.' {
			s.i++
		}
	}
	if c := s.peek(); c|0x20-'a' < 26 || c >= 0x80 { // a longer word
		s.i = at
		return true
	}
	switch {
	case half == 'p' && f.hour < 12:
		f.hour += 12
	case half == 'a' && f.hour == 12:
		f.hour = 0
	case half == 'a':
		return f.hour < 12
	}
	return true
}
