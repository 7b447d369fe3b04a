package imaptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-090b04e4/imap/internal/ascii"
)

// metadataMailbox reads the mailbox of a METADATA command: the empty name is
// the server.
func (s *session) metadataMailbox(a *args) string {
	name := a.mailbox()
	if a.ok() && name != "" && s.user.Mailbox(name) == nil {
		a.fail(no("NONEXISTENT", "No such mailbox"))
	}
	return name
}

func (a *args) entry() string {
	e := strings.ToLower(a.astring())
	if e == "/private" || e == "/shared" { // with DEPTH: all of them
		return e
	}
	if a.ok() && (!strings.HasPrefix(e, "/private/") && !strings.HasPrefix(e, "/shared/") || strings.ContainsAny(e, "*%") ||
		strings.HasSuffix(e, "/") || strings.Contains(e, "//") || !ascii7([]byte(e))) {
		a.fail(bad("%s: no entry's name: %q", a.name, e))
	}
	return e
}

// cmdGetMetadata is GETMETADATA (RFC 5464 §4.2).
func cmdGetMetadata(s *session, a *args) reply {
	limit, depth := int64(-1), 0
	a.sp()
	if a.peek() == '(' {
		a.list(func() {
			switch a.keyword() {
			case "MAXSIZE":
				a.sp()
				limit = int64(a.number64())
			case "DEPTH":
				a.sp()
				depth = map[string]int{"0": 0, "1": 1, "INFINITY": 1000}[ascii.ToUpper(a.atom())]
			default:
				a.bad("an option of GETMETADATA")
			}
		})
		a.sp()
	}
	name := s.metadataMailbox(a)
	a.sp()
	var entries []string
	if a.peek() == '(' {
		a.list(func() { entries = append(entries, a.entry()) })
	} else {
		entries = append(entries, a.entry())
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
			o.raw(sep).raw(key + " ").str(string(have[key]))
			sep = " "
		}
	}
	for _, e := range entries {
		if _, has := have[e]; !has && depth == 0 {
			o.raw(sep).raw(e + " NIL")
			sep = " "
		}
	}
	if sep == " " {
		o.raw(")").send()
	}
	return long
}

// cmdSetMetadata is SETMETADATA (RFC 5464 §4.3).
func cmdSetMetadata(s *session, a *args) reply {
	type change struct {
		entry string
		value []byte
	}
	var changes []change
	a.sp()
	name := s.metadataMailbox(a)
	a.sp()
	a.list(func() {
		c := change{entry: a.entry()}
		a.sp()
		if text, null := a.nstring(); !null {
			c.value = append([]byte{}, text...)
		}
		changes = append(changes, c)
	})
	if a.ok() && len(changes) == 0 {
		a.bad("an entry")
	}
	if !a.end() {
		return a.reply()
	}
	for _, c := range changes {
		s.user.SetMetadata(name, c.entry, c.value)
	}
	return ok("SETMETADATA completed")
}
