package mimeword

import "encoding/binary"

// printableLen returns how many bytes at the start of src are printable
// US-ASCII, rounded down to a multiple of eight if src goes on after them.
func printableLen(src []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; len(src)-i >= 8; i += 8 {
		v := binary.LittleEndian.Uint64(src[i:])
		// The high bit of a byte gets set if it is set already, by a borrow
		// below 0x20, or by a carry from 0x7f.
		if (v|(v-0x20*ones)|(v+ones))&highs != 0 {
			return i
		}
	}
	for j, b := range src[i:] {
		if b-0x20 >= 0x7f-0x20 {
			return i + j
		}
	}
	return len(src)
}

// isPlain reports whether src is printable US-ASCII without "=".
func isPlain(src []byte) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	if len(src) < 8 {
		for _, b := range src {
			if b-0x20 >= 0x7f-0x20 || b == '=' {
				return false
			}
		}
		return true
	}
	found := uint64(0)
	for i := 0; ; i = min(i+8, len(src)-8) {
		v := binary.LittleEndian.Uint64(src[i:])
		equals := v ^ '='*ones
		found |= v | (v - 0x20*ones) | (v + ones) | (equals-ones)&^equals // as in printableLen
		if i == len(src)-8 {
			return found&highs == 0
		}
	}
}

// clean makes the valid UTF-8 in dst[start:] printable on one line, in place,
// by the rules that AppendDecoded states.
func clean(dst []byte, start int) []byte {
	out := dirtyAt(dst, start)
	for i := out; i < len(dst); {
		var space bool
		switch size := dirtySize(dst, i); {
		case size == 0:
			dst[out] = dst[i]
			out++
			i++
			continue
		case dst[i] == '\r' || dst[i] == '\n':
			i += spaceLen(dst[i:])
			out = trimSpace(dst, start, out)
			space = out > start && i < len(dst)
		default:
			space = dst[i] == '\t' || size == 3
			i += size
		}
		if space {
			dst[out] = ' '
			out++
		}
	}
	return dst[:out]
}

// trimSpace returns the end of dst[start:end] without the spaces at its end.
func trimSpace(dst []byte, start, end int) int {
	for end > start && dst[end-1] == ' ' {
		end--
	}
	return end
}

// dirtyAt returns the index of the first character of src from index i on that
// clean would not keep, or len(src).
func dirtyAt[T string | []byte](src T, i int) int {
	for ; i < len(src); i++ {
		if suspect[src[i]] && dirtySize(src, i) > 0 {
			return i
		}
	}
	return len(src)
}

// suspect marks the bytes that a character can begin with which clean does
// not keep.
var suspect = makeSuspect()

func makeSuspect() (t [256]bool) {
	for b := range 0x20 {
		t[b] = true
	}
	t[0x7f], t[0xc2], t[0xe2] = true, true, true
	return t
}

// dirtySize returns the size of the character at src[i] if clean does not
// keep it, and else 0: a control character is one byte long, or two if it is
// one of U+0080 to U+009F; U+2028 and U+2029 are three bytes long.
func dirtySize[T string | []byte](src T, i int) int {
	switch b := src[i]; {
	case b < 0x20 || b == 0x7f:
		return 1
	case b == 0xc2 && i+1 < len(src) && src[i+1] < 0xa0:
		return 2
	case b == 0xe2 && i+2 < len(src) && src[i+1] == 0x80 && src[i+2]|1 == 0xa9:
		return 3
	}
	return 0
}
