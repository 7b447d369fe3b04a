package imaptest

import "github.com/seed-090b04e4/imap/response"

// catenate reads what CATENATE makes a message of (RFC 4469): literals, and what URLs
// refer to in the mailboxes of the user.
func (s *session) catenate(a *args) (raw []byte) {
	limit := s.srv.opts.MaxMessage
	binary := false
	a.sp()
	a.list(func() {
		switch name := a.keyword(); name {
		case "TEXT":
			a.sp()
			raw = append(raw, a.literal(limit)...)
			binary = binary || a.binary
		case "URL":
			a.sp()
			text := a.astring()
			u, good := parseURL(text, s.viewName)
			var part []byte
			if good && (!u.hasHost || u.user == "" || u.user == s.user.Name) {
				part, good = u.content(s, s.user)
			} else {
				good = false
			}
			if a.ok() && !good {
				a.fail(no("BADURL "+badURLText(text), "Nothing is there to be appended"))
			}
			raw = append(raw, part...)
		default:
			a.bad("TEXT or URL")
		}
		if a.ok() && int64(len(raw)) > limit {
			a.fail(no("TOOBIG", "The message exceeds the limit"))
		}
	})
	a.binary = binary
	return raw
}

// badURLText is a URL as BADURL may show it: without what would end the code.
func badURLText(text string) string {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		if c := text[i]; c >= ' ' && c < 0x7f && c != ']' {
			out = append(out, c)
		}
	}
	if len(out) == 0 { // the code wants something
		return "?"
	}
	return string(out)
}

// hasCatenate reports whether CATENATE is next.
func (s *session) hasCatenate(a *args) bool {
	return s.srv.has(response.CapCatenate) && a.keywordIs("CATENATE")
}
