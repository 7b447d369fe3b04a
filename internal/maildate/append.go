package maildate

import "time"

// AppendInternal appends the date-time of IMAP (RFC 9051 §9) for t, without
// quotes: "17-Jul-1996 02:44:25 -0700", or " 7-Jul-1996 02:44:25 -0700". A time
// in a zone that this form has no room for is written in UTC, and a year
// outside 0 to 9999 as the nearer of the two.
func AppendInternal(dst []byte, t time.Time) []byte {
	_, offset := t.Zone()
	if offset%60 != 0 || offset <= -100*3600 || offset >= 100*3600 {
		t, offset = t.UTC(), 0
	}
	if t.Day() < 10 {
		dst = append(dst, ' ')
	}
	dst = AppendDate(dst, t)
	hour, minute, second := t.Clock()
	dst = appendPair(append(dst, ' '), hour)
	dst = appendPair(append(dst, ':'), minute)
	dst = appendPair(append(dst, ':'), second)
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	dst = appendPair(append(dst, ' ', sign), offset/3600)
	return appendPair(dst, offset/60%60)
}

// AppendDate appends the date-text of IMAP (RFC 9051 §9) for the day of t in
// the location of t, as SEARCH has it: "7-Jul-1996". It writes years like
// AppendInternal does.
func AppendDate(dst []byte, t time.Time) []byte {
	year, month, day := t.Date()
	year = min(max(year, 0), 9999)
	if day >= 10 {
		dst = append(dst, byte('0'+day/10))
	}
	dst = append(dst, byte('0'+day%10), '-')
	dst = append(dst, month.String()[:3]...)
	dst = appendPair(append(dst, '-'), year/100)
	return appendPair(dst, year%100)
}

// appendPair appends two decimal digits.
func appendPair(dst []byte, n int) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}
