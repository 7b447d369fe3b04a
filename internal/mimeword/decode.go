package mimeword

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// AppendDecoded appends the readable form of src, a piece of unstructured
// header text such as a subject or a display name, to dst.
//
// Encoded-words (RFC 2047, with the language suffix of RFC 2231 §5) are
// decoded and white space between two of them is dropped (RFC 2047 §6.2). The
// bytes of neighbours with the same charset are put together before they are
// converted, as many senders cut a character in two. A word with an unknown
// charset or a broken encoding stays as it came.
//
// Outside encoded-words, valid UTF-8 is kept and any other byte above 0x7f is
// read as windows-1252. Inside, bytes that do not fit the charset become
// U+FFFD.
//
// The result is valid UTF-8 on a single line: white space with a line break
// in it becomes one space, or nothing at either end of the text; a tab or a
// Unicode line or paragraph separator becomes a space; all other control
// characters are dropped. It is at most four times as long as src. It is text
// for people: a decoded display name or subject must not be parsed again.
func AppendDecoded(dst, src []byte) []byte {
	dst, decoded := AppendIfDecoded(dst, src)
	if !decoded {
		dst = append(dst, src...)
	}
	return dst
}

// AppendIfDecoded is AppendDecoded if that has anything to do. Otherwise, it appends
// nothing and returns false.
func AppendIfDecoded(dst, src []byte) (out []byte, decoded bool) {
	if !NeedsDecoding(src) {
		return dst, false
	}
	start := len(dst)
	for len(src) > 0 {
		i := bytes.Index(src, wordStart)
		if i < 0 {
			dst = appendUnlabelled(dst, src)
			break
		}
		dst = appendUnlabelled(dst, src[:i])
		var n int
		if dst, n = appendWords(dst, src[i:]); n == 0 {
			n = len(wordStart)
			dst = append(dst, wordStart...)
		}
		src = src[i+n:]
	}
	return clean(dst, start), true
}

// NeedsDecoding reports whether AppendDecoded may have anything to do. If it
// returns false, AppendDecoded copies src unchanged.
func NeedsDecoding(src []byte) bool {
	if isPlain(src) {
		return false
	}
	n := printableLen(src)
	if n < len(src) && (!utf8.Valid(src[n:]) || dirtyAt(src, n) < len(src)) {
		return true
	}
	return bytes.Contains(src, wordStart)
}

// stringNeedsDecoding is NeedsDecoding for strings.
func stringNeedsDecoding(s string) bool {
	for i := range len(s) {
		if s[i]-0x20 < 0x7f-0x20 {
			continue
		}
		if !utf8.ValidString(s[i:]) || dirtyAt(s, i) < len(s) {
			return true
		}
		break
	}
	return strings.Contains(s, "=?")
}

// appendUnlabelled appends text without a charset.
func appendUnlabelled(dst, text []byte) []byte {
	at := len(dst)
	dst = append(dst, text...)
	return codecUnlabelled.convert(dst, at)
}

// appendWords decodes the encoded-words at the start of src, up to the first
// one that does not decode, and returns how many bytes of src they take.
func appendWords(dst, src []byte) ([]byte, int) {
	var run *codec // the charset of dst[at:], which is not converted yet
	at, n := len(dst), 0
	for {
		skip := n
		if n > 0 {
			skip += spaceLen(src[n:])
		}
		w, ok := parseWord(src[skip:])
		if !ok {
			break
		}
		c := lookup(w.charset)
		if c == nil {
			break
		}
		if run != nil && run != c {
			dst = run.convert(dst, at)
			at = len(dst)
		}
		end := len(dst)
		if dst, ok = w.appendBytes(dst); !ok {
			dst = dst[:end]
			break
		}
		run = c
		n = skip + w.size
	}
	if run != nil {
		dst = run.convert(dst, at)
	}
	return dst, n
}

// spaceLen returns the length of the linear white space at the start of src.
func spaceLen(src []byte) int {
	for i, b := range src {
		if b != ' ' && b != '\t' && b != '\r' && b != '\n' {
			return i
		}
	}
	return len(src)
}
