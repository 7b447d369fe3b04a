package imaptest

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
	"github.com/seed-090b04e4/imap/response"
)

// maxEntries is how many entries a mailbox, or the server, may have.
const maxEntries = 100

// metadataMailbox reads the mailbox of a METADATA command: the empty name is
// the server.
func (s *session) metadataMailbox(a *args) string {
	name := a.mailbox()
	switch {
	case !a.ok() || name == "":
	case !s.srv.has(response.CapMetadata):
		a.fail(no("CANNOT", "Only the server itself has entries"))
	case s.user.Mailbox(name) == nil:
		a.fail(no("NONEXISTENT", "No such mailbox"))
	}
	return name
}

// knowsMetadata refuses the commands if the server has no METADATA.
func (s *session) knowsMetadata(a *args) {
	if !s.srv.has(response.CapMetadata) && !s.srv.has(response.CapMetadataServer) {
		a.fail(bad("Unknown command %q", a.name))
	}
}

// entry reads the name of an entry (RFC 5464 §3.2).
func (a *args) entry() string {
	e := strings.ToLower(a.astring())
	if e == "/private" || e == "/shared" { // with DEPTH: all of them
		return e
	}
	odd := func(c rune) bool { return c <= 0x19 || c >= 0x80 || c == '*' || c == '%' }
	if a.ok() && (!strings.HasPrefix(e, "/private/") && !strings.HasPrefix(e, "/shared/") || strings.ContainsFunc(e, odd) ||
		strings.HasSuffix(e, "/") || strings.Contains(e, "//")) {
		a.fail(bad("%s: no entry's name: %q", a.name, e))
	}
	return e
}

// metadataOptions reads the options of GETMETADATA if they are next. They
// stand before the mailbox in the grammar of RFC 5464 §5, and after it in the
// examples of §4.2.
func (a *args) metadataOptions(limit *int64, depth *int) {
	if a.peek() != '(' || a.pos+1 < len(a.line) && strings.IndexByte(`/"{)`, a.line[a.pos+1]) >= 0 { // a list of entries
		return
	}
	a.list(func() {
		switch a.keyword() {
		case "MAXSIZE":
			a.sp()
			*limit = int64(a.number())
		case "DEPTH":
			a.sp()
			switch a.keyword() {
			case "0":
				*depth = 0
			case "1":
				*depth = 1
			case "INFINITY":
				*depth = math.MaxInt
			default:
				a.bad("a depth")
			}
		default:
			a.bad("an option of GETMETADATA")
		}
	})
	a.sp()
}

// cmdGetMetadata is GETMETADATA (RFC 5464 §4.2).
func cmdGetMetadata(s *session, a *args) reply {
	limit, depth := int64(-1), 0
	s.knowsMetadata(a)
	a.sp()
	a.metadataOptions(&limit, &depth)
	name := s.metadataMailbox(a)
	a.sp()
	a.metadataOptions(&limit, &depth)
	var entries []string
	if a.peek() == '(' {
		a.list(func() { entries = append(entries, a.entry()) })
	} else {
		entries = append(entries, a.entry())
	}
	if a.ok() && len(entries) == 0 {
		a.bad("an entry")
	}
	if !a.end() {
		return a.reply()
	}
	long := s.sendMetadata(name, entries, depth, limit)
	if long > 0 {
		return okCode(fmt.Sprintf("METADATA LONGENTRIES %d", long), "GETMETADATA completed")
	}
	return ok("GETMETADATA completed")
}

// sendMetadata answers GETMETADATA and returns the size of the longest value
// that was left out.
func (s *session) sendMetadata(name string, entries []string, depth int, limit int64) (long int64) {
	have := s.user.Metadata(name)
	o := s.newOut("* METADATA ")
	if name == "" {
		o.raw(`""`)
	} else {
		o.mailbox(name)
	}
	sep := " ("
	for _, key := range slices.Sorted(maps.Keys(have)) {
		wanted := slices.ContainsFunc(entries, func(e string) bool {
			below, is := strings.CutPrefix(key, e+"/")
			return key == e || is && strings.Count(below, "/") < depth
		})
		size := int64(len(have[key]))
		switch {
		case !wanted:
		case limit >= 0 && size > limit:
			long = max(long, size)
		default:
			o.raw(sep).entry(key).raw(" ").metadataValue(have[key])
			sep = " "
		}
	}
	for _, e := range entries {
		if _, has := have[e]; !has && depth == 0 {
			o.raw(sep).entry(e).raw(" NIL")
			sep = " "
		}
	}
	if sep == " " {
		o.raw(")").send()
	}
	return long
}

// entry writes the name of an entry.
func (o *out) entry(name string) *out {
	if ascii.All(name, ascii.AtomChar) {
		return o.raw(name)
	}
	return o.str(name)
}

// metadataValue writes a value, which may have any octets.
func (o *out) metadataValue(v []byte) *out {
	if bytes.IndexByte(v, 0) >= 0 {
		return o.literal(v, true)
	}
	return o.str(string(v))
}

// change is an entry that SETMETADATA sets; nil removes it.
type change struct {
	entry string
	value []byte
}

// cmdSetMetadata is SETMETADATA (RFC 5464 §4.3).
func cmdSetMetadata(s *session, a *args) reply {
	var changes []change
	s.knowsMetadata(a)
	a.sp()
	name := s.metadataMailbox(a)
	a.sp()
	a.list(func() { changes = append(changes, s.change(a, name)) })
	if a.ok() && len(changes) == 0 {
		a.bad("an entry")
	}
	if !a.end() {
		return a.reply()
	}
	after := s.user.Metadata(name)
	if after == nil {
		after = make(map[string][]byte)
	}
	for _, c := range changes {
		after[c.entry] = c.value
		if c.value == nil {
			delete(after, c.entry)
		}
	}
	if len(after) > maxEntries {
		return no("METADATA TOOMANY", "Too many entries")
	}
	for _, c := range changes {
		s.user.SetMetadata(name, c.entry, c.value)
	}
	return ok("SETMETADATA completed")
}

// change reads an entry and its value.
func (s *session) change(a *args, mailbox string) (c change) {
	c.entry = a.entry()
	switch {
	case c.entry == "/private" || c.entry == "/shared":
		a.fail(bad("%s: no entry's name: %q", a.name, c.entry))
	case mailbox == "" && c.entry == "/shared/admin": // RFC 5464 §3.2.1.1
		a.fail(no("NOPERM", "This entry can't be changed"))
	}
	a.sp()
	had := a.ok()
	text, null := a.nstring()
	if !null {
		c.value = append([]byte{}, text...)
	}
	limit := s.srv.opts.MaxLiteral
	if had && !a.ok() && a.err.code == "TOOBIG" && a.err.kind == "NO" || int64(len(text)) > limit {
		a.err = &reply{kind: "NO", code: fmt.Sprintf("METADATA MAXSIZE %d", limit), text: "The value is too long"}
	}
	return c
}
