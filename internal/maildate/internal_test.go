package maildate

import (
	"testing"
	"time"
)

func TestParseInternal(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"17-Jul-1996 02:44:25 -0700", "1996-07-17T02:44:25-07:00"},
		{" 7-Jul-1996 02:44:25 +0000", "1996-07-07T02:44:25Z"},
		{"7-jul-1996 02:44:25 +0530", "1996-07-07T02:44:25+05:30"},
		{"07-JUL-1996 02:44:25", "1996-07-07T02:44:25Z"},
		{"31-Dec-2016 23:59:60 +0000 ", "2017-01-01T00:00:00Z"},
		{"01-Jan-0000 00:00:00 +0000", "0000-01-01T00:00:00Z"},
		{"", ""},
		{"17", ""},
		{"17-Jul-1996", ""},
		{"17-Jul-1996 ", ""},
		{"17-Jul-199602:44:25 -0700", ""},
		{"17-Jul-96 02:44:25 -0700", ""},
		{"17-July-1996 02:44:25 -0700", ""},
		{"17 Jul 1996 02:44:25 -0700", ""},
		{"017-Jul-1996 02:44:25 -0700", ""},
		{"17-Jul-1996 02:44 -0700", ""},
		{"17-Jul-1996 2:44:25 -0700", ""},
		{"17-Jul-1996 02:44:25 -0700 x", ""},
		{"17-Jul-1996 02:44:25 GMT", ""},
		{"17-Jul-1996 25:44:25 -0700", ""},
		{"31-Jun-1996 02:44:25 -0700", ""},
	} {
		got, ok := ParseInternal([]byte(c.in))
		check(t, "ParseInternal", c.in, c.want, got, ok)
	}
}

func TestAppend(t *testing.T) {
	zone := func(seconds int) *time.Location { return time.FixedZone("x", seconds) }
	for _, c := range []struct {
		in             time.Time
		internal, date string
	}{
		{time.Date(1996, 7, 17, 2, 44, 25, 999, zone(-7*3600)), "17-Jul-1996 02:44:25 -0700", "17-Jul-1996"},
		{time.Date(1996, 12, 7, 2, 44, 25, 0, time.UTC), " 7-Dec-1996 02:44:25 +0000", "7-Dec-1996"},
		{time.Date(1996, 7, 7, 22, 44, 25, 0, zone(5*3600+30*60)), " 7-Jul-1996 22:44:25 +0530", "7-Jul-1996"},
		{time.Date(1890, 1, 1, 0, 30, 0, 0, zone(3*3600+1)), "31-Dec-1889 21:29:59 +0000", "1-Jan-1890"},
		{time.Date(2019, 1, 1, 0, 30, 0, 0, zone(100*3600)), "27-Dec-2018 20:30:00 +0000", "1-Jan-2019"},
		{time.Date(-5, 1, 2, 3, 4, 5, 0, time.UTC), " 2-Jan-0000 03:04:05 +0000", "2-Jan-0000"},
		{time.Date(12345, 1, 2, 3, 4, 5, 0, time.UTC), " 2-Jan-9999 03:04:05 +0000", "2-Jan-9999"},
		{time.Time{}, " 1-Jan-0001 00:00:00 +0000", "1-Jan-0001"},
	} {
		if got := string(AppendInternal([]byte("x"), c.in)); got != "x"+c.internal {
			t.Errorf("%v: got %q, want %q", c.in, got, c.internal)
		}
		if got := string(AppendDate([]byte("x"), c.in)); got != "x"+c.date {
			t.Errorf("%v: got %q, want %q", c.in, got, c.date)
		}
	}
}

func FuzzAppendInternal(f *testing.F) {
	f.Add(int64(0), 0)
	f.Add(int64(837596665), -7*3600)
	f.Fuzz(func(t *testing.T, unix int64, offset int) {
		in := time.Unix(unix%(200000*365*86400), 0).In(time.FixedZone("", offset%(200*3600)))
		text := AppendInternal(nil, in)
		got, ok := ParseInternal(text)
		if !ok && in.Year() > 0 && in.Year() < 9999 || len(text) != len("17-Jul-1996 02:44:25 -0700") {
			t.Fatalf("%v: %q", in, text)
		}
		// Zones of a day and more do not come back as such.
		if in.Year() > 0 && in.Year() < 9999 && text[22]-'0' < 2 && !got.Equal(in) {
			t.Fatalf("%v: %q is %v", in, text, got)
		}
	})
}

func BenchmarkParseInternal(b *testing.B) {
	in := []byte("17-Jul-1996 02:44:25 -0700")
	b.ReportAllocs()
	for b.Loop() {
		ParseInternal(in)
	}
}

func BenchmarkAppendInternal(b *testing.B) {
	t := time.Date(1996, 7, 17, 2, 44, 25, 0, time.FixedZone("", -7*3600))
	buf := make([]byte, 0, 32)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendInternal(buf[:0], t)
	}
}
