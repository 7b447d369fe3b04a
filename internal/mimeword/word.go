package mimeword

import "bytes"

// wordStart begins an encoded-word.
var wordStart = []byte("=?")

// maxCharsetName is how long the name of a charset can be.
const maxCharsetName = 64

// A word is an encoded-word (RFC 2047 §2).
type word struct {
	charset  []byte
	encoding byte // 'b' or 'q'
	text     []byte
	size     int // of the whole word
}

// parseWord parses the encoded-word that src begins with. It allows white
// space and "?" in the text, any length, and any byte right after the word.
// What it looks at ends with the next "=?", so that a header full of
// unfinished words costs no more than one pass.
func parseWord(src []byte) (w word, ok bool) {
	if len(src) < len("=?c?q??=") || src[0] != '=' || src[1] != '?' {
		return w, false
	}
	i := 2 + tokenLen(src[2:])
	w.charset = src[2:i]
	if len(w.charset) == 0 || len(w.charset) > maxCharsetName {
		return w, false
	}
	if i < len(src) && src[i] == '*' {
		i++
		i += tokenLen(src[i:]) // the language
	}
	if len(src)-i < len("?q?") || src[i] != '?' || src[i+2] != '?' {
		return w, false
	}
	w.encoding = src[i+1] | 0x20
	if w.encoding != 'b' && w.encoding != 'q' {
		return w, false
	}
	n, ok := textLen(src[i+3:])
	w.text = src[i+3 : i+3+n]
	w.size = i + 3 + n + len("?=")
	return w, ok
}

// tokenLen returns the length of the token at the start of src.
func tokenLen(src []byte) int {
	for i, b := range src {
		switch {
		case b <= ' ' || b >= 0x7f, b == '?', b == '=', b == '*', b == '"':
			return i
		}
	}
	return len(src)
}

// textLen returns how many bytes of src come before the first "?=". There is
// none, for this purpose, after the start of another word.
func textLen(src []byte) (int, bool) {
	for i := 0; ; i++ {
		n := bytes.IndexByte(src[i:], '?')
		if n < 0 || i+n+1 == len(src) {
			return 0, false
		}
		i += n
		if src[i+1] == '=' {
			return i, true
		}
		if i > 0 && src[i-1] == '=' {
			return 0, false
		}
	}
}

// appendBytes appends what the text of w encodes, in the charset of w. It
// fails if the text is not well-formed; dst then has a part of it at its end.
func (w *word) appendBytes(dst []byte) ([]byte, bool) {
	if w.encoding == 'b' {
		return appendBase64(dst, w.text)
	}
	return appendQ(dst, w.text)
}
