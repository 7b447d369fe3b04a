package maildate

// usual parses a date of a header field in its usual form, which is
// "Tue, 1 Jan 2019 10:00:00 +0100" with or without the weekday. It leaves all
// others, wrong ones included, to the scanner, which would parse these just
// the same, only slower.
func (f *fields) usual(b []byte) bool {
	if len(b) > 5 && b[3] == ',' && b[4] == ' ' && isWeekday(b[:3]) {
		b = b[5:]
	}
	return f.usualFrom(b, ' ')
}

// usualFrom parses "1 Jan 2019 10:00:00 +0100", with sep between day, month
// and year.
func (f *fields) usualFrom(b []byte, sep byte) bool {
	if len(b) < 3 {
		return false
	}
	var day int
	switch {
	case b[0]-'0' <= 9 && b[1] == sep:
		day, b = int(b[0]-'0'), b[2:]
	case b[2] == sep:
		day, b = pair(b, 0), b[3:]
	default:
		return false
	}
	const form = "Jan 2019 10:00:00 +0100"
	if len(b) < len(form) || len(b) > len(form) && b[len(form)] != ' ' {
		return false
	}
	if b[3] != sep || b[8] != ' ' || b[11] != ':' || b[14] != ':' || b[17] != ' ' || b[18] != '+' && b[18] != '-' {
		return false
	}
	f.month, f.day = monthNumber(b[:3]), day
	f.year = pair(b, 4)*100 + pair(b, 6)
	f.hour, f.minute, f.second = pair(b, 9), pair(b, 12), pair(b, 15)
	zone := pair(b, 19)*100 + pair(b, 21)
	f.setZone(b[18], zone)
	return f.year|f.day|f.hour|f.minute|f.second|zone >= 0
}

// pair returns what two digits stand for. If they are no digits, the result is
// so far below zero that adding another one does not make up for it.
func pair(b []byte, i int) int {
	tens, ones := b[i]-'0', b[i+1]-'0'
	if tens > 9 || ones > 9 {
		return -10000
	}
	return int(tens)*10 + int(ones)
}
