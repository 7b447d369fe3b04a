package utf7

import (
	"unicode/utf16"
	"unicode/utf8"
)

// AppendDecode appends the UTF-8 form of the modified UTF-7 name src to dst
// (RFC 3501 §5.1.3).
//
// It accepts canonical names only: AppendEncode of the result is src again.
// For anything else, bytes above 0x7f and control characters included, it
// returns dst as it was and an error of type [*Error]; a caller then goes by
// the name as it came. The result may hold control characters, which a
// canonical name carries in base64.
func AppendDecode(dst, src []byte) ([]byte, error) {
	return appendDecode(dst, src, false)
}

// AppendDecodeLoose is AppendDecode for display. It also reads names that
// leave out the "-" after base64 at their end, that put printable US-ASCII
// characters in base64, or that end one run of base64 to begin another. Such
// a name does not survive being decoded and encoded again: in commands, use
// the spelling of the server.
func AppendDecodeLoose(dst, src []byte) ([]byte, error) {
	return appendDecode(dst, src, true)
}

func appendDecode(dst, src []byte, loose bool) ([]byte, error) {
	start := len(dst)
	afterRun := false // the byte before src[i] closed a run of base64
	for i := 0; i < len(src); {
		var n int
		if dst, n = appendPlain(dst, src[i:]); n > 0 {
			afterRun = false
			if i += n; i == len(src) {
				break
			}
		}
		switch {
		case src[i] != '&':
			return dst[:start], &Error{BadByte, i}
		case i+1 < len(src) && src[i+1] == '-':
			dst = append(dst, '&')
			afterRun = false
			i += 2
		case afterRun && !loose:
			return dst[:start], &Error{NotCanonical, i}
		default:
			if r := loneRune(src[i:]); r != 0 {
				dst = append(dst, 0xc0|byte(r>>6), 0x80|byte(r&0x3f))
				i += len("&AAA-")
			} else {
				out, n, err := appendRun(dst, src, i, loose)
				if err != nil {
					return dst[:start], err
				}
				dst = out
				i += n
			}
			afterRun = true
		}
	}
	return dst, nil
}

// loneRune returns the character of a run of base64 that has just one, from U+0080
// to U+07FF, as most runs in European names are; zero for any other run.
func loneRune(run []byte) uint32 {
	if len(run) < len("&AAA-") || run[4] != '-' {
		return 0
	}
	x, y, z := sextets[run[1]], sextets[run[2]], sextets[run[3]]
	bits := uint32(x)<<12 | uint32(y)<<6 | uint32(z)
	if x|y|z >= 1<<6 || bits&3 != 0 || bits>>2 < 0x80 || bits>>2 >= 0x800 {
		return 0
	}
	return bits >> 2
}

// appendRun decodes the run of base64 whose "&" is at src[at], and returns its
// length with the "&" and the closing "-".
func appendRun(dst, src []byte, at int, loose bool) ([]byte, int, error) {
	var bits uint32 // the low n bits are not yet used
	var n int
	var high rune // a high surrogate that waits for its partner, or 0
	i := at + 1
	for ; i < len(src) && src[i] != '-'; i++ {
		v := sextets[src[i]]
		if v == notBase64 {
			return dst, 0, &Error{BadBase64, i}
		}
		bits, n = bits<<6|uint32(v), n+6
		if n < 16 {
			continue
		}
		n -= 16
		r := rune(bits >> n & 0xffff)
		switch {
		case high != 0:
			if r = utf16.DecodeRune(high, r); r == utf8.RuneError {
				return dst, 0, &Error{BadSurrogate, i}
			}
			high = 0
		case r&^0x3ff == 0xd800:
			high = r
			continue
		case r&^0x3ff == 0xdc00:
			return dst, 0, &Error{BadSurrogate, i}
		case r < 0x80 && isDirect(byte(r)) && !loose:
			return dst, 0, &Error{NotCanonical, i}
		}
		switch {
		case r >= 0x80 && r < 0x800: // most, and here without a call
			dst = append(dst, 0xc0|byte(r>>6), 0x80|byte(r&0x3f))
		case r >= 0x800 && r < 0x10000:
			dst = append(dst, 0xe0|byte(r>>12), 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	if err := checkRunEnd(src, at, i, bits, n, high, loose); err != nil {
		return dst, 0, err
	}
	return dst, min(i+1, len(src)) - at, nil
}

// checkRunEnd checks what a run of base64 from src[at] to src[end] leaves: no
// more than zero bits of padding, no surrogate, and a "-".
func checkRunEnd(src []byte, at, end int, bits uint32, n int, high rune, loose bool) error {
	switch {
	case high != 0:
		return &Error{BadSurrogate, at}
	case end == at+1 || n >= 6 || bits&(1<<n-1) != 0:
		return &Error{BadBase64, at}
	case end == len(src) && !loose:
		return &Error{Unterminated, at}
	}
	return nil
}
