package imaptest

import (
	"strconv"
	"strings"
	"time"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
	"github.com/seed-090b04e4/imap/imaptest/internal/store"
	"github.com/seed-090b04e4/imap/response"
)

// cmdAppend is APPEND (RFC 9051 §6.3.12) with MULTIAPPEND (RFC 3502).
func cmdAppend(s *session, a *args) reply {
	a.sp()
	name := a.mailbox()
	if !a.ok() {
		return a.reply()
	}
	box := s.user.Mailbox(name)
	if box == nil {
		a.fail(no("TRYCREATE", "No such mailbox"))
		return a.reply()
	}
	if box.Status().ReadOnly {
		a.fail(no("NOPERM", "Mailbox is read-only"))
		return a.reply()
	}
	var in []store.Incoming
	var total int64
	for a.ok() && (len(in) == 0 || !a.atEnd()) {
		m := s.appendMessage(a)
		in = append(in, m)
		if m.Blob != nil {
			if total += int64(len(m.Blob.Raw)); total > 4*s.srv.opts.MaxMessage {
				a.fail(no("LIMIT", "Too much at once"))
			}
		}
		if len(in) > 1 && !s.srv.has(response.CapMultiAppend) {
			a.fail(bad("APPEND: one message at a time"))
		}
	}
	if !a.end() {
		return a.reply()
	}
	if r := s.tooMany(len(in), true, nil); r.kind != "" {
		return r
	}
	if s.user.OverQuota(int64(len(in)), total) {
		return no("OVERQUOTA", "Quota exceeded")
	}
	s.ownMessages = s.view != nil && s.view.Box == box
	validity, uids := box.Append(in...)
	if !s.srv.has(response.CapUIDPlus) {
		return ok("APPEND completed")
	}
	return okCode("APPENDUID "+strconv.FormatUint(uint64(validity), 10)+" "+orderedSet(uids), "APPEND completed")
}

// appendMessage reads one message of APPEND.
func (s *session) appendMessage(a *args) store.Incoming {
	var m store.Incoming
	a.sp()
	if a.peek() == '(' {
		m.Flags = a.flags()
		a.sp()
	}
	if a.peek() == '"' {
		m.Date = a.dateTime()
		a.sp()
	}
	limit := s.srv.opts.MaxMessage
	var raw []byte
	if s.hasCatenate(a) {
		raw = s.catenate(a)
	} else if s.utf8 && a.keywordIs("UTF8") { // RFC 6855 §4
		a.sp()
		a.want('(')
		raw = a.literal(limit)
		a.want(')')
	} else {
		raw = a.literal(limit)
	}
	if a.ok() && a.binary && !s.srv.has(response.CapBinary) && !s.utf8 {
		a.fail(bad("APPEND: no literal8 here"))
	}
	if a.ok() && len(raw) == 0 {
		a.fail(no("", "A message can't be empty"))
	}
	if a.binary {
		raw = mime.EncodeBinary(raw)
	}
	m.Blob = store.NewBlob(raw)
	return m
}

// dateTime reads a date-time, whose day may begin with a space.
func (a *args) dateTime() time.Time {
	text := a.quoted()
	t, err := time.Parse("_2-Jan-2006 15:04:05 -0700", text)
	if a.ok() && (err != nil || len(text) != 26) {
		a.bad("a date-time")
	}
	return t
}

// formatDateTime writes a date-time.
func formatDateTime(t time.Time) string { return t.Format("_2-Jan-2006 15:04:05 -0700") }

// date reads a date, quoted or not.
func (a *args) date() time.Time {
	var text string
	if a.peek() == '"' {
		text = a.quoted()
	} else {
		text = a.atom()
	}
	t, err := time.Parse("2-Jan-2006", strings.TrimSpace(text))
	if a.ok() && err != nil {
		a.bad("a date")
	}
	return t
}
