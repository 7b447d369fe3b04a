package mimeword

import "slices"

// Values in sextets of bytes outside the base64 alphabet. All of them are
// above 0x3f, also when combined with a sextet by "or".
const (
	foreign = 0xff
	padding = 0xfe
	blank   = 0xfd
)

// sextets maps a byte of the base64 alphabet (RFC 2045 §6.8) to its six bits.
var sextets = makeSextets()

func makeSextets() (t [256]byte) {
	for i := range t {
		t[i] = foreign
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(alphabet) {
		t[alphabet[i]] = byte(i)
	}
	t['='] = padding
	for _, b := range " \t\r\n" {
		t[b] = blank
	}
	return t
}

// appendBase64 decodes the "B" encoding (RFC 2047 §4.1). Padding may be
// missing, and may be followed by more; white space is skipped. Any other
// foreign byte makes it fail, as do six bits that are not enough for a byte.
func appendBase64(dst, text []byte) ([]byte, bool) {
	dst = slices.Grow(dst, len(text)/4*3+3)
	var bits uint32 // of which the low n are not yet used
	var n int
	for len(text) > 0 {
		if n == 0 {
			var taken int
			dst, taken = appendQuanta(dst, text)
			if text = text[taken:]; len(text) == 0 {
				break
			}
		}
		switch v := sextets[text[0]]; v {
		case foreign:
			return dst, false
		case blank:
		case padding:
			if n >= 6 {
				return dst, false
			}
			n = 0
		default:
			bits, n = bits<<6|uint32(v), n+6
			if n >= 8 {
				n -= 8
				dst = append(dst, byte(bits>>n))
			}
		}
		text = text[1:]
	}
	return dst, n < 6
}

// appendQuanta decodes the whole quanta of four characters at the start of
// text and returns how many characters they are.
func appendQuanta(dst, text []byte) ([]byte, int) {
	i := 0
	for ; len(text)-i >= 4; i += 4 {
		a, b, c, d := sextets[text[i]], sextets[text[i+1]], sextets[text[i+2]], sextets[text[i+3]]
		if a|b|c|d > 0x3f {
			break
		}
		dst = append(dst, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return dst, i
}

// appendQ decodes the "Q" encoding (RFC 2047 §4.2). It fails at a "=" without
// two hexadecimal digits.
func appendQ(dst, text []byte) ([]byte, bool) {
	for i := 0; i < len(text); i++ {
		b := text[i]
		switch b {
		case '_':
			b = ' '
		case '=':
			var ok bool
			if b, ok = hexPair(text[i+1:]); !ok {
				return dst, false
			}
			i += 2
		}
		dst = append(dst, b)
	}
	return dst, true
}

// hexPair returns the byte that the two hexadecimal digits at the start of s
// stand for.
func hexPair[T string | []byte](s T) (byte, bool) {
	if len(s) < 2 {
		return 0, false
	}
	hi, lo := hexDigit(s[0]), hexDigit(s[1])
	return hi<<4 | lo, hi|lo < 16
}

// hexDigit returns the value of the digit b, or 0xff.
func hexDigit(b byte) byte {
	switch {
	case b-'0' < 10:
		return b - '0'
	case b|0x20-'a' < 6:
		return b | 0x20 - 'a' + 10
	}
	return 0xff
}
