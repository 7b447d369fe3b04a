package utf7

import (
	"unicode/utf16"
	"unicode/utf8"
)

// AppendEncode appends the modified UTF-7 form of s (RFC 3501 §5.1.3) to dst.
//
// The result is canonical and consists of printable US-ASCII only, whatever s
// holds: control characters, CR, LF and NUL included, are written in base64.
// Each byte of s that is not part of valid UTF-8 is written as U+FFFD.
func AppendEncode(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		n := PlainLen(s[i:])
		dst = append(dst, s[i:i+n]...)
		i += n
		switch {
		case i == len(s):
			return dst
		case s[i] == '&':
			dst = append(dst, '&', '-')
			i++
		default:
			dst, n = appendShifted(dst, s[i:])
			i += n
		}
	}
	return dst
}

// appendShifted writes the characters at the start of s that cannot stand for
// themselves as one base64 run, and returns how many bytes of s they took.
func appendShifted(dst []byte, s string) ([]byte, int) {
	dst = append(dst, '&')
	var bits uint64 // the low n bits wait to be written; n < 6 between characters
	var n, i int
	for i < len(s) && !isDirect(s[i]) {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		if r < 0x10000 {
			bits, n = bits<<16|uint64(r), n+16
		} else {
			hi, lo := utf16.EncodeRune(r)
			bits, n = bits<<32|uint64(hi)<<16|uint64(lo), n+32
		}
		for n >= 6 {
			n -= 6
			dst = append(dst, alphabet[bits>>n&0x3f])
		}
	}
	if n > 0 {
		dst = append(dst, alphabet[bits<<(6-n)&0x3f])
	}
	return append(dst, '-'), i
}
