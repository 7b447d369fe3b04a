package commands

import (
	"strconv"
	"time"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// Flag appends a flag that a client may set (RFC 9051 §2.3.2): an atom, or a
// backslash and an atom. \Recent and \* are only for servers and are errors.
func (e *Encoder) Flag(f response.Flag) {
	name := string(f)
	if len(name) > 0 && name[0] == '\\' {
		name = name[1:]
	}
	switch {
	case name == "" || !ascii.All(name, ascii.AtomChar):
		e.FailValue(e.argument("flag"), string(f), "")
	case f.Equal(response.FlagRecent):
		e.FailValue(e.argument("flag"), string(f), "can only be set by the server")
	default:
		e.word(string(f))
	}
}

// FlagList appends a parenthesised list of flags.
func (e *Encoder) FlagList(flags []response.Flag) {
	e.BeginList()
	for _, f := range flags {
		arg := e.arg
		e.SP()
		e.Argument(arg).Flag(f)
	}
	e.EndList()
}

// UIDs appends a sequence-set of UIDs. An empty one is an error.
func (e *Encoder) UIDs(s response.UIDSet) { putSet(e, s) }

// Seqs appends a sequence-set of message sequence numbers. An empty one is an
// error.
func (e *Encoder) Seqs(s response.SeqSet) {
	e.seqs = true
	putSet(e, s)
}

func putSet[N response.UID | response.SeqNum](e *Encoder, s response.Set[N]) {
	if s.Empty() {
		e.Fail(e.argument("set"), "is empty")
		return
	}
	if s.Dynamic() && !s.IsSaved() && len(s.Ranges()) == 0 {
		e.Fail(e.argument("set"), "has other messages beside the saved search result")
		return
	}
	e.buf = s.AppendTo(e.buf)
	e.fresh = false
}

// savedEffects returns UsesSaved if the set is "$" (RFC 5182, RFC 9051 §6.4.4.1).
func savedEffects[N response.UID | response.SeqNum](s response.Set[N]) Effects {
	if s.IsSaved() {
		return UsesSaved
	}
	return 0
}

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// Date appends the calendar date of t in its own location, like 1-Feb-1994.
// The zero time, and years that do not have four digits, are errors.
func (e *Encoder) Date(t time.Time) {
	if !e.checkTime(t) {
		return
	}
	e.buf = strconv.AppendInt(e.buf, int64(t.Day()), 10)
	e.monthYear(t)
	e.fresh = false
}

// DateTime appends t with its zone, like " 1-Feb-1994 21:52:25 -0800" between
// quotes. Seconds of a zone's offset, which the grammar does not have, are moved
// into the time.
func (e *Encoder) DateTime(t time.Time) {
	_, offset := t.Zone()
	if offset%60 != 0 {
		offset -= offset % 60
		t = t.In(time.FixedZone("", offset))
	}
	if !e.checkTime(t) {
		return
	}
	const limit = 24 * 60 * 60 // two digits for hours, but go-imap's server panics at more than a day
	if offset >= limit || offset <= -limit {
		e.failShown(e.argument("date"), t.Format(time.RFC3339), "has a time zone that is too far from UTC")
		return
	}
	e.buf = append(e.buf, '"')
	if t.Day() < 10 {
		e.buf = append(e.buf, ' ')
	}
	e.buf = strconv.AppendInt(e.buf, int64(t.Day()), 10)
	e.monthYear(t)
	e.buf = append(e.buf, ' ')
	e.buf = append2(e.buf, t.Hour())
	e.buf = append(e.buf, ':')
	e.buf = append2(e.buf, t.Minute())
	e.buf = append(e.buf, ':')
	e.buf = append2(e.buf, t.Second())
	sign := byte('+')
	if offset < 0 {
		sign, offset = '-', -offset
	}
	e.buf = append(e.buf, ' ', sign)
	e.buf = append2(e.buf, offset/3600)
	e.buf = append2(e.buf, offset/60%60)
	e.buf = append(e.buf, '"')
	e.fresh = false
}

func (e *Encoder) checkTime(t time.Time) bool {
	if t.IsZero() {
		e.Fail(e.argument("date"), "is the zero time")
		return false
	}
	if y := t.Year(); y < 0 || y > 9999 {
		e.failShown(e.argument("date"), t.Format(time.RFC3339), "has a year that does not fit into four digits")
		return false
	}
	return true
}

func (e *Encoder) monthYear(t time.Time) {
	m := 3 * (int(t.Month()) - 1)
	e.buf = append(e.buf, '-')
	e.buf = append(e.buf, months[m:m+3]...)
	e.buf = append(e.buf, '-')
	e.buf = append2(e.buf, t.Year()/100)
	e.buf = append2(e.buf, t.Year()%100)
}

func append2(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }

// Section appends a section between brackets (RFC 9051 §6.4.5.1).
func (e *Encoder) Section(s response.Section) {
	e.buf = append(e.buf, '[')
	e.part(s.Part)
	spec := response.Specifier(ascii.ToUpper(string(s.Specifier)))
	fields := spec == response.SpecifierHeaderFields || spec == response.SpecifierHeaderFieldsNot
	switch spec {
	case response.SpecifierNone, response.SpecifierHeader, response.SpecifierText,
		response.SpecifierHeaderFields, response.SpecifierHeaderFieldsNot:
	case response.SpecifierMIME:
		if len(s.Part) == 0 {
			e.Fail(e.argument("section"), "needs a part number for MIME")
		}
	default:
		e.FailValue("section specifier", string(spec), "is unknown")
		return
	}
	if spec != "" && len(s.Part) > 0 {
		e.buf = append(e.buf, '.')
	}
	e.word(string(spec))
	if fields {
		e.headerList(s.Fields)
	} else if len(s.Fields) > 0 {
		e.Fail(e.argument("section"), "has field names, which its specifier does not take")
	}
	e.word("]")
}

// part appends a part number (RFC 9051 §9 "section-part").
func (e *Encoder) part(part []int) {
	for i, n := range part {
		if n < 1 || uint64(n) > 1<<32-1 {
			e.Fail(e.argument("section"), "has the invalid part number "+strconv.Itoa(n))
			return
		}
		if i > 0 {
			e.buf = append(e.buf, '.')
		}
		e.buf = strconv.AppendInt(e.buf, int64(n), 10)
	}
}

// binarySection appends a section-binary.
func (e *Encoder) binarySection(s response.Section) {
	if s.Specifier != "" || len(s.Fields) > 0 {
		e.Fail(e.argument("section"), "has more than a part number, which BINARY does not take")
		return
	}
	e.buf = append(e.buf, '[')
	e.part(s.Part)
	e.word("]")
}

func (e *Encoder) headerList(fields []string) {
	if len(fields) == 0 {
		e.Fail(e.argument("section"), "has no names of header fields")
		return
	}
	e.buf = append(e.buf, ' ')
	e.BeginList()
	for _, f := range fields {
		e.SP()
		e.HeaderField(f)
	}
	e.EndList()
}

// HeaderField appends the name of a header field as an astring. RFC 5322 §2.2 says
// which names are allowed.
func (e *Encoder) HeaderField(name string) {
	if name == "" {
		e.Fail(e.argument("header field"), "is empty")
		return
	}
	for i := 0; i < len(name); i++ {
		if c := name[i]; c <= ' ' || c >= 0x7f || c == ':' {
			e.FailValue(e.argument("header field"), name, "contains a character that is not allowed in a field name")
			return
		}
	}
	e.AString(name)
}
