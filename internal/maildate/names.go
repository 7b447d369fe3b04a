package maildate

import "time"

// monthNumber returns the number of the month that name is the name of, or the
// beginning of it, with at least three letters, in any case. It returns 0 if
// there is none.
func monthNumber(name []byte) int {
	if len(name) < 3 {
		return 0
	}
	var month time.Month
	switch threeLetters(name) {
	case 'j'<<16 | 'a'<<8 | 'n':
		month = time.January
	case 'f'<<16 | 'e'<<8 | 'b':
		month = time.February
	case 'm'<<16 | 'a'<<8 | 'r':
		month = time.March
	case 'a'<<16 | 'p'<<8 | 'r':
		month = time.April
	case 'm'<<16 | 'a'<<8 | 'y':
		month = time.May
	case 'j'<<16 | 'u'<<8 | 'n':
		month = time.June
	case 'j'<<16 | 'u'<<8 | 'l':
		month = time.July
	case 'a'<<16 | 'u'<<8 | 'g':
		month = time.August
	case 's'<<16 | 'e'<<8 | 'p':
		month = time.September
	case 'o'<<16 | 'c'<<8 | 't':
		month = time.October
	case 'n'<<16 | 'o'<<8 | 'v':
		month = time.November
	case 'd'<<16 | 'e'<<8 | 'c':
		month = time.December
	default:
		return 0
	}
	if len(name) > 3 && !continues(name, month.String()) {
		return 0
	}
	return int(month)
}

// continues reports whether the letters of name from the fourth on are those
// of the name of a month.
func continues(name []byte, month string) bool {
	if len(name) > len(month) {
		return false
	}
	for i := 3; i < len(name); i++ {
		if name[i]|0x20 != month[i] {
			return false
		}
	}
	return true
}

// isWeekday reports whether name is the short name of a weekday, in any case.
func isWeekday(name []byte) bool {
	switch threeLetters(name) {
	case 'm'<<16 | 'o'<<8 | 'n', 't'<<16 | 'u'<<8 | 'e', 'w'<<16 | 'e'<<8 | 'd', 't'<<16 | 'h'<<8 | 'u',
		'f'<<16 | 'r'<<8 | 'i', 's'<<16 | 'a'<<8 | 't', 's'<<16 | 'u'<<8 | 'n':
		return true
	}
	return false
}

// threeLetters returns the first three letters of name, in lower case, as a
// number.
func threeLetters(name []byte) uint32 {
	return uint32(name[0]|0x20)<<16 | uint32(name[1]|0x20)<<8 | uint32(name[2]|0x20)
}
