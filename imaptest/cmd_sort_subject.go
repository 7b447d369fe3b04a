package imaptest

import (
	"strings"

	"github.com/seed-090b04e4/imap/imaptest/internal/mime"
)

// baseSubject takes off what replies and forwards add (RFC 5256 §2.1), and reports
// whether there was such: whether the message is a reply or a forward (RFC 5256 §3).
// The numbers are the steps of the RFC.
func baseSubject(p *mime.Part) (base string, isReply bool) {
	v, _ := p.Get("Subject")
	s := strings.Join(strings.FieldsFunc(mime.DecodeHeader(v), func(r rune) bool {
		return r == ' ' || r == '\t' || r == '\r' || r == '\n'
	}), " ") // 1
	for {
		for { // 2
			rest, was := subjTrailer(s)
			if rest == s {
				break
			}
			s, isReply = rest, isReply || was
		}
		for { // 3, 4, 5
			rest, was := subjLeader(s)
			if rest == s {
				if blob := subjBlob(s); blob != "" && len(blob) < len(s) {
					rest = s[len(blob):]
				}
			}
			if rest == s {
				break
			}
			s, isReply = rest, isReply || was
		}
		if !hasPrefixFold(s, "[fwd:") || !strings.HasSuffix(s, "]") { // 6
			return s, isReply
		}
		s, isReply = s[len("[fwd:"):len(s)-1], true
	}
}

// subjTrailer takes one subj-trailer off.
func subjTrailer(s string) (rest string, isReply bool) {
	if n := len(s) - len("(fwd)"); n >= 0 && strings.EqualFold(s[n:], "(fwd)") {
		return s[:n], true
	}
	return strings.TrimRight(s, " "), false
}

// subjLeader takes one subj-leader off.
func subjLeader(s string) (rest string, isReply bool) {
	if trimmed := strings.TrimLeft(s, " "); trimmed != s {
		return trimmed, false
	}
	rest = s
	for blob := subjBlob(rest); blob != ""; blob = subjBlob(rest) {
		rest = rest[len(blob):]
	}
	if after, is := subjRefwd(rest); is {
		return after, true
	}
	return s, false
}

// subjRefwd takes subj-refwd off, like "Re: ", "FW [x]:".
func subjRefwd(s string) (rest string, is bool) {
	for _, word := range []string{"re", "fwd", "fw"} {
		if !hasPrefixFold(s, word) {
			continue
		}
		rest := strings.TrimLeft(s[len(word):], " ")
		rest = rest[len(subjBlob(rest)):]
		if after, is := strings.CutPrefix(rest, ":"); is {
			return after, true
		}
	}
	return s, false
}

// subjBlob returns the subj-blob at the start of s with the spaces after it, like
// "[list] ", or nothing.
func subjBlob(s string) string {
	if !strings.HasPrefix(s, "[") {
		return ""
	}
	n := strings.IndexAny(s[1:], "[]") + 1
	if n == 0 || s[n] == '[' {
		return ""
	}
	end := len(s) - len(strings.TrimLeft(s[n+1:], " "))
	return s[:end]
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
