package response

import (
	"strings"

	"github.com/seed-090b04e4/imap/internal/mimeword"
)

// maxHeaderParams is how many parameters of one field are read.
const maxHeaderParams = 1000

// maxEncodedWord is the most octets of an encoded-word, of which RFC 2047 §2 allows
// 75, so that a value full of unfinished ones takes no time.
const maxEncodedWord = 400

// headerParams reads the parameters of a Content-Type or Content-Disposition
// field (RFC 2045 §5.1), and decodes them (RFC 2231, RFC 2047). It reads values
// with blanks that are not quoted, quotation marks that are not closed, and
// backslashes of Windows.
func headerParams(s string) []Param {
	var list []mimeword.Param
	for len(list) < maxHeaderParams {
		s = strings.TrimLeft(s, "; \t")
		if s == "" {
			break
		}
		end := strings.IndexAny(s, "=;")
		if end < 0 {
			break
		}
		name := strings.ToLower(strings.TrimSpace(s[:end]))
		if s[end] == ';' { // a name without a value
			s = s[end:]
			continue
		}
		var value string
		value, s = headerParamValue(strings.TrimLeft(s[end+1:], " \t"))
		if name != "" {
			list = append(list, mimeword.Param{Name: name, Value: value})
		}
	}
	if list == nil {
		return nil
	}
	list = mimeword.DecodeParams(list)
	params := make([]Param, len(list))
	for i, p := range list {
		params[i] = Param(p)
	}
	return params
}

// headerParamValue reads a value, quoted or not, and returns what comes after it.
func headerParamValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		end := valueEnd(s)
		return strings.TrimSpace(s[:end]), s[end:]
	}
	s = s[1:]
	lastQuote := strings.LastIndexByte(s, '"')
	first := -1 // of the quotation marks that may close the value
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i+1 < len(s) && s[i+1] == '"' && i+1 == lastQuote && closes(s[i+2:]) {
				return unescape(s[:i+1]), s[i+2:] // C:\dir\" ends in a backslash
			}
			i++
		case '"':
			if closes(s[i+1:]) {
				return unescape(s[:i]), s[i+1:]
			}
			if first < 0 {
				first = i
			}
		case ';':
			if first >= 0 { // "a.pdf" junk; name="b"
				return unescape(s[:first]), s[i:]
			}
		}
	}
	if first >= 0 {
		return unescape(s[:first]), s[first+1:]
	}
	end := valueEnd(s)
	return unescape(strings.TrimSpace(s[:end])), s[end:]
}

// closes reports whether what follows a quotation mark shows that it closes a
// value: the end, a semicolon, or another parameter.
func closes(after string) bool {
	after = strings.TrimLeft(after, " \t")
	if after == "" || after[0] == ';' {
		return true
	}
	end := strings.IndexAny(after, "=\"; \t")
	return end > 0 && after[end] == '='
}

// valueEnd returns where a value ends that is not quoted. A semicolon within an
// encoded-word does not end it.
func valueEnd(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == ';' {
			return i
		}
		if strings.HasPrefix(s[i:], "=?") {
			word := s[i+2 : min(len(s), i+2+maxEncodedWord)]
			if end := strings.Index(word, "?="); end >= 0 && strings.Count(word[:end], "?") >= 2 {
				i += 2 + end
			}
		}
	}
	return len(s)
}

// unescape undoes quoted pairs, but only those that need one: other backslashes
// are those of a path.
func unescape(s string) string {
	if !strings.ContainsRune(s, '\\') {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}
