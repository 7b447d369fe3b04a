package maildate

import (
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
)

// The times in tables are in the form of RFC 3339, "" means a failure.
var parseCases = []struct{ in, want string }{
	// RFC 5322 appendix A.
	{"Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T09:55:06-06:00"},
	{"Tue, 1 Jul 2003 10:52:37 +0200", "2003-07-01T10:52:37+02:00"},
	{"Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)", "1969-02-13T23:32:00-03:30"},
	{"21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z"},
	{"Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", "1997-11-21T09:55:06-06:00"},

	{"Tue, 1 Jan 2019 10:00:00 +0100 (CET)", "2019-01-01T10:00:00+01:00"},
	{"  tue,01 JAN 2019 10:00:00 +0100 ", "2019-01-01T10:00:00+01:00"},
	{"1 Jan 2019 10:00 +0000", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 1:02:03", "2019-01-01T01:02:03Z"},
	{"1 Jan 2019", "2019-01-01T00:00:00Z"},
	{"1 Jan 2019 +0100", "2019-01-01T00:00:00+01:00"},
	{"Tue 1 January 2019 10:00:00 -0000", "2019-01-01T10:00:00Z"},
	{"Tuesday, 1-Sept-2019 10:00:00 GMT", "2019-09-01T10:00:00Z"},
	{"Di., 1. Jan. 2019, 10:00:00 +0100", "2019-01-01T10:00:00+01:00"},
	{"Dom, 1/Feb/2019 10:00:00 +0100", "2019-02-01T10:00:00+01:00"},
	{"s\u00e1b, 1 Feb 2019 10:00:00 +0100", "2019-02-01T10:00:00+01:00"},
	{"(a (b) \\) c) Tue (d), (e) 1 Jan(f)2019 10:00:00(g)+0100(h", "2019-01-01T10:00:00+01:00"},
	{"17-Jul-1996 02:44:25 -0700", "1996-07-17T02:44:25-07:00"},
	{"Fri, 29 Feb 2008 10:00:00 +0530", "2008-02-29T10:00:00+05:30"},
	{"31 Dec 2016 23:59:60 +0000", "2017-01-01T00:00:00Z"},
	{"1 Jan 2019 10:00:00.123 +0100", "2019-01-01T10:00:00+01:00"},
	{"1 Jan 2019 10:00:00 +0100 and more", "2019-01-01T10:00:00+01:00"},

	// Years.
	{"1 Jan 00 10:00 GMT", "2000-01-01T10:00:00Z"},
	{"1 Jan 49 10:00 GMT", "2049-01-01T10:00:00Z"},
	{"1 Jan 50 10:00 GMT", "1950-01-01T10:00:00Z"},
	{"1 Jan 99 10:00 GMT", "1999-01-01T10:00:00Z"},
	{"1 Jan 119 10:00 GMT", "2019-01-01T10:00:00Z"},
	{"1 Jan 0001 10:00 GMT", "0001-01-01T10:00:00Z"},
	{"1 Jan 9 10:00 GMT", ""},
	{"1 Jan 12019 10:00 GMT", ""},

	// Times of the 12-hour clock.
	{"1 Jan 2019 10:00:00 PM +0100", "2019-01-01T22:00:00+01:00"},
	{"1 Jan 2019 10:00:00 am", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 12:00:01 AM +0100", "2019-01-01T00:00:01+01:00"},
	{"1 Jan 2019 12:30 PM", "2019-01-01T12:30:00Z"},
	{"1 Jan 2019 1:30PM EST", "2019-01-01T13:30:00-05:00"},
	{"1 Jan 2019 1:30:00.5 p.m. +0100", "2019-01-01T13:30:00+01:00"},
	{"1 Jan 2019 13:30 PM", "2019-01-01T13:30:00Z"},
	{"1 Jan 2019 13:30 AM", ""},
	{"1 Jan 2019 1:30 PMX", "2019-01-01T01:30:00Z"},
	{"1 Jan 2019 1:30 PST", "2019-01-01T01:30:00-08:00"},
	{"1 Jan 2019 1:30 P", "2019-01-01T01:30:00Z"},
	{"1 Jan 2019 1:30 AMST -0300", "2019-01-01T01:30:00-03:00"},
	{"Jan 1, 2019 3:04:05 PM", "2019-01-01T15:04:05Z"},
	{"Tue Jan  1 03:00:00 PM EST 2019", "2019-01-01T15:00:00-05:00"},
	{"2019-01-01 03:00 PM", "2019-01-01T15:00:00Z"},

	// Zones.
	{"1 Jan 2019 10:00 UT", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 EST", "2019-01-01T10:00:00-05:00"},
	{"1 Jan 2019 10:00 edt", "2019-01-01T10:00:00-04:00"},
	{"1 Jan 2019 10:00 CST", "2019-01-01T10:00:00-06:00"},
	{"1 Jan 2019 10:00 CDT", "2019-01-01T10:00:00-05:00"},
	{"1 Jan 2019 10:00 MST", "2019-01-01T10:00:00-07:00"},
	{"1 Jan 2019 10:00 MDT", "2019-01-01T10:00:00-06:00"},
	{"1 Jan 2019 10:00 PST", "2019-01-01T10:00:00-08:00"},
	{"1 Jan 2019 10:00 PDT", "2019-01-01T10:00:00-07:00"},
	{"1 Jan 2019 10:00 Z", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 A", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 CET", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 CEST +0200", "2019-01-01T10:00:00+02:00"},
	{"1 Jan 2019 10:00 GMT+0200 (x)", "2019-01-01T10:00:00+02:00"},
	{"1 Jan 2019 10:00 +02:00", "2019-01-01T10:00:00+02:00"},
	{"1 Jan 2019 10:00 +2:30", "2019-01-01T10:00:00+02:30"},
	{"1 Jan 2019 10:00 -02", "2019-01-01T10:00:00-02:00"},
	{"1 Jan 2019 10:00 +200", "2019-01-01T10:00:00+02:00"},
	{"1 Jan 2019 10:00 +0007", "2019-01-01T10:00:00+00:07"},
	{"1 Jan 2019 10:00 +2359", "2019-01-01T10:00:00+23:59"},
	{"1 Jan 2019 10:00 -2345", "2019-01-01T10:00:00-23:45"},
	{"1 Jan 2019 10:00 +2400", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 +0060", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 +00100", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 +", "2019-01-01T10:00:00Z"},

	// Other orders.
	{"Tue Jan  1 10:00:00 2019", "2019-01-01T10:00:00Z"},
	{"Tue Jan  1 10:00:00 2019 -0300", "2019-01-01T10:00:00-03:00"},
	{"Tue Jan  1 10:00:00 EST 2019", "2019-01-01T10:00:00-05:00"},
	{"Tue Jan  1 10:00:00 +0100 2019", "2019-01-01T10:00:00+01:00"},
	{"Jan 1 10:00 19", "2019-01-01T10:00:00Z"},
	{"January 1, 2019 10:00:00 +0100", "2019-01-01T10:00:00+01:00"},
	{"2019-01-01T10:00:00Z", "2019-01-01T10:00:00Z"},
	{"2019-01-01 10:00:00.5+01:00", "2019-01-01T10:00:00+01:00"},
	{"2019-01-01", "2019-01-01T00:00:00Z"},
	{"2019/01/02 10:00", "2019-01-02T10:00:00Z"},
	{"2019.01.02-10.00.01", "2019-01-02T10:00:01Z"},
	{"Tue, 1 Jan 2019 10.00.01 +0100", "2019-01-01T10:00:01+01:00"},

	{"", ""},
	{" ", ""},
	{"(", ""},
	{"(\\", ""},
	{"1 Jan 2019 10:00 (", "2019-01-01T10:00:00Z"},
	{"1 Jan 2019 10:00 (\\", "2019-01-01T10:00:00Z"},
	{"Tue,", ""},
	{"NIL", ""},
	{"1", ""},
	{"1 Jan", ""},
	{"1 Jax 2019 10:00", ""},
	{"1 Januar\u00fd 2019 10:00", ""},
	{"1 Januarys 2019 10:00", ""},
	{"1 Ja 2019 10:00", ""},
	{"123 Jan 2019 10:00", ""},
	{"0 Jan 2019 10:00", ""},
	{"31 Feb 2019 10:00", ""},
	{"29 Feb 2019 10:00", ""},
	{"29 Feb 1900 10:00", ""},
	{"31 Apr 2019 10:00", ""},
	{"1 Jan 2019 10", ""},
	{"1 Jan 2019 10:", ""},
	{"1 Jan 2019 010:00", ""},
	{"1 Jan 2019 10:000", ""},
	{"1 Jan 2019 10:00:", ""},
	{"1 Jan 2019 24:00", ""},
	{"1 Jan 2019 10:60", ""},
	{"1 Jan 2019 10:00:61", ""},
	{"Jan", ""},
	{"Jan 1 10:00:00", ""},
	{"Jan 1 10:00:", ""},
	{"2019-1-1", ""},
	{"2019-01", ""},
	{"2019-01.01", ""},
	{"2019-01-1", ""},
	{"2019-13-01", ""},
}

func check(t *testing.T, name, in, want string, got time.Time, ok bool) {
	t.Helper()
	if !ok {
		if want != "" || !got.IsZero() {
			t.Errorf("%s(%q) = %v, false, want %s", name, in, got, want)
		}
		return
	}
	if got.Format(time.RFC3339) != want {
		t.Errorf("%s(%q) = %v, want %s", name, in, got, want)
	}
	if _, offset := got.Zone(); offset == 0 && got.Location() != time.UTC {
		t.Errorf("%s(%q) is not in time.UTC", name, in)
	}
}

func TestParse(t *testing.T) {
	for _, c := range parseCases {
		got, ok := Parse(slices.Clip([]byte(c.in)))
		check(t, "Parse", c.in, c.want, got, ok)
	}
}

func TestParseEveryDay(t *testing.T) {
	end := time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := time.Date(1, 1, 1, 12, 34, 56, 0, time.UTC); day.Before(end); day = day.AddDate(0, 0, 1) {
		in := day.Format("Mon, 2 Jan 2006 15:04:05 -0700")
		if got, ok := Parse([]byte(in)); !ok || !got.Equal(day) {
			t.Fatalf("Parse(%q) = %v, %v", in, got, ok)
		}
	}
}

func TestLocations(t *testing.T) {
	for minutes := -23*60 - 59; minutes < 24*60; minutes++ {
		want := time.Date(2019, 1, 1, 10, 0, 0, 0, time.FixedZone("", minutes*60))
		in := want.Format("2 Jan 2006 15:04:05 -0700")
		got, ok := Parse([]byte(in))
		if !ok || got.Format(time.RFC3339) != want.Format(time.RFC3339) {
			t.Fatalf("Parse(%q) = %v, %v", in, got, ok)
		}
		if again, _ := Parse([]byte(in)); minutes%15 == 0 && again != got {
			t.Fatalf("Parse(%q) has two locations", in)
		}
	}
}

func TestNoAllocation(t *testing.T) {
	for _, c := range parseCases {
		if strings.Contains(c.in, "+0007") || strings.Contains(c.in, "+2359") {
			continue // locations that are not kept
		}
		in := []byte(c.in)
		if n := testing.AllocsPerRun(10, func() { Parse(in); ParseInternal(in) }); n != 0 {
			t.Errorf("%q: %v allocations", in, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range parseCases {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		got, ok := Parse(in)
		if internal, alsoOK := ParseInternal(in); alsoOK && (!ok || !internal.Equal(got)) {
			t.Fatalf("%q: Parse %v, %v, ParseInternal %v", in, got, ok, internal)
		}
		// With more in front, the form is not the usual one.
		if slow, alsoOK := Parse(append([]byte("  \t   "), in...)); ok != alsoOK || slow.Format(time.RFC3339) != got.Format(time.RFC3339) {
			t.Fatalf("%q: %v, %v; with spaces in front %v, %v", in, got, ok, slow, alsoOK)
		}
		if !ok {
			return
		}
		// Other parsers of the usual form agree.
		usual := got.Format("Mon, 2 Jan 2006 15:04:05 -0700")
		again, ok := Parse([]byte(usual))
		other, err := mail.ParseDate(usual)
		if got.Year() > 0 && got.Year() < 10000 && (!ok || !again.Equal(got) || err != nil || !other.Equal(got)) {
			t.Fatalf("%q: %v, %v, %v", in, got, again, other)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"usual", "Tue, 1 Jan 2019 10:00:00 +0100"},
		{"comment", "Tue, 1 Jan 2019 10:00:00 -0800 (PST)"},
		{"obsolete", "Tue, 1 Jan 19 10:00:00 EST"},
		{"asctime", "Tue Jan  1 10:00:00 2019"},
	} {
		b.Run(c.name, func(b *testing.B) {
			in := []byte(c.in)
			b.ReportAllocs()
			for b.Loop() {
				Parse(in)
			}
		})
	}
}
