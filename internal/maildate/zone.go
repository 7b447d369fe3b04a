package maildate

import (
	"sync/atomic"
	"time"
)

// zone parses a zone (RFC 5322 §3.3 and §4.3) and reports whether there was
// one.
func (s *scanner) zone(f *fields) bool {
	s.skip()
	if w := s.word(); len(w) > 0 {
		f.offset = zoneOffset(w)
		if f.offset == 0 { // this may be "GMT+0100" or "CET +0100"
			s.skip()
			s.numericZone(f)
		}
		return true
	}
	return s.numericZone(f)
}

// numericZone parses "+hhmm", and "+hh:mm", "+hmm" and "+hh" as well.
func (s *scanner) numericZone(f *fields) bool {
	sign := s.peek()
	if sign != '+' && sign != '-' {
		return false
	}
	s.i++
	n, digits := s.number()
	if digits == 1 || digits == 2 {
		n *= 100
		if s.peek() == ':' {
			s.i++
			minutes, _ := s.number()
			n += minutes
		}
	}
	if digits <= 4 {
		f.setZone(sign, n)
	}
	return true
}

// setZone sets the offset to that of the zone with a sign and four digits, if
// there can be such a zone.
func (f *fields) setZone(sign byte, digits int) {
	hours, minutes := digits/100, digits%100
	if hours > 23 || minutes > 59 {
		return
	}
	f.offset = hours*3600 + minutes*60
	if sign == '-' {
		f.offset = -f.offset
	}
}

// zoneOffset returns the offset of the zones that RFC 5322 §4.3 gives one.
func zoneOffset(name []byte) int {
	if len(name) != 3 || name[2]|0x20 != 't' {
		return 0
	}
	var hours int
	switch name[0] | 0x20 {
	case 'e':
		hours = -5
	case 'c':
		hours = -6
	case 'm':
		hours = -7
	case 'p':
		hours = -8
	default:
		return 0
	}
	switch name[1] | 0x20 {
	case 's':
	case 'd':
		hours++
	default: // like CET
		return 0
	}
	return hours * 3600
}

// Locations are kept for offsets of less than a day in steps of a quarter of
// an hour. Others are made each time.
const (
	step     = 15 * 60
	maxSteps = 24 * 60 * 60 / step
)

var locations [2*maxSteps + 1]atomic.Pointer[time.Location]

// location returns the zone with an offset in seconds.
func location(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	if offset%step != 0 {
		return time.FixedZone("", offset)
	}
	p := &locations[offset/step+maxSteps]
	if loc := p.Load(); loc != nil {
		return loc
	}
	p.CompareAndSwap(nil, time.FixedZone("", offset))
	return p.Load()
}
