package maildate

import "time"

// fields are the parts of a date.
type fields struct {
	year, month, day     int
	hour, minute, second int
	offset               int // of the zone, in seconds east of UTC
}

// setYear sets the year, with the rules for few digits of RFC 5322 §4.3.
func (f *fields) setYear(n, digits int) bool {
	switch {
	case digits == 2 && n < 50:
		n += 2000
	case digits == 2 || digits == 3:
		n += 1900
	case digits != 4:
		return false
	}
	f.year = n
	return true
}

// time returns the point in time, if there is such a date.
func (f *fields) time() (time.Time, bool) {
	if f.month < 1 || f.month > 12 || f.day < 1 || f.day > daysIn(f.year, f.month) ||
		f.hour > 23 || f.minute > 59 || f.second > 60 {
		return time.Time{}, false
	}
	unix := daysSinceEpoch(f.year, f.month, f.day)*86400 +
		int64(f.hour*3600+f.minute*60+f.second-f.offset)
	return time.Unix(unix, 0).In(location(f.offset)), true
}

// daysIn returns the number of days in a month.
func daysIn(year, month int) int {
	if month == 2 {
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 30 + (month+month>>3)&1
}

// daysSinceEpoch returns the number of days from 1 January 1970 to a date. It
// counts from 1 March, so that the leap day is the last one of the year.
func daysSinceEpoch(year, month, day int) int64 {
	if month -= 3; month < 0 {
		month += 12
		year--
	}
	year += 400 // not to divide a negative number
	days := year*365 + year/4 - year/100 + year/400 + (month*153+2)/5 + day - 1
	const epoch = 1970*365 + 1969/4 - 1969/100 + 1969/400 - 59 // 1 January 1970 in these terms
	return int64(days - 146097 - epoch)
}
