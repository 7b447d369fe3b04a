package utf7

import (
	"encoding/binary"
	"math/bits"
)

// PlainLen returns how many bytes at the start of s stand for themselves: they are
// printable US-ASCII characters other than "&". A name of nothing else is the same
// encoded and decoded.
func PlainLen[S string | []byte](s S) int {
	i := 0
	for ; len(s)-i >= 8; i += 8 {
		if others := notPlain(word(s[i:])); others != 0 {
			return i + bits.TrailingZeros64(others)/8
		}
	}
	for i < len(s) && isDirect(s[i]) && s[i] != '&' {
		i++
	}
	return i
}

// appendPlain appends the bytes at the start of src that stand for themselves, and
// returns how many they are. Most runs are short: copying whole words, whose
// surplus the next run overwrites, is faster than asking first.
func appendPlain(dst, src []byte) ([]byte, int) {
	i, end := 0, len(dst)
	for len(src)-i >= 8 && cap(dst)-end >= 8 {
		w := word(src[i:])
		binary.LittleEndian.PutUint64(dst[end:end+8], w)
		if others := notPlain(w); others != 0 {
			n := bits.TrailingZeros64(others) / 8
			return dst[:end+n], i + n
		}
		i, end = i+8, end+8
	}
	n := PlainLen(src[i:])
	return append(dst[:end], src[i:i+n]...), i + n
}

// word returns the first eight bytes of s, the first of them lowest.
func word[S string | []byte](s S) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// notPlain returns the high bits of the bytes of w that do not stand for
// themselves. It is right up to the first of them: a byte that borrows or carries
// is one itself.
func notPlain(w uint64) uint64 {
	const each = 0x0101010101010101
	control, amp, del := w-each*' ', (w^each*'&')-each, w+each
	return (control | amp | del | w) & (each * 0x80)
}
